import { type Scenario, type System, scenario, system } from '../checker/index.ts'
import { type GsBases, gsBaseRules, gsCoreOf, gsRegisterOf, pointerOf, standInOf } from '../model/punchthrough/gs-base.ts'
import { gsBaseClaimNames, gsBaseProperties } from '../properties/punchthrough-gs-base.ts'

const knobs = {
  /** What becomes of the stand-in of the register before a guest runs. */
  standIn: ['cleared', 'left'],
  /** What a request to set the GS base writes, where there is one. */
  request: ['none', 'register', 'stand-in'],
  /** What the replacement of the kernel's pointer changes. */
  replacement: ['in-place', 'in-a-copy'],
  cores: [1, 2],
} as const

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

function build({ cores: count, ...choice }: Choice): System {
  const cores = ['cpu0', 'cpu1'].slice(0, count)
  const world: GsBases = { ...choice, cores }
  return system({
    cells: cores.flatMap((core) => [gsCoreOf(core), gsRegisterOf(core), standInOf(core), pointerOf(core)]),
    rules: gsBaseRules(world),
    properties: gsBaseProperties(world),
  })
}

const snapshot = { standIn: 'cleared', request: 'none', replacement: 'in-place' } as const

export const punchthroughGsBase: Scenario = scenario({
  name: 'punchthrough-gs-base',
  story:
    'The kernel of LVBS and its guests have the GS base by turns. Does the kernel always find its per-CPU area, does a ' +
    'guest ever find an address of the kernel, and is a pointer in that area replaced for everybody? Leaves out ' +
    'exceptions in the kernel.',
  knobs,
  sizes: { small: { cores: 1 }, full: { cores: 2 } },
  designs: {
    snapshot: {
      story:
        'The source: the stand-in is cleared before a guest runs, nobody can ask for a GS base, and the pointer is replaced where it is.',
      knobs: snapshot,
      bugs: ['LB-45'],
      expect: { small: { verdict: 'holds', states: 21 }, full: { verdict: 'holds', states: 441 } },
    },
    'stand-in-left': {
      story: 'Before pull request 510: the first entry to a guest swaps in whatever boot has left, an address of the kernel.',
      knobs: { ...snapshot, standIn: 'left' },
      bugs: ['LB-45'],
      expect: {
        small: { verdict: 'violated', states: 27, violations: { [gsBaseClaimNames.hidden]: 2, [gsBaseClaimNames.own]: 2 } },
        full: { verdict: 'violated', states: 729, violations: { [gsBaseClaimNames.hidden]: 2, [gsBaseClaimNames.own]: 2 } },
      },
    },
    'replaced-in-a-copy': {
      story: 'Before pull request 510: the pointer is replaced in a copy, so everybody goes on with the old one.',
      knobs: { ...snapshot, replacement: 'in-a-copy' },
      bugs: ['LB-45'],
      expect: {
        small: { verdict: 'violated', states: 21, violations: { [gsBaseClaimNames.replaced]: 1 } },
        full: { verdict: 'violated', states: 441, violations: { [gsBaseClaimNames.replaced]: 1 } },
      },
    },
    'register-set': {
      story:
        "Pull request 806 as it was first written: the request writes the GS base register, which is the kernel's own " +
        'while it serves the request.',
      knobs: { ...snapshot, request: 'register' },
      bugs: ['LB-45'],
      expect: {
        small: { verdict: 'violated', states: 63, violations: { [gsBaseClaimNames.kernel]: 3, [gsBaseClaimNames.own]: 4 } },
        full: { verdict: 'violated', states: 3969, violations: { [gsBaseClaimNames.kernel]: 3, [gsBaseClaimNames.own]: 4 } },
      },
    },
    'stand-in-set': {
      story: 'The remedy of its review: the request writes the stand-in, where the base of the guest is at that time.',
      knobs: { ...snapshot, request: 'stand-in' },
      bugs: ['LB-45'],
      expect: { small: { verdict: 'holds', states: 27 }, full: { verdict: 'holds', states: 729 } },
    },
  },
  build,
})
