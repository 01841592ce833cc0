import { type Rule, rule } from '../../checker/index.ts'
import type { ForeignWindows } from './foreign-windows.ts'
import { accepted, type Held, type Ownership } from './physical-pointer.ts'

/*
 * What `vmap` does before it maps, and in which order.
 *
 * Models: the steps that a design asks for, each of which another core can see behind: `protect` by the caller, the lock
 * on the frames, a second `validate_unowned`, and the reservation of an address. From
 * `litebox_common_linux/src/vmap.rs: VmapManager` and `litebox_platform_lvbs/src/lib.rs: vmap`. The source at the
 * snapshot does none of the first three; the order of the others is that of the later versions, where the access guard
 * is taken first so that what is checked stays true.
 *
 * Leaves out: the checks of the page list itself (empty, duplicates, contiguity).
 */

/** `direct`: the frame's page of the direct map. `vmap`: a reserved page, one per frame. `private`: one per mapping. */
export type Mapping = 'direct' | 'vmap' | 'private'
/** `try-lock`: exclusive, on the frame. `reader-writer`: a read guard, for writable mappings only, or for all. */
export type Lock = 'none' | 'try-lock' | 'reader-writer' | 'reader-writer-all'
/** `protect` before an access: not called, carried out, or answered by a default of the trait. */
export type Protect = 'uncalled' | 'implemented' | 'permissive' | 'deny'

export interface VmapDesign {
  readonly ownership: Ownership
  readonly validation: 'constructor' | 'also-at-vmap'
  readonly protect: Protect
  readonly lock: Lock
  readonly mapping: Mapping
  /** Whether an interrupt's handler can tell a mapping that is made from a copy that has begun. */
  readonly observed: boolean
}

/** What a pointer hears when it is mapped. */
export const mapped = ({ observed }: VmapDesign): 'MAP' | 'MAP_AND_COPY' => (observed ? 'MAP' : 'MAP_AND_COPY')

type Due = 'protect' | 'lock' | 'validate' | 'reserve' | 'map'

/** The step that an unmapped pointer takes next on its way to a mapping. */
function due(design: VmapDesign, held: Held): Due {
  const locks = design.lock === 'reader-writer' ? held.access === 'write' : design.lock !== 'none'
  if (design.protect !== 'uncalled' && !held.shielded) return 'protect'
  if (locks && !held.locked) return 'lock'
  if (design.validation === 'also-at-vmap' && !held.revalidated) return 'validate'
  if (design.mapping !== 'direct' && held.page === 'none') return 'reserve'
  return 'map'
}

interface AtPointer {
  readonly pointer: { readonly value: unknown; readonly context: Held }
}

/** What every step on the way to a mapping asks first: that it is the pointer's next. */
export const isDue = (design: VmapDesign, step: Due) => ({
  unmapped: ({ pointer }: AtPointer): boolean => pointer.value === 'unmapped',
  due: ({ pointer }: AtPointer): boolean => due(design, pointer.context) === step,
})

/** The second check, made inside `vmap`. It is a step of its own: only a lock keeps its answer true until the mapping. */
export const validationAtVmap = ({ cores, frames, frame, pointer }: ForeignWindows, design: VmapDesign): readonly Rule[] => {
  const answers = { core: cores, frame: frames }
  const source = 'litebox_platform_lvbs/src/lib.rs: vmap_privileged, in later versions'
  return [
    rule('vmap.validate', answers, {
      source,
      needed: true,
      actor: ({ core }) => core,
      sees: ({ frame: name }) => ({ frame: frame(name) }),
      sends: ({ core }) => ({ pointer: pointer(core) }),
    }).does({
      when: {
        ...isDue(design, 'validate'),
        named: ({ pointer }, { frame }) => pointer.context.frame === frame,
        accepted: ({ frame }) => accepted(design.ownership, frame.context.owner),
      },
      events: () => ({ pointer: { type: 'REVALIDATE' } }),
    }),
    rule('vmap.refuseOwned', answers, {
      source,
      actor: ({ core }) => core,
      sees: ({ frame: name }) => ({ frame: frame(name) }),
      sends: ({ core }) => ({ pointer: pointer(core) }),
    }).does({
      when: {
        ...isDue(design, 'validate'),
        named: ({ pointer }, { frame }) => pointer.context.frame === frame,
        refused: ({ frame }) => !accepted(design.ownership, frame.context.owner),
      },
      events: () => ({ pointer: { type: 'REFUSE' } }),
    }),
  ]
}
