import type { Local } from './define/cell.ts'
import type { Step, System } from './define/system.ts'
import { Semantics } from './semantics/semantics.ts'

type State = readonly Local[]
interface Node {
  readonly state: State
  readonly depth: number
  readonly steps: readonly Step[]
}

/** What the naive explorer found. `violations` maps a property's name to its least shortest trace, as step labels. */
export interface ReferenceResult {
  readonly states: number
  readonly transitions: number
  readonly depth: number
  readonly violations: ReadonlyMap<string, readonly string[]>
  readonly witnessed: ReadonlySet<string>
  readonly deadlock: readonly string[] | undefined
  readonly unhandled: readonly string[] | undefined
  readonly enabled: ReadonlySet<string>
  /** Canonical text of every state, in the order of discovery. */
  readonly texts: readonly string[]
}

/**
 * The naive explorer: plain objects in a Map, breadth first, every property asked of every state and step. It exists
 * to be obviously right; the compiled search must agree with it on every small system.
 */
export function explorePlainly(system: System): ReferenceResult {
  const semantics = new Semantics(system)
  const textOf = (state: State): string => state.map((local, cell) => semantics.textOf(cell, local)).join('\n')
  const nodes = new Map<string, Node>()
  const queue: Node[] = []
  const edges = new Map<Node, { step: Step; to: Node }[]>()
  const violations = new Map<string, string[]>()
  const [seen, enabled] = [new Set<string>(), new Set<string>()]
  let unhandled: string[] | undefined
  let transitions = 0
  const pick = (state: State, cells: readonly number[]): Local[] => cells.map((cell) => state[cell]!)
  const labels = (steps: readonly Step[]): string[] => steps.map((step) => step.label)
  const visit = (node: Node): Node => {
    const text = textOf(node.state)
    const known = nodes.get(text)
    if (known !== undefined) return known
    nodes.set(text, node)
    queue.push(node)
    for (const instance of system.instances) {
      const property = system.properties[instance.owner]!
      if (property.kind !== 'always' && property.kind !== 'sometimes') continue
      const holds = semantics.holds(instance, property.holds, pick(node.state, instance.shape.cells))
      if (property.kind === 'sometimes' && holds) seen.add(instance.label)
      if (property.kind === 'always' && !holds && !violations.has(property.name))
        violations.set(property.name, labels(node.steps))
    }
    return node
  }
  visit({ state: semantics.initial(), depth: 0, steps: [] })
  for (const node of queue) {
    const out: { step: Step; to: Node }[] = []
    for (const step of system.steps) {
      const outcome = semantics.fire(step, pick(node.state, step.shape.cells))
      if (outcome.kind === 'unhandled') unhandled ??= labels([...node.steps, step])
      if (outcome.kind !== 'taken') continue
      transitions++
      enabled.add(step.label)
      const state = node.state.slice()
      for (const [at, local] of outcome.writes.entries()) state[step.shape.cells[at]!] = local
      for (const instance of system.instances) {
        const property = system.properties[instance.owner]!
        const { cells } = instance.shape
        if (property.kind !== 'onStep' || violations.has(property.name)) continue
        const written = step.shape.cells.slice(0, step.receivers)
        if (!(property.on?.includes(step.rule.name) ?? cells.some((cell) => written.includes(cell)))) continue
        if (!semantics.holdsOnStep(instance, property.holds, step, pick(node.state, cells), pick(state, cells)))
          violations.set(property.name, labels([...node.steps, step]))
      }
      out.push({ step, to: visit({ state, depth: node.depth + 1, steps: [...node.steps, step] }) })
    }
    edges.set(node, out)
  }
  const isFinal = ({ state }: Node): boolean =>
    system.final?.instances.every((end) => semantics.holds(end, system.final!.ending.holds, pick(state, end.shape.cells))) ??
    false
  const program = (node: Node): boolean => edges.get(node)!.some(({ step }) => step.kind === 'program')
  const stuck = (from: Node): boolean => {
    const closure = new Set([from])
    for (const node of closure) {
      if (program(node)) return false
      for (const { to } of edges.get(node)!) closure.add(to)
    }
    return true
  }
  const deadlock = queue.find((node) => !program(node) && !isFinal(node) && stuck(node))
  const witnessed = new Set(system.instances.map((instance) => instance.label).filter((label) => seen.has(label)))
  const deadlockSteps = deadlock && labels(deadlock.steps)
  const depth = queue.at(-1)!.depth
  return {
    states: queue.length,
    transitions,
    depth,
    violations,
    witnessed,
    deadlock: deadlockSteps,
    unhandled,
    enabled,
    texts: [...nodes.keys()],
  }
}
