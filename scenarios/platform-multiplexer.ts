import { cell, finalWhen, type Scenario, type System, scenario, system } from '../checker/index.ts'
import { callerOf, globalPlatform, type Multiplexer, multiplexerRules, type Operation } from '../model/platform/multiplexer.ts'
import { multiplexerClaims, multiplexerProperties } from '../properties/platform-multiplexer.ts'
import type { Claim } from './claim.ts'

const knobs = {
  /** What the platform is kept in. */
  cell: ['once-ref', 'once-lock', 'plain-static', 'per-instance'],
  /** When the others start: after the runner has set every cell, after it has set the first, or with it. */
  start: ['after-setting', 'between-cells', 'at-once'],
  /** Whether the runner asks for the platform before it sets it. */
  runner: ['sets-first', 'asks-first'],
  /** How many callers set it. */
  setters: [1, 2],
  /** Whether there is a second cell for the same platform, as on LVBS. */
  cells: ['one', 'two'],
  askers: [1, 3],
} as const

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

const set = (at: string): Operation => ({ does: 'set', at })
const ask = (at: string): Operation => ({ does: 'ask', at })

function worldOf({ cell: kind, start, runner, setters, cells, askers }: Choice): Multiplexer {
  const places = cells === 'two' ? ['platform', 'platformLow'] : ['platform']
  const own = [...places.map(set), ask('platform')]
  const programs = new Map<string, readonly Operation[]>([
    ['runner', runner === 'asks-first' ? [ask('platform'), ...own] : own],
    ...(setters === 2 ? [['other', own] as const] : []),
    ...Array.from({ length: askers }, (_, at) => [`asker${at}`, [...places.toReversed().map(ask), ask('platform')]] as const),
  ])
  const settings = { 'after-setting': places.length, 'between-cells': 1, 'at-once': 0 }[start]
  const instance = (caller: string): string => (kind === 'per-instance' ? `.of-${caller === 'other' ? 'other' : 'runner'}` : '')
  return {
    programs,
    places,
    platform: (caller, place) => cell(`${place}${instance(caller)}`, globalPlatform),
    startedBy: (caller) => (caller.startsWith('asker') && settings > 0 ? [{ starter: 'runner', after: settings }] : []),
    setting: kind === 'plain-static' ? 'looks-first' : 'at-once',
    asking: kind === 'once-lock' ? 'waits' : 'panics',
  }
}

function build(choice: Choice): System {
  const world = worldOf(choice)
  const callers = [...world.programs.keys()]
  const platforms = new Map(
    callers.flatMap((caller) => world.places.map((place) => world.platform(caller, place))).map((one) => [one.name, one]),
  )
  return system({
    cells: [...callers.map(callerOf), ...platforms.values()],
    rules: multiplexerRules(world),
    properties: multiplexerProperties(world),
    // A panic ends the process, and with it the wait of those whom the runner would have started.
    final: finalWhen(
      {},
      {
        reads: () => ({ callers: callers.map(callerOf) }),
        holds: (at) =>
          at.callers.some(({ value }) => value === 'panicked') ||
          at.callers.every(({ context }, nth) => context.done === world.programs.get(callers[nth]!)!.length),
      },
    ),
  })
}

/** What every runner of the source does. */
const snapshot = { cell: 'once-ref', start: 'after-setting', runner: 'sets-first', setters: 1, cells: 'one' } as const

export const platformMultiplexer: Scenario = scenario({
  name: 'platform-multiplexer',
  story:
    'The platform is global: a runner sets it once, and whoever needs it asks. Does everybody get the same one, and can ' +
    'somebody come too early or twice? Leaves out which platform the features select, and memory order.',
  knobs,
  sizes: { small: { askers: 1 }, full: { askers: 3 } },
  designs: {
    snapshot: {
      story:
        'The runners of the source: set the platform, and start guests, workers and cores afterwards. The cell itself ' +
        'waits for nobody and forgives nothing.',
      knobs: snapshot,
      expect: {
        small: { verdict: 'holds', states: 10, asleep: ['platform.refuseUnset'] },
        full: { verdict: 'holds', states: 130, asleep: ['platform.refuseUnset'] },
      },
    },
    'snapshot-lvbs': {
      story:
        'LVBS keeps the same platform in two cells, and sets the second later (`vtl_switch_init`, on the first core ' +
        'only). The other cores are started by a call that the first core serves after both.',
      knobs: { ...snapshot, cells: 'two' },
      expect: {
        small: { verdict: 'holds', states: 13, asleep: ['platform.refuseUnset'] },
        full: { verdict: 'holds', states: 253, asleep: ['platform.refuseUnset'] },
      },
    },
    'core-started-early': {
      story:
        'The two cells of LVBS with a core that runs between the two settings, which nothing but the order of the boot prevents.',
      knobs: { ...snapshot, cells: 'two', start: 'between-cells' },
      expect: {
        small: { verdict: 'violated', states: 17, violations: { [multiplexerClaims.panic]: 4 } },
        full: { verdict: 'violated', states: 461, violations: { [multiplexerClaims.panic]: 4 } },
      },
    },
    'thread-started-early': {
      story: 'A thread that asks for the platform before the runner has set it: a panic, as the comment at `platform` says.',
      knobs: { ...snapshot, start: 'at-once' },
      expect: {
        small: { verdict: 'violated', states: 16, violations: { [multiplexerClaims.panic]: 2 } },
        full: { verdict: 'violated', states: 304, violations: { [multiplexerClaims.panic]: 2 } },
      },
    },
    'set-twice': {
      story: 'Two runners in one process, as two tests are: the second to set panics, whichever it is.',
      knobs: { ...snapshot, setters: 2 },
      expect: {
        small: {
          verdict: 'violated',
          states: 34,
          violations: { [multiplexerClaims.panic]: 4 },
          asleep: ['platform.refuseUnset'],
        },
        full: {
          verdict: 'violated',
          states: 394,
          violations: { [multiplexerClaims.panic]: 4 },
          asleep: ['platform.refuseUnset'],
        },
      },
    },
    'asked-before-set': {
      story: 'A runner that asks before it sets, in a log message for example: a panic that says what is wrong.',
      knobs: { ...snapshot, runner: 'asks-first' },
      expect: {
        small: {
          verdict: 'violated',
          states: 3,
          violations: { [multiplexerClaims.panic]: 2 },
          unwitnessed: ['a caller that asks gets the platform'],
          asleep: ['platform.set', 'platform.get'],
          vacuous: ["the premise of 'a caller that has started gets to its end(asker0)' is never reached"],
        },
        full: {
          verdict: 'violated',
          states: 3,
          violations: { [multiplexerClaims.panic]: 2 },
          unwitnessed: ['a caller that asks gets the platform'],
          asleep: ['platform.set', 'platform.get'],
          vacuous: [
            "the premise of 'a caller that has started gets to its end(asker0)' is never reached",
            "the premise of 'a caller that has started gets to its end(asker1)' is never reached",
            "the premise of 'a caller that has started gets to its end(asker2)' is never reached",
          ],
        },
      },
    },
    'blocking-thread-started-early': {
      story: 'A cell that makes who asks wait until it is set (`std::sync::OnceLock::wait`): coming early is no error.',
      knobs: { ...snapshot, cell: 'once-lock', start: 'at-once' },
      expect: { small: { verdict: 'holds', states: 12 }, full: { verdict: 'holds', states: 144 } },
    },
    'blocking-core-started-early': {
      story: 'The same for the two cells of LVBS.',
      knobs: { ...snapshot, cell: 'once-lock', cells: 'two', start: 'between-cells' },
      expect: { small: { verdict: 'holds', states: 14 }, full: { verdict: 'holds', states: 260 } },
    },
    'blocking-asked-before-set': {
      story: 'The price of waiting: the runner that asks before it sets waits for itself, and says nothing.',
      knobs: { ...snapshot, cell: 'once-lock', runner: 'asks-first' },
      expect: {
        small: {
          verdict: 'violated',
          states: 2,
          violations: { [multiplexerClaims.answer]: 1, 'no deadlock': 1 },
          unwitnessed: ['a caller that asks gets the platform'],
          asleep: ['platform.set', 'platform.get'],
          vacuous: ["the premise of 'a caller that has started gets to its end(asker0)' is never reached"],
        },
        full: {
          verdict: 'violated',
          states: 2,
          violations: { [multiplexerClaims.answer]: 1, 'no deadlock': 1 },
          unwitnessed: ['a caller that asks gets the platform'],
          asleep: ['platform.set', 'platform.get'],
          vacuous: [
            "the premise of 'a caller that has started gets to its end(asker0)' is never reached",
            "the premise of 'a caller that has started gets to its end(asker1)' is never reached",
            "the premise of 'a caller that has started gets to its end(asker2)' is never reached",
          ],
        },
      },
    },
    'plain-static-set-twice': {
      story:
        'What the compare-and-swap is for: over a plain static both setters find it unset and both store, and who asked ' +
        'in between holds another platform than who asks later.',
      knobs: { ...snapshot, cell: 'plain-static', setters: 2, start: 'at-once' },
      expect: {
        small: {
          verdict: 'violated',
          states: 203,
          violations: { [multiplexerClaims.constant]: 6, [multiplexerClaims.agreement]: 9, [multiplexerClaims.panic]: 2 },
        },
        full: {
          verdict: 'violated',
          states: 8387,
          violations: { [multiplexerClaims.constant]: 6, [multiplexerClaims.agreement]: 9, [multiplexerClaims.panic]: 2 },
        },
      },
    },
    'per-instance-set-twice': {
      story: 'No global at all: each runner hands its own platform to those whom it starts. Two of them do not meet.',
      knobs: { ...snapshot, cell: 'per-instance', setters: 2 },
      expect: {
        small: { verdict: 'holds', states: 40, asleep: ['platform.refuseSecond', 'platform.refuseUnset'] },
        full: { verdict: 'holds', states: 520, asleep: ['platform.refuseSecond', 'platform.refuseUnset'] },
      },
    },
  },
  build,
})

export const platformMultiplexerClaims: readonly Claim[] = [
  {
    article: 'linux-on-windows',
    quote: 'platform() returns a reference to the global WindowsUserland instance',
    scenario: platformMultiplexer.name,
    property: multiplexerClaims.agreement,
  },
  {
    article: 'linux-on-windows',
    quote: 'any code that links against LiteBox can directly use Windows-specific primitives',
    scenario: platformMultiplexer.name,
    property: multiplexerClaims.panic,
  },
  {
    article: 'linux-on-windows',
    quote: 'Sets the global platform using litebox_platform_multiplex::set_platform',
    scenario: platformMultiplexer.name,
    property: multiplexerClaims.constant,
  },
]
