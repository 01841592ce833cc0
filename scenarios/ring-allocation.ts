import { cell, finalWhen, type System, scenario, system } from '../checker/index.ts'
import { bootChecks, bootFlag, endOfBoot } from '../model/memory/boot.ts'
import { guestFrame } from '../model/memory/guest-frame.ts'
import { type Access, vtl0Access } from '../model/memory/hypervisor-protection.ts'
import { hypervisorRefusals, protections } from '../model/memory/protection-steps.ts'
import { type AllocationWorld, ringAllocations, ringSlot } from '../model/memory/ring-allocation.ts'
import { unlocksAhead, vtlCall } from '../model/memory/vtl-call.ts'
import {
  aCallEnds,
  kernelStaysExecutable,
  logIsInstalled,
  logIsProtected,
  logIsWritten,
  noAddressPanics,
  onlyTheLogIsProtected,
} from '../properties/ring-allocation.ts'
import { executableMeansVerified, vtl1IsClosed } from '../properties/vtl-protection.ts'

const knobs = {
  /** Whether the frame is installed before it is protected. */
  order: ['install-first', 'protect-first'],
  /** What becomes of a call that finds a frame installed. */
  second: ['ignored', 'refused'],
  /** Whether VTL0 may ask after the end of boot. */
  gate: ['none', 'end-of-boot'],
  /** Whether an address is checked before it is turned into one that panics. */
  address: ['unchecked', 'checked'],
  ownership: ['unchecked', 'rejected'],
  hypervisor: ['obeys', 'may-refuse'],
  cores: [1, 2],
} as const

const executable = 'what VTL0 may execute is what was verified'
const closed = 'VTL0 has no access to memory of VTL1'
const kernelText = 'the text that boot has protected stays executable'
const logProtected = 'VTL0 cannot write the frame that the log goes to, unless a call about it is under way'
const onlyLog = 'a frame that was made read-only for the log is the frame of the log, unless a call about it is under way'
const panics = 'no address that VTL0 names panics VTL1'

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

/** Frames by what VTL0 may do with them before. */
const frames: Readonly<Record<string, Access>> = { log: 'writable', spare: 'writable', kernel: 'executable', vtl1: 'closed' }

function build(choice: Choice): System {
  const world: AllocationWorld = {
    cores: Array.from({ length: choice.cores }, (_, at) => `cpu${at}`),
    frames: Object.keys(frames),
    vtl1Frames: ['vtl1'],
    kernel: 'kernel',
    log: 'log',
    authors: () => [],
    call: (core) => cell(`call.${core}`, vtlCall),
    bytes: (frame) => cell(`bytes.${frame}`, guestFrame, { input: { of: 'boot' } }),
    access: (frame) => cell(`access.${frame}`, vtl0Access, { input: frames[frame] ?? 'open' }),
    listing: () => [],
    gate: [],
    boot: cell('boot', bootFlag),
    bootLock: [],
    slot: cell('ring', ringSlot),
    undo: (call) => unlocksAhead(call),
  }
  const { cores, call, bytes, access, boot, slot } = world
  return system({
    cells: [...cores.map(call), boot, slot, ...world.frames.flatMap((frame) => [bytes(frame), access(frame)])],
    rules: [
      endOfBoot(world),
      ...ringAllocations(world, choice),
      ...(choice.gate === 'none' ? [] : bootChecks(world)),
      ...protections(world, choice.ownership),
      ...(choice.hypervisor === 'may-refuse' ? [hypervisorRefusals(world)] : []),
    ],
    properties: [
      executableMeansVerified(world),
      vtl1IsClosed(world),
      kernelStaysExecutable(world),
      logIsProtected(world),
      onlyTheLogIsProtected(world),
      noAddressPanics(world),
      aCallEnds(world),
      logIsInstalled(world),
      logIsWritten(world),
    ],
    final: finalWhen(
      { core: cores },
      { reads: ({ core }) => ({ call: call(core) }), holds: ({ call }) => call.value === 'panicked' },
    ),
  })
}

const snapshot = {
  order: 'install-first',
  second: 'ignored',
  gate: 'none',
  address: 'unchecked',
  ownership: 'unchecked',
  hypervisor: 'obeys',
} as const
const gated = { ...snapshot, order: 'protect-first', gate: 'end-of-boot', address: 'checked' } as const

export const ringAllocation = scenario({
  name: 'ring-allocation',
  story:
    'VTL1 writes its log into a frame that VTL0 names. Asked: can the choice of the frame make VTL1 write where VTL0 may ' +
    'not, give VTL0 access to VTL1, take away what boot has protected, or stop VTL1? VTL0 is honest until it signals the ' +
    'end of boot, and the adversary from then on. Left out: where in the frame the log is written (see `ring-buffer`), and ' +
    'sizes: a ring is one frame.',
  knobs,
  sizes: { small: { cores: 1 }, full: { cores: 2 } },
  designs: {
    snapshot: {
      story:
        'mshv_vsm_allocate_ringbuffer_memory at the snapshot, which answers at any time: `set_ringbuffer` keeps the first ' +
        'frame for ever, and then the frame of this call becomes read-only, whichever it is. Between the two the log may ' +
        'already go to text that VTL0 executes; a frame of VTL1 becomes readable; text stops being executable; and the ' +
        'frame of a second call is protected for nothing. An address beyond 52 bits panics.',
      knobs: snapshot,
      bugs: ['LB-06'],
      expect: {
        small: {
          verdict: 'violated',
          states: 583,
          violations: { [executable]: 4, [closed]: 4, [kernelText]: 4, [onlyLog]: 7, [panics]: 2 },
        },
        full: {
          verdict: 'violated',
          states: 6732,
          violations: { [executable]: 4, [closed]: 4, [kernelText]: 4, [onlyLog]: 6, [panics]: 2 },
        },
      },
    },
    'snapshot-may-refuse': {
      story:
        'The snapshot with a hypervisor that may refuse the hypercall: the frame is installed by then, and VTL0 writes the ' +
        'log as it likes.',
      knobs: { ...snapshot, hypervisor: 'may-refuse' },
      bugs: ['LB-06'],
      expect: {
        small: {
          verdict: 'violated',
          states: 1140,
          violations: { [executable]: 4, [closed]: 4, [kernelText]: 4, [logProtected]: 3, [onlyLog]: 7, [panics]: 2 },
        },
        full: {
          verdict: 'violated',
          states: 11276,
          violations: { [executable]: 4, [closed]: 4, [kernelText]: 4, [logProtected]: 3, [onlyLog]: 6, [panics]: 2 },
        },
      },
    },
    'own-frames-rejected': {
      story: 'PR #763 alone: frames of VTL1 are rejected. Everything else is as at the snapshot.',
      knobs: { ...snapshot, ownership: 'rejected' },
      bugs: ['LB-06'],
      expect: {
        small: { verdict: 'violated', states: 342, violations: { [executable]: 4, [kernelText]: 4, [onlyLog]: 7, [panics]: 2 } },
        full: { verdict: 'violated', states: 3724, violations: { [executable]: 4, [kernelText]: 4, [onlyLog]: 6, [panics]: 2 } },
      },
    },
    'second-refused': {
      story:
        'A wrong fix: the `Once` is asked before anything is protected, so that a second call changes nothing. The first ' +
        'call can still be the adversary.',
      knobs: { ...snapshot, second: 'refused', ownership: 'rejected', address: 'checked' },
      expect: {
        small: { verdict: 'violated', states: 55, violations: { [executable]: 4, [kernelText]: 4 } },
        full: { verdict: 'violated', states: 290, violations: { [executable]: 4, [kernelText]: 4 } },
      },
    },
    'protect-first': {
      story:
        'A wrong fix: the order of later versions, protect and then install, without their gate. The log never reaches text ' +
        'that VTL0 executes, because protecting it has made it no longer executable.',
      knobs: { ...snapshot, order: 'protect-first', ownership: 'rejected', address: 'checked' },
      expect: {
        small: { verdict: 'violated', states: 185, violations: { [kernelText]: 3, [onlyLog]: 7 } },
        full: { verdict: 'violated', states: 1279, violations: { [kernelText]: 3, [onlyLog]: 7 } },
      },
    },
    gated: {
      story:
        'Later versions: refused after the end of boot, the address checked, protected and then installed. What boot may ' +
        'name is not checked against what it has protected; an honest boot does not ask for that. The faulty twins are ' +
        '`snapshot` and `protect-first`.',
      knobs: gated,
      bugs: ['LB-06'],
      expect: { small: { verdict: 'holds', states: 33 }, full: { verdict: 'holds', states: 195 } },
    },
    'gated-may-refuse': {
      story:
        'The same with a hypervisor that may refuse: nothing is installed then. The faulty twin is ' +
        '`gated-install-first-may-refuse`.',
      knobs: { ...gated, hypervisor: 'may-refuse' },
      expect: { small: { verdict: 'holds', states: 33 }, full: { verdict: 'holds', states: 195 } },
    },
    'gated-install-first': {
      story:
        'The gate with the order of the snapshot: while VTL0 is honest, and the hypervisor obeys, the order does not ' +
        'matter. The faulty twin is `gated-install-first-may-refuse`.',
      knobs: { ...gated, order: 'install-first' },
      expect: { small: { verdict: 'holds', states: 35 }, full: { verdict: 'holds', states: 215 } },
    },
    'gated-install-first-may-refuse': {
      story: 'Why the order was turned round: a refused hypercall leaves the log in a frame that VTL0 writes.',
      knobs: { ...gated, order: 'install-first', hypervisor: 'may-refuse' },
      expect: {
        small: { verdict: 'violated', states: 53, violations: { [logProtected]: 4 } },
        full: { verdict: 'violated', states: 305, violations: { [logProtected]: 4 } },
      },
    },
  },
  build,
})
