import { Explorer, eventually, type Fairness, type System, system, weak } from '../checker/index.ts'
import { decideProgress } from '../checker/liveness/progress.ts'
import { twoPhaseCommit } from '../tests/checker/two-phase-commit.ts'

/*
 * `npm run bench:liveness`: what a progress property costs beside the plain search of the same graph, in the same process.
 * Memory is all buffers of the search at their peak, and beside them what the decision adds in array buffers, those that it
 * has let go of and that are not collected yet included.
 */

const target = { time: 10, memory: 2 }

/** Two-phase commit with 8 managers, 1.7 million states, and a promise that every manager decides. */
function committing(fairness: (base: System) => readonly Fairness[]): System {
  const base = twoPhaseCommit(8)
  const managers = base.cells.filter(({ name }) => name.startsWith('rm.'))
  const decided = ['committed', 'aborted']
  const everyManager = eventually(
    'every manager decides',
    {},
    { reads: () => ({ managers }), goal: ({ managers }) => managers.every(({ value }) => decided.includes(String(value))) },
  )
  return system({ cells: base.cells, rules: base.rules, properties: [everyManager], fairness: fairness(base) })
}

const worlds: Readonly<Record<string, System>> = {
  'without fairness': committing(() => []),
  'with weak fairness of 17 steps': committing(({ steps }) => [
    ...steps.filter(({ rule }) => rule.name.startsWith('rm.receive')).map(({ label }) => weak({ step: label })),
    weak({ step: 'tm.commit' }),
  ]),
}

for (const [name, world] of Object.entries(worlds)) {
  const start = performance.now()
  const explorer = new Explorer(world).run()
  const searched = performance.now()
  globalThis.gc?.()
  const before = process.memoryUsage().arrayBuffers
  const begun = performance.now()
  const { results } = decideProgress(explorer)
  const decided = performance.now()
  const added = process.memoryUsage().arrayBuffers - before
  const peak = explorer.peakBytes
  const times = (decided - begun) / (searched - start)
  const verdict = [...results.values()].map((result) => result.verdict).join()
  const against = (found: number, asked: number): string =>
    `${found.toFixed(2)} times, at most ${asked} asked: ${found <= asked ? 'met' : 'NOT MET'}`
  console.log(`${name}: ${explorer.store.count} states, ${explorer.transitions} transitions, ${verdict}`)
  console.log(
    `  search ${((searched - start) / 1000).toFixed(2)} s, decision ${((decided - begun) / 1000).toFixed(2)} s: ${against(times, target.time)}`,
  )
  const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`
  console.log(`  buffers ${mebibytes(peak)}, then ${mebibytes(peak + added)}: ${against((peak + added) / peak, target.memory)}`)
}
