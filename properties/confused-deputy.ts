import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import type { Deputies } from '../model/memory/deputy.ts'
import { mayWrite } from '../model/memory/hypervisor-protection.ts'
import type { Vtl1 } from '../model/memory/protection-steps.ts'
import { writesRegistry } from '../model/memory/registry-steps.ts'
import { framesAhead } from '../model/memory/vtl-call.ts'

/*
 * What is claimed of VTL1 writing for VTL0: it is no way around the protection, and it keeps nobody from protecting.
 */

/** The second half of M-I11, asked of the write itself. */
export const noWriteOnBehalf = ({ deputies, frames, access }: Deputies): Property =>
  onStep(
    'VTL1 writes for VTL0 only what VTL0 may write itself',
    { core: deputies, frame: frames },
    {
      on: ['deputy.write'],
      reads: ({ frame }) => ({ access: access(frame) }),
      holds: ({ access }, _, { at }, { core, frame }) => at.core !== core || at.frame !== frame || mayWrite(access.value),
    },
  )

export const buffersHoldWhatWasWritten = ({ deputies, frames, bytes }: Deputies): Property =>
  onStep(
    'what VTL1 writes for VTL0 is in the buffer then',
    { core: deputies, frame: frames },
    {
      on: ['deputy.write'],
      reads: ({ frame }) => ({ bytes: bytes(frame) }),
      holds: (_, { bytes }, { at }, { core, frame }) => at.core !== core || at.frame !== frame || bytes.value === 'tampered',
    },
  )

/** The registry keeps out who would write what is protected, and nobody else. */
export const refusalsHaveACause = ({ cores, deputies, frames, access, call }: Deputies & Vtl1): Property =>
  onStep(
    'a buffer is refused only where VTL0 may not write it or a call has it in hand',
    { core: deputies, frame: frames },
    {
      on: ['deputy.reject'],
      reads: ({ frame }) => ({ access: access(frame), calls: cores.map(call) }),
      holds: ({ access, calls }, _, { at }, { core, frame }) =>
        at.core !== core ||
        at.frame !== frame ||
        !mayWrite(access.value) ||
        calls.some((call) => framesAhead(call).includes(frame)),
    },
  )

/** Who announces himself keeps every reader out. */
export const announcedWritersExist = ({ cores, call, gate }: Vtl1): Property =>
  always(
    'readers wait only for a call that is about to write the registry',
    {},
    {
      reads: () => ({ gate, calls: cores.map(call) }),
      holds: ({ gate, calls }) =>
        gate.every(({ value }) => value === 'free' || value === 'shared') || calls.some(({ value }) => writesRegistry(value)),
    },
  )

/** A guard goes with its mapping. */
export const readersAreCounted = ({ deputies, deputy, gate }: Deputies): Property =>
  always(
    'the registry is held shared by as many as write under its guard',
    {},
    {
      reads: () => ({ gate, writers: deputies.map(deputy) }),
      holds: ({ gate, writers }) =>
        gate.every(({ context }) => context.readers === writers.filter((each) => each.context.guarded).length),
    },
  )

/** M-L9. */
export const protectionGetsItsTurn = ({ cores, call }: Vtl1): Property =>
  leadsTo(
    'a change of protection gets its turn',
    { core: cores },
    {
      reads: ({ core }) => ({ call: call(core) }),
      from: ({ call }) => writesRegistry(call.value),
      to: ({ call }) => !writesRegistry(call.value),
    },
  )

export const buffersAreWritten = ({ deputies, deputy }: Deputies): Property =>
  sometimes(
    'an output buffer is written',
    { core: deputies },
    { reads: ({ core }) => ({ deputy: deputy(core) }), holds: ({ deputy }) => deputy.value === 'written' },
  )

/** The buffer of one call is what another call is protecting. */
export const interestsMeet = ({ cores, deputies, call, deputy }: Deputies & Vtl1): Property =>
  sometimes(
    'a frame is named as a buffer while it is being validated',
    { core: cores, deputy: deputies },
    {
      reads: ({ core, deputy: other }) => ({ call: call(core), deputy: deputy(other) }),
      holds: ({ call, deputy }) => call.value === 'verifying' && deputy.value === 'named',
    },
  )
