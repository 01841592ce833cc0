import { type Rule, rule } from '../../checker/index.ts'
import type { Vtl1 } from './protection-steps.ts'
import { nextListing } from './vtl-call.ts'

/*
 * Two ways in which the registry of protected frames could be kept and locked otherwise.
 *
 * Models: proposals. Later versions make the hypercall under the registry's lock and write the registry in the same
 * section (`ProtectedFrameUpdateGuard::record_protection` of `litebox_platform_lvbs/src/mshv/vsm.rs`): that is one step, in
 * `protection-steps.ts`. Their lock is `spin::RwLock`, which lets readers in while a writer waits.
 *
 * Leaves out: what `protection-registry.ts` leaves out.
 */

/** The registry is written in a step of its own, where the hypercall is not made under its lock. */
export const listings = ({ cores, frames, call, listing, gate }: Vtl1): Rule =>
  rule(
    'vtl1.list',
    { core: cores, frame: frames },
    {
      source: 'litebox_platform_lvbs/src/mshv/vsm.rs: ProtectedFrameUpdateGuard::record_protection, in later versions',
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core, frame }) => ({ call: call(core), listing: listing(frame), gate }),
      waitsFor: ['gate'],
    },
  ).does({
    when: {
      listing: ({ call }) => call.value === 'listing',
      itsTurn: ({ call }, { frame }) => nextListing(call)?.frame === frame,
    },
    events: ({ call }) => ({
      call: { type: 'DONE' },
      listing: { type: nextListing(call)?.listed ? 'LIST' : 'UNLIST' },
      gate: { type: 'PASS' },
    }),
  })

/** A writer that announces itself, so that no reader overtakes it. */
export const claims = ({ cores, call, gate }: Vtl1): Rule =>
  rule(
    'registry.claim',
    { core: cores },
    {
      source: 'proposed: a fair lock in place of spin::RwLock',
      needed: true,
      actor: ({ core }) => core,
      sees: ({ core }) => ({ call: call(core) }),
      sends: () => ({ gate }),
      waitsFor: ['gate'],
    },
  ).does({
    when: { writes: ({ call }) => writesRegistry(call.value) },
    events: () => ({ gate: { type: 'CLAIM' } }),
  })

/** The phases in which a call waits for the registry's lock, where there is one. */
export const writesRegistry = (phase: string): boolean => phase === 'reserving' || phase === 'protecting' || phase === 'listing'
