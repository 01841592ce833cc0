import type { FrameSets } from './frame-reservation.ts'
import type { Access } from './hypervisor-protection.ts'
import { framesInHand, type Task, type UnderWay, unlocksAhead } from './vtl-call.ts'

/*
 * What the calls about a kernel module do, in which order.
 *
 * Models: `mshv_vsm_validate_guest_module`, `mshv_vsm_free_guest_module_init` and `mshv_vsm_unload_guest_module` of
 * `litebox_platform_lvbs/src/mshv/vsm.rs`, and of later versions (`litebox_platform_lvbs/src/mshv/heki_service/vsm.rs`).
 * Text is copied and compared with the signed file; data is neither, and only made writable.
 *
 * Leaves out: read-only data (compared in part, protected like text but for execution); what a patch is, for which see
 * `text-patch.ts`; the signed file; and the test whether a token exists at all, which comes before the lock is taken and is
 * made again then.
 */

export type RangeType = 'text' | 'init-text' | 'data'

/** A module as VTL0 describes it to VTL1. */
export interface Module {
  readonly name: string
  readonly ranges: readonly { readonly frame: string; readonly type: RangeType }[]
}

export interface ModuleDesign {
  /**
   * `copy-first`: copy, verify, protect. `freeze-first`: make text read-only, copy, verify, then executable.
   * `freeze-some-first`: the same with one of the frames read-only only after the copies.
   */
  readonly order: 'copy-first' | 'freeze-first' | 'freeze-some-first'
  /** Whether frames are reserved before anything else, and a reservation that meets another or a protected frame fails. */
  readonly overlap: 'accepted' | 'rejected'
  /** What a validation that fails does about the frames that it has reserved and frozen. */
  readonly rollback: 'none' | 'restored'
  /**
   * `unprotect-then-forget`: the entry outlives the protection, in lock sections of their own. `take-then-unprotect`: the
   * entry is taken out of the map first. `one-section`: one lock section holds both.
   */
  readonly release: 'unprotect-then-forget' | 'take-then-unprotect' | 'one-section'
  /** Whether the registry, where there is one, is written under the same lock as the hypercall is made, or after it. */
  readonly hypercall: 'under-lock' | 'before-lock'
  /**
   * Whether a module's patches are modelled; and when they are dropped that VTL1 would apply for it: after its frames were
   * given back or before, and for the frames of the initialisation perhaps never.
   */
  readonly patches: 'none' | 'dropped-last' | 'dropped-first' | 'kept-after-init'
  /**
   * Whether the entry keeps the ranges of the initialisation after they were given back; a release that takes them out
   * first has no choice.
   */
  readonly initRanges: 'kept' | 'dropped'
}

const protect = ({ hypercall }: ModuleDesign, access: Access, frames: readonly string[]): Task[] =>
  frames.flatMap((frame) => [
    { stage: 'protect', frame, access },
    ...(hypercall === 'before-lock' ? [{ stage: 'list', frame, listed: access !== 'writable' } as const] : []),
  ])
const framesOf = ({ ranges }: Module, ...types: readonly RangeType[]): string[] =>
  ranges.filter(({ type }) => types.includes(type)).map(({ frame }) => frame)

/** What each module reserves. */
export const frameSets = (modules: readonly Module[]): FrameSets =>
  Object.fromEntries(modules.map(({ name, ranges }) => [name, ranges.map(({ frame }) => frame)]))

/** The frames of a module whose contents are verified and become executable. */
export const textOf = (module: Module): readonly string[] => framesOf(module, 'text', 'init-text')

/** `mod_mem_type_to_mem_attr` */
const rightsOf = (design: ModuleDesign, module: Module): Task[] =>
  module.ranges.flatMap(({ frame, type }) => protect(design, type === 'data' ? 'writable' : 'executable', [frame]))

export function validation(design: ModuleDesign, module: Module): Task[] {
  const { order, overlap, patches } = design
  const text = textOf(module)
  const copies: Task[] = text.map((frame) => ({ stage: 'copy', frame, of: module.name }))
  const frames = framesOf(module, 'text', 'init-text', 'data')
  const verify: Task = { stage: 'verify' }
  const record: Task = { stage: 'record', frames }
  const reserve: Task[] = overlap === 'rejected' ? [{ stage: 'reserve', set: module.name, frames }] : []
  const insert: Task[] = patches === 'none' ? [] : [{ stage: 'insert' }]
  if (order === 'copy-first') return [...copies, verify, ...insert, ...rightsOf(design, module), record]
  const frozenLate = order === 'freeze-some-first' ? text.slice(1) : []
  const frozenEarly = text.filter((frame) => !frozenLate.includes(frame))
  return [
    ...reserve,
    ...protect(design, 'readable', frozenEarly),
    ...copies,
    ...protect(design, 'readable', frozenLate),
    verify,
    ...protect(design, 'executable', text),
    ...insert,
    record,
  ]
}

export type Release = 'free-init' | 'unload'

/** What a call that fails has still to do: give its frames back, and let go of the lock. */
export function cleanUp(design: ModuleDesign, call: UnderWay, vtl1Frames: readonly string[]): Task[] {
  const restores = call.context.request === 'validate' && design.rollback === 'restored'
  const frames = framesInHand(call).filter((frame) => !vtl1Frames.includes(frame))
  return [...(restores ? protect(design, 'writable', frames) : []), ...unlocksAhead(call)]
}

/** How a release begins; what it unprotects is known once it has found the entry. */
export const release = (design: ModuleDesign): Task[] => [{ stage: design.release === 'take-then-unprotect' ? 'take' : 'lock' }]

/** How it goes on, with the entry found. `ranges` are those that the entry has. */
export function unprotection(design: ModuleDesign, operation: Release, module: Module, ranges: 'all' | 'without-init'): Task[] {
  const init: readonly RangeType[] = ranges === 'all' ? ['init-text'] : []
  const restored = protect(
    design,
    'writable',
    framesOf(module, ...(operation === 'unload' ? (['text', 'data'] as const) : []), ...init),
  )
  const forgets = operation === 'unload' || design.initRanges === 'dropped'
  const forget: Task[] = forgets ? [{ stage: 'forget' }] : []
  const keeps = design.patches === 'none' || (design.patches === 'kept-after-init' && operation === 'free-init')
  const drop: Task[] = keeps ? [] : [{ stage: 'drop' }]
  const [before, after] = design.patches === 'dropped-first' ? [drop, []] : [[], drop]
  switch (design.release) {
    case 'take-then-unprotect':
      return [...before, ...restored, ...after]
    case 'one-section':
      return [...before, ...restored, ...after, ...forget, { stage: 'unlock' }]
    case 'unprotect-then-forget':
      return [...before, ...restored, { stage: 'unlock' }, ...after, ...forget]
    default:
      return design.release satisfies never
  }
}
