import { type Rule, rule } from '../../checker/index.ts'
import { heldFor, isDue, rangeNames, type Unmapper } from './unmapper.ts'

/*
 * The shootdown of LVBS: the hypervisor flushes, and the caller's hypercall returns when it has.
 *
 * Models: `litebox_platform_lvbs/src/arch/x86/mm/paging.rs: flush_tlb_range` and
 * `litebox_platform_lvbs/src/mshv/hvcall_mm.rs: hv_flush_virtual_address_list` with every core listed, the caller's
 * too. The hypervisor deals with the cores one after another, in any order. No code of LiteBox runs on them, and whether
 * their interrupts are on does not matter. Where the hypervisor may refuse, it does so before it flushes anything, and
 * `flush_tlb_range` answers with a flush of its own core only and reports success (a debug build asserts first); or the
 * caller tries again, or stops for good with the lock held.
 *
 * Leaves out: the hypercall page that is not ready yet at boot, the input page, and hypercalls that fail half way
 * through a list of more than one batch of pages.
 */

const source = 'litebox_platform_lvbs/src/mshv/hvcall_mm.rs: hv_flush_virtual_address_list'
const refusal = 'litebox_platform_lvbs/src/arch/x86/mm/paging.rs: flush_tlb_range, Err(e)'

export const hypercallFlush = (world: Unmapper): readonly Rule[] => {
  const { operation, caller, call, cores, request } = world
  return [
    rule(
      `${operation}.callHypervisor`,
      { range: rangeNames(world) },
      {
        source,
        needed: true,
        actor: () => caller,
        sends: () => ({ call, requests: cores.map(request) }),
      },
    ).does({
      when: {
        flushing: ({ call }) => call.value === 'flushing',
        due: ({ call }, { range }) => isDue(call.context, world, range),
      },
      events: (_, { range }) => ({ call: { type: 'CALL_HYPERVISOR' }, requests: { type: 'REQUEST', range } }),
    }),
    rule(
      'hypervisor.invalidate',
      { core: cores, range: rangeNames(world) },
      {
        kind: 'environment',
        source: 'Hypervisor Top Level Functional Specification, HvCallFlushVirtualAddressListEx',
        needed: true,
        actor: () => 'hypervisor',
        sends: ({ core, range }) => ({ request: request(core), held: heldFor(world, core, range) }),
      },
    ).does({
      when: {
        requested: ({ request }) => request.value === 'requested',
        thisRange: ({ request }, { range }) => request.context.range === range,
      },
      events: () => ({ request: { type: 'SERVE' }, held: { type: 'DROP' } }),
    }),
    rule(
      `${operation}.leaveHypervisor`,
      {},
      {
        source,
        needed: true,
        actor: () => caller,
        sees: () => ({ requests: cores.map(request) }),
        sends: () => ({ call }),
      },
    ).does({
      when: {
        awaiting: ({ call }) => call.value === 'awaiting',
        everyCoreFlushed: ({ requests }) => requests.every((request) => request.value === 'none'),
      },
      events: () => ({ call: { type: 'FLUSHED' } }),
    }),
  ]
}

/** The hypervisor finds fault with the request, as it does with one whose input is encoded wrongly. */
export const refusingHypervisor = ({ call, cores, request }: Unmapper): Rule =>
  rule(
    'hypervisor.refuse',
    {},
    {
      kind: 'environment',
      source: 'Hypervisor Top Level Functional Specification, HV_STATUS_INVALID_HYPERCALL_INPUT',
      needed: true,
      actor: () => 'hypervisor',
      sends: () => ({ call, requests: cores.map(request) }),
    },
  ).does({
    when: {
      awaiting: ({ call }) => call.value === 'awaiting',
      nothingFlushed: ({ requests }) => requests.every((request) => request.value === 'requested'),
    },
    events: () => ({ call: { type: 'REFUSED' }, requests: { type: 'CANCEL' } }),
  })

/** What the source does: flush the own core altogether, and go on as if every core had been flushed. */
export const fallBackToLocalFlush = ({ operation, caller, call, pages, tlb }: Unmapper): readonly Rule[] => [
  rule(
    `${operation}.flushOwnCore`,
    {},
    {
      source: refusal,
      needed: true,
      actor: () => caller,
      sends: () => ({ call, held: pages.map((page) => tlb(caller, page)) }),
    },
  ).does({
    when: { refused: ({ call }) => call.value === 'refused' },
    events: () => ({ call: { type: 'FLUSHED' }, held: { type: 'DROP' } }),
  }),
]

/** What it might do instead: never return as if flushed. */
export const retryOrStop = ({ operation, caller, call }: Unmapper): readonly Rule[] => [
  rule(
    `${operation}.retry`,
    {},
    {
      source: refusal,
      needed: true,
      actor: () => caller,
      sends: () => ({ call }),
    },
  ).does({
    when: { refused: ({ call }) => call.value === 'refused' },
    events: () => ({ call: { type: 'RETRY' } }),
  }),
  rule(
    `${operation}.stop`,
    {},
    {
      source: refusal,
      needed: true,
      actor: () => caller,
      sends: () => ({ call }),
    },
  ).does({
    when: { refused: ({ call }) => call.value === 'refused' },
    events: () => ({ call: { type: 'STOP' } }),
  }),
]
