import { setup } from 'xstate'
import { type Rule, rule, update } from '../../checker/index.ts'
import type { ForeignWindows } from './foreign-windows.ts'
import type { Owner } from './frame.ts'

/*
 * A `PhysMutPtr` or `PhysConstPtr` on one core, from its constructor to its drop, and the mapping guard inside it.
 *
 * Models: `litebox_shim_optee/src/ptr.rs: PhysMutPtr::new`, which asks `validate_unowned` once; then any number of
 * accesses, each of which maps, copies and unmaps (`map_and_get_ptr_guard`, `memcpy_fallible`, `MappedGuard::drop`).
 * The phases are the points between which another core can look; what each of them does is in the files of the parts:
 * `vmap.ts` and the mappings, `fallible-copy.ts`, `vunmap.ts`, `window-flush.ts`. The legacy family
 * (`litebox_platform_lvbs/src/lib.rs: copy_from_vtl0_phys` and its like) takes the same steps on the direct map. That
 * the copy begins is a step of its own only where the handler of an interrupt can tell whether it has.
 *
 * Leaves out: offsets, lengths and index checks; more than one frame to a pointer; both kinds of access through one
 * pointer; `clone`, which is never called while mapped. Debug builds panic where a copy fails: `failed` is that place.
 */

export type Access = 'read' | 'write'
export const accesses = ['read', 'write'] as const

/** How many parts a copy has: two, so that another core can look between them. */
const parts = 2

export interface Held {
  readonly frame: string
  readonly access: Access
  /** The reserved or mapped page, or `none`. */
  readonly page: string
  /** Whether the allocator of the vmap region has the page down as this pointer's. */
  readonly reserved: boolean
  readonly copied: number
  readonly shielded: boolean
  readonly locked: boolean
  readonly revalidated: boolean
}

const nothing: Held = {
  frame: 'none',
  access: 'read',
  page: 'none',
  reserved: false,
  copied: 0,
  shielded: false,
  locked: false,
  revalidated: false,
}

/** After the flush a reserved page has yet to go back to its allocator; any other is nobody's. */
const flushed = [
  { guard: ({ context }: { context: Held }) => context.reserved, target: 'releasing' },
  { target: 'releasing', actions: 'forgetPage' },
] as const
const letGo = { target: 'releasing', actions: 'forgetPage' } as const

export const physicalPointer = setup({
  types: {
    context: {} as Held,
    events: {} as
      | { type: 'CONSTRUCT'; frame: string; access: Access }
      | { type: 'REJECT' }
      | { type: 'SHIELD' }
      | { type: 'LOCK' }
      | { type: 'REVALIDATE' }
      | { type: 'RESERVE'; page: string }
      | { type: 'REFUSE' }
      | { type: 'MAP'; page: string }
      | { type: 'MAP_AND_COPY'; page: string }
      | { type: 'BEGIN' }
      | { type: 'MOVE' }
      | { type: 'FAULT' }
      | { type: 'ABORT' }
      | { type: 'REVOKE' }
      | { type: 'CLEAR' }
      | { type: 'LET_GO' }
      | { type: 'ALONE' }
      | { type: 'TOGETHER' }
      | { type: 'AWAIT' }
      | { type: 'FLUSHED' }
      | { type: 'UNREGISTER' }
      | { type: 'UNLOCK' }
      | { type: 'UNSHIELD' }
      | { type: 'DROP' }
      | { type: 'PANIC' },
  },
  actions: {
    forgetPage: update((pointer) => {
      pointer.page = 'none'
      pointer.reserved = false
    }),
    unreserve: update((pointer) => {
      pointer.reserved = false
    }),
    forgetProgress: update((pointer) => {
      pointer.copied = 0
    }),
  },
}).createMachine({
  id: 'physicalPointer',
  context: nothing,
  initial: 'absent',
  states: {
    absent: {
      on: {
        CONSTRUCT: {
          target: 'unmapped',
          actions: update((pointer, { frame, access }) => {
            pointer.frame = frame
            pointer.access = access
          }),
        },
        REJECT: 'absent',
      },
    },
    unmapped: {
      on: {
        SHIELD: {
          target: 'unmapped',
          actions: update((pointer) => {
            pointer.shielded = true
          }),
        },
        LOCK: {
          target: 'unmapped',
          actions: update((pointer) => {
            pointer.locked = true
          }),
        },
        REVALIDATE: {
          target: 'unmapped',
          actions: update((pointer) => {
            pointer.revalidated = true
          }),
        },
        RESERVE: {
          target: 'unmapped',
          actions: update((pointer, { page }) => {
            pointer.page = page
            pointer.reserved = true
          }),
        },
        MAP: {
          target: 'mapped',
          actions: update((pointer, { page }) => {
            pointer.page = page
          }),
        },
        MAP_AND_COPY: {
          target: 'copying',
          actions: update((pointer, { page }) => {
            pointer.page = page
          }),
        },
        REFUSE: 'releasing',
        PANIC: 'panicked',
        DROP: { target: 'absent', actions: update((pointer) => void Object.assign(pointer, nothing)) },
      },
    },
    mapped: { on: { BEGIN: 'copying', REVOKE: { target: 'failed', actions: 'forgetPage' } } },
    copying: {
      on: {
        MOVE: [
          { guard: ({ context }) => context.copied + 1 === parts, target: 'completed', actions: 'forgetProgress' },
          {
            target: 'copying',
            actions: update((pointer) => {
              pointer.copied += 1
            }),
          },
        ],
        FAULT: 'failed',
        ABORT: 'failed',
        REVOKE: { target: 'failed', actions: 'forgetPage' },
        PANIC: 'panicked',
      },
    },
    completed: {
      on: { UNREGISTER: { target: 'completed', actions: 'unreserve' }, CLEAR: 'cleared', LET_GO: letGo, REVOKE: letGo },
    },
    failed: {
      on: {
        UNREGISTER: { target: 'failed', actions: 'unreserve' },
        CLEAR: 'cleared',
        LET_GO: letGo,
        REVOKE: { target: 'failed', actions: 'forgetPage' },
      },
      exit: 'forgetProgress',
    },
    cleared: { on: { FLUSHED: flushed, ALONE: 'alone', TOGETHER: 'together' } },
    alone: { on: { FLUSHED: flushed } },
    together: { on: { FLUSHED: flushed, AWAIT: 'awaiting' } },
    awaiting: { on: { FLUSHED: flushed } },
    releasing: {
      always: {
        guard: ({ context }) => context.page === 'none' && !context.locked && !context.shielded,
        target: 'unmapped',
        actions: update((pointer) => {
          pointer.revalidated = false
        }),
      },
      on: {
        UNREGISTER: { target: 'releasing', actions: 'forgetPage' },
        UNLOCK: {
          target: 'releasing',
          actions: update((pointer) => {
            pointer.locked = false
          }),
        },
        UNSHIELD: {
          target: 'releasing',
          actions: update((pointer) => {
            pointer.shielded = false
          }),
        },
      },
    },
    panicked: {},
  },
})

/** Who answers `validate_unowned`: the platform's own check, or a default of the trait that says yes, or no, to all. */
export type Ownership = 'implemented' | 'permissive' | 'deny'

/** Whether `validate_unowned` answers Ok for a frame of this owner. */
export const accepted = (ownership: Ownership, owner: Owner | 'nobody'): boolean =>
  ownership === 'permissive' || (ownership === 'implemented' && owner === 'normalWorld')

/** A call makes a pointer to any frame that the normal world names, uses it as often as it likes, and drops it. */
export const pointerLife = ({ cores, frames, vp, frame, pointer }: ForeignWindows, ownership: Ownership): readonly Rule[] => [
  rule(
    'pointer.construct',
    { core: cores, frame: frames, access: accesses },
    {
      source: 'litebox_shim_optee/src/ptr.rs: PhysMutPtr::new; litebox_platform_lvbs/src/lib.rs: validate_unowned',
      needed: true,
      actor: ({ core }) => core,
      sees: ({ core, frame: name }) => ({ vp: vp(core), frame: frame(name) }),
      sends: ({ core }) => ({ pointer: pointer(core) }),
    },
  ).does({
    when: {
      absent: ({ pointer }) => pointer.value === 'absent',
      inCall: ({ vp }) => vp.value === 'dispatching',
      accepted: ({ frame }) => accepted(ownership, frame.context.owner),
    },
    events: (_, { frame, access }) => ({ pointer: { type: 'CONSTRUCT', frame, access } }),
  }),
  rule(
    'pointer.reject',
    { core: cores, frame: frames },
    {
      source: 'litebox_platform_lvbs/src/lib.rs: validate_unowned, InvalidPhysicalAddress',
      actor: ({ core }) => core,
      sees: ({ core, frame: name }) => ({ vp: vp(core), frame: frame(name) }),
      sends: ({ core }) => ({ pointer: pointer(core) }),
    },
  ).does({
    when: {
      absent: ({ pointer }) => pointer.value === 'absent',
      inCall: ({ vp }) => vp.value === 'dispatching',
      refused: ({ frame }) => !accepted(ownership, frame.context.owner),
    },
    events: () => ({ pointer: { type: 'REJECT' } }),
  }),
  rule(
    'pointer.drop',
    { core: cores },
    {
      source: 'litebox_shim_optee/src/ptr.rs: PhysMutPtr::drop, which finds nothing mapped',
      actor: ({ core }) => core,
      sends: ({ core }) => ({ pointer: pointer(core) }),
    },
  ).does({
    when: {
      unmapped: ({ pointer }) => pointer.value === 'unmapped',
      holdsNothing: ({ pointer: { context } }) =>
        context.page === 'none' && !context.locked && !context.shielded && !context.revalidated,
    },
    events: () => ({ pointer: { type: 'DROP' } }),
  }),
]
