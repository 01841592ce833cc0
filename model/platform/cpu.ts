import { setup } from 'xstate'
import { type CellOf, type Rule, rule } from '../../checker/index.ts'

/*
 * What one core runs, as far as interrupts and guest memory are concerned.
 *
 * Models: ring 3 with interrupts on; LiteBox's kernel half with interrupts off (the gates of the descriptor table clear
 * the interrupt flag, as does the mask for system calls, and nothing on the way sets it again:
 * `litebox_platform_lvbs/src/arch/x86/interrupts.rs: idt`, `lib.rs: exception_callback`, `syscall_entry.rs: init`); and
 * an interrupt handler that came in from ring 3.
 *
 * The Linux-kernel platform is taken to do the same; its gates are set up outside its sources.
 *
 * Leaves out: nesting, kernel stretches with interrupts on (the dispatch of VTL calls), the thread scheduler, and VTL0:
 * every core is in VTL1 all the time, so a flush must reach all of them.
 */

/** An interrupt has an edge in ring 3 only; elsewhere it stays pending, which is for its sender's request to remember. */
export const cpu = setup({
  types: { events: {} as { type: 'ENTER_KERNEL' } | { type: 'LEAVE_KERNEL' } | { type: 'INTERRUPT' } | { type: 'RETURN' } },
}).createMachine({
  id: 'cpu',
  initial: 'user',
  states: {
    user: { on: { ENTER_KERNEL: 'kernel', INTERRUPT: 'handlingInterrupt' } },
    kernel: { on: { LEAVE_KERNEL: 'user' } },
    handlingInterrupt: { on: { RETURN: 'user' } },
  },
})

export interface Cpus {
  readonly cpu: (core: string) => CellOf<typeof cpu>
}

/** Guest threads on `cores` enter the kernel and leave it as they please; nothing there waits for another core. */
export const briefKernelVisits = ({ cpu }: Cpus, cores: readonly string[]): readonly Rule[] => [
  rule(
    'cpu.enterKernel',
    { core: cores },
    {
      kind: 'environment',
      source: 'litebox_platform_lvbs/src/lib.rs: syscall_callback',
      actor: ({ core }) => core,
      sends: ({ core }) => ({ cpu: cpu(core) }),
    },
  ).does({
    when: { inUserMode: ({ cpu }) => cpu.value === 'user' },
    events: () => ({ cpu: { type: 'ENTER_KERNEL' } }),
  }),
  rule(
    'cpu.leaveKernel',
    { core: cores },
    {
      kind: 'environment',
      source: 'litebox_platform_lvbs/src/lib.rs: switch_to_user',
      actor: ({ core }) => core,
      sends: ({ core }) => ({ cpu: cpu(core) }),
    },
  ).does({
    when: { inKernel: ({ cpu }) => cpu.value === 'kernel' },
    events: () => ({ cpu: { type: 'LEAVE_KERNEL' } }),
  }),
]
