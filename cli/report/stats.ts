import type { CheckResult } from '../../checker/index.ts'
import { columns } from './table.ts'
import { counted, grouped } from './text.ts'

const mostListed = 5

/** What a search cost, and which steps and rules it exercised. Nothing here depends on the clock. */
export function statsText({ states, stats, system }: CheckResult): string[] {
  const { rowWords, rowBits, widenings, tableEntries, localStates, bytes, enabled } = stats
  const sizes = [
    `rows: ${grouped(states)} of ${counted(rowWords, 'word')} (${counted(rowBits, 'bit')} in use), ${counted(widenings, 'widening')}`,
    `tables: ${counted(tableEntries, 'entry').replace('entrys', 'entries')} over ${counted(localStates, 'local state')} of ${counted(system.cells.length, 'cell')}`,
    `memory: ${grouped(bytes)} bytes, ${(bytes / states).toFixed(1)} a state`,
  ]
  const byRule = system.rules.map((rule) => {
    const steps = system.steps.filter((step) => step.rule === rule)
    const awake = steps.filter(({ index }) => enabled[index]! > 0).length
    const times = steps.reduce((sum, { index }) => sum + enabled[index]!, 0)
    return [rule.name, `${awake} of ${steps.length}`, grouped(times)]
  })
  const ranked = system.steps.toSorted((a, b) => enabled[b.index]! - enabled[a.index]! || a.index - b.index)
  const listed = (steps: typeof ranked): string =>
    steps.map(({ index, label }) => `${label} ${grouped(enabled[index]!)}`).join(', ')
  return [
    ...sizes,
    `most often enabled: ${listed(ranked.slice(0, mostListed))}`,
    `least often enabled: ${listed(ranked.slice(-mostListed).reverse())}`,
    ...columns(['rule', 'steps enabled', 'times enabled'], byRule, ['left', 'right', 'right']),
  ]
}
