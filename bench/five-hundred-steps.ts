import { setup } from 'xstate'
import { type CellOf, cell, type Rule, rule, type System, system, update } from '../checker/index.ts'

/*
 * A small busy core, and beside it actors with long programs that stand still. What the search spends on steps that are
 * not enabled is the difference between the core alone and the core with the sleepers.
 */

/** How the sleepers stand still. */
export type Sleepers =
  /** No sleepers at all: the core alone. */
  | 'none'
  /** In a phase that no step of theirs begins in. */
  | 'asleep'
  /** At the first step of their program, each waiting for a bell that is never rung: guards read two cells. */
  | 'waiting'
  /** As before, but one conjunct compares the two cells, so that neither alone rules a step out. */
  | 'comparing'

export interface Shape {
  readonly dials: number
  readonly positions: number
  readonly sleepers: Sleepers
  readonly actors: number
  readonly stepsEach: number
}

/** 6 steps that turn a dial, 30 that turn two together, and 16 programs of 29 steps: 500. */
export const fullShape = (sleepers: Sleepers): Shape => ({ dials: 6, positions: 10, sleepers, actors: 16, stepsEach: 29 })

/**
 * Every combination of positions is reached. In each a dial can turn, which makes `dials` transitions; and of the
 * ordered pairs of dials one in `positions` shows the same position twice.
 */
export function countsOf({ dials, positions }: Shape): { readonly states: number; readonly transitions: number } {
  const states = positions ** dials
  return { states, transitions: states * dials + (states / positions) * dials * (dials - 1) }
}

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at)

const dialOf = (positions: number) =>
  setup({
    types: { context: {} as { position: number }, events: {} as { type: 'TURN' } },
  }).createMachine({
    id: 'dial',
    context: { position: 0 },
    initial: 'turning',
    states: {
      turning: {
        on: { TURN: { target: 'turning', actions: update((dial) => void (dial.position = (dial.position + 1) % positions)) } },
      },
    },
  })

/** A program of `steps` phases, one step each, and a phase in which none begins. */
const sleeperOf = (steps: number, initial: 'asleep' | 'step0') =>
  setup({ types: { events: {} as { type: 'ADVANCE' } } }).createMachine({
    id: 'sleeper',
    initial,
    states: {
      asleep: {},
      ...Object.fromEntries(range(steps).map((at) => [`step${at}`, { on: { ADVANCE: `step${(at + 1) % steps}` } }])),
    },
  })

/** It calls nobody. */
const bell = setup({ types: { context: {} as { called: string } } }).createMachine({
  id: 'bell',
  context: { called: 'nobody' },
  initial: 'silent',
  states: { silent: {} },
})

function coreRules({ dials }: Shape, dial: (at: number) => CellOf<ReturnType<typeof dialOf>>): Rule[] {
  const all = range(dials)
  return [
    rule(
      'dial.turn',
      { dial: all },
      { actor: ({ dial: at }) => `dial${at}`, sends: ({ dial: at }) => ({ dial: dial(at) }) },
    ).does({
      events: () => ({ dial: { type: 'TURN' } }),
    }),
    rule(
      'dial.turnTogether',
      { one: all, other: all },
      {
        where: ({ one, other }) => one !== other,
        actor: ({ one }) => `dial${one}`,
        sends: ({ one, other }) => ({ one: dial(one), other: dial(other) }),
      },
    ).does({
      when: { alike: ({ one, other }) => one.context.position === other.context.position },
      events: () => ({ one: { type: 'TURN' }, other: { type: 'TURN' } }),
    }),
  ]
}

export function fiveHundredSteps(shape: Shape): System {
  const { dials, positions, sleepers, actors, stepsEach } = shape
  const dialMachine = dialOf(positions)
  const dial = (at: number): CellOf<typeof dialMachine> => cell(`dial.${at}`, dialMachine)
  const core = coreRules(shape, dial)
  if (sleepers === 'none') return system({ cells: range(dials).map(dial), rules: core })
  const sleeperMachine = sleeperOf(stepsEach, sleepers === 'asleep' ? 'asleep' : 'step0')
  const sleeper = (actor: number): CellOf<typeof sleeperMachine> => cell(`sleeper.${actor}`, sleeperMachine)
  const doorbell: CellOf<typeof bell> = cell('bell', bell)
  const advance = rule(
    'sleeper.advance',
    { actor: range(actors), step: range(stepsEach) },
    {
      actor: ({ actor }) => `sleeper${actor}`,
      sees: () => ({ bell: doorbell }),
      sends: ({ actor }) => ({ sleeper: sleeper(actor) }),
    },
  )
  const events = () => ({ sleeper: { type: 'ADVANCE' } }) as const
  const program =
    sleepers === 'comparing'
      ? advance.does({
          when: {
            called: ({ sleeper, bell }, { step }) => bell.context.called === sleeper.value && sleeper.value === `step${step}`,
          },
          events,
        })
      : advance.does({
          when: {
            atStep: ({ sleeper }, { step }) => sleeper.value === `step${step}`,
            called: ({ sleeper, bell }) => bell.context.called === sleeper.value,
          },
          events,
        })
  return system({ cells: [...range(dials).map(dial), doorbell, ...range(actors).map(sleeper)], rules: [...core, program] })
}
