import { type Rule, rule } from '../../checker/index.ts'
import type { Vtl1 } from './protection-steps.ts'
import { nextReservation } from './vtl-call.ts'

/*
 * Reserving frames before anything is done with them: all frames of a set, or none.
 *
 * Models: `FrameReservation::reserve` of later versions of `litebox_platform_lvbs/src/mshv/vsm.rs`: under the registry's
 * lock, frames that are VTL1's own, protected, or reserved by another call end the call; otherwise all are listed.
 *
 * Leaves out: overlaps within one set.
 */

export type FrameSets = Readonly<Record<string, readonly string[]>>

export const reservations = ({ cores, vtl1Frames, call, listing, gate, undo }: Vtl1, sets: FrameSets): readonly Rule[] => {
  const names = Object.keys(sets)
  const ownedByVtl1 = (set: string): boolean => sets[set]!.some((frame) => vtl1Frames.includes(frame))
  const source = 'litebox_platform_lvbs/src/mshv/vsm.rs: FrameReservation::reserve, in later versions'
  const reserve = rule(
    'frames.reserve',
    { core: cores, set: names },
    {
      source,
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core, set }) => ({ call: call(core), listing: sets[set]!.flatMap(listing), gate }),
      waitsFor: ['gate'],
    },
  ).does({
    when: {
      reserving: ({ call }) => call.value === 'reserving',
      itsTurn: ({ call }, { set }) => nextReservation(call)?.set === set,
      ofVtl0: (_, { set }) => !ownedByVtl1(set),
      unlisted: ({ listing }) => listing.every(({ value }) => value === 'unlisted'),
    },
    events: () => ({ call: { type: 'DONE' }, listing: { type: 'LIST' }, gate: { type: 'PASS' } }),
  })
  const reject = rule(
    'frames.rejectOverlap',
    { core: cores, set: names },
    {
      source,
      actor: ({ core }) => core,
      sees: ({ set }) => ({ listing: sets[set]!.flatMap(listing) }),
      sends: ({ core }) => ({ call: call(core), gate }),
      waitsFor: ['gate'],
    },
  ).does({
    when: {
      reserving: ({ call }) => call.value === 'reserving',
      itsTurn: ({ call }, { set }) => nextReservation(call)?.set === set,
      overlapping: ({ listing }, { set }) => ownedByVtl1(set) || listing.some(({ value }) => value === 'listed'),
    },
    events: ({ call }) => ({ call: { type: 'TURN', todo: undo(call, 'refusal') }, gate: { type: 'PASS' } }),
  })
  // One set on one core meets no reservation but its own.
  return cores.length > 1 || names.length > 1 ? [reserve, reject] : [reserve]
}
