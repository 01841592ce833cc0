import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'
import { spinlock } from '../platform/spinlock.ts'

/*
 * A page of a program whose system calls are patched when it becomes executable, and the threads that map and patch it.
 *
 * Models: what came after the snapshot, `litebox_shim_linux/src/syscalls/mm.rs` since pull request 810: `do_mmap_file`,
 * `sys_mprotect`, `maybe_patch_on_mprotect_exec`, `maybe_patch_exec_segment`, and the cache in which each file has the
 * mappings that may need patching (`file_mappings`) and the ranges that were patched (`patched_ranges`). The generation of
 * a page, of its entry in the cache and of a plan is a ghost, but for designs that compare it. Rules: `patch-plan-rules.ts`.
 *
 * Leaves out: the trampoline and how it is allocated; more than one page; munmap, which clears what MAP_FIXED does not;
 * failures, which are panics or fall back to traps; file descriptors that are closed and used again.
 */

export type Rights = 'read' | 'write' | 'execute'
/** `raw`: with system calls in it. */
export type Bytes = 'raw' | 'patched' | 'empty'
export type Source = 'file0' | 'file1' | 'nobody'

interface Mapping {
  generation: number
  source: Source
  rights: Rights
  bytes: Bytes
}

export const codePage = setup({
  types: {
    context: {} as Mapping,
    events: {} as
      | { type: 'REPLACE'; source: Source; rights: Rights; bytes: Bytes }
      | { type: 'PROTECT'; rights: Rights }
      | { type: 'WRITE'; bytes: Bytes }
      | { type: 'EXCHANGE'; bytes: Bytes; rights: Rights },
  },
}).createMachine({
  id: 'codePage',
  context: { generation: 1, source: 'file0', rights: 'read', bytes: 'raw' },
  initial: 'mapped',
  states: {
    mapped: {
      on: {
        REPLACE: {
          actions: update((page, { source, rights, bytes }) => {
            Object.assign(page, { generation: page.generation + 1, source, rights, bytes })
          }),
        },
        PROTECT: {
          actions: update((page, { rights }) => {
            page.rights = rights
          }),
        },
        WRITE: {
          actions: update((page, { bytes }) => {
            page.bytes = bytes
          }),
        },
        EXCHANGE: {
          actions: update((page, { bytes, rights }) => {
            page.bytes = bytes
            page.rights = rights
          }),
        },
      },
    },
  },
})

/** What the cache knows of the page, for one file: the generation that it lists, and the one that it says it patched. */
export const patchState = setup({
  types: {
    context: {} as { listed: number; patched: number },
    input: {} as { listed: number },
    events: {} as { type: 'LIST'; generation: number } | { type: 'PATCHED'; generation: number } | { type: 'CLEAR' },
  },
}).createMachine({
  id: 'patchState',
  context: ({ input }) => ({ listed: input.listed, patched: 0 }),
  initial: 'cached',
  states: {
    cached: {
      on: {
        LIST: {
          actions: update((state, { generation }) => {
            state.listed = generation
          }),
        },
        PATCHED: {
          actions: update((state, { generation }) => {
            state.patched = generation
          }),
        },
        CLEAR: {
          actions: update((state) => {
            state.listed = 0
            state.patched = 0
          }),
        },
      },
    },
  },
})

export interface PatchDesign {
  /** What the second thread puts at the address. */
  readonly replacement: 'other-file' | 'same-file-executable' | 'anonymous'
  /** Whether the lock of the cache is taken for each access, for a whole patching, or for every mmap and mprotect. */
  readonly lock: 'per-step' | 'across-patching' | 'across-calls'
  /** When the plan's mapping is compared with the one that is there. */
  readonly check: 'never' | 'before-write' | 'with-write'
  /** What becomes of the cache when a mapping is replaced. */
  readonly replaced: 'keeps-state' | 'clears-state'
  /** Whether a mapping that is to be executable is so before it has been patched. */
  readonly mapped: 'executable-first' | 'patched-first'
  /** What happens to memory of no file that becomes executable. */
  readonly anonymous: 'unscanned' | 'scanned'
  /** Whether the page is made writable for the patching, or exchanged for a patched copy. */
  readonly place: 'in-place' | 'in-a-copy'
}

interface Progress {
  call: 'none' | 'mmap' | 'mprotect'
  mmaps: number
  mprotects: number
  plan: number
  file: Source
  patches: boolean
  buffered: Bytes
}

type Call = PatchDesign & Progress

const atRest = { call: 'none', plan: 0, file: 'nobody', patches: false, buffered: 'empty' } as const

export const patchingThread = setup({
  types: {
    context: {} as Call,
    input: {} as PatchDesign & { mmaps: number; mprotects: number },
    events: {} as
      | { type: 'CALL'; call: 'mmap' | 'mprotect' }
      | { type: 'LOCK' }
      | { type: 'MAPPED'; plan: number; file: Source; patches: boolean }
      | { type: 'CLEARED' }
      | { type: 'LISTED' }
      | { type: 'PLAN'; plan: number; file: Source }
      | { type: 'SKIP' }
      | { type: 'BEGIN' }
      | { type: 'LOOSENED' }
      | { type: 'READ'; bytes: Bytes }
      | { type: 'CHECKED' }
      | { type: 'ABANDON' }
      | { type: 'WROTE' }
      | { type: 'TIGHTENED' }
      | { type: 'UNLOCK' }
      | { type: 'SET' },
  },
  guards: {
    locksPerStep: ({ context }) => context.lock === 'per-step',
    locksCalls: ({ context }) => context.lock === 'across-calls',
    maps: ({ context }) => context.call === 'mmap',
    mapsAndLocksCalls: ({ context }) => context.call === 'mmap' && context.lock === 'across-calls',
    clears: ({ context }) => context.replaced === 'clears-state',
    isUnplanned: ({ context }) => context.plan === 0,
    isUnplannedAndLocksPatching: ({ context }) => context.plan === 0 && context.lock === 'across-patching',
    patches: ({ context }) => context.patches,
    patchesAndLocksCalls: ({ context }) => context.patches && context.lock === 'across-calls',
    checks: ({ context }) => context.check === 'before-write',
    mustStillRun: ({ context }) => context.call === 'mmap' && context.mapped === 'patched-first',
    copies: ({ context }) => context.place === 'in-a-copy',
  },
}).createMachine({
  id: 'patchingThread',
  context: ({ input }) => ({ ...input, ...atRest }),
  initial: 'outside',
  states: {
    outside: {
      on: {
        CALL: {
          target: 'called',
          actions: update((call, event) => {
            call.call = event.call
            call[event.call === 'mmap' ? 'mmaps' : 'mprotects'] -= 1
          }),
        },
      },
    },
    called: {
      always: [
        { guard: 'mapsAndLocksCalls', target: 'locking' },
        { guard: 'maps', target: 'mapping' },
        { guard: 'locksPerStep', target: 'planning' },
        { target: 'locking' },
      ],
    },
    // The lock of the cache, before anything else of the call.
    locking: { on: { LOCK: [{ guard: 'maps', target: 'mapping' }, { target: 'planning' }] } },
    mapping: {
      on: {
        MAPPED: {
          target: 'mapped',
          actions: update((call, event) => {
            remember(call, event)
            call.patches = event.patches
          }),
        },
      },
    },
    mapped: { always: [{ guard: 'clears', target: 'clearing' }, { target: 'recording' }] },
    clearing: { on: { CLEARED: 'recording' } },
    recording: {
      always: [
        { guard: 'isUnplanned', target: 'leaving' },
        { guard: 'patchesAndLocksCalls', target: 'guarding' },
        { guard: 'patches', target: 'entering' },
      ],
      on: { LISTED: 'leaving' },
    },
    planning: { on: { PLAN: { target: 'planned', actions: update((call, event) => remember(call, event)) } } },
    planned: {
      always: [
        { guard: 'isUnplannedAndLocksPatching', target: 'unlocking' },
        { guard: 'isUnplanned', target: 'leaving' },
        { guard: 'locksPerStep', target: 'entering' },
        { target: 'guarding' },
      ],
    },
    entering: { on: { LOCK: 'guarding' } },
    guarding: {
      on: {
        SKIP: [{ guard: 'mustStillRun', target: 'tightening' }, { target: 'unlocking' }],
        BEGIN: [{ guard: 'copies', target: 'reading' }, { target: 'loosening' }],
      },
    },
    loosening: { on: { LOOSENED: 'reading' } },
    reading: {
      on: {
        READ: [
          { guard: 'checks', target: 'checking', actions: update((call, event) => buffer(call, event)) },
          { target: 'writing', actions: update((call, event) => buffer(call, event)) },
        ],
      },
    },
    checking: { on: { CHECKED: 'writing', ABANDON: 'unlocking' } },
    writing: { on: { WROTE: [{ guard: 'copies', target: 'unlocking' }, { target: 'tightening' }], ABANDON: 'unlocking' } },
    tightening: { on: { TIGHTENED: 'unlocking' } },
    unlocking: { always: { guard: 'locksCalls', target: 'leaving' }, on: { UNLOCK: 'leaving' } },
    // Only mprotect sets rights that mmap has set already; a lock of the whole call is released after that.
    leaving: {
      always: [
        { guard: 'mapsAndLocksCalls', target: 'releasing' },
        { guard: 'maps', target: 'outside', actions: update(forget) },
        { target: 'setting' },
      ],
    },
    setting: {
      on: {
        SET: [
          { guard: 'locksCalls', target: 'releasing' },
          { target: 'outside', actions: update(forget) },
        ],
      },
    },
    releasing: { on: { UNLOCK: { target: 'outside', actions: update(forget) } } },
  },
})

function remember(call: Call, { plan, file }: { plan: number; file: Source }): void {
  call.plan = plan
  call.file = file
}

function buffer(call: Call, { bytes }: { bytes: Bytes }): void {
  call.buffered = bytes
}

function forget(call: Call): void {
  Object.assign(call, atRest)
}

export const pageCell: CellOf<typeof codePage> = cell('page', codePage)
export const cacheLock: CellOf<typeof spinlock> = cell('cacheLock', spinlock)

export interface PatchWorld {
  /** The first makes the page executable; the second replaces it. */
  readonly threads: readonly [string, string]
  readonly thread: (name: string) => CellOf<typeof patchingThread>
  readonly files: readonly Source[]
  readonly state: (file: string) => CellOf<typeof patchState>
}

export const patchWorld = (design: PatchDesign, mmaps: number): PatchWorld => {
  const again = design.replacement === 'anonymous' ? 1 : 0
  const calls: Readonly<Record<string, { mmaps: number; mprotects: number }>> = {
    thread0: { mmaps: 0, mprotects: 1 },
    thread1: { mmaps, mprotects: again },
  }
  return {
    threads: ['thread0', 'thread1'],
    thread: (name) => cell(`call.${name}`, patchingThread, { input: { ...design, ...calls[name]! } }),
    files: ['file0', 'file1'],
    state: (file) => cell(`cache.${file}`, patchState, { input: { listed: file === 'file0' ? 1 : 0 } }),
  }
}
