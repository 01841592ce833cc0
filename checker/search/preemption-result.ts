import { type CheckResult, dishonesty, type PropertyResult, type Run } from '../check.ts'
import { audit } from '../compile/audit.ts'
import { fairnessText } from '../define/fairness.ts'
import { planOf } from '../reduce/reduction.ts'
import { builtIn, type VerdictName, worst } from '../verdict.ts'
import type { BoundedSighting, PreemptionSearch } from './preemptions.ts'

/** What a search with bounded preemptions says beside its verdicts. */
export interface Preemptions {
  readonly bound: number
  /** How many states need so many preemptions, from 0 on. */
  readonly states: readonly number[]
  /** For each property that fails: the fewest preemptions of a run on which it does. */
  readonly violations: Readonly<Record<string, number>>
  /** Whether the bound kept no run from being followed: every reachable state was met. */
  readonly exhausted: boolean
}

/**
 * What a search with bounded preemptions says: `bounded` of everything that did not fail, progress included, even where the
 * bound cut nothing off. A counterexample has the fewest preemptions, and of those runs about the fewest steps.
 */
export function concludeBounded(search: PreemptionSearch): CheckResult {
  const { compiled, fault } = search
  const { system } = compiled
  const lie = fault === undefined ? audit(compiled, search.stepClaims) : undefined
  const found = new Map<string, BoundedSighting>()
  for (const [owner, sighting] of search.violations) found.set(system.properties[owner]!.name, sighting)
  const stuck = firstDeadlock(search)
  if (stuck !== undefined) found.set(builtIn.deadlock, stuck)
  if (search.unhandled !== undefined) found.set(builtIn.unhandled, search.unhandled)
  const properties = fault === undefined ? propertiesOf(search, found) : [faulty(search, fault)]
  const { layout, widenings, stepLogs, claimLogs, interner } = compiled
  return {
    system,
    verdict: lie === undefined ? worst([...properties.map(({ verdict }) => verdict), 'bounded']) : 'dishonest',
    properties,
    states: search.statesBy.reduce((sum, count) => sum + count, 0),
    transitions: search.transitions,
    depth: search.depth,
    complete: false,
    limit: search.limit ?? 'preemptions',
    message: fault?.message ?? (lie && dishonesty(lie)),
    asleep: { steps: [], rules: [] },
    within: system.bounds.filter((_, at) => search.boundsHit.has(at)).map(({ bound }) => `${bound.name}=${bound.limit}`),
    fairness: fairnessText(system.fairness),
    reduction: planOf(system, 'none'),
    leftOut: [],
    shortest: false,
    vacuous: [],
    stats: {
      bytes: search.bytes,
      rowWords: layout.words,
      rowBits: layout.bits.reduce((sum, bits) => sum + bits, 0),
      widenings,
      tableEntries: [...stepLogs, ...claimLogs].reduce((sum, log) => sum + log.length, 0),
      localStates: interner.locals.reduce((sum, locals) => sum + locals.length, 0),
      enabled: search.enabled,
    },
    preemptions: {
      bound: search.bound,
      states: search.statesBy,
      violations: Object.fromEntries([...found].map(([name, { preemptions }]) => [name, preemptions])),
      exhausted: !search.cut && search.limit === undefined && fault === undefined,
    },
  }
}

const runOf = (search: PreemptionSearch, sighting: BoundedSighting): Run => ({ stem: search.runTo(sighting), cycle: [] })

const faulty = (search: PreemptionSearch, fault: BoundedSighting): PropertyResult => ({
  name: 'the model can be evaluated',
  kind: 'built-in',
  verdict: 'error',
  instance: undefined,
  run: runOf(search, fault),
})

function propertiesOf(search: PreemptionSearch, found: ReadonlyMap<string, BoundedSighting>): PropertyResult[] {
  const { properties, instances } = search.compiled.system
  const failing = (name: string, kind: PropertyResult['kind'], verdict: VerdictName): PropertyResult => {
    const sighting = found.get(name)
    if (sighting === undefined) return { name, kind, verdict: 'bounded', instance: undefined, run: undefined }
    const instance = sighting.instance === undefined ? undefined : instances[sighting.instance]!.label
    return { name, kind, verdict, instance, run: runOf(search, sighting) }
  }
  const own = properties.map(({ name, kind }, owner): PropertyResult => {
    if (kind !== 'sometimes') return failing(name, kind, 'violated')
    const goals = [...instances.keys()].filter((nth) => instances[nth]!.owner === owner)
    const unseen = goals.filter((nth) => !search.witnesses.has(nth))
    const first = goals.map((nth) => search.witnesses.get(nth)).find((witness) => witness !== undefined)
    const run = first && runOf(search, first)
    if (unseen.length === 0) return { name, kind, verdict: 'holds', instance: undefined, run }
    return { name, kind, verdict: 'bounded', instance: unseen.map((nth) => instances[nth]!.label).join('; '), run: undefined }
  })
  return [...own, failing(builtIn.deadlock, 'built-in', 'deadlock'), failing(builtIn.unhandled, 'built-in', 'unhandled')]
}

/** The first deadlock that was met. Environment steps preempt nobody, so that all they lead to was met too, but for a limit. */
function firstDeadlock(search: PreemptionSearch): BoundedSighting | undefined {
  const { steps } = search.compiled.system
  const escapes = new Set<number>()
  return search.idle.find(({ node }) => {
    const state = search.stateOf(node)
    if (search.isFinal(state)) return false
    const closure = new Set([state])
    for (const at of closure) {
      let moves = escapes.has(at)
      if (!moves)
        search.successors(at, (step, to) => {
          moves ||= to < 0 || steps[step]!.kind === 'program'
          closure.add(to)
        })
      if (!moves) continue
      escapes.add(state)
      return false
    }
    return true
  })
}
