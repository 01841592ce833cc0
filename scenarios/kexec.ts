import { cell, type Property, type Rule, type System, scenario, system } from '../checker/index.ts'
import { reservations } from '../model/memory/frame-reservation.ts'
import { guestFrame } from '../model/memory/guest-frame.ts'
import { vtl0Access, vtl0Writes } from '../model/memory/hypervisor-protection.ts'
import { crashImages, type KexecWorld, kexecRequests, slotSteps } from '../model/memory/kexec-calls.ts'
import { cleanUp, frameSets, type KexecImage, vendor } from '../model/memory/kexec-plan.ts'
import { kexecSlot } from '../model/memory/kexec-slot.ts'
import { registryEntry } from '../model/memory/protection-registry.ts'
import { protections } from '../model/memory/protection-steps.ts'
import { acceptances, copies, refusals } from '../model/memory/verification.ts'
import { vtlCall } from '../model/memory/vtl-call.ts'
import { spinlock } from '../model/platform/spinlock.ts'
import {
  crashImageNamesWhatIsProtected,
  framesCanComeBack,
  imagesAreLoaded,
  loadedPagesAreVerified,
  loadsOverlap,
  protectedFramesAreSpokenFor,
  successIsComplete,
} from '../properties/kexec.ts'
import {
  callsCanReturn,
  protectionsAreWhatWasAskedFor,
  registrySaysWhatIsSo,
  rejectionsHaveACause,
  verdictsFollowTheCopies,
} from '../properties/vtl-calls.ts'
import { tamperedBytesAreSeen, vtl1IsClosed } from '../properties/vtl-protection.ts'

const knobs = {
  /** When the pages of an image are protected. */
  order: ['copy-first', 'freeze-first'],
  /** What is compared with the signed file: nothing, or the pages that were loaded from it. */
  compared: ['blob', 'blob-and-pages'],
  /** How the slot is locked between giving old frames back and registering new ones. */
  slot: ['sections', 'one-section', 'exchange'],
  /** What becomes of a request that names VTL1's own frames. */
  ownership: ['unchecked', 'rejected', 'skipped', 'reserved'],
  /** Which images VTL0 has: see `worlds`. */
  images: ['normal', 'greedy', 'crash'],
  cores: [2, 3],
} as const

const verified = 'the pages of a loaded image hold the kernel whose signature was verified'
const named = 'the segments that a loaded crash image names are the protected ones'
const closed = 'VTL0 has no access to memory of VTL1'
const spokenFor = 'a frame that VTL0 cannot write belongs to the loaded image or to a call under way'
const success = 'a load that succeeds has protected every frame that was named'
const comesBack = 'VTL0 can get a frame back'

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

/** `greedy`: an image names memory of VTL1 as its pages. `crash`: an image names one of two pages, as VTL0 writes it. */
const worlds: Readonly<Record<Choice['images'], readonly KexecImage[]>> = {
  normal: [
    { name: 'kernel', blob: 'blob', pages: ['pages'] },
    { name: 'second', blob: 'blob', pages: ['spare'] },
  ],
  greedy: [
    { name: 'kernel', blob: 'blob', pages: ['pages'] },
    { name: 'greedy', blob: 'blob', pages: ['vtl1'] },
  ],
  crash: [{ name: 'kernel', blob: 'blob', pages: ['pages', 'spare'], image: 'image' }],
}

const vtl1Frame = 'vtl1'

function worldOf(choice: Choice): KexecWorld {
  const images = worlds[choice.images]
  const crash = images.flatMap(({ image }) => image ?? [])
  const frames = [...crash, ...new Set(images.flatMap(({ blob, pages }) => [blob, ...pages]))]
  return {
    cores: Array.from({ length: choice.cores }, (_, at) => `cpu${at}`),
    frames,
    vtl1Frames: frames.filter((frame) => frame === vtl1Frame),
    images,
    authors: (frame) => (crash.includes(frame) ? images.flatMap(({ pages }) => pages) : frame === vtl1Frame ? [] : [vendor]),
    call: (core) => cell(`call.${core}`, vtlCall),
    bytes: (frame) => cell(`bytes.${frame}`, guestFrame, { input: { of: crash.includes(frame) ? 'pages' : vendor } }),
    access: (frame) => cell(`access.${frame}`, vtl0Access, { input: frame === vtl1Frame ? 'closed' : 'writable' }),
    listing: (frame) =>
      choice.order === 'freeze-first' && frame !== vtl1Frame ? [cell(`registry.${frame}`, registryEntry)] : [],
    gate: [],
    slot: cell('slot', kexecSlot),
    slotLock: cell('slotLock', spinlock),
    undo: (call, cause) => cleanUp(choice, call, cause),
  }
}

/** What VTL0 writes: what some claim asks about. The kernel file that comes with a crash image is genuine. */
const written = ({ images }: Choice): readonly string[] => (images === 'crash' ? ['image'] : ['pages', 'blob'])

/** The images that can be loaded at all. */
const admitted = ({ images, ownership }: Choice): readonly string[] =>
  worlds[images]
    .map(({ name }) => name)
    .filter((name) => name !== 'greedy' || ownership === 'unchecked' || ownership === 'skipped')

function rulesOf(choice: Choice, world: KexecWorld): Rule[] {
  return [
    vtl0Writes({ ...world, frames: written(choice) }),
    ...kexecRequests(world, choice),
    ...slotSteps(world, choice),
    ...(choice.order === 'freeze-first' ? reservations(world, frameSets(world.images)) : []),
    ...crashImages(world, choice),
    copies(world),
    acceptances(world),
    ...(choice.images === 'crash' ? [] : [refusals(world)]),
    ...protections(world, choice.ownership),
  ]
}

function build(choice: Choice): System {
  const world = worldOf(choice)
  const { cores, frames, call, bytes, access, listing, slot, slotLock } = world
  const properties: Property[] = [
    ...(choice.images === 'crash' ? [crashImageNamesWhatIsProtected(world, 'image')] : [loadedPagesAreVerified(world)]),
    ...(choice.images === 'greedy' ? [vtl1IsClosed(world)] : []),
    protectedFramesAreSpokenFor(world),
    successIsComplete(world),
    framesCanComeBack(world),
    callsCanReturn(world),
    protectionsAreWhatWasAskedFor(world),
    ...(choice.images === 'crash' ? [] : [verdictsFollowTheCopies(world)]),
    ...(choice.order === 'freeze-first' ? [rejectionsHaveACause(world), registrySaysWhatIsSo(world)] : []),
    imagesAreLoaded(world, admitted(choice)),
    ...(choice.images === 'crash' ? [] : [tamperedBytesAreSeen(world)]),
    ...(choice.order === 'copy-first' && choice.slot === 'sections' ? [loadsOverlap(world)] : []),
  ]
  return system({
    cells: [...cores.map(call), slot, slotLock, ...frames.flatMap((frame) => [bytes(frame), access(frame), ...listing(frame)])],
    rules: rulesOf(choice, world),
    properties,
  })
}

const snapshot = { order: 'copy-first', compared: 'blob', slot: 'sections', ownership: 'unchecked', images: 'normal' } as const
const pr1011 = { ...snapshot, order: 'freeze-first', ownership: 'reserved' } as const
const exchange = { ...pr1011, compared: 'blob-and-pages', slot: 'exchange' } as const

export const kexec = scenario({
  name: 'kexec',
  story:
    'VTL0 loads a kernel that is to be booted later: VTL1 verifies its file, protects the pages that it was loaded into, ' +
    'and remembers them until the next load. Asked: is what is protected what was verified, and does every frame come ' +
    'back? VTL0 writes and calls as in `vtl-protection`. Left out: the boot of the image, and the other of the two slots.',
  knobs,
  sizes: { small: { cores: 2 }, full: { cores: 3 } },
  designs: {
    snapshot: {
      story:
        'mshv_vsm_kexec_validate at the snapshot: give back and forget the old frames, copy the file, protect the pages, ' +
        'verify the copy, register. Nothing compares the pages with the file, so that what is loaded need not be what was ' +
        'signed, and no race is needed. Giving back, forgetting and registering are three lock sections: of two loads at ' +
        'once, one forgets what the other has registered.',
      knobs: snapshot,
      bugs: ['LB-04'],
      expect: {
        small: { verdict: 'violated', states: 20896, violations: { [verified]: 9, [spokenFor]: 12, [success]: 17 } },
        full: { verdict: 'violated', states: 622240, violations: { [verified]: 9, [spokenFor]: 12, [success]: 17 } },
      },
    },
    'snapshot-greedy': {
      story:
        'The snapshot with an image that names memory of VTL1 as its pages: protecting them lets VTL0 read them, and when ' +
        'the signature fails they are made readable and writable.',
      knobs: { ...snapshot, images: 'greedy' },
      bugs: ['LB-04', 'LB-06'],
      expect: {
        small: { verdict: 'violated', states: 26484, violations: { [verified]: 9, [closed]: 6, [spokenFor]: 12, [success]: 17 } },
        full: { verdict: 'violated', states: 750576, violations: { [verified]: 9, [closed]: 6, [spokenFor]: 12, [success]: 17 } },
      },
    },
    'snapshot-crash': {
      story:
        'The snapshot with a crash image, whose segments VTL1 reads from a copy that it has made before anything is ' +
        'protected, although a comment says the opposite. VTL0 rewrites the image in between: it names segments that ' +
        'nobody has protected.',
      knobs: { ...snapshot, images: 'crash' },
      bugs: ['LB-04'],
      expect: {
        small: {
          verdict: 'violated',
          states: 15488,
          violations: { [named]: 11, [spokenFor]: 14, [success]: 25, [comesBack]: 15 },
        },
        full: {
          verdict: 'violated',
          states: 395656,
          violations: { [named]: 11, [spokenFor]: 14, [success]: 25, [comesBack]: 15 },
        },
      },
    },
    'pr-763': {
      story: 'PR #763: frames of VTL1 are rejected. The call fails, and has given back the old image by then.',
      knobs: { ...snapshot, images: 'greedy', ownership: 'rejected' },
      bugs: ['LB-04'],
      expect: {
        small: { verdict: 'violated', states: 5588, violations: { [verified]: 9, [spokenFor]: 12, [success]: 17 } },
        full: { verdict: 'violated', states: 128336, violations: { [verified]: 9, [spokenFor]: 12, [success]: 17 } },
      },
    },
    'pr-851': {
      story: 'PR #851: frames of VTL1 are skipped, and the load reports success (issue #852).',
      knobs: { ...snapshot, images: 'greedy', ownership: 'skipped' },
      bugs: ['LB-04', 'LB-06'],
      expect: {
        small: { verdict: 'violated', states: 11804, violations: { [verified]: 9, [spokenFor]: 12, [success]: 8 } },
        full: { verdict: 'violated', states: 336600, violations: { [verified]: 9, [spokenFor]: 12, [success]: 8 } },
      },
    },
    'pr-1011': {
      story:
        'PR #1011: reserve, protect, copy, verify, register, and roll back on failure. The pages are still compared with ' +
        'nothing, and the slot still has three lock sections. What a second load forgets now stays in the registry too, so ' +
        'that no later call can name the frames: they are lost for good.',
      knobs: pr1011,
      expect: {
        small: { verdict: 'violated', states: 10784, violations: { [verified]: 10, [spokenFor]: 13, [comesBack]: 13 } },
        full: {
          verdict: 'violated',
          states: 495560,
          violations: { [verified]: 10, [spokenFor]: 13, [success]: 26, [comesBack]: 13 },
        },
      },
    },
    'pr-1011-crash': {
      story:
        'PR #1011 with a crash image: it is protected before it is read, and its segments are reserved when they are known. ' +
        'What the lock sections of the slot lose is lost as before; with three cores a release also finds frames that ' +
        'another load has protected.',
      knobs: { ...pr1011, images: 'crash' },
      expect: {
        small: { verdict: 'violated', states: 1618, violations: { [spokenFor]: 16, [comesBack]: 16 } },
        full: {
          verdict: 'violated',
          states: 246042,
          violations: { [named]: 35, [spokenFor]: 16, [success]: 34, [comesBack]: 16 },
        },
      },
    },
    'pages-compared': {
      story:
        'Proposed, first half: PR #1011, and the frozen pages are copied and compared with the file. With three cores the ' +
        'lock sections of the slot still let a release unprotect what another load has compared.',
      knobs: { ...pr1011, compared: 'blob-and-pages' },
      expect: {
        small: { verdict: 'violated', states: 9886, violations: { [spokenFor]: 14, [comesBack]: 14 } },
        full: {
          verdict: 'violated',
          states: 578220,
          violations: { [verified]: 29, [spokenFor]: 14, [success]: 28, [comesBack]: 14 },
        },
      },
    },
    'copy-first-one-section': {
      story:
        'A wrong fix: the pages are compared and one lock section holds the whole call, but the order is that of the ' +
        'snapshot. VTL0 writes the pages between copy and protection.',
      knobs: { ...snapshot, compared: 'blob-and-pages', slot: 'one-section' },
      bugs: ['LB-04'],
      expect: {
        small: { verdict: 'violated', states: 1408, violations: { [verified]: 9 } },
        full: { verdict: 'violated', states: 8064, violations: { [verified]: 9 } },
      },
    },
    'one-section': {
      story:
        'Proposed: freeze first, compare the pages, and hold the lock of the slot from the release of the old image to the ' +
        'registration of the new one, hypercalls and verification included. Loads then never meet, so that no reservation ' +
        'meets another. The faulty twins are `copy-first-one-section` and `pages-compared`.',
      knobs: { ...exchange, slot: 'one-section' },
      bugs: ['LB-04'],
      expect: {
        small: { verdict: 'holds', states: 1280, asleep: ['frames.rejectOverlap'] },
        full: { verdict: 'holds', states: 7360, asleep: ['frames.rejectOverlap'] },
      },
    },
    exchange: {
      story:
        'Proposed: no lock is held across hypercalls. A release takes the frames out of the slot before it gives them back, ' +
        'and a registration gives back what it has replaced. The faulty twin is `pages-compared`.',
      knobs: exchange,
      bugs: ['LB-04'],
      expect: { small: { verdict: 'holds', states: 2684 }, full: { verdict: 'holds', states: 32424 } },
    },
    'exchange-greedy': {
      story: 'The same with the image that names memory of VTL1. The faulty twins are `pr-763` and `pr-851`.',
      knobs: { ...exchange, images: 'greedy' },
      bugs: ['LB-06'],
      expect: { small: { verdict: 'holds', states: 616 }, full: { verdict: 'holds', states: 4952 } },
    },
    'exchange-crash': {
      story: 'The same with a crash image. The faulty twins are `snapshot-crash` and `pr-1011-crash`.',
      knobs: { ...exchange, images: 'crash' },
      bugs: ['LB-04'],
      expect: { small: { verdict: 'holds', states: 542 }, full: { verdict: 'holds', states: 4506 } },
    },
  },
  build,
})
