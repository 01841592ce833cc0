import { cell, type System, scenario, system } from '../checker/index.ts'
import { bootChecks, bootFlag, bootHolds, endOfBoot } from '../model/memory/boot.ts'
import { guestFrame } from '../model/memory/guest-frame.ts'
import { vtl0Access } from '../model/memory/hypervisor-protection.ts'
import { listWrites, type ProtectWorld, protectMemory } from '../model/memory/protect-memory.ts'
import { registryLock } from '../model/memory/protection-registry.ts'
import { protections } from '../model/memory/protection-steps.ts'
import { unlocksAhead, vtlCall } from '../model/memory/vtl-call.ts'
import { bootProtectionStays, callsHoldBoot, callsOutliveBoot, nothingChangesAfterBoot } from '../properties/end-of-boot.ts'
import { callsCanReturn, protectionsAreWhatWasAskedFor } from '../properties/vtl-calls.ts'

const knobs = {
  /** When a call asks whether boot has ended: before it copies the list, also after it, only after it, or under a lock. */
  check: ['once', 'again', 'late', 'held'],
  cores: [2, 3],
} as const

const stays = 'what boot has protected stays protected'
const nothingChanges = 'no protection of boot is given after its end'

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

function build(choice: Choice): System {
  const world: ProtectWorld = {
    cores: Array.from({ length: choice.cores }, (_, at) => `cpu${at}`),
    frames: ['kernel'],
    vtl1Frames: [],
    kernel: 'kernel',
    list: 'list',
    authors: () => [],
    call: (core) => cell(`call.${core}`, vtlCall),
    bytes: (frame) => cell(`bytes.${frame}`, guestFrame, { input: { of: 'boot' } }),
    access: (frame) => cell(`access.${frame}`, vtl0Access, { input: 'open' }),
    listing: () => [],
    gate: [],
    boot: cell('boot', bootFlag),
    bootLock: choice.check === 'held' ? [cell('bootLock', registryLock)] : [],
    undo: (call) => unlocksAhead(call),
  }
  const { cores, kernel, list, call, bytes, access, boot, bootLock } = world
  return system({
    cells: [...cores.map(call), boot, ...bootLock, bytes(list), access(kernel)],
    rules: [
      endOfBoot(world),
      listWrites(world),
      ...protectMemory(world, choice),
      ...bootChecks(world),
      ...(choice.check === 'held' ? bootHolds(world) : []),
      ...protections(world, 'unchecked'),
    ],
    properties: [
      bootProtectionStays(world),
      nothingChangesAfterBoot(world),
      callsCanReturn(world),
      protectionsAreWhatWasAskedFor(world),
      ...(choice.check === 'held' ? [callsHoldBoot(world)] : []),
      callsOutliveBoot(world),
    ],
  })
}

export const endOfBootGate = scenario({
  name: 'end-of-boot',
  story:
    'A booting VTL0 has its kernel protected, and then signals that it is no longer to be trusted. Asked: can a call that ' +
    'began before the signal still change something after it? VTL0 calls from several cores; the list that says which ' +
    'rights to give lies in its memory. Left out: every other call that is gated in the same way.',
  knobs,
  sizes: { small: { cores: 2 }, full: { cores: 3 } },
  designs: {
    snapshot: {
      story:
        'mshv_vsm_protect_memory at the snapshot, and in later versions too: the flag is asked once, then the list is ' +
        'copied, then each range is given what the list says. A call that has asked goes on after the end of boot, with a ' +
        'list that a hostile VTL0 has rewritten: the kernel becomes writable and executable.',
      knobs: { check: 'once' },
      expect: {
        small: { verdict: 'violated', states: 89, violations: { [stays]: 10, [nothingChanges]: 9 } },
        full: { verdict: 'violated', states: 415, violations: { [stays]: 10, [nothingChanges]: 9 } },
      },
    },
    'checked-again': {
      story:
        'A partial fix: the flag is asked again between the copy and the hypercall. What is applied was asked for by an ' +
        'honest VTL0; it may still be applied after the end of boot.',
      knobs: { check: 'again' },
      expect: {
        small: { verdict: 'violated', states: 111, violations: { [nothingChanges]: 11 } },
        full: { verdict: 'violated', states: 591, violations: { [nothingChanges]: 11 } },
      },
    },
    'checked-late': {
      story:
        'The same from one question: copy the list first, ask then. A list that was copied before the end is an honest ' +
        'one. Still applied late.',
      knobs: { check: 'late' },
      expect: {
        small: { verdict: 'violated', states: 73, violations: { [nothingChanges]: 9 } },
        full: { verdict: 'violated', states: 317, violations: { [nothingChanges]: 9 } },
      },
    },
    'lock-held': {
      story:
        'Proposed: a lock that calls hold shared from the question to the last hypercall, and that the signal takes ' +
        'exclusively. The faulty twin is `snapshot`.',
      knobs: { check: 'held' },
      expect: { small: { verdict: 'holds', states: 93 }, full: { verdict: 'holds', states: 469 } },
    },
  },
  build,
})
