import { cell, finalWhen, type System, scenario, system } from '../checker/index.ts'
import { patchCall, textByte } from '../model/memory/patched-text.ts'
import { pageBytes, type Target } from '../model/memory/text-patch.ts'
import { type TextPatching, textPatches } from '../model/memory/text-patch-calls.ts'
import { spinlock } from '../model/platform/spinlock.ts'
import { instructionsAreReplaced, instructionsAreWhole, noPatchPanics, onlyTheTargetIsWritten } from '../properties/text-patch.ts'

const knobs = {
  /** Of which patches `is_valid` is asked: of those whose structure lies on two pages, or of all. */
  validity: ['of-two-pages', 'of-all'],
  /** How a patch is compared with what was precomputed. */
  match: ['loose', 'exact-breakpoint', 'second-page-too', 'exact'],
  /** How much is written: what is left of the array, or what the patch's size says. */
  extent: ['array', 'size'],
  /** Whether the three steps of a replacement are accepted in any order. */
  sequence: ['unchecked', 'checked'],
  /** Whether a lock is held from the check to the last write. */
  lock: ['none', 'held'],
  /** Where the instruction lies: in one page, or with one or two bytes before the boundary of two. */
  target: ['inside', 'after-one', 'after-two'],
  cores: [1, 2],
  /** How many pages VTL0 tries. */
  pages: [3, 4],
} as const

const onlyTarget = 'a patch writes only what was precomputed, and where it was precomputed for'
const whole = 'the instruction is the old one, the new one, or stopped by a breakpoint'
const panics = 'no patch that VTL0 asks for panics VTL1'

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

/** Page 4 to 7 holds the text, page 12 to 15 what follows it, and page 8 to 11, between them, is somebody else's. */
const targets: Readonly<Record<Choice['target'], Target>> = {
  inside: { first: 5, second: 0 },
  'after-one': { first: 7, second: 12 },
  'after-two': { first: 6, second: 12 },
}

function worldOf({ target, lock, cores, pages }: Choice): TextPatching {
  return {
    cores: Array.from({ length: cores }, (_, at) => `cpu${at}`),
    target: targets[target],
    call: (core) => cell(`call.${core}`, patchCall),
    text: [0, 1, 2].map((at) => cell(`text.${at}`, textByte)),
    firsts: Array.from({ length: pages * pageBytes }, (_, at) => at + pageBytes),
    seconds: [0, targets[target].first, ...Array.from({ length: pages }, (_, at) => (at + 1) * pageBytes)],
    lock: lock === 'held' ? [cell('lock', spinlock)] : [],
  }
}

function build(choice: Choice): System {
  const world = worldOf(choice)
  const { cores, call, text, lock } = world
  return system({
    cells: [...cores.map(call), ...text, ...lock],
    rules: textPatches(world, choice),
    properties: [
      onlyTheTargetIsWritten(world),
      instructionsAreWhole(world),
      // What is written by the patch's size splits no array.
      ...(choice.extent === 'array' ? [noPatchPanics(world)] : []),
      instructionsAreReplaced(world),
    ],
    final: finalWhen(
      { core: cores },
      { reads: ({ core }) => ({ call: call(core) }), holds: ({ call }) => call.value === 'panicked' },
    ),
  })
}

const snapshot = {
  validity: 'of-two-pages',
  match: 'loose',
  extent: 'array',
  sequence: 'unchecked',
  lock: 'none',
  target: 'inside',
  cores: 1,
} as const
const upstream = { ...snapshot, validity: 'of-all', match: 'second-page-too', extent: 'size' } as const
const inOrder = { ...upstream, match: 'exact', sequence: 'checked', lock: 'held', cores: 2 } as const

export const textPatch = scenario({
  name: 'text-patch',
  story:
    'VTL0 may not write its own text, and asks VTL1 to replace an instruction: first a breakpoint, then the rest of the new ' +
    'instruction, then its first byte. Asked, of every patch that VTL0 can ask for: does VTL1 write only what was ' +
    'precomputed for the instruction, and can the instruction always be executed? A page is scaled down to four bytes and ' +
    'a patch to three, so that every address, second page, size and step is tried. Left out: the time between lookup and ' +
    'write (see `patch-unload`).',
  knobs,
  sizes: { small: { pages: 3 }, full: { pages: 4 } },
  designs: {
    snapshot: {
      story:
        'The snapshot, with an instruction inside a page. `is_valid` is asked only of patches whose structure lies on two ' +
        'pages. Any breakpoint is accepted for a patch that names the instruction somewhere, as its second page say, and ' +
        'then goes wherever its first address says; with it go the bytes of the array beyond the patch, which nobody ' +
        'compares, to the instruction or to any page. An address at the begin of a page panics.',
      knobs: snapshot,
      bugs: ['LB-52'],
      expect: {
        small: { verdict: 'violated', states: 1568, violations: { [onlyTarget]: 2, [whole]: 2, [panics]: 1 } },
        full: { verdict: 'violated', states: 1952, violations: { [onlyTarget]: 2, [whole]: 2, [panics]: 1 } },
      },
    },
    'snapshot-after-one': {
      story: 'The snapshot, with an instruction of which one byte lies before the end of a page.',
      knobs: { ...snapshot, target: 'after-one' },
      bugs: ['LB-52'],
      expect: {
        small: { verdict: 'violated', states: 2572, violations: { [onlyTarget]: 2, [whole]: 2, [panics]: 1 } },
        full: { verdict: 'violated', states: 3244, violations: { [onlyTarget]: 2, [whole]: 2, [panics]: 1 } },
      },
    },
    'snapshot-after-two': {
      story:
        'The snapshot, with two bytes before the end of the page. An honest patch of it goes wrong as well: its first part ' +
        'is written at the offset in the page taken twice, its second part with all that is left of the array.',
      knobs: { ...snapshot, target: 'after-two' },
      bugs: ['LB-52'],
      expect: {
        small: { verdict: 'violated', states: 3652, violations: { [onlyTarget]: 2, [whole]: 2, [panics]: 1 } },
        full: { verdict: 'violated', states: 4740, violations: { [onlyTarget]: 2, [whole]: 2, [panics]: 1 } },
      },
    },
    'pr-764': {
      story:
        'PR #764 alone: a breakpoint is accepted for the first byte of the instruction only. A patch of one byte that names ' +
        'a second page still brings bytes beyond its size.',
      knobs: { ...snapshot, match: 'exact-breakpoint' },
      bugs: ['LB-52'],
      expect: {
        small: { verdict: 'violated', states: 456, violations: { [onlyTarget]: 2, [whole]: 2 } },
        full: { verdict: 'violated', states: 536, violations: { [onlyTarget]: 2, [whole]: 2 } },
      },
    },
    'validity-of-all': {
      story: '`is_valid` asked of every patch, without PR #764: a breakpoint one byte further is still accepted.',
      knobs: { ...snapshot, validity: 'of-all' },
      bugs: ['LB-52'],
      expect: {
        small: { verdict: 'violated', states: 108, violations: { [onlyTarget]: 2, [whole]: 2 } },
        full: { verdict: 'violated', states: 108, violations: { [onlyTarget]: 2, [whole]: 2 } },
      },
    },
    'validity-and-pr-764': {
      story:
        'Both, for an instruction inside a page: VTL1 writes nothing else any more. What is left is the order of the steps: ' +
        'the first byte of the new instruction before the rest makes an instruction that is neither.',
      knobs: { ...snapshot, validity: 'of-all', match: 'exact-breakpoint' },
      expect: {
        small: { verdict: 'violated', states: 54, violations: { [whole]: 2 } },
        full: { verdict: 'violated', states: 54, violations: { [whole]: 2 } },
      },
    },
    'validity-and-pr-764-after-two': {
      story: 'Both, for an instruction on two pages: the second page is still whichever the patch names.',
      knobs: { ...snapshot, validity: 'of-all', match: 'exact-breakpoint', target: 'after-two' },
      bugs: ['LB-52'],
      expect: {
        small: { verdict: 'violated', states: 216, violations: { [onlyTarget]: 2, [whole]: 2 } },
        full: { verdict: 'violated', states: 276, violations: { [onlyTarget]: 2, [whole]: 2 } },
      },
    },
    'second-page-too': {
      story:
        'The second page is compared as well, and the writing is still that of the snapshot: no instruction on two pages ' +
        'can be replaced, and trying writes to somebody else.',
      knobs: { ...upstream, extent: 'array', target: 'after-two' },
      expect: {
        small: {
          verdict: 'violated',
          states: 60,
          violations: { [onlyTarget]: 2, [whole]: 2 },
          unwitnessed: ['the instruction is replaced'],
        },
        full: {
          verdict: 'violated',
          states: 60,
          violations: { [onlyTarget]: 2, [whole]: 2 },
          unwitnessed: ['the instruction is replaced'],
        },
      },
    },
    'validated-patch': {
      story:
        'Later versions: `ValidatedTextPatch` can only be made by a comparison, and says what is written where. Inside a ' +
        'page nothing is left but the order of the steps, which nobody checks.',
      knobs: upstream,
      expect: {
        small: { verdict: 'violated', states: 54, violations: { [whole]: 2 } },
        full: { verdict: 'violated', states: 54, violations: { [whole]: 2 } },
      },
    },
    'validated-patch-after-one': {
      story:
        'Later versions, with one byte before the end of a page: the rest of the instruction is accepted at the next ' +
        'physical address too, although the instruction goes on in another page, and is written into the page that happens ' +
        'to follow.',
      knobs: { ...upstream, target: 'after-one' },
      bugs: ['LB-52'],
      expect: {
        small: { verdict: 'violated', states: 78, violations: { [onlyTarget]: 2, [whole]: 2 } },
        full: { verdict: 'violated', states: 78, violations: { [onlyTarget]: 2, [whole]: 2 } },
      },
    },
    'validated-patch-after-two': {
      story: 'Later versions, with two bytes before the end of a page: as inside a page.',
      knobs: { ...upstream, target: 'after-two' },
      expect: {
        small: { verdict: 'violated', states: 54, violations: { [whole]: 2 } },
        full: { verdict: 'violated', states: 54, violations: { [whole]: 2 } },
      },
    },
    'validated-patch-unchecked': {
      story:
        'The type without the check: once what is written follows from what was compared, it no longer matters whether ' +
        '`is_valid` was asked before.',
      knobs: { ...upstream, validity: 'of-two-pages', target: 'after-two' },
      expect: {
        small: { verdict: 'violated', states: 54, violations: { [whole]: 2 } },
        full: { verdict: 'violated', states: 54, violations: { [whole]: 2 } },
      },
    },
    'exact-places': {
      story: 'Proposed: the rest of an instruction is accepted only where its second byte is. The order is still free.',
      knobs: { ...upstream, match: 'exact', target: 'after-one' },
      expect: {
        small: { verdict: 'violated', states: 54, violations: { [whole]: 2 } },
        full: { verdict: 'violated', states: 54, violations: { [whole]: 2 } },
      },
    },
    'steps-in-order-unlocked': {
      story: 'A wrong fix: VTL1 looks at the text before it accepts a step, and two cores look before either writes.',
      knobs: { ...inOrder, lock: 'none' },
      expect: {
        small: { verdict: 'violated', states: 480, violations: { [whole]: 7 } },
        full: { verdict: 'violated', states: 480, violations: { [whole]: 7 } },
      },
    },
    'steps-in-order': {
      story:
        'Proposed: exact places, and a step is accepted only where the steps before it were taken, under a lock from the ' +
        'look to the last write. The faulty twins are `validated-patch` and `steps-in-order-unlocked`.',
      knobs: inOrder,
      bugs: ['LB-52'],
      expect: { small: { verdict: 'holds', states: 40 }, full: { verdict: 'holds', states: 40 } },
    },
    'steps-in-order-after-one': {
      story: 'The same with one byte before the end of a page. The faulty twin is `validated-patch-after-one`.',
      knobs: { ...inOrder, target: 'after-one' },
      bugs: ['LB-52'],
      expect: { small: { verdict: 'holds', states: 40 }, full: { verdict: 'holds', states: 40 } },
    },
    'steps-in-order-after-two': {
      story: 'The same with two bytes before the end of a page. The faulty twin is `validated-patch-after-two`.',
      knobs: { ...inOrder, target: 'after-two' },
      bugs: ['LB-52'],
      expect: { small: { verdict: 'holds', states: 40 }, full: { verdict: 'holds', states: 40 } },
    },
  },
  build,
})
