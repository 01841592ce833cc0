import { leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import type { Deputies } from '../model/memory/deputy.ts'
import { mayWrite } from '../model/memory/hypervisor-protection.ts'
import type { Vtl1 } from '../model/memory/protection-steps.ts'
import { writesRegistry } from '../model/memory/registry-steps.ts'

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
