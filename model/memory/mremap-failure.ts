import { type Rule, rule } from '../../checker/index.ts'
import type { Recovery, Remapping } from './mremap.ts'

/*
 * How a call of mremap fails that has to move its pages, and what it does about it.
 *
 * Models: for the new place a page-table page may be missing, and on the Linux-kernel platform the host may refuse to give
 * memory for one; on LVBS a heap without memory stops the machine instead (see `heap-exhaustion.ts`). A page that is present
 * at the new place ends the call too: one that an earlier failure has left there, for the search takes a range without areas.
 * The source returns at once; for the other ways see `Recovery`.
 *
 * Leaves out: see `mremap.ts`.
 */

const source =
  'litebox_platform_linux_kernel/src/arch/x86/mm/paging.rs and litebox_platform_lvbs/src/arch/x86/mm/paging.rs: remap_pages'

/** Without a look ahead the call fails at the page that is in the way; with one, before it has changed anything. */
export const findingPagesInTheWay = (
  { caller, call, pages, entry, destination }: Remapping,
  recovery: 'none' | 'last-page',
): Rule =>
  rule(
    'mremap.findPresent',
    { page: pages },
    {
      source: `${source}, MapToError::PageAlreadyMapped`,
      actor: () => caller,
      sees: ({ page }) => ({ entry: entry(destination(page)) }),
      sends: () => ({ call }),
    },
  ).does({
    when: {
      due: ({ call }) => call.value === (recovery === 'none' ? 'carrying' : 'called'),
      itsTurn: ({ call }, { page }) => recovery === 'last-page' || pages[call.context.done] === page,
      present: ({ entry }) => entry.value === 'present',
    },
    events: () => ({ call: { type: 'FAIL', failure: 'alreadyAllocated' } }),
  })

/** Any page may be the first of a page-table page that is not there yet. */
export const hostRefusing = ({ call }: Remapping, recovery: Recovery): Rule =>
  rule(
    'host.refuseMemory',
    {},
    {
      kind: 'environment',
      source: `${source}, MapToError::FrameAllocationFailed; litebox_platform_linux_kernel/src/host/snp/snp_impl.rs: alloc`,
      needed: true,
      actor: () => 'host',
      sends: () => ({ call }),
    },
  ).does({
    when: { due: ({ call }) => call.value === (recovery === 'tables-first' ? 'called' : 'carrying') },
    events: () => ({
      call: { type: recovery === 'none' || recovery === 'tables-first' ? 'FAIL' : 'RESTORE', failure: 'outOfMemory' },
    }),
  })

export const restoring = (
  { caller, call, pages, entry, destination }: Remapping,
  recovery: 'last-page' | 'all-pages',
): readonly Rule[] => [
  rule(
    'mremap.putBack',
    { page: pages },
    {
      source: 'hypothetical, but for the page at which the call fails: later upstream code of remap_pages',
      needed: true,
      actor: () => caller,
      sends: ({ page }) => ({ call, entry: entry(page) }),
    },
  ).does({
    when: {
      restoring: ({ call }) => call.value === 'restoring',
      itsTurn: ({ call }, { page }) => pages[call.context.done] === page,
      carried: ({ call }) => call.context.carried !== 'none',
    },
    events: ({ call }) => ({
      call: { type: 'PUT_BACK' },
      entry: { type: 'MAP', mapping: { frame: call.context.carried, rights: 'write' } },
    }),
  }),
  ...(recovery === 'last-page'
    ? []
    : [
        rule(
          'mremap.takeBack',
          { page: pages },
          {
            source: 'hypothetical',
            needed: true,
            actor: () => caller,
            sends: ({ page }) => ({ call, entry: entry(destination(page)) }),
          },
        ).does({
          when: {
            restoring: ({ call }) => call.value === 'restoring',
            placed: ({ call }) => call.context.carried === 'none',
            lastMoved: ({ call }, { page }) => pages[call.context.done - 1] === page,
          },
          events: ({ entry }) => ({ call: { type: 'TAKE_BACK', frame: entry.context.frame }, entry: { type: 'CLEAR' } }),
        }),
      ]),
  rule(
    'mremap.giveUp',
    {},
    {
      source: 'hypothetical',
      needed: true,
      actor: () => caller,
      sends: () => ({ call }),
    },
  ).does({
    when: {
      restoring: ({ call }) => call.value === 'restoring',
      putBack: ({ call }) => call.context.carried === 'none',
      everyPage: ({ call }) => recovery === 'last-page' || call.context.done === 0,
    },
    events: () => ({ call: { type: 'RETURN' } }),
  }),
]
