import type { System } from '../define/system.ts'
import { InputError } from '../errors.ts'
import type { LimitName } from '../search/budget.ts'
import { PriorityScheduler } from './pct.ts'
import { PartialOrderScheduler } from './pos.ts'
import { BoundedScheduler } from './preemption.ts'
import { type Scheduler, uniform } from './scheduler.ts'
import { runSeed, type Seed } from './seed.ts'
import { Simulator } from './simulator.ts'
import { SwarmScheduler } from './swarm.ts'

export const strategyNames = ['uniform', 'pct', 'pos', 'swarm'] as const
export type StrategyName = (typeof strategyNames)[number]

export interface CampaignOptions {
  readonly seed: Seed
  /** Default: uniform. */
  readonly strategy?: StrategyName
  /** For `pct`: how many orderings a bug needs, 1 at least. Default: 3. */
  readonly depth?: number
  /** How many runs. Default: 10,000. */
  readonly runs?: number
  /** Most steps in a run. Default: 200. */
  readonly steps?: number
  /** Most distinct states to count; 0: none are counted. Default: 2²⁰. */
  readonly states?: number
  /** Most preemptions in a run, as `PreemptionWatch` counts them. Default: no bound. */
  readonly preemptions?: number
  /** Stop at the first run that violates something. */
  readonly first?: boolean
  /** Asked between slices of work. */
  readonly stop?: () => 'time' | 'interrupt' | undefined
}

export const campaignDefaults = { strategy: 'uniform', depth: 3, runs: 10_000, steps: 200, states: 1 << 20 } as const

/** Whole slices of work take about this many steps. */
const sliceSteps = 1 << 16
/** Runs from fixed seeds that tell how long runs are; the moments at which priorities change are drawn from that. */
const pilotRuns = 16

/**
 * Many seeded random runs of one system. `advance` does a slice of work, so that a caller can show progress and hear
 * interrupts between slices.
 */
export class Campaign {
  readonly simulator: Simulator
  readonly seed: Seed
  readonly strategy: StrategyName
  readonly depth: number
  readonly runs: number
  readonly steps: number
  readonly preemptions: number | undefined
  /** What ended the campaign before all its runs were taken. */
  limit: LimitName | undefined
  readonly #scheduler: Scheduler
  readonly #options: CampaignOptions

  /**
   * @throws ModelError when the system cannot be built, InputError for a number out of range.
   */
  constructor(system: System, options: CampaignOptions) {
    const { strategy, depth, runs, steps, states, preemptions = 0 } = { ...campaignDefaults, ...options }
    for (const [name, value, least] of [
      ['depth', depth, 1],
      ['runs', runs, 1],
      ['steps', steps, 1],
      ['states', states, 0],
      ['preemptions', preemptions, 0],
    ] as const)
      if (!Number.isSafeInteger(value) || value < least)
        throw new InputError(`'${name}' of a campaign is a whole number from ${least}, not ${value}`)
    this.simulator = new Simulator(system, states)
    this.seed = options.seed
    this.strategy = strategy
    this.depth = depth
    this.runs = runs
    this.steps = steps
    this.#options = options
    const scheduler = schedulerOf(system, strategy, depth, steps)
    this.preemptions = options.preemptions
    this.#scheduler = options.preemptions === undefined ? scheduler : new BoundedScheduler(scheduler, system, options.preemptions)
  }

  get done(): boolean {
    return this.limit !== undefined || this.simulator.fault !== undefined || this.simulator.runs === this.runs
  }

  /** Takes more runs, until about `steps` more steps are taken. */
  advance(steps = sliceSteps): void {
    const { simulator } = this
    const until = simulator.steps + steps
    // A run without a step counts as one step too, or a system that stands still would never end a slice.
    for (let spent = simulator.steps; !this.done && spent < until; spent = Math.max(spent + 1, simulator.steps)) {
      simulator.run(runSeed(this.seed, simulator.runs), this.#scheduler, this.steps)
      if (this.#options.first && simulator.hasFailed) this.limit = 'first'
    }
    if (!this.done) this.limit = this.#options.stop?.()
  }

  /** Takes all runs, or as many as a limit allows. */
  run(): this {
    while (!this.done) this.advance()
    return this
  }
}

function schedulerOf(system: System, strategy: StrategyName, depth: number, most: number): Scheduler {
  switch (strategy) {
    case 'uniform':
      return uniform
    case 'pct':
      return new PriorityScheduler(system, depth, usualLength(system, most))
    case 'pos':
      return new PartialOrderScheduler(system)
    case 'swarm':
      return new SwarmScheduler(system, usualLength(system, most))
    default:
      return strategy satisfies never
  }
}

/** The longest of a few uniform runs. Their seeds are fixed, so that a run depends on its own seed alone. */
function usualLength(system: System, most: number): number {
  const pilot = new Simulator(system, 0)
  for (let nth = 0; nth < pilotRuns && pilot.fault === undefined; nth++) pilot.run({ high: 0, low: nth }, uniform, most)
  return pilot.longest
}
