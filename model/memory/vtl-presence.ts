import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * Where a virtual processor is, and whether TLB flushes know of it.
 *
 * Models: the way of one VP through VTL1, and its bit in `VTL1_VP_MASK`, which is `listed` here
 * (`litebox_platform_lvbs/src/mshv/vtl_switch.rs: vtl_switch, vtl1_vp_enter, vtl1_vp_exit, vtl_switch_init`). The bit is
 * changed by locked instructions only, so it never waits in a store buffer. Between the moment the hypervisor resumes
 * the VP and the moment the bit is set (`resumed`), and between the moment it is cleared and the return to VTL0
 * (`leaving`), the VP is in VTL1 and no flush knows of it. It then runs a few instructions on memory that stays mapped,
 * while its hardware walks whatever it likes. A VP that is in VTL1 for the first time (`booting`) runs much of LiteBox. A
 * VP that is `editingTables` touches none of the pages whose entries it takes away.
 *
 * Leaves out: the registers of both VTLs, interrupts during the switch (the one handler returns at once), entries for
 * intercepts (they come and go the same way), and that the mask consists of two words: no VP has a bit in both.
 */

export type Place = 'unstarted' | 'outside' | 'booting' | 'serving'

export const vtlPresence = setup({
  types: {
    context: {} as { begins: Place; listed: boolean },
    input: {} as { begins: Place; listed: boolean },
    events: {} as
      | { type: 'LIST' }
      | { type: 'BOOT' }
      | { type: 'RESUME' }
      | { type: 'ANNOUNCE' }
      | { type: 'FLUSH' }
      | { type: 'REGISTER' }
      | { type: 'LEAVE' }
      | { type: 'RETURN' }
      | { type: 'TURN_TO_TABLES' }
      | { type: 'TURN_TO_WORK' },
  },
  actions: {
    setBit: update((vp) => {
      vp.listed = true
    }),
    clearBit: update((vp) => {
      vp.listed = false
    }),
  },
}).createMachine({
  id: 'vtlPresence',
  context: ({ input }) => input,
  initial: 'placed',
  states: {
    placed: {
      always: [
        { guard: ({ context }) => context.begins === 'unstarted', target: 'unstarted' },
        { guard: ({ context }) => context.begins === 'outside', target: 'outside' },
        { guard: ({ context }) => context.begins === 'booting', target: 'booting' },
        { target: 'serving' },
      ],
    },
    unstarted: { on: { LIST: { target: 'unstarted', actions: 'setBit' }, BOOT: 'booting', RESUME: 'resumed' } },
    booting: { on: { REGISTER: { target: 'serving', actions: 'setBit' }, TURN_TO_TABLES: 'editingTables' } },
    outside: { on: { RESUME: 'resumed' } },
    resumed: {
      on: {
        REGISTER: { target: 'serving', actions: 'setBit' },
        ANNOUNCE: { target: 'announced', actions: 'setBit' },
      },
    },
    announced: { on: { FLUSH: 'serving' } },
    serving: { on: { LEAVE: { target: 'leaving', actions: 'clearBit' }, TURN_TO_TABLES: 'editingTables' } },
    editingTables: { on: { TURN_TO_WORK: 'serving' } },
    leaving: { on: { RETURN: 'outside' } },
  },
})

/** Whether the VP walks VTL1's page tables. */
export const isInside = (phase: string): boolean => phase !== 'outside' && phase !== 'unstarted'

/** Whether it runs code that touches pages whose mapping comes and goes. */
export const isAtWork = (phase: string): boolean => phase === 'serving' || phase === 'booting'
