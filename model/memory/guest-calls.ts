import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'
import type { Areas, Rights } from './memory-area.ts'
import type { Touching } from './page-touch.ts'

/*
 * Another thread of the guest, which calls munmap, mmap with a fixed address, or mprotect on single pages, as it pleases.
 *
 * Models: the three calls of `litebox/src/mm/linux.rs`: `remove_mapping`, `insert_mapping` with `FixedAddressBehavior::Replace` over
 * a page that has an area, and `protect_mapping` to fewer rights. Each holds the write lock throughout and changes one
 * entry: one step. Replacing is unmapping in both kernel platforms, the new frame comes with the first fault
 * (`litebox_platform_lvbs/src/lib.rs: allocate_pages`).
 *
 * Leaves out: more than `limit` calls, calls while the thread is in the middle of an access (it has only one hand), and
 * the shootdown, which belongs to `unmapper.ts`.
 */

export const guestCalls = setup({
  types: { context: {} as { left: number }, input: {} as { limit: number }, events: {} as { type: 'CALL' } },
  guards: { some: ({ context }) => context.left > 0 },
}).createMachine({
  id: 'guestCalls',
  context: ({ input }) => ({ left: input.limit }),
  initial: 'ready',
  states: {
    ready: {
      on: {
        CALL: {
          guard: 'some',
          target: 'ready',
          actions: update((calls) => {
            calls.left -= 1
          }),
        },
      },
    },
  },
})

export interface GuestCalling extends Areas, Touching {
  readonly calls: (thread: string) => CellOf<typeof guestCalls>
}

const fewer: readonly Rights[] = ['none', 'read']

export function guestCalling(
  { pages, area, entry, touch, vmem, calls }: GuestCalling,
  threads: readonly string[],
): readonly Rule[] {
  const common = {
    kind: 'environment',
    actor: ({ thread }: { readonly thread: string }) => thread,
    sees: ({ thread }: { readonly thread: string }) => ({ vmem, touch: touch(thread) }),
    sends: ({ thread, page }: { readonly thread: string; readonly page: string }) => ({
      calls: calls(thread),
      area: area(page),
      entry: entry(page),
    }),
    waitsFor: ['calls'],
  } as const
  return [
    rule('guest.munmap', { thread: threads, page: pages }, { ...common, source: 'litebox/src/mm/linux.rs: remove_mapping' }).does(
      {
        when: {
          idle: ({ touch }) => touch.value === 'idle',
          unlocked: ({ vmem }) => vmem.value === 'free',
          mapped: ({ area }) => area.value === 'mapped',
        },
        events: () => ({ calls: { type: 'CALL' }, area: { type: 'REMOVE' }, entry: { type: 'CLEAR' } }),
      },
    ),
    rule(
      'guest.replace',
      { thread: threads, page: pages },
      { ...common, source: 'litebox/src/mm/linux.rs: insert_mapping' },
    ).does({
      when: {
        idle: ({ touch }) => touch.value === 'idle',
        unlocked: ({ vmem }) => vmem.value === 'free',
        mapped: ({ area }) => area.value === 'mapped',
      },
      events: (_, { thread }) => ({
        calls: { type: 'CALL' },
        area: { type: 'INSERT', area: { mapping: thread, rights: 'write' } },
        entry: { type: 'CLEAR' },
      }),
    }),
    rule(
      'guest.mprotect',
      { thread: threads, page: pages, rights: fewer },
      { ...common, source: 'litebox/src/mm/linux.rs: protect_mapping' },
    ).does({
      when: {
        idle: ({ touch }) => touch.value === 'idle',
        unlocked: ({ vmem }) => vmem.value === 'free',
        narrower: ({ area }, { rights }) =>
          fewer
            .slice(fewer.indexOf(rights) + 1)
            .concat('write')
            .includes(area.context.rights),
      },
      events: (_, { rights }) => ({
        calls: { type: 'CALL' },
        area: { type: 'PROTECT', rights },
        entry: { type: 'GIVE', rights },
      }),
    }),
  ]
}
