import { type Rule, rule } from '../../checker/index.ts'
import { held, stored } from '../platform/shared-word.ts'
import { inGuest, interruptFlag, killer, savedContextCell, thread } from './guest-window.ts'
import { handlerOf } from './guest-window-linux.ts'
import { type LinuxWindow, linuxHandlerRules } from './guest-window-linux-handlers.ts'
import { findNoHandle, hasHandle, shimRules } from './guest-window-shim.ts'
import { guestInterruptOf } from './wait-state-guest.ts'

/*
 * The steps of a thread of Linux userland around its guest, and of the signals that meet it there.
 *
 * Models: what `guest-window-linux.ts` lists, one step for each instruction that reads or writes a flag of the window.
 *
 * Leaves out: what the chart leaves out.
 */

const source = 'litebox_platform_linux_userland/src/lib.rs'

const isFree = (holders: readonly { readonly value: unknown }[]): boolean => holders.every(({ value }) => value === 'absent')
const holders = () => [handlerOf('outer')]

export const linuxWindowRules = (window: LinuxWindow): readonly Rule[] => [
  ...shimRules({ self: window.self, held: holders, isFree, handleUsers: () => [] }),
  ...entry(window),
  ...exit(window),
  ...guest(window),
  ...signals(window),
  ...linuxHandlerRules(window),
]

const entry = ({ self, pending }: LinuxWindow): readonly Rule[] => [
  rule(
    'window.forget',
    {},
    {
      source: `${source}: ThreadContext::call_shim`,
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self, interrupt: interruptFlag.cell }),
    },
  ).does({
    when: { forgetting: ({ self }) => self.value === 'forgetting', free: ({ holders }) => isFree(holders) },
    events: () => ({ self: { type: 'FORGOT' }, interrupt: stored(interruptFlag, false) }),
  }),
  rule(
    'window.set',
    {},
    {
      source: `${source}: switch_to_guest`,
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self, inGuest: inGuest.cell }),
    },
  ).does({
    when: { setting: ({ self }) => self.value === 'setting', free: ({ holders }) => isFree(holders) },
    events: () => ({ self: { type: 'SET' }, inGuest: stored(inGuest, true) }),
  }),
  rule(
    'window.test',
    {},
    {
      source: `${source}: switch_to_guest`,
      actor: () => thread,
      sees: () => ({ holders: holders(), interrupt: interruptFlag.cell }),
      sends: () => ({ self, inGuest: inGuest.cell }),
    },
  ).does({
    when: { testing: ({ self }) => self.value === 'testing', free: ({ holders }) => isFree(holders) },
    events: (at) => {
      const found = held(interruptFlag, at.interrupt)
      const clears = found && pending === 'clears-flag'
      return {
        self: { type: found ? 'FOUND_PENDING' : 'FOUND_CLEAR' },
        inGuest: stored(inGuest, clears ? false : held(inGuest, at.inGuest)),
      }
    },
  }),
  rule(
    'window.jump',
    {},
    {
      source: `${source}: switch_to_guest`,
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self }),
    },
  ).does({
    when: { restoring: ({ self }) => self.value === 'restoring', free: ({ holders }) => isFree(holders) },
    events: () => ({ self: { type: 'JUMPED' } }),
  }),
]

const exit = ({ self }: LinuxWindow): readonly Rule[] => [
  rule(
    'window.clear',
    {},
    {
      source: `${source}: syscall_callback`,
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self, inGuest: inGuest.cell }),
    },
  ).does({
    when: { atCallback: ({ self }) => self.value === 'atCallback', free: ({ holders }) => isFree(holders) },
    events: () => ({ self: { type: 'CLEARED' }, inGuest: stored(inGuest, false) }),
  }),
  rule(
    'window.save',
    {},
    {
      source: `${source}: syscall_callback`,
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self, saved: savedContextCell }),
    },
  ).does({
    when: { saving: ({ self }) => self.value === 'saving', free: ({ holders }) => isFree(holders) },
    events: () => ({ self: { type: 'SAVED' }, saved: { type: 'SAVE_GUEST' } }),
  }),
  rule(
    'window.callBack',
    {},
    {
      source: `${source}: interrupt_callback, exception_callback`,
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self }),
    },
  ).does({
    when: { redirected: ({ self }) => self.value === 'redirected', free: ({ holders }) => isFree(holders) },
    events: () => ({ self: { type: 'CALL' } }),
  }),
]

const guest = ({ self, backend }: LinuxWindow): readonly Rule[] => [
  // A guest may compute for ever: without this step an execution would have to bring it back at last.
  rule(
    'guest.runOn',
    {},
    {
      kind: 'environment',
      source: `${source}: the guest behind switch_to_guest`,
      actor: () => thread,
      sends: () => ({ self }),
    },
  ).does({
    when: { inGuest: ({ self }) => self.value === 'inGuest' },
    events: () => ({ self: { type: 'RUN_ON' } }),
  }),
  ...(backend === 'rewriter'
    ? [
        rule(
          'guest.callShim',
          {},
          {
            kind: 'environment',
            source: 'litebox_syscall_rewriter/src/lib.rs: the trampoline',
            actor: () => thread,
            sees: () => ({ holders: holders() }),
            sends: () => ({ self }),
          },
        ).does({
          when: { inGuest: ({ self }) => self.value === 'inGuest', free: ({ holders }) => isFree(holders) },
          events: () => ({ self: { type: 'CALLED_BACK' } }),
        }),
      ]
    : [
        rule(
          'guest.trap',
          {},
          {
            kind: 'environment',
            source: 'litebox_platform_linux_userland/src/syscall_intercept/systrap.rs: register_seccomp_filter',
            actor: () => thread,
            sees: () => ({ self }),
            sends: () => ({ outer: handlerOf('outer') }),
          },
        ).does({
          when: { inGuest: ({ self }) => self.value === 'inGuest', free: ({ outer }) => outer.value === 'absent' },
          events: () => ({ outer: { type: 'ENTER', signal: 'syscall' } }),
        }),
        rule(
          'guest.signalItself',
          {},
          {
            kind: 'environment',
            source: 'litebox_platform_linux_userland/src/syscall_intercept/systrap.rs: tgkill is allowed to the host',
            actor: () => thread,
            sees: () => ({ self, holders: holders() }),
            sends: () => ({ interrupt: guestInterruptOf(thread) }),
          },
        ).does({
          when: { inGuest: ({ self }) => self.value === 'inGuest', free: ({ holders }) => isFree(holders) },
          events: () => ({ interrupt: { type: 'SEND' } }),
        }),
      ]),
]

const signals = ({ self, interrupter, mask, backend, handler }: LinuxWindow): readonly Rule[] => [
  rule(
    'interrupter.signal',
    {},
    {
      source: `${source}: ThreadHandle::interrupt`,
      actor: () => killer,
      sees: () => ({ self }),
      sends: () => ({ interrupter, interrupt: guestInterruptOf(thread) }),
    },
  ).does({
    when: { sending: ({ interrupter }) => interrupter.value === 'sending', there: ({ self }) => hasHandle(self) },
    events: () => ({ interrupter: { type: 'SENT' }, interrupt: { type: 'SEND' } }),
  }),
  findNoHandle(self, interrupter, source),
  // A thread that has gone takes no signal that was sent before.
  rule(
    'signal.interrupt',
    {},
    {
      kind: 'environment',
      source: 'signal(7): delivery of an unmasked signal to its thread',
      actor: () => 'kernel',
      sees: () => ({ self }),
      sends: () => ({ outer: handlerOf('outer'), interrupt: guestInterruptOf(thread) }),
    },
  ).does({
    when: {
      pending: ({ interrupt }) => interrupt.value === 'pending',
      free: ({ outer }) => outer.value === 'absent',
      alive: ({ self }) => self.value !== 'terminated' && self.value !== 'astray',
    },
    events: () => ({ outer: { type: 'ENTER', signal: 'interrupt' }, interrupt: { type: 'TAKE' } }),
  }),
  ...(backend === 'seccomp' && mask === 'exceptions'
    ? [
        rule(
          'signal.interruptHandler',
          {},
          {
            kind: 'environment',
            source: 'signal(7): the handler of SIGSYS is registered with an empty mask',
            actor: () => 'kernel',
            sees: () => ({ outer: handlerOf('outer') }),
            sends: () => ({ inner: handlerOf('inner'), interrupt: guestInterruptOf(thread) }),
          },
        ).does({
          when: {
            pending: ({ interrupt }) => interrupt.value === 'pending',
            unmasked: ({ outer }) => outer.value === 'entered' && outer.context.signal === 'syscall',
            free: ({ inner }) => inner.value === 'absent',
          },
          events: () => ({ inner: { type: 'ENTER', signal: 'interrupt' }, interrupt: { type: 'TAKE' } }),
        }),
      ]
    : []),
  rule(
    'signal.exception',
    {},
    {
      kind: 'environment',
      source:
        'x86: a guest may fault anywhere; it may leave the trap flag set, which takes effect between popfq and the jump; ' +
        'and it may name unmapped memory to the shim',
      actor: () => 'kernel',
      sees: () => ({ self }),
      sends: () => ({ outer: handlerOf('outer') }),
    },
  ).does({
    when: {
      mayFault: ({ self }) => mayFault.includes(String(self.value)),
      free: ({ outer }) => outer.value === 'absent',
    },
    events: () => ({ outer: { type: 'ENTER', signal: 'exception' } }),
  }),
  ...(handler === 'clears-last'
    ? [
        rule(
          'signal.nestedException',
          {},
          {
            kind: 'environment',
            source: 'pull request 1326: a fault in the handler itself',
            actor: () => 'kernel',
            sends: () => ({ outer: handlerOf('outer'), inner: handlerOf('inner') }),
          },
        ).does({
          when: {
            handling: ({ outer }) => outer.value === 'leavingGuest' && outer.context.signal === 'exception',
            once: ({ outer }) => !outer.context.faulted,
            free: ({ inner }) => inner.value === 'absent',
          },
          events: () => ({ outer: { type: 'FAULT' }, inner: { type: 'ENTER', signal: 'exception' } }),
        }),
      ]
    : []),
]

const mayFault: readonly string[] = ['inGuest', 'restoring', 'signalling', 'dropping']
