import { always, canReach, onStep, type Property, sometimes } from '../checker/index.ts'
import { mayWrite } from '../model/memory/hypervisor-protection.ts'
import type { KexecWorld } from '../model/memory/kexec-calls.ts'
import { framesAhead, nextRecord } from '../model/memory/vtl-call.ts'

/*
 * What a registered kexec image is worth, and what becomes of the frames of one that is not.
 */

const ownFrames = ({ frames, vtl1Frames }: KexecWorld): string[] => frames.filter((frame) => !vtl1Frames.includes(frame))
const pagesOf = ({ images }: KexecWorld): string[] => [...new Set(images.flatMap(({ pages }) => pages))]

/** The signature covers the kernel file; what would run is what VTL0 has loaded from it. */
export const loadedPagesAreVerified = (world: KexecWorld): Property =>
  always(
    'the pages of a loaded image hold the kernel whose signature was verified',
    { page: pagesOf(world).filter((page) => !world.vtl1Frames.includes(page)) },
    {
      reads: ({ page }) => ({ slot: world.slot, bytes: world.bytes(page) }),
      holds: ({ slot: { context }, bytes }, { page }) =>
        !context.frames.includes(page) || context.released || bytes.value === 'authentic',
    },
  )

/** VTL1 has read the image once; whoever reads it later must find the same. */
export const crashImageNamesWhatIsProtected = (world: KexecWorld, image: string): Property =>
  always(
    'the segments that a loaded crash image names are the protected ones',
    {},
    {
      reads: () => ({ slot: world.slot, bytes: world.bytes(image) }),
      holds: ({ slot: { value, context }, bytes }) =>
        value === 'empty' || context.released || context.frames.includes(bytes.context.of),
    },
  )

/** M-I14. Nobody would ever ask for the frame back. */
export const protectedFramesAreSpokenFor = (world: KexecWorld): Property =>
  always(
    'a frame that VTL0 cannot write belongs to the loaded image or to a call under way',
    { frame: ownFrames(world) },
    {
      reads: ({ frame }) => ({ slot: world.slot, access: world.access(frame), calls: world.cores.map(world.call) }),
      holds: ({ slot, access, calls }, { frame }) =>
        mayWrite(access.value) || slot.context.frames.includes(frame) || calls.some((call) => framesAhead(call).includes(frame)),
    },
  )

/** M-L7. */
export const framesCanComeBack = (world: KexecWorld): Property =>
  canReach(
    'VTL0 can get a frame back',
    { frame: ownFrames(world) },
    { reads: ({ frame }) => ({ access: world.access(frame) }), goal: ({ access }) => mayWrite(access.value) },
  )

/** What PR #851 gives up. */
export const successIsComplete = ({ cores, frames, call, access }: KexecWorld): Property =>
  onStep(
    'a load that succeeds has protected every frame that was named',
    { core: cores, frame: frames },
    {
      on: ['kexec.register'],
      reads: ({ core, frame }) => ({ call: call(core), access: access(frame) }),
      holds: ({ call, access }, _, { at }, { core, frame }) =>
        at.core !== core || !nextRecord(call)?.frames.includes(frame) || access.value === 'readable',
    },
  )

export const imagesAreLoaded = ({ slot, images }: KexecWorld, loadable: readonly string[]): Property =>
  sometimes(
    'an image is loaded',
    { image: loadable },
    {
      reads: () => ({ slot }),
      holds: ({ slot }, { image }) =>
        images.some(({ name, pages }) => name === image && pages.some((page) => slot.context.frames.includes(page))),
    },
  )

export const loadsOverlap = ({ cores, call }: KexecWorld): Property =>
  sometimes(
    'two cores have copied an image at once',
    {},
    {
      reads: () => ({ calls: cores.map(call) }),
      holds: ({ calls }) => calls.filter(({ value }) => value === 'verifying').length > 1,
    },
  )
