import { dishonesty, type PropertyResult, type Run } from '../check.ts'
import { audit } from '../compile/audit.ts'
import { chunkSize } from '../compile/program.ts'
import type { System } from '../define/system.ts'
import type { LimitName } from '../search/budget.ts'
import { Shrinker, type Shrunk } from '../shrink/shrink.ts'
import { instanceAtEnd, type Target } from '../shrink/target.ts'
import { builtIn, type VerdictName, worst } from '../verdict.ts'
import type { Campaign, StrategyName } from './campaign.ts'
import { type Saturation, saturationOf } from './saturation.ts'
import { seedText } from './seed.ts'
import type { Finding, Simulator } from './simulator.ts'

/** Which run came upon a counterexample, and what became of it. */
export interface Found {
  /** Counted from 0. */
  readonly run: number
  /** 16 hexadecimal digits: a campaign of one run with this seed is that run. */
  readonly seed: string
  /** How many steps the run had taken. */
  readonly steps: number
  /** The run made shorter, and what is proved of it; undefined for a model that cannot be evaluated. */
  readonly shrunk: Shrunk | undefined
}

export interface CampaignProperty extends PropertyResult {
  /** Where the verdict has a counterexample. */
  readonly found: Found | undefined
}

/** What a campaign says. Nothing in it is ever `holds` but a goal that was seen: runs prove nothing of what they did not do. */
export interface CampaignResult {
  readonly system: System
  readonly seed: string
  readonly strategy: StrategyName
  /** For `pct`. */
  readonly depth: number | undefined
  /** Most preemptions in a run, where they were bounded. */
  readonly preemptions: number | undefined
  readonly verdict: VerdictName
  readonly properties: readonly CampaignProperty[]
  readonly runs: number
  /** Runs that were asked for. */
  readonly asked: number
  /** Steps of all runs, those that changed nothing included. */
  readonly steps: number
  /** Length of the longest run. */
  readonly longest: number
  /** What ended the campaign before all its runs were taken. */
  readonly limit: LimitName | undefined
  /** Why the verdict is `error` or `dishonest`. */
  readonly message: string | undefined
  /** Modelling bounds that were hit: `storeBuffer=2`. */
  readonly within: readonly string[]
  readonly saturation: Saturation
  readonly coverage: Coverage
}

export interface Coverage {
  /** How often each step was taken, by step index. */
  readonly taken: Float64Array
  /** Labels of the steps that no run took, and the rules none of whose steps any did. */
  readonly untaken: { readonly steps: readonly string[]; readonly rules: readonly string[] }
  /** Instances of `sometimes`: how many were seen, of how many. */
  readonly goals: { readonly seen: number; readonly all: number }
}

/** What a finished campaign says. Counterexamples are shrunk first, with less effort where an interrupt ended it. */
export function concludeCampaign(campaign: Campaign): CampaignResult {
  const { simulator, strategy } = campaign
  const { system } = simulator.compiled
  simulator.settle()
  const saturation = saturationOf(simulator.visits, simulator.runs)
  const { fault } = simulator
  const lie = fault === undefined ? audit(simulator.compiled, simulator.stepClaims) : undefined
  const properties = fault === undefined ? propertiesOf(campaign) : [faulty(fault)]
  const rules = system.rules.filter((rule) =>
    system.steps.every((step) => step.rule !== rule || simulator.taken[step.index] === 0),
  )
  const goals = system.instances.filter(({ owner }) => system.properties[owner]!.kind === 'sometimes').length
  return {
    system,
    seed: seedText(campaign.seed),
    strategy,
    depth: strategy === 'pct' ? campaign.depth : undefined,
    preemptions: campaign.preemptions,
    verdict: lie === undefined ? worst(properties.map(({ verdict }) => verdict)) : 'dishonest',
    properties,
    runs: simulator.runs,
    asked: campaign.runs,
    steps: simulator.steps,
    longest: simulator.longest,
    limit: campaign.limit,
    message: fault?.message ?? (lie && dishonesty(lie)),
    within: system.bounds.filter((_, at) => simulator.boundsHit.has(at)).map(({ bound }) => `${bound.name}=${bound.limit}`),
    saturation,
    coverage: {
      taken: simulator.taken,
      untaken: {
        steps: system.steps.filter(({ index }) => simulator.taken[index] === 0).map(({ label }) => label),
        rules: rules.map(({ name }) => name),
      },
      goals: { seen: simulator.witnesses.size, all: goals },
    },
  }
}

/** Whoever interrupts waits: breadth-first search for shortest runs looks into a few states only, for a fraction of a second. */
const statesWhenInterrupted = 1 << 13

const runOf = (stem: readonly number[]): Run => ({ stem, cycle: [] })

const faulty = (fault: Finding): CampaignProperty => ({
  name: 'the model can be evaluated',
  kind: 'built-in',
  verdict: 'error',
  instance: undefined,
  run: runOf(fault.steps),
  found: { run: fault.run, seed: seedText(fault.seed), steps: fault.steps.length, shrunk: undefined },
})

/** Every property, and what is claimed of every system: `bounded` where no run says anything about it. */
function propertiesOf({ simulator, preemptions, limit }: Campaign): CampaignProperty[] {
  const { system } = simulator.compiled
  const shrinker = new Shrinker(simulator.walker, limit === 'interrupt' ? statesWhenInterrupted : undefined, preemptions)
  const counterexample = (finding: Finding, target: Target): Pick<CampaignProperty, 'run' | 'found'> => {
    const shrunk = shrinker.shrink(finding.steps, target)
    return {
      run: runOf(shrunk.steps),
      found: { run: finding.run, seed: seedText(finding.seed), steps: finding.steps.length, shrunk },
    }
  }
  const cutShort = limit === 'first' || limit === 'interrupt'
  const nothing = { verdict: 'bounded', instance: undefined, run: undefined, found: undefined } as const
  const own = system.properties.map(({ name, kind }, owner): CampaignProperty => {
    if (kind === 'sometimes') return { name, kind, ...goalResult(simulator, owner, cutShort) }
    const finding = simulator.violations.get(owner)
    if (finding === undefined) return { name, kind, ...nothing }
    const shown = counterexample(finding, owner)
    const instance = instanceAtEnd(simulator.compiled.semantics, owner, shown.run!.stem)?.label
    return { name, kind, verdict: 'violated', instance, ...shown }
  })
  const claimed = (name: string, verdict: 'deadlock' | 'unhandled', finding: Finding | undefined): CampaignProperty =>
    finding === undefined
      ? { name, kind: 'built-in', ...nothing }
      : { name, kind: 'built-in', verdict, instance: undefined, ...counterexample(finding, verdict) }
  return [
    ...own,
    claimed(builtIn.deadlock, 'deadlock', simulator.deadlock),
    claimed(builtIn.unhandled, 'unhandled', simulator.unhandled),
    ...neededResult(simulator, cutShort),
  ]
}

/** A goal is proved where it was seen, and fails a campaign that never saw it, unless that was cut short. */
function goalResult(
  { compiled, witnesses }: Simulator,
  owner: number,
  cutShort: boolean,
): Omit<CampaignProperty, 'name' | 'kind'> {
  const { instances } = compiled.system
  const own = [...instances.keys()].filter((nth) => instances[nth]!.owner === owner)
  const unseen = own.filter((nth) => !witnesses.has(nth))
  if (unseen.length > 0)
    return {
      verdict: cutShort ? 'bounded' : 'unwitnessed',
      instance: unseen.map((nth) => instances[nth]!.label).join('; '),
      run: undefined,
      found: undefined,
    }
  const lengths = own.map((nth) => witnesses.get(nth)!.steps)
  const shortest = lengths.toSorted((a, b) => a.length - b.length)[0]
  return { verdict: 'holds', instance: undefined, run: shortest && runOf(shortest), found: undefined }
}

function neededResult({ compiled, walker }: Simulator, cutShort: boolean): CampaignProperty[] {
  const { rules, steps } = compiled.system
  const needed = rules.filter(({ needed }) => needed)
  if (needed.length === 0) return []
  const wasEnabled = (step: number): boolean =>
    (walker.everEnabled[Math.floor(step / chunkSize)]! & (1 << (step % chunkSize))) !== 0
  const unused = needed.filter((rule) => !steps.some((step) => step.rule === rule && wasEnabled(step.index)))
  const verdict = unused.length === 0 ? 'holds' : cutShort ? 'bounded' : 'unwitnessed'
  const instance = unused.length === 0 ? undefined : unused.map(({ name }) => name).join('; ')
  return [{ name: builtIn.needed, kind: 'built-in', verdict, instance, run: undefined, found: undefined }]
}
