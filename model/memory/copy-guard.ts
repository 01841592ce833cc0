import { setup } from 'xstate'
import { type Rule, rule, update } from '../../checker/index.ts'
import type { ForeignWindows } from './foreign-windows.ts'

/*
 * The handler of a shootdown by interrupt, and a guard in it that ends copies through what was revoked.
 *
 * Models: a proposal in the review of the physical pointers: the handler detects "whether the local core is currently in
 * the memcpy_fallible assembly" on a page that the new page table no longer maps, and makes the copy fail, before the
 * unmapper goes on (`in-copy`). The wider `while-mapped` ends a mapping at any time between `vmap` and the drop of its
 * guard: the pointer forgets its mapping, so that nothing is copied and nothing unmapped through it. There is no such
 * handler under the hypercall: the hypervisor flushes a core without running code on it, and the knob means nothing.
 *
 * Leaves out: interrupt priorities and nesting; a core in VTL1 takes the interrupt between any two of its steps.
 */

export type Guard = 'off' | 'in-copy' | 'while-mapped'

/** The one request that a core can have pending; a second one waits for its answer. */
export const invalidationRequest = setup({
  types: {
    context: {} as { page: string },
    events: {} as { type: 'REQUEST'; page: string } | { type: 'ANSWER' },
  },
}).createMachine({
  id: 'invalidationRequest',
  context: { page: 'none' },
  initial: 'answered',
  states: {
    answered: {
      on: {
        REQUEST: {
          target: 'pending',
          actions: update((request, { page }) => {
            request.page = page
          }),
        },
      },
    },
    pending: {
      on: {
        ANSWER: {
          target: 'answered',
          actions: update((request) => {
            request.page = 'none'
          }),
        },
      },
    },
  },
})

export const invalidationHandler = (
  { cores, pages, vp, pointer, tlb, request }: ForeignWindows,
  guard: Guard,
): readonly Rule[] => {
  const ends = (held: { readonly value: string; readonly context: { readonly page: string } }, page: string): boolean => {
    if (guard === 'off' || held.context.page !== page) return false
    return held.value === 'copying' || (guard === 'while-mapped' && ['mapped', 'completed', 'failed'].includes(held.value))
  }
  const source = 'proposed in PR 817: a guard in the TLB shootdown handler'
  return [
    rule(
      'handler.invalidate',
      { core: cores, page: pages },
      {
        source,
        needed: true,
        actor: ({ core }) => core,
        sees: ({ core }) => ({ vp: vp(core), pointer: pointer(core) }),
        sends: ({ core, page }) => ({ request: request(core), tlb: tlb(core, page) }),
      },
    ).does({
      when: {
        requested: ({ request }, { page }) => request.context.page === page,
        inVtl1: ({ vp }) => vp.value !== 'outside',
        nothingToEnd: ({ pointer }, { page }) => !ends(pointer, page),
      },
      events: () => ({ request: { type: 'ANSWER' }, tlb: { type: 'DROP' } }),
    }),
    ...(guard === 'off'
      ? []
      : [
          rule(
            'handler.endMapping',
            { core: cores, page: pages },
            {
              source,
              actor: ({ core }) => core,
              sees: ({ core }) => ({ vp: vp(core) }),
              sends: ({ core, page }) => ({ request: request(core), tlb: tlb(core, page), pointer: pointer(core) }),
            },
          ).does({
            when: {
              requested: ({ request }, { page }) => request.context.page === page,
              inVtl1: ({ vp }) => vp.value !== 'outside',
              toEnd: ({ pointer }, { page }) => ends(pointer, page),
            },
            events: () => ({
              request: { type: 'ANSWER' },
              tlb: { type: 'DROP' },
              pointer: { type: guard === 'in-copy' ? 'ABORT' : 'REVOKE' },
            }),
          }),
        ]),
  ]
}
