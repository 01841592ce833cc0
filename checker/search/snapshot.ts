import type { CompiledMemory } from '../compile/compiled.ts'
import type { System } from '../define/system.ts'
import type { Budget } from './budget.ts'
import { Explorer } from './explorer.ts'
import type { FindingsMemory } from './findings.ts'
import type { PeakMemory } from './memory-peak.ts'
import type { StoreMemory } from './store.ts'

/** Where a search stands between two slices of work, as plain data: all that another process needs to go on with it. */
export interface Snapshot {
  readonly state: {
    readonly compiled: CompiledMemory
    readonly store: StoreMemory
    readonly findings: FindingsMemory
    readonly expanded: number
    readonly transitions: number
    readonly levelEnd: number
    readonly roomy: boolean
    readonly everyStepIsAwake: boolean
    readonly peak: PeakMemory
    readonly enabled: readonly number[]
  }
  /** Rows, parents, levels, idle and spinning states, sleep sets of what is not expanded yet, and every log. */
  readonly words: readonly Int32Array[]
}

/** Where a search stands; undefined where it met an error of the model, or a limit left a state half expanded. */
export function snapshotOf(explorer: Explorer): Snapshot | undefined {
  const { compiled, store, findings, stepClaims, sleep, levels, idle, spinning } = explorer
  if (findings.fault !== undefined || explorer.limit === 'states') return undefined
  const { expanded, transitions, levelEnd, roomy, enabled } = explorer
  return {
    state: {
      compiled: compiled.memory,
      store: store.memory,
      findings: findings.memory,
      everyStepIsAwake: sleep.isOff,
      peak: explorer.peak.memory,
      ...{ expanded, transitions, levelEnd, roomy, enabled: [...enabled] },
    },
    words: [
      store.rows.subarray(0, store.count * compiled.layout.words),
      store.parents,
      Int32Array.from(levels),
      Int32Array.from(idle),
      Int32Array.from(spinning),
      sleepSetsOf(explorer),
      ...[...compiled.stepLogs, ...compiled.claimLogs].map(({ values }) => values),
      ...stepClaims.logs,
    ],
  }
}

function sleepSetsOf({ sleep, store, expanded }: Explorer): Int32Array {
  const sets = new Int32Array(sleep.isOff ? 0 : (store.count - expanded) * sleep.sleepers.words)
  if (!sleep.isOff) sleep.read(expanded, store.count, sets)
  return sets
}

/**
 * A search that goes on where another stood. The budget may be another one.
 *
 * @throws ModelError when the snapshot is not of this system.
 */
export function explorerFrom(system: System, { state, words }: Snapshot, budget: Budget = {}): Explorer {
  const explorer = new Explorer(system, budget)
  const { compiled, store, findings, stepClaims, sleep } = explorer
  const [rows, parents, levels, idle, spinning, sets, ...logs] = words
  compiled.recall(state.compiled, logs, state.roomy)
  store.recall(state.store, rows!, parents!)
  stepClaims.recall(logs.slice(compiled.stepLogs.length + compiled.claimLogs.length))
  findings.recall(state.findings)
  explorer.expanded = state.expanded
  explorer.transitions = state.transitions
  explorer.levelEnd = state.levelEnd
  explorer.roomy = state.roomy
  explorer.enabled.set(state.enabled)
  for (const first of levels!.subarray(1)) explorer.levels.push(first)
  for (const one of idle!) explorer.idle.push(one)
  for (const one of spinning!) explorer.spinning.add(one)
  if (state.everyStepIsAwake) sleep.off()
  else sleep.write(state.expanded, state.store.count - state.expanded, sets!)
  explorer.adapt()
  explorer.peak.recall(state.peak)
  explorer.limit = budget.first && findings.any ? 'first' : undefined
  return explorer
}
