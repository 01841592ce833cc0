import type { FrameSets } from './frame-reservation.ts'
import type { Access } from './hypervisor-protection.ts'
import { framesInHand, type Task, type UnderWay, unlocksAhead } from './vtl-call.ts'

/*
 * What a call that loads or unloads a kexec image does, in which order.
 *
 * Models: `mshv_vsm_kexec_validate` of `litebox_platform_lvbs/src/mshv/vsm.rs` and of later versions
 * (`litebox_platform_lvbs/src/mshv/heki_service/vsm.rs`): give back the frames of the image that was there; then copy,
 * protect, verify and register the new one. Only the kernel file (`KexecKernelBlob`) is verified, and only the pages
 * into which VTL0 has loaded it (`KexecPages`) are protected. A crash image (`KexecImage`) says itself which segments
 * are protected with it.
 *
 * Leaves out: a normal image's own frame, which is protected and read by nobody here; the kernel file's frame, which is
 * read once; and the later call that would boot the image.
 */

/** An image as VTL0 describes it. A crash image's pages are named by the image itself, in the frame `image`. */
export interface KexecImage {
  readonly name: string
  readonly blob: string
  readonly pages: readonly string[]
  readonly image?: string
}

export interface KexecDesign {
  /** `copy-first`: copy, protect, verify. `freeze-first`: reserve, protect, copy, verify. */
  readonly order: 'copy-first' | 'freeze-first'
  /** Whether the pages are compared with the file whose signature is verified. */
  readonly compared: 'blob' | 'blob-and-pages'
  /**
   * `sections`: the old frames are given back and forgotten in two lock sections, and the new ones registered in a third.
   * `one-section`: one lock section is the whole call. `exchange`: frames are taken out of the slot before they are given
   * back, and so are those that a registration finds there.
   */
  readonly slot: 'sections' | 'one-section' | 'exchange'
}

const protect = (access: Access, frames: readonly string[]): Task[] =>
  frames.map((frame) => ({ stage: 'protect', frame, access }))
const reserve = ({ order }: KexecDesign, frames: readonly string[]): Task[] =>
  order === 'freeze-first' ? [{ stage: 'reserve', set: frames.join('+'), frames: [...frames] }] : []

/** What the images of a world reserve, all their pages together or, for a crash image, one after the other. */
export const frameSets = (images: readonly KexecImage[]): FrameSets =>
  Object.fromEntries(
    images
      .flatMap(({ image, pages }) => (image === undefined ? [pages] : [[image], ...pages.map((page) => [page])]))
      .map((frames) => [frames.join('+'), frames]),
  )

/** Whose signature it is that images are verified against. */
export const vendor = 'vendor'
const copies = ({ compared }: KexecDesign, { blob, pages }: KexecImage): Task[] =>
  [blob, ...(compared === 'blob-and-pages' ? pages : [])].map((frame) => ({ stage: 'copy', frame, of: vendor }))

const end = (frames: readonly string[]): Task[] => [{ stage: 'verify' }, { stage: 'record', frames: [...frames] }]

/** How a call begins: it finds the frames of the image that was there. */
export const begin = ({ slot }: KexecDesign): Task[] => [{ stage: slot === 'exchange' ? 'take' : 'lock' }]

/** What follows when it has found them. `load` is empty for a call that only unloads. */
export function afterFinding({ slot }: KexecDesign, old: readonly string[], load: readonly Task[]): Task[] {
  const restored = protect('writable', old)
  switch (slot) {
    case 'sections':
      return [...restored, { stage: 'unlock' }, { stage: 'forget' }, ...load]
    case 'one-section':
      return [...restored, { stage: 'forget' }, ...load, { stage: 'unlock' }]
    case 'exchange':
      return [...restored, ...load]
    default:
      return slot satisfies never
  }
}

/** What follows a registration that has found other frames in the slot. */
export const afterReplacing = ({ slot }: KexecDesign, old: readonly string[]): Task[] =>
  slot === 'exchange' ? protect('writable', old) : []

export function loading(design: KexecDesign, image: KexecImage): Task[] {
  const { pages } = image
  if (image.image !== undefined) {
    const own = [image.image]
    return [...reserve(design, own), ...freezes(design, own), { stage: 'read', frame: image.image }, ...end(own)]
  }
  const frozen = [...reserve(design, pages), ...freezes(design, pages)]
  return [...frozen, ...copies(design, image), ...protectsLate(design, pages), ...end(pages)]
}

/** How a crash image goes on, once it was read that it names this page. */
export function loadingNamed(design: KexecDesign, image: KexecImage, own: string, page: string): Task[] {
  return [
    { stage: 'copy', frame: image.blob, of: vendor },
    ...reserve(design, [page]),
    ...freezes(design, [page]),
    ...protectsLate(design, [own, page]),
    ...end([own, page]),
  ]
}

const freezes = ({ order }: KexecDesign, frames: readonly string[]): Task[] =>
  order === 'freeze-first' ? protect('readable', frames) : []
const protectsLate = ({ order }: KexecDesign, frames: readonly string[]): Task[] =>
  order === 'copy-first' ? protect('readable', frames) : []

/** At the snapshot a signature that does not verify gives the frames back, and nothing else does. */
export const cleanUp = ({ order }: KexecDesign, call: UnderWay, cause: 'verification' | 'refusal'): Task[] => [
  ...(order === 'freeze-first' || cause === 'verification' ? protect('writable', framesInHand(call)) : []),
  ...unlocksAhead(call),
]
