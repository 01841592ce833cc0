import { always, canReach, type Property, sometimes } from '../checker/index.ts'
import { mayWrite } from '../model/memory/hypervisor-protection.ts'
import type { AllocationWorld } from '../model/memory/ring-allocation.ts'

/*
 * Where the log may go, and what the choice may change.
 */

/** M-I11, turned round: what boot made executable VTL1 does not take away either. */
export const kernelStaysExecutable = ({ kernel, access }: AllocationWorld): Property =>
  always(
    'the text that boot has protected stays executable',
    {},
    { reads: () => ({ access: access(kernel) }), holds: ({ access }) => access.value === 'executable' },
  )

export const logIsProtected = ({ frames, cores, slot, call, access }: AllocationWorld): Property =>
  always(
    'VTL0 cannot write the frame that the log goes to, unless a call about it is under way',
    { frame: frames },
    {
      reads: ({ frame }) => ({ slot, access: access(frame), calls: cores.map(call) }),
      holds: ({ slot, access, calls }, { frame }) =>
        slot.context.frame !== frame || !mayWrite(access.value) || calls.some(({ context }) => context.subject === frame),
    },
  )

/** What is protected for nothing is not given back either. */
export const onlyTheLogIsProtected = ({ frames, vtl1Frames, kernel, cores, slot, call, access }: AllocationWorld): Property =>
  always(
    'a frame that was made read-only for the log is the frame of the log, unless a call about it is under way',
    { frame: frames.filter((frame) => frame !== kernel && !vtl1Frames.includes(frame)) },
    {
      reads: ({ frame }) => ({ slot, access: access(frame), calls: cores.map(call) }),
      holds: ({ slot, access, calls }, { frame }) =>
        mayWrite(access.value) || slot.context.frame === frame || calls.some(({ context }) => context.subject === frame),
    },
  )

/** M-L1. */
export const noAddressPanics = ({ cores, call }: AllocationWorld): Property =>
  always(
    'no address that VTL0 names panics VTL1',
    { core: cores },
    { reads: ({ core }) => ({ call: call(core) }), holds: ({ call }) => call.value !== 'panicked' },
  )

export const aCallEnds = ({ cores, call }: AllocationWorld): Property =>
  canReach(
    'a call can always come to its end',
    { core: cores },
    {
      reads: ({ core }) => ({ call: call(core) }),
      goal: ({ call }) => call.value === 'idle' || call.value === 'panicked',
    },
  )

/** VTL0 writes nothing here. */
export const logIsWritten = ({ log, bytes }: AllocationWorld): Property =>
  sometimes(
    'the log is written to the frame that was named for it',
    {},
    { reads: () => ({ bytes: bytes(log) }), holds: ({ bytes }) => bytes.value === 'tampered' },
  )

export const logIsInstalled = ({ slot, log, access }: AllocationWorld): Property =>
  sometimes(
    'the log has a frame that VTL0 can only read',
    {},
    {
      reads: () => ({ slot, access: access(log) }),
      holds: ({ slot, access }) => slot.context.frame === log && access.value === 'readable',
    },
  )
