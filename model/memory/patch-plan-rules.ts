import { type Rule, rule } from '../../checker/index.ts'
import { cacheLock, type PatchDesign, type PatchWorld, pageCell, type Source } from './patch-plan.ts'
import { guests, type PatchGuest, rewritingThePage } from './patch-plan-page.ts'

/*
 * The steps of mapping a page, of making it executable, and of patching it in between.
 *
 * Models: see `patch-plan.ts`. What a call does under the lock of the cache alone is one step; what it does to the page
 * under the page manager's lock is another, since guests run and write while the cache is locked.
 *
 * Leaves out: see `patch-plan.ts`.
 */

const source = 'litebox_shim_linux/src/syscalls/mm.rs (pull request 810)'

export const patchPlanRules = (world: PatchWorld, design: PatchDesign & PatchGuest): readonly Rule[] => [
  ...calling(world, design),
  ...locking(world),
  ...mapping(world, design),
  ...planning(world, design),
  ...patching(world, design),
  setting(world),
  ...guests(world, design),
]

const calling = ({ threads: [protector, mapper], thread }: PatchWorld, { replacement }: PatchDesign): readonly Rule[] => [
  rule(
    'guest.mprotect',
    { thread: replacement === 'anonymous' ? [protector, mapper] : [protector] },
    {
      source: `${source}: sys_mprotect`,
      actor: ({ thread }) => thread,
      sends: ({ thread: name }) => ({ call: thread(name) }),
    },
  ).does({
    when: {
      outside: ({ call }) => call.value === 'outside',
      left: ({ call }) => call.context.mmaps === 0 && call.context.mprotects > 0,
    },
    events: () => ({ call: { type: 'CALL', call: 'mprotect' } }),
  }),
  rule(
    'guest.mmapFixed',
    {},
    { source: `${source}: do_mmap_file`, actor: () => mapper, sends: () => ({ call: thread(mapper) }) },
  ).does({
    when: { outside: ({ call }) => call.value === 'outside', left: ({ call }) => call.context.mmaps > 0 },
    events: () => ({ call: { type: 'CALL', call: 'mmap' } }),
  }),
]

const wantLock: readonly string[] = ['locking', 'entering']
const releaseLock: readonly string[] = ['unlocking', 'releasing']

const locking = ({ threads, thread }: PatchWorld): readonly Rule[] => [
  rule(
    'cache.lock',
    { thread: threads },
    {
      source: `${source}: elf_patch_cache.lock()`,
      actor: ({ thread }) => thread,
      sends: ({ thread: name }) => ({ call: thread(name), lock: cacheLock }),
      waitsFor: ['lock'],
    },
  ).does({
    when: { wants: ({ call }) => wantLock.includes(call.value) },
    events: (_, { thread }) => ({ call: { type: 'LOCK' }, lock: { type: 'ACQUIRE', holder: thread } }),
  }),
  rule(
    'cache.unlock',
    { thread: threads },
    {
      source: `${source}: elf_patch_cache.lock(), dropped`,
      actor: ({ thread }) => thread,
      sends: ({ thread: name }) => ({ call: thread(name), lock: cacheLock }),
    },
  ).does({
    when: { done: ({ call }) => releaseLock.includes(call.value) },
    events: () => ({ call: { type: 'UNLOCK' }, lock: { type: 'RELEASE' } }),
  }),
]

function mapping({ threads: [, mapper], thread, files, state }: PatchWorld, design: PatchDesign): readonly Rule[] {
  const patches = design.replacement === 'same-file-executable'
  const from: Source = { 'other-file': 'file1', 'same-file-executable': 'file0', anonymous: 'nobody' }[
    design.replacement
  ] as Source
  const rights = patches ? (design.mapped === 'executable-first' ? 'execute' : 'read') : from === 'nobody' ? 'write' : 'read'
  const isFree = (holder: string): boolean => holder === 'nobody' || holder === mapper
  const map = rule(
    'mmap.replace',
    {},
    {
      source: `${source}: do_mmap, MAP_FIXED`,
      needed: true,
      actor: () => mapper,
      sends: () => ({ call: thread(mapper), page: pageCell }),
    },
  ).does({
    when: { mapping: ({ call }) => call.value === 'mapping' },
    events: ({ page }) => ({
      call: { type: 'MAPPED', plan: from === 'nobody' ? 0 : page.context.generation + 1, file: from, patches },
      page: { type: 'REPLACE', source: from, rights, bytes: from === 'nobody' ? 'empty' : 'raw' },
    }),
  })
  const clear = rule(
    'mmap.clear',
    {},
    {
      source: 'hypothetical: clear_file_mappings_for_range, as sys_munmap calls it',
      needed: true,
      actor: () => mapper,
      sees: () => ({ lock: cacheLock }),
      sends: () => ({ call: thread(mapper), states: files.map(state) }),
    },
  ).does({
    when: { clearing: ({ call }) => call.value === 'clearing', free: ({ lock }) => isFree(lock.context.holder) },
    events: () => ({ call: { type: 'CLEARED' }, states: { type: 'CLEAR' } }),
  })
  const list = rule(
    'mmap.list',
    {},
    {
      source: `${source}: do_mmap_file, file_mappings.insert`,
      needed: true,
      actor: () => mapper,
      sees: () => ({ lock: cacheLock }),
      sends: () => ({ call: thread(mapper), state: state(from) }),
    },
  ).does({
    when: { recording: ({ call }) => call.value === 'recording', free: ({ lock }) => isFree(lock.context.holder) },
    events: ({ call }) => ({ call: { type: 'LISTED' }, state: { type: 'LIST', generation: call.context.plan } }),
  })
  return [map, ...(design.replaced === 'clears-state' ? [clear] : []), ...(design.replacement === 'other-file' ? [list] : [])]
}

/** What the cache lists for the page, whichever file it lists it for; without an entry nothing is patched, or all is. */
const planning = ({ threads, thread, files, state }: PatchWorld, { anonymous, replacement }: PatchDesign): readonly Rule[] => [
  rule(
    'mprotect.plan',
    { thread: threads },
    {
      source: `${source}: maybe_patch_on_mprotect_exec`,
      where: ({ thread: name }) => name === threads[0] || replacement === 'anonymous',
      actor: ({ thread }) => thread,
      sees: () => ({ lock: cacheLock, states: files.map(state), page: pageCell }),
      sends: ({ thread: name }) => ({ call: thread(name) }),
    },
  ).does({
    when: {
      planning: ({ call }) => call.value === 'planning',
      free: ({ lock }, { thread }) => lock.context.holder === 'nobody' || lock.context.holder === thread,
    },
    events: ({ states, page }) => {
      const at = states.findIndex(({ context }) => context.listed > 0)
      const unlisted = anonymous === 'scanned' && page.context.source === 'nobody' ? page.context.generation : 0
      return {
        call: { type: 'PLAN', plan: states[at]?.context.listed ?? unlisted, file: files[at] ?? 'nobody' },
      }
    },
  }),
]

function patching({ threads, thread, files, state }: PatchWorld, design: PatchDesign): readonly Rule[] {
  const step = { thread: threads }
  const guard = rule(
    'patch.begin',
    { ...step, file: files },
    {
      source: `${source}: maybe_patch_exec_segment, patched_ranges.insert`,
      actor: ({ thread }) => thread,
      sends: ({ thread: name, file }) => ({ call: thread(name), state: state(file) }),
    },
  ).does({
    when: {
      guarding: ({ call }) => call.value === 'guarding',
      ofFile: ({ call }, { file }) => call.context.file === file,
      unpatched: ({ state }) => state.context.patched === 0,
    },
    events: ({ call }) => ({ call: { type: 'BEGIN' }, state: { type: 'PATCHED', generation: call.context.plan } }),
  })
  const skip = rule(
    'patch.skip',
    { ...step, file: files },
    {
      source: `${source}: maybe_patch_exec_segment, patched_ranges.contains`,
      actor: ({ thread }) => thread,
      sees: ({ file }) => ({ state: state(file) }),
      sends: ({ thread: name }) => ({ call: thread(name) }),
    },
  ).does({
    when: {
      guarding: ({ call }) => call.value === 'guarding',
      ofFile: ({ call }, { file }) => call.context.file === file,
      patched: ({ state }) => state.context.patched > 0,
    },
    events: () => ({ call: { type: 'SKIP' } }),
  })
  const scan = rule('patch.scan', step, {
    source: 'issue 1006: memory of no file is scanned when it becomes executable',
    actor: ({ thread }) => thread,
    sends: ({ thread: name }) => ({ call: thread(name) }),
  }).does({
    when: { guarding: ({ call }) => call.value === 'guarding', ofNoFile: ({ call }) => call.context.file === 'nobody' },
    events: () => ({ call: { type: 'BEGIN' } }),
  })
  return [guard, skip, ...(design.anonymous === 'scanned' ? [scan] : []), ...rewritingThePage({ threads, thread }, design)]
}

const setting = ({ threads, thread }: PatchWorld): Rule =>
  rule(
    'mprotect.set',
    { thread: threads },
    {
      source: `${source}: sys_mprotect_raw`,
      actor: ({ thread }) => thread,
      sends: ({ thread: name }) => ({ call: thread(name), page: pageCell }),
    },
  ).does({
    when: { setting: ({ call }) => call.value === 'setting' },
    events: () => ({ call: { type: 'SET' }, page: { type: 'PROTECT', rights: 'execute' } }),
  })
