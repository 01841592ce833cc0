import { type Rule, rule } from '../../checker/index.ts'
import { captured, type FsBaseWorld, flagOf, fsThreadOf, keptOf, nextBase, registerOf, sliceOf } from './fs-base.ts'

/*
 * What a guest thread on Windows and its scheduler do with the FS base, as long as nothing faults: see `fs-base.ts`.
 *
 * Leaves out what is left out there.
 */

export const fsBaseRules = (world: FsBaseWorld): readonly Rule[] => [
  switchThreads(world),
  ...(world.slices === 'long-too' ? [letRun(world)] : []),
  ...entry(world),
  ...guest(world),
  ...setBase(world),
]

const windows = 'litebox_platform_windows_userland/src/lib.rs'

const switchThreads = ({ threads }: FsBaseWorld): Rule =>
  rule(
    'scheduler.switch',
    { thread: threads },
    {
      kind: 'environment',
      source: `${windows}: vectored_exception_handler, Windows clears the FS base when it switches threads`,
      needed: true,
      actor: () => 'scheduler',
      sees: ({ thread }) => ({ slice: sliceOf(thread) }),
      sends: ({ thread }) => ({ register: registerOf(thread) }),
    },
  ).does({
    when: {
      mayBeSwitched: ({ slice }) => slice.value === 'short',
      set: ({ register }) => register.context.base !== 'zero',
    },
    events: () => ({ register: { type: 'WRITE', base: 'zero' } }),
  })

/** The thread is switched in, its base cleared, for a slice that lasts until it has done what it is about to do. */
const letRun = ({ threads }: FsBaseWorld): Rule =>
  rule(
    'scheduler.letRun',
    { thread: threads },
    {
      kind: 'environment',
      source: `${windows}: vectored_exception_handler, Windows clears the FS base when it switches threads`,
      actor: () => 'scheduler',
      sends: ({ thread }) => ({ slice: sliceOf(thread), register: registerOf(thread) }),
    },
  ).does({
    when: { short: ({ slice }) => slice.value === 'short' },
    events: () => ({ slice: { type: 'LENGTHEN' }, register: { type: 'WRITE', base: 'zero' } }),
  })

const entry = ({ threads, entryCheck }: FsBaseWorld): readonly Rule[] => [
  rule(
    'entry.restore',
    { thread: threads },
    {
      source: `${windows}: restore_thread_fs_base`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ kept: keptOf(thread) }),
      sends: ({ thread }) => ({ thread: fsThreadOf(thread), register: registerOf(thread) }),
    },
  ).does({
    when: { restoring: ({ thread }) => thread.value === 'restoring' },
    events: ({ kept }) => ({ thread: { type: 'RESTORED' }, register: { type: 'WRITE', base: kept.context.base } }),
  }),
  rule(
    'entry.announce',
    { thread: threads },
    {
      source: `${windows}: switch_to_guest, is_in_guest.set(true)`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ thread: fsThreadOf(thread) }),
    },
  ).does({
    when: { announcing: ({ thread }) => thread.value === 'announcing' },
    events: () => ({ thread: { type: 'ANNOUNCED' } }),
  }),
  ...(entryCheck === 'after-announcing' ? entryChecks(threads) : []),
  rule(
    'entry.jump',
    { thread: threads },
    {
      source: `${windows}: switch_to_guest_sysret`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ thread: fsThreadOf(thread) }),
    },
  ).does({
    when: { ready: ({ thread }) => thread.value === (entryCheck === 'none' ? 'announced' : 'jumping') },
    events: () => ({ thread: { type: 'JUMPED' } }),
  }),
]

const entryChecks = (threads: readonly string[]): readonly Rule[] => [
  rule(
    'entry.check',
    { thread: threads },
    {
      source: 'litebox_platform_linux_userland/src/lib.rs: switch_to_guest, cmp interrupt',
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ flag: flagOf(thread) }),
      sends: ({ thread }) => ({ thread: fsThreadOf(thread) }),
    },
  ).does({
    when: { announced: ({ thread }) => thread.value === 'announced' },
    events: ({ flag }) => ({ thread: { type: flag.value === 'posted' ? 'DIVERT' : 'CHECKED' } }),
  }),
]

const guest = ({ threads, writes, accesses }: FsBaseWorld): readonly Rule[] => [
  rule(
    'guest.attempt',
    { thread: threads, attempt: ['access', 'fault'] },
    {
      kind: 'environment',
      source: 'the guest, by its own choice',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ thread: fsThreadOf(thread) }),
    },
  ).does({
    when: {
      free: ({ thread }) => thread.value === 'inGuest' && thread.context.attempt === 'nothing',
      hasArea: ({ thread }, { attempt }) => attempt === 'fault' || thread.context.own !== 'zero',
    },
    events: (_, { attempt }) => ({ thread: { type: 'ATTEMPT', attempt } }),
  }),
  rule(
    'guest.access',
    { thread: threads },
    {
      source: 'the guest: an access through FS',
      needed: true,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ register: registerOf(thread) }),
      sends: ({ thread }) => ({ thread: fsThreadOf(thread), slice: sliceOf(thread) }),
    },
  ).does({
    when: {
      accessing: ({ thread }) => thread.value === 'inGuest' && thread.context.attempt === 'access',
      reachesSomething: ({ register }) => accesses === 'silent-too' || register.context.base !== 'zero',
    },
    events: ({ thread, register }) => ({
      thread: { type: register.context.base === thread.context.own ? 'SUCCEED' : 'GO_ASTRAY' },
      slice: { type: 'USE_UP' },
    }),
  }),
  rule(
    'guest.faultOnCleared',
    { thread: threads },
    {
      source: 'the guest: an access near address zero',
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ register: registerOf(thread) }),
      sends: ({ thread }) => ({ thread: fsThreadOf(thread) }),
    },
  ).does({
    when: {
      accessing: ({ thread }) => thread.value === 'inGuest' && thread.context.attempt === 'access',
      cleared: ({ register }) => register.context.base === 'zero',
    },
    events: () => ({ thread: { type: 'FAULT', cause: 'cleared' } }),
  }),
  rule(
    'guest.faultAnyway',
    { thread: threads },
    {
      source: 'the guest: an access to memory that it has not',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ thread: fsThreadOf(thread) }),
    },
  ).does({
    when: { faulting: ({ thread }) => thread.value === 'inGuest' && thread.context.attempt === 'fault' },
    events: () => ({ thread: { type: 'FAULT', cause: 'genuine' } }),
  }),
  // A guest may compute for ever: without this step an execution would have to bring it back at last.
  rule(
    'guest.compute',
    { thread: threads },
    {
      kind: 'environment',
      source: 'the guest, by its own choice',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ thread: fsThreadOf(thread) }),
    },
  ).does({
    when: { free: ({ thread }) => thread.value === 'inGuest' && thread.context.attempt === 'nothing' },
    events: () => ({ thread: { type: 'COMPUTE' } }),
  }),
  ...(writes === 'by-instruction-too' ? [writeBase(threads)] : []),
]

const writeBase = (threads: readonly string[]): Rule =>
  rule(
    'guest.writeBase',
    { thread: threads },
    {
      kind: 'environment',
      source: 'the guest: wrfsbase',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ thread: fsThreadOf(thread), register: registerOf(thread) }),
    },
  ).does({
    when: {
      free: ({ thread }) => thread.value === 'inGuest' && thread.context.attempt === 'nothing',
      hasNext: ({ thread }) => thread.context.own in nextBase,
    },
    events: ({ thread: { context } }) => ({
      thread: { type: 'OWN', base: nextBase[context.own]! },
      register: { type: 'WRITE', base: nextBase[context.own]! },
    }),
  })

const setBase = ({ threads, capture }: FsBaseWorld): readonly Rule[] => [
  rule(
    'guest.call',
    { thread: threads },
    {
      kind: 'environment',
      source: `${windows}: syscall_callback`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ register: registerOf(thread) }),
      sends: ({ thread }) => ({ thread: fsThreadOf(thread), kept: keptOf(thread) }),
    },
  ).does({
    when: {
      free: ({ thread }) => thread.value === 'inGuest' && thread.context.attempt === 'nothing',
      hasNext: ({ thread }) => thread.context.own in nextBase,
    },
    events: ({ register, kept }) => ({
      thread: { type: 'CALL' },
      kept: { type: 'WRITE', base: captured(capture, register.context.base, kept.context.base) },
    }),
  }),
  rule(
    'shim.keepBase',
    { thread: threads },
    {
      source: `${windows}: set_thread_fs_base, THREAD_FS_BASE.set`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ thread: fsThreadOf(thread), kept: keptOf(thread), flag: flagOf(thread) }),
    },
  ).does({
    when: { keeping: ({ thread }) => thread.value === 'keeping' },
    events: ({ thread }) => ({
      thread: { type: 'KEPT' },
      kept: { type: 'WRITE', base: nextBase[thread.context.own]! },
      flag: { type: 'TAKE' },
    }),
  }),
  rule(
    'shim.setBase',
    { thread: threads },
    {
      source: `${windows}: set_thread_fs_base, restore_thread_fs_base`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ kept: keptOf(thread) }),
      sends: ({ thread }) => ({ thread: fsThreadOf(thread), register: registerOf(thread) }),
    },
  ).does({
    when: { setting: ({ thread }) => thread.value === 'setting' },
    events: ({ kept }) => ({
      thread: { type: 'RETURN', base: kept.context.base },
      register: { type: 'WRITE', base: kept.context.base },
    }),
  }),
]
