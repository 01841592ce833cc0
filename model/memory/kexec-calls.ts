import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type { spinlock } from '../platform/spinlock.ts'
import { nobody } from './guest-frame.ts'
import { afterFinding, afterReplacing, begin, type KexecDesign, type KexecImage, loading, loadingNamed } from './kexec-plan.ts'
import type { kexecSlot } from './kexec-slot.ts'
import type { Vtl1 } from './protection-steps.ts'
import { nextRead, nextRecord, unlocksAhead } from './vtl-call.ts'

/*
 * VTL0's calls about kexec images, and the steps of theirs that concern the slot.
 *
 * Models: `mshv_vsm_kexec_validate` of `litebox_platform_lvbs/src/mshv/vsm.rs`: `iter_guarded` holds the slot's lock across
 * the hypercalls that give old frames back; `clear_memory` and `register_memory` take it for themselves. VTL0 asks for
 * anything at any time, on any core, for one image on several cores at once too.
 *
 * Leaves out: what `kexec-plan.ts` leaves out.
 */

export interface KexecWorld extends Vtl1 {
  readonly images: readonly KexecImage[]
  readonly slot: CellOf<typeof kexecSlot>
  readonly slotLock: CellOf<typeof spinlock>
}

const vsm = (symbol: string): string => `litebox_platform_lvbs/src/mshv/vsm.rs: ${symbol}`

export const kexecRequests = ({ cores, images, call }: KexecWorld, design: KexecDesign): readonly Rule[] => [
  rule(
    'vtl0.loadKexec',
    { core: cores, image: images.map(({ name }) => name) },
    {
      kind: 'environment',
      source: vsm('mshv_vsm_kexec_validate'),
      needed: true,
      actor: () => 'vtl0',
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({
    when: { idle: ({ call }) => call.value === 'idle' },
    events: (_, { image }) => ({ call: { type: 'BEGIN', request: 'load', subject: image, todo: begin(design) } }),
  }),
  rule(
    'vtl0.unloadKexec',
    { core: cores },
    {
      kind: 'environment',
      source: vsm('mshv_vsm_kexec_validate, with no image: invalidation only'),
      needed: true,
      actor: () => 'vtl0',
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({
    when: { idle: ({ call }) => call.value === 'idle' },
    events: () => ({ call: { type: 'BEGIN', request: 'unload', subject: 'none', todo: begin(design) } }),
  }),
]

export function slotSteps(world: KexecWorld, design: KexecDesign): readonly Rule[] {
  const { cores, images, call, slot, slotLock } = world
  const each = { core: cores }
  const load = (subject: string) => images.filter(({ name }) => name === subject).flatMap((image) => loading(design, image))
  const find =
    design.slot === 'exchange'
      ? rule('kexec.take', each, {
          source: 'proposed: take the ranges out of KexecMemoryMetadataWrapper before they are made writable',
          needed: true,
          actor: ({ core }) => core,
          sends: ({ core }) => ({ call: call(core), slot }),
        }).does({
          when: { taking: ({ call }) => call.value === 'taking' },
          events: ({ call, slot }) => ({
            call: { type: 'TURN', todo: afterFinding(design, slot.context.frames, load(call.context.subject)) },
            slot: { type: 'CLEAR' },
          }),
        })
      : rule('kexec.lock', each, {
          source: vsm('KexecMemoryMetadataWrapper::iter_guarded'),
          needed: true,
          actor: ({ core }) => core,
          sends: ({ core }) => ({ call: call(core), slot, slotLock }),
          waitsFor: ['slotLock'],
        }).does({
          when: { locking: ({ call }) => call.value === 'locking' },
          events: ({ call, slot }, { core }) => ({
            call: { type: 'TURN', todo: afterFinding(design, slot.context.frames, load(call.context.subject)) },
            slot: { type: 'RELEASE' },
            slotLock: { type: 'ACQUIRE', holder: core },
          }),
        })
  const register = rule('kexec.register', each, {
    source: vsm('KexecMemoryMetadataWrapper::register_memory'),
    needed: true,
    actor: ({ core }) => core,
    sees: () => ({ slotLock }),
    sends: ({ core }) => ({ call: call(core), slot }),
  }).does({
    when: {
      recording: ({ call }) => call.value === 'recording',
      lockIsOurs: ({ slotLock }, { core }) => slotLock.value === 'free' || slotLock.context.holder === core,
    },
    events: ({ call, slot }) => ({
      call: {
        type: 'TURN',
        todo: [...afterReplacing(design, slot.context.frames), ...call.context.todo.slice(1)],
      },
      slot: { type: 'REGISTER', frames: nextRecord(call)?.frames ?? [] },
    }),
  })
  if (design.slot === 'exchange') return [find, register]
  return [
    find,
    register,
    rule('kexec.unlock', each, {
      source: vsm('KexecMemoryMetadataIters, its end'),
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ call: call(core), slotLock }),
    }).does({
      when: { unlocking: ({ call }) => call.value === 'unlocking' },
      events: () => ({ call: { type: 'DONE' }, slotLock: { type: 'RELEASE' } }),
    }),
    rule('kexec.clear', each, {
      source: vsm('KexecMemoryMetadataWrapper::clear_memory'),
      needed: true,
      actor: ({ core }) => core,
      sees: () => ({ slotLock }),
      sends: ({ core }) => ({ call: call(core), slot }),
    }).does({
      when: {
        forgetting: ({ call }) => call.value === 'forgetting',
        lockIsOurs: ({ slotLock }, { core }) => slotLock.value === 'free' || slotLock.context.holder === core,
      },
      events: () => ({ call: { type: 'DONE' }, slot: { type: 'CLEAR' } }),
    }),
  ]
}

/** A crash image says which page is protected with it; one that says nothing ends the call. */
export const crashImages = ({ cores, images, call, bytes, undo }: KexecWorld, design: KexecDesign): readonly Rule[] => {
  const crash = images.flatMap((image) => (image.image === undefined ? [] : [{ image, frame: image.image }]))
  if (crash.length === 0) return []
  const named = (frame: string): KexecImage => crash.find((each) => each.frame === frame)!.image
  return [
    rule(
      'kexec.readImage',
      { core: cores, frame: crash.map(({ frame }) => frame) },
      {
        source: vsm('Kimage::read_from_bytes'),
        needed: true,
        actor: ({ core }) => core,
        sees: ({ frame }) => ({ bytes: bytes(frame) }),
        sends: ({ core }) => ({ call: call(core) }),
      },
    ).does({
      when: {
        reading: ({ call }) => call.value === 'reading',
        itsTurn: ({ call }, { frame }) => nextRead(call)?.frame === frame,
      },
      events: ({ call, bytes }, { frame }) => ({
        call: {
          type: 'TURN',
          todo:
            bytes.context.of === nobody
              ? undo(call, 'refusal')
              : [...loadingNamed(design, named(frame), frame, bytes.context.of), ...unlocksAhead(call)],
        },
      }),
    }),
  ]
}
