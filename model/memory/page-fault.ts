import { setup } from 'xstate'
import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type { Cpus } from '../platform/cpu.ts'
import type { spinlock } from '../platform/spinlock.ts'

/*
 * A page fault that LiteBox serves on another core while the call at hand is running.
 *
 * Models: a guest thread touches a page that has no frame yet. Its core comes into the kernel with interrupts off, and
 * `handle_page_fault` of both `paging.rs` spins for the page-table lock, with interrupts off all the while.
 *
 * Leaves out: what the handler maps (a page outside the range of the call), and the lock on the list of memory areas,
 * which the handler takes first: the caller of unmap holds it for longer than the page-table lock, so whoever waits for
 * the one here waits for the other there, and the one lock of the model stands for both. (On LVBS that wait is not even possible: it blocks, and
 * `litebox_platform_lvbs/src/host/lvbs_impl.rs: block_or_maybe_timeout` is unimplemented.)
 */

export const pageFault = setup({
  types: { events: {} as { type: 'RAISE' } | { type: 'LOCK' } | { type: 'UNLOCK' } | { type: 'RETURN' } },
}).createMachine({
  id: 'pageFault',
  initial: 'none',
  states: {
    none: { on: { RAISE: 'locking' } },
    locking: { on: { LOCK: 'mapping' } },
    mapping: { on: { UNLOCK: 'leaving' } },
    leaving: { on: { RETURN: 'none' } },
  },
})

export interface FaultWorld extends Cpus {
  readonly lock: CellOf<typeof spinlock>
  readonly fault: (core: string) => CellOf<typeof pageFault>
}

const source = 'litebox_platform_lvbs/src/arch/x86/mm/paging.rs: handle_page_fault'

export const pageFaults = ({ cpu, lock, fault }: FaultWorld, cores: readonly string[]): readonly Rule[] => [
  rule(
    'fault.raise',
    { core: cores },
    {
      kind: 'environment',
      source: 'litebox_platform_lvbs/src/lib.rs: exception_callback',
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ cpu: cpu(core), fault: fault(core) }),
    },
  ).does({
    when: { inUserMode: ({ cpu }) => cpu.value === 'user' },
    events: () => ({ cpu: { type: 'ENTER_KERNEL' }, fault: { type: 'RAISE' } }),
  }),
  rule(
    'fault.lock',
    { core: cores },
    {
      source,
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ fault: fault(core), lock }),
      waitsFor: ['lock'],
    },
  ).does({
    when: { locking: ({ fault }) => fault.value === 'locking' },
    events: (_, { core }) => ({ fault: { type: 'LOCK' }, lock: { type: 'ACQUIRE', holder: core } }),
  }),
  rule(
    'fault.unlock',
    { core: cores },
    {
      source,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ fault: fault(core), lock }),
    },
  ).does({
    when: { mapping: ({ fault }) => fault.value === 'mapping' },
    events: () => ({ fault: { type: 'UNLOCK' }, lock: { type: 'RELEASE' } }),
  }),
  rule(
    'fault.return',
    { core: cores },
    {
      source: 'litebox_platform_lvbs/src/lib.rs: switch_to_user',
      actor: ({ core }) => core,
      sends: ({ core }) => ({ cpu: cpu(core), fault: fault(core) }),
    },
  ).does({
    when: { leaving: ({ fault }) => fault.value === 'leaving' },
    events: () => ({ cpu: { type: 'LEAVE_KERNEL' }, fault: { type: 'RETURN' } }),
  }),
]
