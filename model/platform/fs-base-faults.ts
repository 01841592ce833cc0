import { type Rule, rule } from '../../checker/index.ts'
import { captured, type FsBaseWorld, flagOf, fsThreadOf, keptOf, registerOf, sliceOf } from './fs-base.ts'

/*
 * What becomes of a fault of a guest on Windows, and of an interrupt: see `fs-base.ts`.
 *
 * Leaves out what is left out there.
 */

const windows = 'litebox_platform_windows_userland/src/lib.rs'

export const faultRules = (world: FsBaseWorld): readonly Rule[] => [
  ...handler(world),
  ...(isEverDiverted(world) ? [handleInterrupt(world)] : []),
  ...(world.interrupts === 'any' ? interrupts(world) : []),
]

const isEverDiverted = ({ detection, repair, interrupts }: FsBaseWorld): boolean =>
  interrupts === 'any' || (detection !== 'none' && repair === 'through-entry')

/** Whether the handler takes a fault for the work of the scheduler. */
const isDiverted = (detection: FsBaseWorld['detection'], register: string, kept: string): boolean => {
  switch (detection) {
    case 'zero-but-kept':
      return register === 'zero' && kept !== 'zero'
    case 'zero':
      return register === 'zero'
    case 'differs':
      return register !== kept
    case 'none':
      return false
    default:
      return detection satisfies never
  }
}

const handler = ({ threads, detection, repair, capture }: FsBaseWorld): readonly Rule[] => [
  rule(
    'handler.enter',
    { thread: threads },
    {
      source: `${windows}: vectored_exception_handler, is_in_guest.set(false)`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ register: registerOf(thread) }),
      sends: ({ thread }) => ({ thread: fsThreadOf(thread), kept: keptOf(thread) }),
    },
  ).does({
    when: { faulted: ({ thread }) => thread.value === 'faulted' },
    events: ({ register, kept }) => ({
      thread: { type: 'ENTER_HANDLER' },
      kept: { type: 'WRITE', base: captured(capture, register.context.base, kept.context.base) },
    }),
  }),
  ...(detection === 'none' ? [] : [repair === 'through-entry' ? divert(threads, detection) : repairInPlace(threads, detection)]),
  ...(detection !== 'none' && repair === 'in-place' ? [resume(threads)] : []),
  rule(
    'handler.raise',
    { thread: threads },
    {
      source: `${windows}: vectored_exception_handler, exception_callback`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ register: registerOf(thread), kept: keptOf(thread) }),
      sends: ({ thread }) => ({ thread: fsThreadOf(thread) }),
    },
  ).does({
    when: {
      handling: ({ thread }) => thread.value === 'handling',
      genuine: ({ register, kept }) => !isDiverted(detection, register.context.base, kept.context.base),
    },
    events: () => ({ thread: { type: 'RAISE' } }),
  }),
  rule(
    'shim.deliver',
    { thread: threads },
    {
      source: `${windows}: exception_handler`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ thread: fsThreadOf(thread), flag: flagOf(thread), slice: sliceOf(thread) }),
    },
  ).does({
    when: { raising: ({ thread }) => thread.value === 'raising' },
    events: () => ({ thread: { type: 'DELIVER' }, flag: { type: 'TAKE' }, slice: { type: 'USE_UP' } }),
  }),
]

const divert = (threads: readonly string[], detection: FsBaseWorld['detection']): Rule =>
  rule(
    'handler.divert',
    { thread: threads },
    {
      source: `${windows}: vectored_exception_handler, set_context_to_interrupt_callback`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ register: registerOf(thread), kept: keptOf(thread) }),
      sends: ({ thread }) => ({ thread: fsThreadOf(thread) }),
    },
  ).does({
    when: {
      handling: ({ thread }) => thread.value === 'handling',
      looksCleared: ({ register, kept }) => isDiverted(detection, register.context.base, kept.context.base),
    },
    events: () => ({ thread: { type: 'DIVERT' } }),
  })

const repairInPlace = (threads: readonly string[], detection: FsBaseWorld['detection']): Rule =>
  rule(
    'handler.repair',
    { thread: threads },
    {
      source: `${windows}: vectored_exception_handler, "just fixing up fsbase and returning here"`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ kept: keptOf(thread) }),
      sends: ({ thread }) => ({ thread: fsThreadOf(thread), register: registerOf(thread) }),
    },
  ).does({
    when: {
      handling: ({ thread }) => thread.value === 'handling',
      looksCleared: ({ register, kept }) => isDiverted(detection, register.context.base, kept.context.base),
    },
    events: ({ kept }) => ({ thread: { type: 'REPAIR' }, register: { type: 'WRITE', base: kept.context.base } }),
  })

const resume = (threads: readonly string[]): Rule =>
  rule(
    'handler.resume',
    { thread: threads },
    {
      source: `${windows}: vectored_exception_handler, "just fixing up fsbase and returning here"`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ thread: fsThreadOf(thread) }),
    },
  ).does({
    when: { repaired: ({ thread }) => thread.value === 'repaired' },
    events: () => ({ thread: { type: 'RESUME' } }),
  })

const handleInterrupt = ({ threads }: FsBaseWorld): Rule =>
  rule(
    'shim.handleInterrupt',
    { thread: threads },
    {
      source: `${windows}: interrupt_handler`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ thread: fsThreadOf(thread), flag: flagOf(thread) }),
    },
  ).does({
    when: { diverted: ({ thread }) => thread.value === 'diverted' },
    events: () => ({ thread: { type: 'RESUME' }, flag: { type: 'TAKE' } }),
  })

const inReach = ['announced', 'jumping', 'inGuest'] as const

/** To suspend a thread is to switch it out, which clears its base, and comes not within a long slice. */
const interrupts = ({ threads }: FsBaseWorld): readonly Rule[] => [
  rule(
    'interrupter.flag',
    { thread: threads },
    {
      kind: 'environment',
      source: `${windows}: ThreadHandle::interrupt, not in the guest`,
      actor: () => 'interrupter',
      sees: ({ thread }) => ({ thread: fsThreadOf(thread), slice: sliceOf(thread) }),
      sends: ({ thread }) => ({ flag: flagOf(thread), register: registerOf(thread) }),
    },
  ).does({
    when: {
      outOfReach: ({ thread }) => !inReach.some((phase) => phase === thread.value),
      mayBeSwitched: ({ slice }) => slice.value === 'short',
      clear: ({ flag }) => flag.value === 'clear',
    },
    events: () => ({ flag: { type: 'POST' }, register: { type: 'WRITE', base: 'zero' } }),
  }),
  rule(
    'interrupter.redirect',
    { thread: threads },
    {
      kind: 'environment',
      source: `${windows}: ThreadHandle::interrupt, cases 1 and 4`,
      actor: () => 'interrupter',
      sees: ({ thread }) => ({ slice: sliceOf(thread) }),
      sends: ({ thread }) => ({ thread: fsThreadOf(thread), flag: flagOf(thread), register: registerOf(thread) }),
    },
  ).does({
    when: {
      inReach: ({ thread }) => inReach.some((phase) => phase === thread.value),
      mayBeSwitched: ({ slice }) => slice.value === 'short',
      clear: ({ flag }) => flag.value === 'clear',
    },
    events: () => ({ thread: { type: 'DIVERT' }, flag: { type: 'POST' }, register: { type: 'WRITE', base: 'zero' } }),
  }),
]
