import { setup } from 'xstate'
import { type CellOf, cell, type Rule, rule, update } from '../../checker/index.ts'

/*
 * How a callback of Windows userland finds the thread that it is for, when a guest faults or is interrupted.
 *
 * Models: `litebox_platform_windows_userland/src/lib.rs`: `run_thread_arch`, which leaves its thread context on top of the
 * host stack and keeps the stack pointer (`host_sp`); `vectored_exception_handler`, which diverts a thread to
 * `interrupt_callback` with that stack pointer, or writes an exception record below it and diverts the thread to
 * `exception_callback` with a stack pointer below the record; and both callbacks, which take their thread context from
 * the top of the stack that they find. Linux userland loads the kept stack pointer again in each callback.
 *
 * Leaves out: the alignment, which puts eight more bytes of old stack on top; and the window (`guest-window-windows.ts`).
 */

export interface CallbackDesign {
  /** Where the callback of exceptions looks for its thread: on top of its stack, or where `host_sp` points. */
  readonly finds: 'top-of-stack' | 'kept-pointer'
}

type Top = 'threadContext' | 'exceptionRecord'

export const callbackThread = setup({
  types: {
    context: {} as { top: Top },
    events: {} as
      | { type: 'FAULT' }
      | { type: 'INTERRUPT' }
      | { type: 'DIVERT'; top: Top }
      | { type: 'CALL'; own: boolean }
      | { type: 'RESUME' },
  },
  guards: { isOwn: (_, { own }: { own: boolean }) => own },
}).createMachine({
  id: 'callbackThread',
  context: { top: 'threadContext' },
  initial: 'inGuest',
  states: {
    inGuest: { on: { FAULT: 'faulted', INTERRUPT: 'interrupted' } },
    faulted: { on: { DIVERT: { target: 'atExceptionCallback', actions: update((thread, { top }) => put(thread, top)) } } },
    interrupted: { on: { DIVERT: { target: 'atInterruptCallback', actions: update((thread, { top }) => put(thread, top)) } } },
    atExceptionCallback: {
      on: { CALL: [{ guard: { type: 'isOwn', params: ({ event }) => event }, target: 'inShim' }, { target: 'astray' }] },
    },
    atInterruptCallback: {
      on: { CALL: [{ guard: { type: 'isOwn', params: ({ event }) => event }, target: 'inShim' }, { target: 'astray' }] },
    },
    inShim: { on: { RESUME: { target: 'inGuest', actions: update((thread) => put(thread, 'threadContext')) } } },
    // It calls the shim through a pointer that was none.
    astray: {},
  },
})

function put(thread: { top: Top }, top: Top): void {
  thread.top = top
}

export const callbackThreadCell: CellOf<typeof callbackThread> = cell('thread', callbackThread)

const source = 'litebox_platform_windows_userland/src/lib.rs'

export function callbackRules({ finds }: CallbackDesign): readonly Rule[] {
  const thread = callbackThreadCell
  const sends = (): { thread: typeof thread } => ({ thread })
  const leave = (name: string, type: 'FAULT' | 'INTERRUPT', where: string): Rule =>
    rule(name, {}, { kind: 'environment', source: where, needed: true, actor: () => 'thread', sends }).does({
      when: { inGuest: ({ thread }) => thread.value === 'inGuest' },
      events: () => ({ thread: { type } }),
    })
  const divert = (name: string, from: 'faulted' | 'interrupted', top: Top, symbol: string): Rule =>
    rule(name, {}, { source: `${source}: ${symbol}`, actor: () => 'thread', sends }).does({
      when: { there: ({ thread }) => thread.value === from },
      events: () => ({ thread: { type: 'DIVERT', top } }),
    })
  const call = (name: string, at: 'atExceptionCallback' | 'atInterruptCallback', isKept: boolean): Rule =>
    rule(name, {}, { source: `${source}: run_thread_arch, ${name.split('.')[1]}_callback`, actor: () => 'thread', sends }).does({
      when: { there: ({ thread }) => thread.value === at },
      events: ({ thread }) => ({ thread: { type: 'CALL', own: isKept || thread.context.top === 'threadContext' } }),
    })
  return [
    leave('guest.fault', 'FAULT', 'x86: a guest may fault anywhere'),
    leave('guest.isInterrupted', 'INTERRUPT', `${source}: ThreadHandle::interrupt`),
    divert('handler.pushRecord', 'faulted', 'exceptionRecord', 'vectored_exception_handler, exception_record_ptr.write'),
    divert('handler.redirect', 'interrupted', 'threadContext', 'set_context_to_interrupt_callback'),
    call('callback.exception', 'atExceptionCallback', finds === 'kept-pointer'),
    call('callback.interrupt', 'atInterruptCallback', false),
    rule('shim.resume', {}, { source: `${source}: switch_to_guest`, actor: () => 'thread', sends }).does({
      when: { inShim: ({ thread }) => thread.value === 'inShim' },
      events: () => ({ thread: { type: 'RESUME' } }),
    }),
  ]
}
