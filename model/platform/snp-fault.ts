import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'

/*
 * A page fault in the SNP guest, and the end of the machine.
 *
 * Models: `litebox_runner_snp/src/main.rs: page_fault_handler, int_handler, panic`, what `PageManager::handle_page_fault`
 * may answer (`litebox/src/mm/mod.rs`, under `vmem.write()`), and `litebox_platform_linux_kernel/src/host/snp/snp_impl.rs:
 * HostSnpInterface::terminate`, which asks the host to end the machine and after that is `unreachable!`, although the
 * comment above says that it halts. A panic prints and asks again, for another reason.
 *
 * Leaves out: TLBs and page tables (a fault that is resolved is resolved), the print (`snp-ghcb.ts`), vectors other than
 * page faults, all of which end the machine the same way, and how deep panics nest before the stack is used up. And that a
 * fault at an address which is not the guest's is forbidden before the lock is taken; here all take it.
 */

/** Where the faulting instruction is: the guest's program, a copy that has an entry in the exception table, other kernel code. */
export type FaultPlace = 'guest' | 'copy' | 'kernel'
/**
 * What is wrong: nothing that a page cannot mend; an access that no mapping allows; a stack that may not grow there
 * (`AllocationFailed`); no memory for the page (`allocate_frame(true).unwrap()`); a write to a page that `mprotect_pages`
 * was to make writable, and left to this handler (`todo!("COW")`); no memory for a page table on the way to the page, which
 * is `MapToError::FrameAllocationFailed` and so the same answer as the stack's, where the frame beside it panics.
 */
export type FaultCause = 'mendable' | 'forbidden' | 'stack-gap' | 'no-memory' | 'withheld' | 'no-table'
/** The reasons of `litebox_runner_snp/src/globals.rs` that are used here, or would be right. */
export type Reason = 'none' | 'general' | 'exception' | 'no-memory'

export const faultingThread = setup({
  types: {
    context: {} as { place: FaultPlace | 'none'; cause: FaultCause | 'none'; holds: boolean; reason: Reason },
    events: {} as
      | { type: 'LOCK' }
      | { type: 'UNLOCK' }
      | { type: 'FAULT'; place: FaultPlace; cause: FaultCause }
      | { type: 'TAKE' }
      | { type: 'MEND' }
      | { type: 'FIX_UP' }
      | { type: 'SIGNAL' }
      | { type: 'ASK_END'; reason: Reason }
      | { type: 'COME_BACK' }
      | { type: 'PANIC' }
      | { type: 'HALT' },
  },
  actions: {
    forget: update((thread) => {
      thread.place = 'none'
      thread.cause = 'none'
    }),
  },
}).createMachine({
  id: 'faultingThread',
  context: { place: 'none', cause: 'none', holds: false, reason: 'none' },
  initial: 'running',
  states: {
    running: {
      on: {
        LOCK: {
          target: 'running',
          actions: update((thread) => {
            thread.holds = true
          }),
        },
        UNLOCK: {
          target: 'running',
          actions: update((thread) => {
            thread.holds = false
          }),
        },
        FAULT: {
          target: 'faulted',
          actions: update((thread, { place, cause }) => {
            thread.place = place
            thread.cause = cause
          }),
        },
      },
    },
    faulted: { on: { TAKE: 'looking' } },
    looking: {
      on: {
        MEND: { target: 'running', actions: 'forget' },
        FIX_UP: { target: 'running', actions: 'forget' },
        SIGNAL: { target: 'signalled', actions: 'forget' },
        ASK_END: {
          target: 'ending',
          actions: update((thread, { reason }) => {
            thread.reason = reason
          }),
        },
        PANIC: 'panicking',
      },
    },
    // The program is told, and ends; its thread is not modelled on.
    signalled: {},
    panicking: {
      on: {
        ASK_END: {
          target: 'ending',
          actions: update((thread, { reason }) => {
            thread.reason = reason
          }),
        },
      },
    },
    ending: { on: { COME_BACK: 'refused' } },
    refused: { on: { PANIC: 'panicking', HALT: 'halted' } },
    halted: {},
  },
})

/** The machine, and the reason that its host was last given for its end. */
export const snpMachine = setup({
  types: { context: {} as { reason: Reason }, events: {} as { type: 'ASK'; reason: Reason } | { type: 'END' } },
}).createMachine({
  id: 'snpMachine',
  context: { reason: 'none' },
  initial: 'running',
  states: {
    running: {
      on: {
        ASK: {
          target: 'running',
          actions: update((machine, { reason }) => {
            machine.reason = reason
          }),
        },
        END: 'ended',
      },
    },
    ended: {},
  },
})

/** `vmem`, which the handler takes for writing. */
export const vmemLock = setup({
  types: { context: {} as { holder: string }, events: {} as { type: 'TAKE'; holder: string } | { type: 'RELEASE' } },
}).createMachine({
  id: 'vmemLock',
  context: { holder: 'nobody' },
  initial: 'there',
  states: { there: {} },
  on: {
    TAKE: {
      actions: update((lock, { holder }) => {
        lock.holder = holder
      }),
    },
    RELEASE: {
      actions: update((lock) => {
        lock.holder = 'nobody'
      }),
    },
  },
})

export interface FaultDesign {
  /** For which answers of the page manager the exception table is searched. */
  readonly lookup: 'access-errors' | 'all-errors'
  /** What becomes of a fault of the guest's program that nothing mends. */
  readonly delivery: 'terminate' | 'signal'
  /** What no memory for the page and a withheld write do in the handler. */
  readonly unmendable: 'panics' | 'is-an-error'
  /** Whether kernel code copies guest memory under `vmem`. */
  readonly copies: 'outside-lock' | 'under-lock'
  readonly host: 'ends-machine' | 'may-refuse'
  /** What a thread does to which the host comes back. */
  readonly refusal: 'panics' | 'halts'
}

export interface Faults extends FaultDesign {
  readonly threads: readonly string[]
  readonly thread: (thread: string) => CellOf<typeof faultingThread>
  readonly machine: CellOf<typeof snpMachine>
  readonly lock: CellOf<typeof vmemLock>
}

interface Fault {
  readonly place: FaultPlace | 'none'
  readonly cause: FaultCause | 'none'
}

/** What the handler does: mend the page, go on at the fix-up, signal the program, end the machine, panic. */
export function handling({ lookup, delivery, unmendable }: FaultDesign, { place, cause }: Fault) {
  if (cause === 'mendable') return 'MEND'
  if ((cause === 'no-memory' || cause === 'withheld') && unmendable === 'panics') return 'PANIC'
  if (place === 'copy' && (cause === 'forbidden' || lookup === 'all-errors')) return 'FIX_UP'
  return place === 'guest' && delivery === 'signal' ? 'SIGNAL' : 'ASK_END'
}

/** The reason that a reader of `globals.rs` would expect. */
export const reasonFor = ({ cause }: Fault): Reason => (cause === 'no-memory' || cause === 'no-table' ? 'no-memory' : 'exception')

const runner = 'litebox_runner_snp/src/main.rs'
const places = ['guest', 'copy', 'kernel'] as const
const causes = ['mendable', 'forbidden', 'stack-gap', 'no-memory', 'withheld', 'no-table'] as const

export const faultRules = (world: Faults): readonly Rule[] => {
  const { threads, thread, machine, lock, copies, host, refusal, unmendable } = world
  const actor = ({ thread }: { readonly thread: string }): string => thread
  const runs = { machineRuns: ({ machine }: { readonly machine: { readonly value: unknown } }) => machine.value === 'running' }
  const own = ({ thread: one }: { readonly thread: string }) => ({ thread: thread(one) })
  return [
    ...(copies === 'under-lock'
      ? [
          rule(
            'kernel.lock',
            { thread: threads },
            {
              kind: 'environment',
              source: 'kernel code that copies guest memory under vmem',
              actor,
              sees: () => ({ machine }),
              sends: (at) => ({ ...own(at), lock }),
            },
          ).does({
            when: {
              ...runs,
              running: ({ thread }) => thread.value === 'running' && !thread.context.holds,
              free: ({ lock }) => lock.context.holder === 'nobody',
            },
            events: (_, { thread }) => ({ thread: { type: 'LOCK' }, lock: { type: 'TAKE', holder: thread } }),
          }),
          rule(
            'kernel.unlock',
            { thread: threads },
            {
              source: 'kernel code that copies guest memory under vmem',
              actor,
              sees: () => ({ machine }),
              sends: (at) => ({ ...own(at), lock }),
            },
          ).does({
            when: { ...runs, running: ({ thread }) => thread.value === 'running' && thread.context.holds },
            events: () => ({ thread: { type: 'UNLOCK' }, lock: { type: 'RELEASE' } }),
          }),
        ]
      : []),
    rule(
      'thread.fault',
      { thread: threads, place: places, cause: causes },
      {
        kind: 'environment',
        source: `${runner}: page_fault_handler`,
        needed: true,
        actor,
        sees: () => ({ machine }),
        sends: own,
      },
    ).does({
      when: {
        ...runs,
        running: ({ thread }) => thread.value === 'running',
        // Under the lock the kernel does nothing but copy.
        there: ({ thread }, { place }) => !thread.context.holds || place === 'copy',
      },
      events: (_, { place, cause }) => ({ thread: { type: 'FAULT', place, cause } }),
    }),
    rule(
      'handler.take',
      { thread: threads },
      {
        source: 'litebox/src/mm/mod.rs: handle_page_fault, vmem.write()',
        actor,
        sees: () => ({ machine }),
        sends: (at) => ({ ...own(at), lock }),
      },
    ).does({
      when: {
        ...runs,
        faulted: ({ thread }) => thread.value === 'faulted',
        free: ({ lock }) => lock.context.holder === 'nobody',
      },
      events: (_, { thread }) => ({ thread: { type: 'TAKE' }, lock: { type: 'TAKE', holder: thread } }),
    }),
    rule(
      'handler.decide',
      { thread: threads },
      {
        source: `${runner}: page_fault_handler, search_exception_tables`,
        actor,
        sees: () => ({ machine }),
        sends: (at) => ({ ...own(at), lock }),
      },
    ).does({
      when: {
        ...runs,
        looking: ({ thread }) => thread.value === 'looking',
        goesOn: ({ thread }) => handling(world, thread.context) !== 'ASK_END' && handling(world, thread.context) !== 'PANIC',
      },
      events: ({ thread }) => ({
        thread: { type: handling(world, thread.context) as 'MEND' | 'FIX_UP' | 'SIGNAL' },
        lock: { type: 'RELEASE' },
      }),
    }),
    rule(
      'handler.terminate',
      { thread: threads },
      {
        source: `${runner}: page_fault_handler, terminate(SM_SEV_TERM_SET, SM_TERM_EXCEPTION)`,
        actor,
        sends: (at) => ({ ...own(at), machine, lock }),
      },
    ).does({
      when: {
        ...runs,
        looking: ({ thread }) => thread.value === 'looking',
        hopeless: ({ thread }) => handling(world, thread.context) === 'ASK_END',
      },
      events: ({ thread: { context } }) => {
        const reason = unmendable === 'panics' ? 'exception' : reasonFor(context)
        return { thread: { type: 'ASK_END', reason }, machine: { type: 'ASK', reason }, lock: { type: 'RELEASE' } }
      },
    }),
    rule(
      'handler.panic',
      { thread: threads },
      {
        source: 'litebox_platform_linux_kernel/src/arch/x86/mm/paging.rs: handle_page_fault, unwrap, todo!("COW")',
        actor,
        sees: () => ({ machine }),
        sends: own,
      },
    ).does({
      when: {
        ...runs,
        looking: ({ thread }) => thread.value === 'looking',
        unthought: ({ thread }) => handling(world, thread.context) === 'PANIC',
      },
      events: () => ({ thread: { type: 'PANIC' } }),
    }),
    rule(
      'panic.terminate',
      { thread: threads },
      { source: `${runner}: panic, SM_TERM_GENERAL`, actor, sends: (at) => ({ ...own(at), machine }) },
    ).does({
      when: { ...runs, panicking: ({ thread }) => thread.value === 'panicking' },
      events: () => ({ thread: { type: 'ASK_END', reason: 'general' }, machine: { type: 'ASK', reason: 'general' } }),
    }),
    rule(
      'host.endMachine',
      {},
      {
        kind: 'environment',
        source: 'litebox_platform_linux_kernel/src/host/snp/snp-sandbox.h: SNP_VMPL_TERMINATE_REQ',
        actor: () => 'host',
        sends: () => ({ machine }),
      },
    ).does({
      when: { ...runs, asked: ({ machine }) => machine.context.reason !== 'none' },
      events: () => ({ machine: { type: 'END' } }),
    }),
    ...(host === 'may-refuse'
      ? [
          rule(
            'host.resume',
            { thread: threads },
            {
              kind: 'environment',
              source: 'HostSnpInterface::terminate: "hypervisor fails to terminate it or intentionally reschedules it"',
              actor: () => 'host',
              sees: () => ({ machine }),
              sends: own,
            },
          ).does({
            when: { ...runs, ending: ({ thread }) => thread.value === 'ending' },
            events: () => ({ thread: { type: 'COME_BACK' } }),
          }),
          rule(
            'thread.goOn',
            { thread: threads },
            {
              source: refusal === 'panics' ? 'HostSnpInterface::terminate, unreachable!' : 'proposed: hlt in a loop',
              actor,
              sees: () => ({ machine }),
              sends: own,
            },
          ).does({
            when: { ...runs, refused: ({ thread }) => thread.value === 'refused' },
            events: () => ({ thread: refusal === 'panics' ? { type: 'PANIC' } : { type: 'HALT' } }),
          }),
        ]
      : []),
  ]
}
