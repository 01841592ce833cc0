import { setup } from 'xstate'
import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import { cachedBy } from './paging-structure-cache.ts'
import type { RegionEdit } from './upper-level-edit.ts'

/*
 * A core that writes through a page which has just been mapped writable, as a copy into VTL0 memory does.
 *
 * Models: the write goes through the TLB; where the TLB or the cached upper level refuses it, the core faults, and the
 * fault itself drops what it has cached for the address (Intel SDM volume 3, "Operations that Invalidate TLBs and
 * Paging-Structure Caches"). `litebox_platform_lvbs/src/lib.rs: exception_handler` repairs nothing at a kernel address:
 * the copy ends as failed, and debug builds panic. The alternative looks at the tables and tries again if they permit
 * the access.
 *
 * Leaves out: the bytes, the dirty bit, and the exception table by which the failure becomes an error value.
 */

export const windowWrite = setup({
  types: { events: {} as { type: 'WRITE' } | { type: 'FAIL' } | { type: 'RETRY' } },
}).createMachine({
  id: 'windowWrite',
  initial: 'pending',
  states: { pending: { on: { WRITE: 'written', FAIL: 'failed', RETRY: 'pending' } }, written: {}, failed: {} },
})

export interface WritingRegion extends RegionEdit {
  readonly write: (core: string) => CellOf<typeof windowWrite>
}

export type FaultAnswer = 'fails' | 'retries'

/** Every core writes once, when the mapping call is over. */
export const windowWrites = (region: WritingRegion, answer: FaultAnswer): readonly Rule[] => {
  const { cores, page, call, tlb, write } = region
  return [
    rule(
      'copy.write',
      { core: cores },
      {
        source: 'litebox/src/mm/exception_table.rs: memcpy_fallible',
        needed: true,
        actor: ({ core }) => core,
        sees: () => ({ call }),
        sends: ({ core }) => ({ write: write(core), tlb: tlb(core, page) }),
      },
    ).does({
      when: {
        pending: ({ write }) => write.value === 'pending',
        mapped: ({ call }) => call.value === 'over',
        permitted: ({ tlb }) => tlb.context.writable,
      },
      events: () => ({ write: { type: 'WRITE' }, tlb: { type: 'READ' } }),
    }),
    rule(
      'copy.fault',
      { core: cores },
      {
        source: 'litebox_platform_lvbs/src/lib.rs: exception_handler',
        actor: ({ core }) => core,
        sees: () => ({ call }),
        sends: ({ core }) => ({ write: write(core), ...cachedBy(region, core) }),
      },
    ).does({
      when: {
        pending: ({ write }) => write.value === 'pending',
        mapped: ({ call }) => call.value === 'over',
        refused: ({ cache, held }) =>
          held.some((tlb) => tlb.context.frame === region.target && !tlb.context.writable) ||
          (cache.value === 'cached' && !cache.context.writable),
      },
      events: () => ({
        write: { type: answer === 'fails' ? 'FAIL' : 'RETRY' },
        cache: { type: 'DROP' },
        held: { type: 'DROP' },
      }),
    }),
  ]
}
