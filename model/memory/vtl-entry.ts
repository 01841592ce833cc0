import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type { tlbEntry } from './tlb.ts'
import type { vtlPresence } from './vtl-presence.ts'

/*
 * How virtual processors come into VTL1 and leave it.
 *
 * Models: `litebox_platform_lvbs/src/mshv/vtl_switch.rs: vtl_switch` and the first start of a processor
 * (`litebox_runner_lvbs/src/lib.rs: init, run`), with their alternatives. In which order a VP sets its bit and drops its
 * translations: for what the base table maps, the source relies on the flush that the hypervisor makes at entry, and sets
 * the bit after it; for what only a task's table maps, the order is the other one, since that table is loaded later, by a
 * write of CR3. What an entry does to the TLB: it is emptied, as the source assumes of the hypervisor, or it keeps what
 * VTL1 left there, as a tagged TLB may. Who sets the bit of a processor that starts: the processor, when it has started
 * (`vtl_switch_init`); the processor, with its first instructions; or the core that starts it.
 *
 * Leaves out: what the calls do (reads of memory are rules of their own), and how long they take. That an entry empties
 * the TLB is drawn at the return before it, since nobody looks through the TLB of a VP that is outside.
 */

/** When a VP sets its bit: after the flush of its entry, or before a write of CR3. */
export type EntryOrder = 'flush-then-register' | 'register-then-flush'
/** What an entry into VTL1 does to VTL1's translations on that VP. */
export type EntryTlb = 'emptied' | 'kept'
/** Who registers a VP that starts, and when. */
export type BootRegistration = 'when-started' | 'at-once' | 'by-boot-core'

export interface VtlWorld {
  readonly others: readonly string[]
  readonly pages: readonly string[]
  readonly vp: (core: string) => CellOf<typeof vtlPresence>
  readonly tlb: (core: string, page: string) => CellOf<typeof tlbEntry>
}

const source = (symbol: string): string => `litebox_platform_lvbs/src/mshv/vtl_switch.rs: ${symbol}`

/** VTL0 calls the other cores into VTL1 whenever it likes; they serve the call and leave. */
export const vtlCalls = ({ others, pages, vp, tlb }: VtlWorld, order: EntryOrder, entry: EntryTlb): readonly Rule[] => [
  rule(
    'vp.resume',
    { core: others },
    {
      kind: 'environment',
      source: source('VTL_RETURN_ASM, VTL1 resumes here'),
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ vp: vp(core) }),
    },
  ).does({
    when: { outside: ({ vp }) => vp.value === 'outside' },
    events: () => ({ vp: { type: 'RESUME' } }),
  }),
  ...registration({ others, pages, vp, tlb }, order),
  rule(
    'vp.leave',
    { core: others },
    {
      source: source('vtl1_vp_exit'),
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ vp: vp(core) }),
    },
  ).does({
    when: { serving: ({ vp }) => vp.value === 'serving' },
    events: () => ({ vp: { type: 'LEAVE' } }),
  }),
  rule(
    'vp.return',
    { core: others },
    {
      source: source('VTL_RETURN_ASM'),
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ vp: vp(core), held: entry === 'emptied' ? pages.map((page) => tlb(core, page)) : [] }),
    },
  ).does({
    when: { leaving: ({ vp }) => vp.value === 'leaving' },
    events: () => ({ vp: { type: 'RETURN' }, held: { type: 'DROP' } }),
  }),
]

const registration = ({ others, pages, vp, tlb }: VtlWorld, order: EntryOrder): readonly Rule[] =>
  order === 'flush-then-register'
    ? [
        rule(
          'vp.register',
          { core: others },
          {
            source: source('vtl1_vp_enter'),
            needed: true,
            actor: ({ core }) => core,
            sends: ({ core }) => ({ vp: vp(core) }),
          },
        ).does({
          when: { resumed: ({ vp }) => vp.value === 'resumed' },
          events: () => ({ vp: { type: 'REGISTER' } }),
        }),
      ]
    : [
        rule(
          'vp.announce',
          { core: others },
          {
            source: source('vtl1_vp_enter'),
            needed: true,
            actor: ({ core }) => core,
            sends: ({ core }) => ({ vp: vp(core) }),
          },
        ).does({
          when: { resumed: ({ vp }) => vp.value === 'resumed' },
          events: () => ({ vp: { type: 'ANNOUNCE' } }),
        }),
        rule(
          'vp.writeCr3',
          { core: others },
          {
            source: 'litebox_platform_lvbs/src/lib.rs: load_task; for what the base table maps: proposed after vtl1_vp_enter',
            needed: true,
            actor: ({ core }) => core,
            sends: ({ core }) => ({ vp: vp(core), held: pages.map((page) => tlb(core, page)) }),
          },
        ).does({
          when: { announced: ({ vp }) => vp.value === 'announced' },
          events: () => ({ vp: { type: 'FLUSH' }, held: { type: 'DROP' } }),
        }),
      ]

/** The first start of the other cores, once each. A core that registers at once enters as it will enter later. */
export const starts = ({ others, vp }: VtlWorld, registers: BootRegistration): readonly Rule[] => [
  ...(registers === 'by-boot-core'
    ? [
        rule(
          'boot.list',
          { core: others },
          {
            source: 'proposed: before init_vtl_ap, in litebox_platform_lvbs/src/mshv/vsm.rs: mshv_vsm_boot_aps',
            needed: true,
            actor: () => 'bootCore',
            sends: ({ core }) => ({ vp: vp(core) }),
          },
        ).does({
          when: { unstarted: ({ vp }) => vp.value === 'unstarted', unlisted: ({ vp }) => !vp.context.listed },
          events: () => ({ vp: { type: 'LIST' } }),
        }),
      ]
    : []),
  rule(
    'vp.start',
    { core: others },
    {
      kind: 'environment',
      source: 'litebox_runner_lvbs/src/main.rs: _ap_start',
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ vp: vp(core) }),
    },
  ).does({
    when: {
      unstarted: ({ vp }) => vp.value === 'unstarted',
      listedFirst: ({ vp }) => registers !== 'by-boot-core' || vp.context.listed,
    },
    events: () => ({ vp: { type: registers === 'at-once' ? 'RESUME' : 'BOOT' } }),
  }),
  ...(registers === 'at-once'
    ? []
    : [
        rule(
          'vp.finishStart',
          { core: others },
          {
            source: source('vtl_switch_init'),
            needed: true,
            actor: ({ core }) => core,
            sends: ({ core }) => ({ vp: vp(core) }),
          },
        ).does({
          when: { booting: ({ vp }) => vp.value === 'booting' },
          events: () => ({ vp: { type: 'REGISTER' } }),
        }),
      ]),
]
