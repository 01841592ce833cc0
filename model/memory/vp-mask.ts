import { setup } from 'xstate'
import { type Rule, rule, update } from '../../checker/index.ts'
import type { ForeignWindows } from './foreign-windows.ts'

/*
 * Where a virtual processor is: in VTL0, or in VTL1 with or without its bit in the mask that TLB flushes read.
 *
 * Models: `litebox_platform_lvbs/src/mshv/vtl_switch.rs: vtl_switch, VTL1_VP_MASK`. The hypervisor resumes the VP in
 * VTL1 with an empty TLB (CR3 is reloaded at entry), code runs, and only then `vtl1_vp_enter` sets the bit: in between,
 * the VP may walk the shared page tables and no flush knows of it. The other order, `before-flush`, sets the bit first
 * and reloads CR3 after that.
 *
 * Leaves out: the registers of both VTLs, interrupts during the switch, the moment between clearing the bit and the
 * return (it touches stable memory only, and the next entry empties the TLB), and store buffers: a page-table store may
 * become visible after the load of the mask that follows it, which whole steps do not show. That the TLB is empty at
 * entry is what the source assumes of the hypervisor. It is drawn as emptied at exit, since nobody looks through the TLB
 * of a VP that is outside.
 */

/** When a VP sets its bit: after the flush of VTL entry, as the source does, or before a flush of its own. */
export type Registration = 'after-flush' | 'before-flush'

export const virtualProcessor = setup({
  types: {
    context: {} as { owes: boolean },
    events: {} as { type: 'RESUME' } | { type: 'REGISTER' } | { type: 'DISPATCH' } | { type: 'LEAVE' } | { type: 'OWE' },
  },
}).createMachine({
  id: 'virtualProcessor',
  context: { owes: false },
  initial: 'outside',
  states: {
    outside: { on: { RESUME: 'resumed', OWE: 'outside' } },
    resumed: { on: { REGISTER: 'registered', DISPATCH: 'dispatching' } },
    registered: { on: { DISPATCH: 'dispatching' } },
    dispatching: {
      on: {
        LEAVE: {
          target: 'outside',
          actions: update((vp) => {
            vp.owes = false
          }),
        },
      },
    },
  },
  on: {
    // A grace period waits for every VP that was in VTL1 when it began to leave once.
    OWE: {
      actions: update((vp) => {
        vp.owes = true
      }),
    },
  },
})

/** The bit of `VTL1_VP_MASK`, as a flush reads it. */
export const inMask = (phase: string): boolean => phase === 'registered' || phase === 'dispatching'

const source = (symbol: string): string => `litebox_platform_lvbs/src/mshv/vtl_switch.rs: ${symbol}`

/** VPs are called into VTL1 and leave it again, for ever. A VP leaves when its call holds no pointer any more. */
export const vtlSwitches = (windows: ForeignWindows, registration: Registration): readonly Rule[] => {
  const { cores, pages, vp, pointer, tlb, request } = windows
  const ownTlb = (core: string) => pages.map((page) => tlb(core, page))
  return [
    rule(
      'vp.resume',
      { core: cores },
      { source: source('vtl_switch'), needed: true, actor: ({ core }) => core, sends: ({ core }) => ({ vp: vp(core) }) },
    ).does({
      when: { outside: ({ vp }) => vp.value === 'outside' },
      events: () => ({ vp: { type: 'RESUME' } }),
    }),
    rule(
      'vp.register',
      { core: cores },
      { source: source('vtl1_vp_enter'), needed: true, actor: ({ core }) => core, sends: ({ core }) => ({ vp: vp(core) }) },
    ).does({
      when: { resumed: ({ vp }) => vp.value === 'resumed' },
      events: () => ({ vp: { type: registration === 'after-flush' ? 'DISPATCH' : 'REGISTER' } }),
    }),
    ...(registration === 'after-flush'
      ? []
      : [
          rule(
            'vp.reloadCr3',
            { core: cores },
            {
              source: 'proposed: a reload of CR3 after vtl1_vp_enter',
              needed: true,
              actor: ({ core }) => core,
              sends: ({ core }) => ({ vp: vp(core), tlb: ownTlb(core) }),
            },
          ).does({
            when: { registered: ({ vp }) => vp.value === 'registered' },
            events: () => ({ vp: { type: 'DISPATCH' }, tlb: { type: 'DROP' } }),
          }),
        ]),
    rule(
      'vp.leave',
      { core: cores },
      {
        source: source('vtl1_vp_exit'),
        needed: true,
        actor: ({ core }) => core,
        sees: ({ core }) => ({ pointer: pointer(core), request: request(core) }),
        sends: ({ core }) => ({ vp: vp(core), tlb: ownTlb(core) }),
      },
    ).does({
      when: {
        dispatching: ({ vp }) => vp.value === 'dispatching',
        callEnded: ({ pointer }) => pointer.value === 'absent',
        noInterruptPending: ({ request }) => request.value === 'answered',
      },
      events: () => ({ vp: { type: 'LEAVE' }, tlb: { type: 'DROP' } }),
    }),
  ]
}
