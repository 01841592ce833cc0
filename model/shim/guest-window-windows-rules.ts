import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import { drained, loaded, type Memory } from '../platform/memory-order.ts'
import { stored } from '../platform/shared-word.ts'
import { inGuest, type interrupter, interruptFlag, savedContextCell, thread } from './guest-window.ts'
import { shimRules } from './guest-window-shim.ts'
import { continueContextCell, suspensionCell, vectoredHandlerCell, type windowsThread } from './guest-window-windows.ts'
import { type WindowsSuspend, windowsSuspendRules } from './guest-window-windows-suspend.ts'

/*
 * The steps of a thread of Windows userland around its guest, and of the exception handler over it.
 *
 * Models: what `guest-window-windows.ts` lists, one step for each instruction that reads or writes a flag of the window.
 * Both flags are plain bytes that two threads use without atomics, so they go through store buffers.
 *
 * Leaves out: what the chart leaves out.
 */

export interface WindowsWindow extends WindowsSuspend {
  readonly self: CellOf<typeof windowsThread>
  readonly interrupter: CellOf<typeof interrupter>
  readonly memory: Memory
  /** Whether the handler of exceptions knows the entry window from the guest. */
  readonly exceptions: 'unranged' | 'ranged'
}

const source = 'litebox_platform_windows_userland/src/lib.rs'

const holders = () => [suspensionCell, vectoredHandlerCell]
const isFree = ([suspension, handler]: readonly { readonly value: unknown }[]): boolean =>
  suspension!.value !== 'stopped' && handler!.value === 'absent'

export const windowsWindowRules = (window: WindowsWindow, tests: boolean): readonly Rule[] => [
  ...(tests ? testing(window) : []),
  ...shimRules({ self: window.self, held: holders, isFree, handleUsers: () => [window.suspender] }),
  ...entry(window),
  ...exit(window),
  ...handling(window),
  ...windowsSuspendRules(window),
]

const entry = ({ self, memory: { storePort } }: WindowsWindow): readonly Rule[] => [
  rule(
    'window.forget',
    {},
    {
      source: `${source}: ThreadContext::call_shim`,
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self, port: storePort(thread, interruptFlag) }),
      waitsFor: ['port'],
    },
  ).does({
    when: { forgetting: ({ self }) => self.value === 'forgetting', free: ({ holders }) => isFree(holders) },
    events: () => ({ self: { type: 'FORGOT' }, port: stored(interruptFlag, false) }),
  }),
  rule(
    'window.takeFastWay',
    {},
    {
      source: `${source}: switch_to_guest`,
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self }),
    },
  ).does({
    when: { choosing: ({ self }) => self.value === 'choosingWay', free: ({ holders }) => isFree(holders) },
    events: () => ({ self: { type: 'TAKE_FAST_WAY' } }),
  }),
  rule(
    'window.takeSlowWay',
    {},
    {
      source: `${source}: switch_to_guest_ntcontinue`,
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self, continued: continueContextCell }),
    },
  ).does({
    when: { choosing: ({ self }) => self.value === 'choosingWay', free: ({ holders }) => isFree(holders) },
    events: () => ({ self: { type: 'TAKE_SLOW_WAY' }, continued: { type: 'FILL' } }),
  }),
  rule(
    'window.set',
    {},
    {
      source: `${source}: switch_to_guest, switch_to_guest_ntcontinue`,
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self, port: storePort(thread, inGuest) }),
      waitsFor: ['port'],
    },
  ).does({
    when: { setting: ({ self }) => self.value === 'setting', free: ({ holders }) => isFree(holders) },
    events: () => ({ self: { type: 'SET' }, port: stored(inGuest, true) }),
  }),
  rule(
    'window.call',
    {},
    {
      source: `${source}: switch_to_guest_sysret`,
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self }),
    },
  ).does({
    when: {
      calling: ({ self }) => self.value === 'calling' || self.value === 'redirected',
      free: ({ holders }) => isFree(holders),
    },
    events: () => ({ self: { type: 'CALL' } }),
  }),
  rule(
    'window.jump',
    {},
    {
      source: `${source}: switch_to_guest_sysret, NtContinue`,
      actor: () => thread,
      sees: () => ({ holders: holders(), continued: continueContextCell }),
      sends: () => ({ self }),
    },
  ).does({
    when: {
      leaving: ({ self }) => self.value === 'popping' || self.value === 'continuing',
      free: ({ holders }) => isFree(holders),
    },
    events: ({ self, continued }) => ({
      self: { type: self.value === 'continuing' && continued.value === 'callback' ? 'REDIRECT' : 'JUMPED' },
    }),
  }),
]

const testing = ({ self, memory: { storePort, loadPorts } }: WindowsWindow): readonly Rule[] => [
  rule(
    'window.test',
    {},
    {
      source: 'pull request 1336, litebox_platform_windows_userland/src/lib.rs: switch_to_guest',
      actor: () => thread,
      sees: () => ({ holders: holders(), ports: loadPorts(thread, interruptFlag) }),
      sends: () => ({ self }),
    },
  ).does({
    when: { testing: ({ self }) => self.value === 'testing', free: ({ holders }) => isFree(holders) },
    events: ({ ports }) => ({ self: { type: loaded(interruptFlag, ports) ? 'FOUND_PENDING' : 'FOUND_CLEAR' } }),
  }),
  rule(
    'window.unset',
    {},
    {
      source: 'pull request 1336, litebox_platform_windows_userland/src/lib.rs: switch_to_guest',
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self, port: storePort(thread, inGuest) }),
      waitsFor: ['port'],
    },
  ).does({
    when: { unsetting: ({ self }) => self.value === 'unsetting', free: ({ holders }) => isFree(holders) },
    events: () => ({ self: { type: 'UNSET' }, port: stored(inGuest, false) }),
  }),
]

const exit = ({ self, memory: { storePort } }: WindowsWindow): readonly Rule[] => [
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
  rule(
    'window.clear',
    {},
    {
      source: `${source}: syscall_callback`,
      actor: () => thread,
      sees: () => ({ holders: holders() }),
      sends: () => ({ self, port: storePort(thread, inGuest) }),
      waitsFor: ['port'],
    },
  ).does({
    when: { atCallback: ({ self }) => self.value === 'atCallback', free: ({ holders }) => isFree(holders) },
    events: () => ({ self: { type: 'CLEARED' }, port: stored(inGuest, false) }),
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
]

const mayFault: readonly string[] = ['inGuest', 'popping', 'signalling']

const handling = ({ self, memory: { storePort, loadPorts, fencePorts }, exceptions }: WindowsWindow): readonly Rule[] => [
  rule(
    'exception.dispatch',
    {},
    {
      kind: 'environment',
      source:
        'Windows: the kernel pushes the exception on the current stack, then KiUserExceptionDispatcher runs; a guest may ' +
        'fault anywhere, leave the trap flag set, and name unmapped memory to the shim',
      actor: () => 'kernel',
      sees: () => ({ self, suspension: suspensionCell, own: fencePorts(thread) }),
      sends: () => ({ handler: vectoredHandlerCell }),
    },
  ).does({
    when: {
      mayFault: ({ self }) => mayFault.includes(String(self.value)),
      running: ({ suspension }) => suspension.value !== 'stopped',
      free: ({ handler }) => handler.value === 'absent',
      drained: ({ own }) => drained(own),
    },
    events: () => ({ handler: { type: 'DISPATCH' } }),
  }),
  rule(
    'exception.handleInHost',
    {},
    {
      source: `${source}: vectored_exception_handler`,
      actor: () => thread,
      sees: () => ({ suspension: suspensionCell, ports: loadPorts(thread, inGuest) }),
      sends: () => ({ handler: vectoredHandlerCell }),
    },
  ).does({
    when: {
      dispatching: ({ handler }) => handler.value === 'dispatching',
      running: ({ suspension }) => suspension.value !== 'stopped',
      inHost: ({ ports }) => !loaded(inGuest, ports),
    },
    events: () => ({ handler: { type: 'RETURN' } }),
  }),
  rule(
    'exception.handleFromGuest',
    {},
    {
      source: `${source}: vectored_exception_handler`,
      actor: () => thread,
      sees: () => ({ suspension: suspensionCell, ports: loadPorts(thread, inGuest) }),
      sends: () => ({ handler: vectoredHandlerCell }),
    },
  ).does({
    when: {
      dispatching: ({ handler }) => handler.value === 'dispatching',
      running: ({ suspension }) => suspension.value !== 'stopped',
      fromGuest: ({ ports }) => loaded(inGuest, ports),
    },
    events: () => ({ handler: { type: 'FROM_GUEST' } }),
  }),
  rule(
    'exception.clearFlag',
    {},
    {
      source: `${source}: vectored_exception_handler`,
      actor: () => thread,
      sees: () => ({ suspension: suspensionCell }),
      sends: () => ({ handler: vectoredHandlerCell, port: storePort(thread, inGuest) }),
      waitsFor: ['port'],
    },
  ).does({
    when: {
      clearing: ({ handler }) => handler.value === 'clearing',
      running: ({ suspension }) => suspension.value !== 'stopped',
    },
    events: () => ({ handler: { type: 'CLEARED' }, port: stored(inGuest, false) }),
  }),
  rule(
    'exception.leaveGuest',
    {},
    {
      source: `${source}: vectored_exception_handler, save_guest_context`,
      actor: () => thread,
      sees: () => ({ suspension: suspensionCell }),
      sends: () => ({ handler: vectoredHandlerCell, self, saved: savedContextCell }),
    },
  ).does({
    when: {
      leaving: ({ handler }) => handler.value === 'leavingGuest',
      running: ({ suspension }) => suspension.value !== 'stopped',
    },
    events: ({ self, saved }) => {
      const savedAlready = exceptions === 'ranged' && self.value === 'popping' && saved.value === 'guest'
      return {
        handler: { type: 'RETURN' },
        self: { type: 'REDIRECT' },
        saved: { type: savedAlready || self.value === 'inGuest' ? 'SAVE_GUEST' : 'SAVE_HOST' },
      }
    },
  }),
]
