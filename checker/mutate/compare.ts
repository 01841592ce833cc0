import type { System } from '../define/system.ts'
import type { Explorer } from '../search/explorer.ts'

/**
 * How the graph of a mutant stands to the original's, state by state and step by step.
 *
 * - `equal`: the same graph.
 * - `idle`: the same but for steps that change nothing, and about which no property and no fairness asks.
 * - `narrower`: a part of the original, idle steps apart. What holds of all states and steps of the original holds of it.
 * - `other`: it does something that the original never does.
 */
export type Relation = 'equal' | 'idle' | 'narrower' | 'other'

/** Compares two searches of the whole space. The steps of both have the same labels. */
export function compare(original: Explorer, mutant: Explorer): Relation {
  const texts = statesOf(original)
  const numbers = new Map(texts.map((text, state) => [text, state]))
  const toOriginal = statesOf(mutant).map((text) => numbers.get(text))
  if (toOriginal.some((state) => state === undefined)) return 'other'
  const asked = askedAbout(mutant.compiled.system)
  let [idle, edges] = [0, 0]
  for (const [state, twin] of toOriginal.entries()) {
    const known = new Set<string>()
    original.successors(twin!, (step, to) => known.add(`${labelOf(original, step)} ${to}`))
    let isOther = false
    mutant.successors(state, (step, to) => {
      if (known.has(`${labelOf(mutant, step)} ${toOriginal[to]}`)) edges++
      else if (to === state && !asked(step)) idle++
      else isOther = true
    })
    if (isOther) return 'other'
  }
  if (edges < original.transitions) return 'narrower'
  return idle === 0 ? 'equal' : 'idle'
}

/** The local states of every state, as one text. */
function statesOf({ compiled, store }: Explorer): string[] {
  const { words } = compiled.layout
  const known = new Map<object, string>()
  const textOf = (local: object, cell: number): string => {
    const text = known.get(local) ?? compiled.semantics.textOf(cell, local as never)
    known.set(local, text)
    return text
  }
  return Array.from({ length: store.count }, (_, state) =>
    compiled
      .localsOf(store.rows, state * words)
      .map(textOf)
      .join('\n'),
  )
}

const labelOf = ({ compiled }: Explorer, step: number): string => compiled.system.steps[step]!.label

/** Whether a property of single steps or a fairness asks about a step, even where it changes nothing. */
function askedAbout({ steps, properties, instances, fairness }: System): (step: number) => boolean {
  const onSteps = instances.flatMap(({ owner, shape }) => {
    const property = properties[owner]!
    return property.kind === 'onStep' ? [{ on: property.on, cells: shape.cells }] : []
  })
  return (at) => {
    const { rule, actor, kind, label, shape, receivers } = steps[at]!
    const writes = shape.cells.slice(0, receivers)
    const isFair = fairness.some((one) =>
      'step' in one ? one.step === label : 'rule' in one ? one.rule === rule.name : one.actor === actor && kind === 'program',
    )
    return isFair || onSteps.some(({ on, cells }) => on?.includes(rule.name) ?? cells.some((cell) => writes.includes(cell)))
  }
}
