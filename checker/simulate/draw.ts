import { type Choice, choiceOf, choiceText, systemOf } from '../define/assign.ts'
import type { Scenario, Size } from '../define/scenario.ts'
import { Random } from './random.ts'
import type { Seed } from './seed.ts'

/** So many draws in vain for each assignment that is wanted, and no more are tried. */
const mostDraws = 50

/**
 * Knob assignments drawn from a seed, all different: the world's size is kept, `set` fixes further knobs, and assignments
 * that the scenario refuses to build are left out. Fewer than `count` where there are not so many.
 *
 * @throws InputError for a knob or value that does not exist, naming the nearest that does.
 */
export function drawChoices(
  scenario: Scenario,
  size: Size,
  set: Readonly<Record<string, string>>,
  seed: Seed,
  count: number,
): Choice[] {
  const [base = ''] = Object.keys(scenario.designs)
  choiceOf(scenario, base, size, set)
  const random = new Random(seed)
  const free = Object.entries(scenario.knobs).filter(
    ([knob]) => !Object.hasOwn(scenario.sizes[size], knob) && !Object.hasOwn(set, knob),
  )
  const drawn = new Map<string, Choice>()
  for (let draws = 0; drawn.size < count && draws < count * mostDraws; draws++) {
    const values = free.map(([knob, values]) => [knob, String(values[random.below(values.length)])])
    const choice = choiceOf(scenario, base, size, { ...set, ...Object.fromEntries(values) })
    if (!drawn.has(choiceText(choice)) && canBeBuilt(choice)) drawn.set(choiceText(choice), choice)
  }
  return [...drawn.values()]
}

/** Whether the scenario builds a system of this assignment. */
export function canBeBuilt(choice: Choice): boolean {
  try {
    systemOf(choice)
    return true
  } catch {
    return false
  }
}
