import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * When an address of the vmap region that came back is given again.
 *
 * Models: `litebox_platform_lvbs/src/mm/vmap.rs: allocate_va_range, free_va_range`, for allocations of one length: an
 * address that comes back is free at once, and the lowest is given first. The other policies: the one that waited
 * longest first; only when every core has left VTL1 since (and with it every translation of the address); when the first
 * core has left; never.
 *
 * Leaves out: lengths, guard pages and the record of frames (`vmap-range.ts`).
 */

export type Policy = 'lowest-first' | 'oldest-first' | 'quarantine' | 'quarantine-short' | 'never'

interface Policed {
  readonly policy: Policy
  readonly cores: readonly string[]
}

export const vmapPolicy = setup({
  types: {
    context: {} as {
      policy: Policy
      cores: readonly string[]
      free: string[]
      waiting: { address: string; owing: string[] }[]
    },
    input: {} as Policed & { readonly addresses: readonly string[] },
    events: {} as { type: 'GIVE'; address: string } | { type: 'GIVE_BACK'; address: string } | { type: 'LEFT'; core: string },
  },
}).createMachine({
  id: 'vmapPolicy',
  context: ({ input: { policy, cores, addresses } }) => ({ policy, cores, free: [...addresses], waiting: [] }),
  initial: 'ready',
  states: {
    ready: {
      on: {
        GIVE: {
          target: 'ready',
          actions: update((region, { address }) => {
            region.free = region.free.filter((each) => each !== address)
          }),
        },
        GIVE_BACK: {
          target: 'ready',
          actions: update((region, { address }) => {
            if (region.policy === 'never') return
            if (region.policy === 'lowest-first') region.free = [...region.free, address].sort()
            else if (region.policy === 'oldest-first') region.free.push(address)
            else region.waiting.push({ address, owing: [...region.cores] })
          }),
        },
        LEFT: {
          target: 'ready',
          actions: update((region, { core }) => {
            for (const each of region.waiting)
              each.owing = region.policy === 'quarantine-short' ? [] : each.owing.filter((owing) => owing !== core)
            const done = region.waiting.filter(({ owing }) => owing.length === 0).map(({ address }) => address)
            region.waiting = region.waiting.filter(({ owing }) => owing.length > 0)
            region.free = [...region.free, ...done].sort()
          }),
        },
      },
    },
  },
})
