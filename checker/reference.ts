import type { Instance, Step, System } from './define/system.ts'
import { after, fireIn, type State, stateText } from './replay/walk.ts'
import { Semantics } from './semantics/semantics.ts'

/** What the naive explorer found; a trace is a list of step labels, the least of the shortest. */
export interface ReferenceResult {
  readonly states: number
  readonly transitions: number
  readonly depth: number
  readonly violations: ReadonlyMap<string, readonly string[]>
  /** Labels of the `sometimes` instances that were seen, and of the steps that were enabled. */
  readonly witnessed: ReadonlySet<string>
  readonly enabled: ReadonlySet<string>
  readonly deadlock: readonly string[] | undefined
  readonly unhandled: readonly string[] | undefined
  /** Canonical text of every state, in the order of discovery. */
  readonly texts: readonly string[]
}

type Node = { state: State; trace: readonly string[]; edges: { step: Step; to: Node }[] }
const pick = (state: State, { shape }: Instance) => shape.cells.map((cell) => state[cell]!)

/**
 * The naive explorer: plain objects in a Map, breadth first, every property asked of every state and step. It exists
 * to be obviously right; the compiled search must agree with it on every small system.
 */
export function explorePlainly(system: System): ReferenceResult {
  const semantics = new Semantics(system)
  const nodes = new Map<string, Node>()
  const violations = new Map<string, readonly string[]>()
  const [witnessed, enabled] = [new Set<string>(), new Set<string>()]
  let unhandled: readonly string[] | undefined
  const fail = (property: string, trace: readonly string[]) => violations.has(property) || violations.set(property, trace)
  const visit = (state: State, trace: readonly string[]): Node => {
    const text = stateText(semantics, state)
    const known = nodes.get(text)
    if (known !== undefined) return known
    for (const instance of system.instances) {
      const property = system.properties[instance.owner]!
      if (property.kind !== 'always' && property.kind !== 'sometimes') continue
      const holds = semantics.holds(instance, property.holds, pick(state, instance))
      if (property.kind === 'sometimes' && holds) witnessed.add(instance.label)
      if (property.kind === 'always' && !holds) fail(property.name, trace)
    }
    const node = { state, trace, edges: [] }
    nodes.set(text, node)
    return node
  }
  visit(semantics.initial(), [])
  // A Map hands out what is added while it is walked: the order of insertion is breadth first.
  for (const { state, trace, edges } of nodes.values())
    for (const step of system.steps) {
      const outcome = fireIn(semantics, step, state)
      if (outcome.kind === 'unhandled') unhandled ??= [...trace, step.label]
      if (outcome.kind !== 'taken') continue
      enabled.add(step.label)
      const [next, longer] = [after(step, state, outcome.writes), [...trace, step.label]]
      for (const instance of system.instances) {
        const property = system.properties[instance.owner]!
        if (property.kind !== 'onStep') continue
        const written = step.shape.cells.slice(0, step.receivers)
        if (!(property.on?.includes(step.rule.name) ?? instance.shape.cells.some((cell) => written.includes(cell)))) continue
        if (!semantics.holdsOnStep(instance, property.holds, step, pick(state, instance), pick(next, instance)))
          fail(property.name, longer)
      }
      edges.push({ step, to: visit(next, longer) })
    }
  const all = [...nodes.values()]
  const isFinal = ({ state }: Node) =>
    system.final?.instances.every((end) => semantics.holds(end, system.final!.ending.holds, pick(state, end))) ?? false
  const moves = (node: Node) => node.edges.some(({ step }) => step.kind === 'program')
  const isStuck = (node: Node) => {
    const closure = new Set([node])
    for (const at of closure) if (!moves(at)) for (const { to } of at.edges) closure.add(to)
    return ![...closure].some(moves)
  }
  const deadlock = all.find((node) => !moves(node) && !isFinal(node) && isStuck(node))?.trace
  const transitions = all.reduce((sum, { edges }) => sum + edges.length, 0)
  const counts = { states: all.length, transitions, depth: all.at(-1)!.trace.length }
  return { ...counts, violations, witnessed, enabled, deadlock, unhandled, texts: [...nodes.keys()] }
}
