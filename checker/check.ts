import { audit } from './compile/audit.ts'
import { fairnessName, fairnessText } from './define/fairness.ts'
import type { PropertyKind } from './define/property.ts'
import type { System } from './define/system.ts'
import { decideProgress, type Progress } from './liveness/progress.ts'
import type { ReductionPlan } from './reduce/reduction.ts'
import type { Budget, LimitName } from './search/budget.ts'
import { firstDeadlock, firstHiddenDeadlock } from './search/deadlock.ts'
import { Explorer } from './search/explorer.ts'
import type { Sighting } from './search/findings.ts'
import type { Preemptions } from './search/preemption-result.ts'
import { builtIn, type VerdictName, worst } from './verdict.ts'

/** Why nothing can be said of a model, part of which answered otherwise when it was asked again. */
export const dishonesty = (liar: string): string =>
  `${liar} gave two answers for the same input: it must depend on nothing but what it is handed`

/** A run as step indices; `cycle` is empty but for a lasso, whose stem is `steps` up to the cycle. */
export interface Run {
  readonly stem: readonly number[]
  readonly cycle: readonly number[]
}

export interface PropertyResult {
  readonly name: string
  readonly kind: PropertyKind | 'built-in'
  readonly verdict: VerdictName
  /** The instance that failed, such as `a freed frame is cached by no TLB(cpu1,page0)`, or those never witnessed. */
  readonly instance: string | undefined
  /** The counterexample, or for a `sometimes` that was seen, the way to its first witness. */
  readonly run: Run | undefined
}

export interface CheckResult {
  readonly system: System
  readonly verdict: VerdictName
  readonly properties: readonly PropertyResult[]
  readonly states: number
  readonly transitions: number
  readonly depth: number
  /** Whether the whole space was searched. */
  readonly complete: boolean
  /** What ended the search, where it is not complete. */
  readonly limit: LimitName | undefined
  /** Why the verdict is `error` or `dishonest`. */
  readonly message: string | undefined
  /** Steps that were never enabled, and the rules none of whose steps ever was. Empty where the search was cut short. */
  readonly asleep: { readonly steps: readonly string[]; readonly rules: readonly string[] }
  /** Modelling bounds that were hit: `storeBuffer=2`. */
  readonly within: readonly string[]
  readonly fairness: string
  /** What was left out of the search. Counts are of the reduced graph. */
  readonly reduction: ReductionPlan
  /** Claims on whole executions that were left out on request, and fairness, by name. */
  readonly leftOut: readonly string[]
  /** Whether counterexamples of safety are proved shortest. */
  readonly shortest: boolean
  /** What a verdict rests on less than it seems, a sentence each: see `emptyClaims`. */
  readonly vacuous: readonly string[]
  readonly stats: CheckStats
  /** Where preemptions were bounded: within which bound what was found. */
  readonly preemptions?: Preemptions
}

export interface CheckStats {
  /** Peak of all buffers of the search, growth included. */
  readonly bytes: number
  readonly rowWords: number
  /** How many bits of a row are in use. */
  readonly rowBits: number
  readonly widenings: number
  readonly tableEntries: number
  readonly localStates: number
  /** How often each step was enabled, by step index. */
  readonly enabled: Float64Array
}

/** A run, and the label of the instance that it is about. */
interface Found {
  readonly run: Run
  readonly instance: string | undefined
}

/** Searches a system and decides every property of it. */
export const checkSystem = (system: System, budget: Budget = {}): CheckResult => conclude(new Explorer(system, budget).run())

/** What a finished search says. */
export function conclude(explorer: Explorer): CheckResult {
  const { system } = explorer.compiled
  const { complete } = explorer
  const lie = explorer.findings.fault === undefined ? audit(explorer.compiled, explorer.stepClaims) : undefined
  const runTo = (sighting: Sighting): Found => {
    const { steps, instance } = explorer.runTo(sighting)
    return { run: { stem: steps, cycle: [] }, instance: instance === undefined ? undefined : system.instances[instance]!.label }
  }
  const asymmetry = explorer.findings.fault === undefined ? explorer.findAsymmetry() : undefined
  const isSound = explorer.findings.fault === undefined && explorer.asymmetry === undefined
  const progress = isSound ? decideProgress(explorer) : undefined
  const properties = progress === undefined ? [] : [...ownResults(explorer, progress, runTo), ...builtInResults(explorer, runTo)]
  const asleep = complete ? system.steps.filter((step) => explorer.isAsleep(step.index)).map((step) => step.label) : []
  const awake = new Set(system.steps.filter((step) => !explorer.isAsleep(step.index)).map((step) => step.rule.name))
  const fault = explorer.findings.fault
  const failures: PropertyResult[] =
    fault === undefined
      ? properties
      : [{ name: 'the model can be evaluated', kind: 'built-in', verdict: 'error', instance: undefined, run: runTo(fault).run }]
  const judged: VerdictName[] = asymmetry === undefined ? [] : ['asymmetric']
  return {
    system,
    verdict: lie === undefined ? worst([...failures.map(({ verdict }) => verdict), ...judged]) : 'dishonest',
    properties: failures,
    states: explorer.store.count,
    transitions: explorer.transitions,
    depth: explorer.depth,
    complete,
    limit: explorer.limit,
    message: fault?.message ?? (lie && dishonesty(lie)) ?? asymmetry,
    asleep: { steps: asleep, rules: complete ? system.rules.map((rule) => rule.name).filter((name) => !awake.has(name)) : [] },
    within: system.bounds
      .filter((_, at) => explorer.findings.boundsHit.has(at))
      .map(({ bound }) => `${bound.name}=${bound.limit}`),
    fairness: fairnessText(system.fairness),
    reduction: explorer.reduction,
    leftOut: explorer.leftOut,
    shortest: !explorer.reduction.por,
    vacuous: complete && progress !== undefined ? emptyClaims(explorer, progress, properties) : [],
    stats: {
      bytes: explorer.peakBytes,
      rowWords: explorer.compiled.layout.words,
      rowBits: explorer.compiled.layout.bits.reduce((sum, bits) => sum + bits, 0),
      widenings: explorer.compiled.widenings,
      tableEntries: [...explorer.compiled.stepLogs, ...explorer.compiled.claimLogs].reduce((sum, log) => sum + log.length, 0),
      localStates: explorer.compiled.interner.locals.reduce((sum, locals) => sum + locals.length, 0),
      enabled: explorer.enabled,
    },
  }
}

/** Claims without an instance, `leadsTo` whose `from` was never reached, fairness that never mattered, deadlocks that only a self-loop hides. */
function emptyClaims(explorer: Explorer, progress: Progress, properties: readonly PropertyResult[]): string[] {
  const { system } = explorer.compiled
  const isStuck = properties.some(({ verdict }) => verdict === 'deadlock')
  const hidden = isStuck ? undefined : firstHiddenDeadlock(explorer)
  const claimed = new Set(system.instances.map(({ owner }) => owner))
  return [
    ...system.properties.flatMap(({ name }, owner) => (claimed.has(owner) ? [] : [`'${name}' has no instance`])),
    ...progress.unreached.map((nth) => `the premise of '${system.instances[nth]!.label}' is never reached`),
    ...progress.idleFairness.map((at) => `fairness of ${fairnessName(system.fairness[at]!)} never mattered`),
    ...(hidden === undefined
      ? []
      : [`only a step that changes nothing hides a deadlock, after ${explorer.depthOf(hidden)} steps`]),
  ]
}

function ownResults(explorer: Explorer, progress: Progress, runTo: (sighting: Sighting) => Found): PropertyResult[] {
  const { system } = explorer.compiled
  const undecided: VerdictName = explorer.complete ? 'holds' : 'bounded'
  return system.properties.map((property, owner) => {
    const { name, kind } = property
    const label = (instance: number | undefined): string | undefined =>
      instance === undefined ? undefined : system.instances[instance]!.label
    switch (kind) {
      case 'always':
      case 'onStep': {
        const sighting = explorer.findings.violations.get(owner)
        if (sighting === undefined) return { name, kind, verdict: undecided, instance: undefined, run: undefined }
        return { name, kind, verdict: 'violated', ...runTo(sighting) }
      }
      case 'sometimes': {
        const own = [...system.instances.keys()].filter((nth) => system.instances[nth]!.owner === owner)
        const unseen = own.filter((nth) => !explorer.findings.witnesses.has(nth))
        if (unseen.length > 0)
          return {
            name,
            kind,
            verdict: explorer.complete ? 'unwitnessed' : 'bounded',
            instance: unseen.map(label).join('; '),
            run: undefined,
          }
        const first = own.map((nth) => explorer.findings.witnesses.get(nth)!).sort((a, b) => a.state - b.state)[0]
        return { name, kind, verdict: 'holds', instance: undefined, run: first && runTo(first).run }
      }
      case 'leadsTo':
      case 'eventually':
      case 'infinitelyOften':
      case 'canReach': {
        const found = progress.results.get(owner)
        if (found === undefined) return { name, kind, verdict: undecided, instance: undefined, run: undefined }
        return { name, kind, verdict: found.verdict, instance: label(found.instance), run: found.run }
      }
      default:
        return property satisfies never
    }
  })
}

function builtInResults(explorer: Explorer, runTo: (sighting: Sighting) => Found): PropertyResult[] {
  const { system } = explorer.compiled
  const undecided: VerdictName = explorer.complete ? 'holds' : 'bounded'
  const result = (name: string, verdict: VerdictName, found?: Sighting, instance?: string): PropertyResult => ({
    name,
    kind: 'built-in',
    verdict: found === undefined && instance === undefined ? undecided : verdict,
    instance,
    run: found && runTo(found).run,
  })
  const stuck = firstDeadlock(explorer)
  const results = [
    result(builtIn.deadlock, 'deadlock', stuck === undefined ? undefined : { state: stuck }),
    result(builtIn.unhandled, 'unhandled', explorer.findings.unhandled),
  ]
  const needed = system.rules.filter((rule) => rule.needed)
  if (needed.length === 0) return results
  const unused = needed.filter((rule) => system.steps.every((step) => step.rule !== rule || explorer.isAsleep(step.index)))
  const names = unused.map((rule) => rule.name).join('; ')
  return [
    ...results,
    result(builtIn.needed, explorer.complete ? 'unwitnessed' : 'bounded', undefined, names === '' ? undefined : names),
  ]
}
