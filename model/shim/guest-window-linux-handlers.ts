import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import { held, stored } from '../platform/shared-word.ts'
import { inGuest, type interrupter, interruptFlag, savedContextCell, thread } from './guest-window.ts'
import { depths, handlerOf, type linuxThread } from './guest-window-linux.ts'

/*
 * What the signal handlers of Linux userland do, each nested over the thread or over another handler.
 *
 * Models: `litebox_platform_linux_userland/src/lib.rs`: `interrupt_signal_handler` by its four cases,
 * `exception_signal_handler`, what both share (`signal_handler_exit_guest`), and
 * `syscall_intercept/systrap.rs: sigsys_handler`.
 *
 * Leaves out: what `guest-window-linux.ts` leaves out.
 */

export interface LinuxWindow {
  readonly self: CellOf<typeof linuxThread>
  readonly interrupter: CellOf<typeof interrupter>
  /** What the entry does with the flag when it finds an interrupt pending. */
  readonly pending: 'leaves-flag' | 'clears-flag'
  /** Which instruction pointers a handler takes for the entry window, whose guest registers are saved already. */
  readonly range: 'whole-entry' | 'none'
  /** Whether the handler of exceptions asks for that range too. */
  readonly exceptions: 'unranged' | 'ranged'
  /** When a handler clears the flag: before anything else, or after it has saved the registers. */
  readonly handler: 'clears-first' | 'clears-last'
  /** Under which handlers the interrupt signal waits. */
  readonly mask: 'exceptions' | 'all-handlers'
  /** How a guest reaches the shim: its calls are rewritten, or trapped. A trapped call may also signal its own thread. */
  readonly backend: 'rewriter' | 'seccomp'
}

const source = 'litebox_platform_linux_userland/src/lib.rs'

const entryWindow: readonly string[] = ['setting', 'testing', 'restoring']

export const linuxHandlerRules = ({ self, range, exceptions, handler, backend }: LinuxWindow): readonly Rule[] => [
  ...(backend === 'seccomp'
    ? [
        rule(
          'handler.callBack',
          {},
          {
            source: 'litebox_platform_linux_userland/src/syscall_intercept/systrap.rs: sigsys_handler',
            actor: () => thread,
            sees: () => ({ inner: handlerOf('inner') }),
            sends: () => ({ outer: handlerOf('outer'), self }),
          },
        ).does({
          when: {
            trapped: ({ outer }) => outer.value === 'entered' && outer.context.signal === 'syscall',
            onTop: ({ inner }) => inner.value === 'absent',
          },
          events: () => ({ outer: { type: 'RETURN' }, self: { type: 'CALLED_BACK' } }),
        }),
      ]
    : []),
  rule(
    'handler.findSyscallEntry',
    {},
    {
      source: `${source}: interrupt_signal_handler, case 1`,
      actor: () => thread,
      sees: () => ({ self }),
      sends: () => ({ outer: handlerOf('outer') }),
    },
  ).does({
    when: {
      entered: ({ outer }) => outer.value === 'entered' && outer.context.signal === 'interrupt',
      atSyscallEntry: ({ self }) => self.value === 'atCallback',
    },
    events: () => ({ outer: { type: 'RETURN' } }),
  }),
  rule(
    'handler.takeFlag',
    { depth: depths },
    {
      source: `${source}: signal_handler_exit_guest`,
      actor: () => thread,
      sees: () => ({ self }),
      sends: ({ depth }) => ({ handler: handlerOf(depth), inGuest: inGuest.cell, interrupt: interruptFlag.cell }),
    },
  ).does({
    when: {
      entered: ({ handler }) => handler.value === 'entered' && handler.context.signal !== 'syscall',
      notAtSyscallEntry: ({ handler, self }, { depth }) =>
        depth === 'inner' || handler.context.signal === 'exception' || self.value !== 'atCallback',
    },
    events: (at) => {
      const found = held(inGuest, at.inGuest)
      return {
        handler: { type: found ? 'FROM_GUEST' : 'RETURN' },
        inGuest: stored(inGuest, found && handler === 'clears-last'),
        interrupt: stored(interruptFlag, at.handler.context.signal === 'interrupt' || held(interruptFlag, at.interrupt)),
      }
    },
  }),
  rule(
    'handler.leaveGuest',
    { depth: depths },
    {
      source: `${source}: copy_signal_context, set_signal_return`,
      actor: () => thread,
      sends: ({ depth }) => ({
        handler: handlerOf(depth),
        other: handlerOf(depth === 'outer' ? 'inner' : 'outer'),
        self,
        saved: savedContextCell,
        inGuest: inGuest.cell,
      }),
    },
  ).does({
    when: {
      leaving: ({ handler }) => handler.value === 'leavingGuest',
      onTop: ({ other }, { depth }) => depth === 'inner' || other.value === 'absent',
    },
    events: (at, { depth }) => {
      const asksRange = range === 'whole-entry' && (at.handler.context.signal === 'interrupt' || exceptions === 'ranged')
      const savedAlready = depth === 'outer' && asksRange && entryWindow.includes(String(at.self.value))
      const found = depth === 'outer' && at.self.value === 'inGuest' ? 'SAVE_GUEST' : 'SAVE_HOST'
      return {
        handler: { type: 'RETURN' },
        // The frame of a handler that was interrupted is left behind with the rest of the stack.
        other: { type: 'RETURN' },
        self: { type: 'REDIRECT' },
        saved: { type: savedAlready ? (at.saved.value === 'host' ? 'SAVE_HOST' : 'SAVE_GUEST') : found },
        inGuest: stored(inGuest, false),
      }
    },
  }),
]
