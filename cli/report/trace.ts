import type { Step } from '../../checker/define/system.ts'
import { ModelError, messageOf } from '../../checker/errors.ts'
import type { Run, System } from '../../checker/index.ts'
import { localText, refusalText } from '../../checker/replay/replay.ts'
import { lastState, type State, type Walk, walk } from '../../checker/replay/walk.ts'
import type { Semantics } from '../../checker/semantics/semantics.ts'
import type { Colours } from '../io.ts'
import { changesBetween } from './change.ts'
import { Lanes } from './lanes.ts'

/** A run as it is told. `ending` is a last step that was tried and could not be taken, and why. */
export interface Story {
  readonly system: System
  readonly walk: Walk
  /** How many of the last steps repeat for ever. */
  readonly cycle: number
  readonly ending: { readonly step: Step; readonly why: string } | undefined
}

/** The story of steps that were already walked. */
export const storyOf = (system: System, walked: Walk, cycle: number): Story => ({
  system,
  walk: walked,
  cycle,
  ending: walked.refused && {
    step: walked.refused.step,
    why: refusalText(walked.refused.step, walked.refused.outcome, lastState(walked)),
  },
})

/** The story of a run that the search found; its last step may be one that the model cannot evaluate. */
export function storyOfRun(semantics: Semantics, run: Run): Story {
  const { system } = semantics
  const steps = [...run.stem, ...run.cycle]
  try {
    return storyOf(system, walk(semantics, steps), run.cycle.length)
  } catch (thrown) {
    const last = system.steps[steps.at(-1) ?? -1]
    if (!(thrown instanceof ModelError) || last === undefined) throw thrown
    const walked = walk(semantics, steps.slice(0, -1))
    return { system, walk: walked, cycle: 0, ending: { step: last, why: messageOf(thrown) } }
  }
}

/** The states that a story passes through, the initial one first. */
export const statesOf = ({ walk }: Story): State[] => [walk.initial, ...walk.taken.map(({ after }) => after)]

/** The lanes of all who act in a story. */
export function lanesOf({ system, walk, ending }: Story): Lanes {
  const actors = walk.taken.map(({ step }) => step.actor)
  return new Lanes(system, ending === undefined ? actors : [...actors, ending.step.actor])
}

/** Tells the steps of a story one by one: number, lane, actor, label, source and only what changed. */
export class Teller {
  readonly #story: Story
  readonly #colours: Colours
  readonly #lanes: Lanes
  readonly #margin: number

  constructor(story: Story, colours: Colours) {
    this.#story = story
    this.#colours = colours
    this.#lanes = lanesOf(story)
    this.#margin = Math.max(4, String(story.walk.taken.length + 1).length)
  }

  head(): string {
    return `${'step'.padStart(this.#margin)}  ${this.#lanes.head()}`
  }

  /** The step that was taken at this position, counted from 0. */
  step(at: number): string[] {
    const { step, before, after } = this.#story.walk.taken[at]!
    const changes = changesBetween(this.#story.system, before, after)
    return this.#told(step, at + 1, changes.length === 0 ? ['(changes nothing)'] : changes)
  }

  /** The last step that could not be taken, if there is one. */
  ending(): string[] {
    const { ending, walk } = this.#story
    if (ending === undefined) return []
    return this.#told(ending.step, walk.taken.length + 1, [this.#colours.red(`cannot be taken: ${ending.why}`)])
  }

  #told({ actor, label, kind, rule }: Step, number: number, facts: readonly string[]): string[] {
    const { bold, cyan, dim } = this.#colours
    const beside = (text: string): string => `${' '.repeat(this.#margin)}  ${dim(this.#lanes.line())}    ${text}`
    const whose = kind === 'environment' ? dim(' (environment)') : ''
    return [
      `${String(number).padStart(this.#margin)}  ${this.#lanes.line(actor)}  ${cyan(actor)}: ${bold(label)}${whose}`,
      ...(rule.source === undefined ? [] : [beside(dim(rule.source))]),
      ...facts.map(beside),
    ]
  }
}

/** All steps of a story in lanes by actor; of a lasso, stem and cycle apart. */
export function storyText(story: Story, colours: Colours): string[] {
  const { walk, cycle, ending } = story
  const { length } = walk.taken
  if (length === 0 && ending === undefined) return ['(the initial state)']
  const teller = new Teller(story, colours)
  const told = walk.taken.map((_, at) => teller.step(at))
  const stem = told.slice(0, length - cycle).flat()
  const turn = cycle === 0 ? [] : [cycleHeading(length - cycle + 1, length), ...told.slice(length - cycle).flat()]
  return [teller.head(), ...stem, ...turn, ...teller.ending()]
}

const cycleHeading = (from: number, to: number): string =>
  from === to ? `then step ${from} for ever:` : `then steps ${from} to ${to} again and again, for ever:`

/** What an instance of a property sees in a state: `tlb = cached { frame: 0 }, frame = free`. */
export function sightText(system: System, instance: string | undefined, state: State): string | undefined {
  const found = system.instances.find(({ label }) => label === instance)
  if (found === undefined) return undefined
  const seen = found.shape.slots.map(([key, position]) => {
    const local = (at: number): string => localText(state[found.shape.cells[at]!]!)
    return `${key} = ${typeof position === 'number' ? local(position) : `[${position.map(local).join('; ')}]`}`
  })
  return seen.join(', ')
}
