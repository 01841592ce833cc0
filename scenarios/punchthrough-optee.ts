import { finalWhen, type Scenario, type System, scenario, system } from '../checker/index.ts'
import { type TaBases, taCallOf, taCoreOf, taRegisterOf, taTokenOf } from '../model/punchthrough/ta-base.ts'
import { taBaseRules } from '../model/punchthrough/ta-base-rules.ts'
import { opteeClaimNames, opteeProperties } from '../properties/punchthrough-optee.ts'
import type { Claim } from './claim.ts'

const knobs = {
  /** What a VTL switch does to the base that VTL1 has left in the register. */
  vtlSwitch: ['clears', 'keeps'],
  /** Whether a call may go back to the normal world in its middle, and where it comes back. */
  rpc: ['never', 'same-core', 'any-core'],
  /** When the base is restored: while the application is prepared, or as the last thing before every entry. */
  restore: ['while-loading', 'at-every-entry'],
  /** Where a token has an effect: wherever it is executed, or only in the visit and on the core of its grant. */
  binding: ['none', 'core-and-visit'],
  execution: ['never-fails', 'may-fail'],
  /** What the caller does with an execution that had no effect. */
  failure: ['discard', 'propagate', 'ask-again'],
  cores: [2, 3],
} as const

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

function build({ cores: count, ...choice }: Choice): System {
  const world: TaBases = {
    ...choice,
    calls: ['ta0', 'ta1'],
    cores: Array.from({ length: count }, (_, at) => `cpu${at}`),
    visits: 2,
  }
  return system({
    cells: [
      ...world.calls.flatMap((call) => [taCallOf(call), taTokenOf(call)]),
      ...world.cores.flatMap((core) => [taCoreOf(core), taRegisterOf(core)]),
    ],
    rules: taBaseRules(world),
    properties: opteeProperties(world),
    final: finalWhen(
      { call: world.calls },
      {
        reads: ({ call }) => ({ call: taCallOf(call) }),
        holds: ({ call }) => call.value === 'idle' && call.context.visits === world.visits,
      },
    ),
  })
}

const snapshot = {
  vtlSwitch: 'clears',
  rpc: 'never',
  restore: 'while-loading',
  binding: 'none',
  execution: 'never-fails',
  failure: 'discard',
} as const

export const punchthroughOptee: Scenario = scenario({
  name: 'punchthrough-optee',
  story:
    'Two calls enter VTL1 on any core, each loads its trusted application, restores the FS base of it by a punchthrough ' +
    'and runs it, twice. Does it run with its own base, whatever a VTL switch does to the register, and wherever the call ' +
    'goes in its middle? Leaves out sessions, locks and page tables.',
  knobs,
  sizes: { small: { cores: 2 }, full: { cores: 3 } },
  designs: {
    snapshot: {
      story:
        'The source: the base is restored while the application is prepared, and no call leaves VTL1 before it is done; ' +
        'between the restoration and the entry nothing can take the base away.',
      knobs: snapshot,
      expect: { small: { verdict: 'holds', states: 873 }, full: { verdict: 'holds', states: 3841 } },
    },
    'snapshot-base-kept': {
      story:
        'The same if a VTL switch does not clear the base, contrary to the comment at `restore_guest_tls`: `ldelf` is ' +
        'entered without a restoration, and sees the base of whatever ran on that core before.',
      knobs: { ...snapshot, vtlSwitch: 'keeps' },
      bugs: ['LB-45'],
      expect: {
        small: { verdict: 'violated', states: 1319, violations: { [opteeClaimNames.other]: 10 } },
        full: { verdict: 'violated', states: 5701, violations: { [opteeClaimNames.other]: 10 } },
      },
    },
    'restored-at-every-entry-base-kept': {
      story: 'The base is set as the last thing before every entry, to zero for `ldelf`.',
      knobs: { ...snapshot, vtlSwitch: 'keeps', restore: 'at-every-entry' },
      bugs: ['LB-45'],
      expect: { small: { verdict: 'holds', states: 1507 }, full: { verdict: 'holds', states: 7009 } },
    },
    'with-rpc': {
      story:
        'The source with the call back to the normal world that its TODO announces: the base is lost between the ' +
        'restoration and the entry, or while the kernel serves the application.',
      knobs: { ...snapshot, rpc: 'same-core' },
      expect: {
        small: { verdict: 'violated', states: 6541, violations: { [opteeClaimNames.own]: 8, [opteeClaimNames.visit]: 7 } },
        full: { verdict: 'violated', states: 27561, violations: { [opteeClaimNames.own]: 8, [opteeClaimNames.visit]: 7 } },
      },
    },
    'with-rpc-on-any-core': {
      story: 'The same with a call that may come back on another core, as that TODO says.',
      knobs: { ...snapshot, rpc: 'any-core' },
      expect: {
        small: { verdict: 'violated', states: 7245, violations: { [opteeClaimNames.own]: 8, [opteeClaimNames.visit]: 7 } },
        full: { verdict: 'violated', states: 35457, violations: { [opteeClaimNames.own]: 8, [opteeClaimNames.visit]: 7 } },
      },
    },
    'bound-token-with-rpc': {
      story:
        'Tokens that have an effect only in the visit and on the core of their grant, and a caller that asks again. The ' +
        'token does what it says, and still the base is lost after its use.',
      knobs: { ...snapshot, rpc: 'any-core', binding: 'core-and-visit', failure: 'ask-again' },
      expect: {
        small: { verdict: 'violated', states: 7245, violations: { [opteeClaimNames.own]: 8 } },
        full: { verdict: 'violated', states: 35457, violations: { [opteeClaimNames.own]: 8 } },
      },
    },
    'restored-at-every-entry': {
      story: 'The token is asked for and used as the last thing before every entry, where no call can come in between.',
      knobs: { ...snapshot, rpc: 'any-core', restore: 'at-every-entry' },
      expect: { small: { verdict: 'holds', states: 4423 }, full: { verdict: 'holds', states: 28159 } },
    },
    'failure-discarded': {
      story:
        'An execution that can fail, and `let _ =` as in `restore_guest_tls`: the application runs without its base. No ' +
        'platform of the source fails on x86-64.',
      knobs: { ...snapshot, execution: 'may-fail' },
      expect: {
        small: { verdict: 'violated', states: 1697, violations: { [opteeClaimNames.own]: 6 } },
        full: { verdict: 'violated', states: 8073, violations: { [opteeClaimNames.own]: 6 } },
      },
    },
    'failure-propagated': {
      story: 'The caller hands the error to the normal world, and does not enter the application.',
      knobs: { ...snapshot, execution: 'may-fail', failure: 'propagate' },
      expect: { small: { verdict: 'holds', states: 1061 }, full: { verdict: 'holds', states: 4761 } },
    },
  },
  build,
})

export const punchthroughOpteeClaims: readonly Claim[] = [
  {
    article: 'punchthrough',
    quote: 'obtain a token for SetFsBase and execute it immediately before guest entry',
    scenario: punchthroughOptee.name,
    property: opteeClaimNames.own,
  },
  {
    article: 'punchthrough',
    quote: 'restoring thread-local storage context before entering a Trusted Application',
    scenario: punchthroughOptee.name,
    property: opteeClaimNames.visit,
  },
]
