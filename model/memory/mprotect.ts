import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'
import type { Areas, Rights } from './memory-area.ts'
import type { UserEntries } from './user-entry.ts'

/*
 * Calls of mprotect for a range of pages.
 *
 * Models: `litebox/src/mm/linux.rs: protect_mapping` with `mprotect_pages` of both `paging.rs`, under the write lock of the
 * areas: page by page the area gets the new rights, and the entry, if there is one, too. As in the source, an area that
 * has these rights already is passed over, its entries with it; and an entry that is not writable is not made so: that is
 * left to the page fault handler ("COW"). The parameter `widening` makes it writable at once instead.
 *
 * Leaves out: areas that reach beyond the range, gaps, refusal (all areas may be given all rights), the shootdown (see
 * `unmapper.ts`), and more than `limit` calls.
 */

export type Widening = 'lazy' | 'eager'

export const mprotectCalls = setup({
  types: {
    context: {} as { left: number; rights: Rights; done: number },
    input: {} as { limit: number },
    events: {} as { type: 'CALL'; rights: Rights } | { type: 'CHANGE' } | { type: 'RETURN' },
  },
  guards: { some: ({ context }) => context.left > 0 },
}).createMachine({
  id: 'mprotectCalls',
  context: ({ input }) => ({ left: input.limit, rights: 'none', done: 0 }),
  initial: 'returned',
  states: {
    returned: {
      on: {
        CALL: {
          guard: 'some',
          target: 'changing',
          actions: update((call, { rights }) => {
            call.left -= 1
            call.rights = rights
          }),
        },
      },
    },
    changing: {
      on: {
        CHANGE: {
          target: 'changing',
          actions: update((call) => {
            call.done += 1
          }),
        },
        RETURN: {
          target: 'returned',
          actions: update((call) => {
            call.rights = 'none'
            call.done = 0
          }),
        },
      },
    },
  },
})

export interface Protecting extends Areas, UserEntries {
  readonly caller: string
  readonly call: CellOf<typeof mprotectCalls>
}

const given = (widening: Widening, wanted: Rights, had: Rights): Rights =>
  widening === 'lazy' && wanted === 'write' && had !== 'write' ? 'read' : wanted

const source =
  'litebox/src/mm/linux.rs: protect_mapping; litebox_platform_lvbs/src/arch/x86/mm/paging.rs and ' +
  'litebox_platform_linux_kernel/src/arch/x86/mm/paging.rs: mprotect_pages'

export const protectingAreas = ({ caller, call, pages, area, entry, vmem }: Protecting, widening: Widening): readonly Rule[] => [
  rule(
    'mprotect.call',
    { rights: ['none', 'read', 'write'] },
    {
      kind: 'environment',
      source: 'litebox/src/mm/mod.rs: change_page_permissions',
      needed: true,
      actor: () => caller,
      sends: () => ({ call, vmem }),
      waitsFor: ['call', 'vmem'],
    },
  ).does({
    when: { returned: ({ call }) => call.value === 'returned' },
    events: (_, { rights }) => ({ call: { type: 'CALL', rights }, vmem: { type: 'ACQUIRE', holder: caller } }),
  }),
  rule(
    'mprotect.change',
    { page: pages },
    {
      source,
      needed: true,
      actor: () => caller,
      sends: ({ page }) => ({ call, area: area(page), entry: entry(page) }),
    },
  ).does({
    when: {
      changing: ({ call }) => call.value === 'changing',
      itsTurn: ({ call }, { page }) => pages[call.context.done] === page,
      differs: ({ call, area }) => area.context.rights !== call.context.rights,
    },
    events: ({ call: { context }, entry }) => ({
      call: { type: 'CHANGE' },
      area: { type: 'PROTECT', rights: context.rights },
      entry: { type: 'GIVE', rights: given(widening, context.rights, entry.context.rights) },
    }),
  }),
  rule(
    'mprotect.passOver',
    { page: pages },
    {
      source,
      actor: () => caller,
      sees: ({ page }) => ({ area: area(page) }),
      sends: () => ({ call }),
    },
  ).does({
    when: {
      changing: ({ call }) => call.value === 'changing',
      itsTurn: ({ call }, { page }) => pages[call.context.done] === page,
      same: ({ call, area }) => area.context.rights === call.context.rights,
    },
    events: () => ({ call: { type: 'CHANGE' } }),
  }),
  rule(
    'mprotect.return',
    {},
    {
      source: 'litebox/src/mm/mod.rs: change_page_permissions, end of the scope of vmem',
      actor: () => caller,
      sends: () => ({ call, vmem }),
    },
  ).does({
    when: {
      changing: ({ call }) => call.value === 'changing',
      done: ({ call }) => call.context.done === pages.length,
    },
    events: () => ({ call: { type: 'RETURN' }, vmem: { type: 'RELEASE' } }),
  }),
]
