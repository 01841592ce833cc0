import { type Rule, rule } from '../../checker/index.ts'
import type { Vtl1 } from './protection-steps.ts'
import { nextCopy } from './vtl-call.ts'

/*
 * VTL1 copying what VTL0 has given it to verify, and judging the copies.
 *
 * Models: `litebox_platform_lvbs/src/lib.rs: copy_from_vtl0_phys`, which copies a frame into memory of VTL1's own, and the
 * verification of such copies, which looks at nothing else and so can be one step.
 *
 * Leaves out: copies that fail, and what `guest-frame.ts` leaves out.
 */

export const copies = ({ cores, frames, call, bytes }: Vtl1): Rule =>
  rule(
    'vtl1.copy',
    { core: cores, frame: frames },
    {
      source: 'litebox_platform_lvbs/src/mshv/vsm.rs: MemoryContainer::write_bytes_from_heki_range',
      needed: true,
      actor: ({ core }) => core,
      sees: ({ frame }) => ({ bytes: bytes(frame) }),
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({
    when: {
      copying: ({ call }) => call.value === 'copying',
      itsTurn: ({ call }, { frame }) => nextCopy(call)?.frame === frame,
    },
    events: ({ call, bytes }) => ({ call: { type: 'COPIED', authentic: bytes.context.of === nextCopy(call)?.of } }),
  })

/** The copies were authentic. */
export const acceptances = ({ cores, call }: Vtl1): Rule =>
  rule(
    'vtl1.verify',
    { core: cores },
    {
      source: 'litebox_platform_lvbs/src/mshv/mem_integrity.rs: verify_kernel_module_signature, verify_kernel_pe_signature',
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({
    when: {
      verifying: ({ call }) => call.value === 'verifying',
      authentic: ({ call }) => call.context.authentic,
    },
    events: () => ({ call: { type: 'DONE' } }),
  })

/** They were not. */
export const refusals = ({ cores, call, undo }: Vtl1): Rule =>
  rule(
    'vtl1.refuse',
    { core: cores },
    {
      source: 'litebox_platform_lvbs/src/mshv/vsm.rs: SignatureVerificationFailed, ModuleRelocationInvalid',
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({
    when: {
      verifying: ({ call }) => call.value === 'verifying',
      tampered: ({ call }) => !call.context.authentic,
    },
    events: ({ call }) => ({ call: { type: 'TURN', todo: undo(call, 'verification') } }),
  })
