import type { AnyStateMachine, AnyStateNode } from 'xstate'
import { ModelError } from '../errors.ts'

/**
 * Refuses what cannot be rebuilt from `{ value, context }`: history states, `after`, `invoke`, and actions or guards
 * that the chart names but nobody implemented. Everything else XState offers is welcome; what shows itself only when a
 * step yields it is refused there (`machine.ts`).
 *
 * @throws ModelError naming the chart, the state and what would be right.
 */
export function checkChart(machine: AnyStateMachine, cell: string): void {
  const refuse = (node: AnyStateNode, what: string): never => {
    throw new ModelError(`the chart of cell '${cell}' ${what} (state '${node.key}')`)
  }
  const implemented = (kind: 'actions' | 'guards', name: string): boolean => {
    const known = machine.implementations[kind] as Record<string, unknown>
    return known[name] !== undefined
  }
  const checkActions = (node: AnyStateNode, actions: readonly unknown[]): void => {
    for (const action of actions) {
      const name = typeof action === 'string' ? action : nameOf(action)
      if (name !== undefined && !implemented('actions', name))
        refuse(node, `uses action '${name}', which is not implemented: give it to setup({ actions }) or write it inline`)
    }
  }
  const checkGuards = (node: AnyStateNode, guard: unknown): void => {
    for (const name of guardNames(guard))
      if (!implemented('guards', name))
        refuse(node, `uses guard '${name}', which is not implemented: give it to setup({ guards }) or write it inline`)
  }
  const visit = (node: AnyStateNode): void => {
    if (node.type === 'history')
      refuse(node, 'has a history state: its past is not part of { value, context }; name the phases instead')
    if (node.after.length > 0)
      refuse(node, "uses 'after': time is not part of a state; send an event from an environment rule instead")
    if (node.invoke.length > 0) refuse(node, "uses 'invoke': children are not part of a state; make the child a cell of its own")
    checkActions(node, [...node.entry, ...node.exit, ...node.initial.actions])
    for (const transition of [...node.transitions.values()].flat().concat(node.always ?? [])) {
      checkActions(node, transition.actions)
      checkGuards(node, transition.guard)
    }
    for (const child of Object.values(node.states) as AnyStateNode[]) visit(child)
  }
  visit(machine.root as AnyStateNode)
  for (const guard of Object.values(machine.implementations.guards)) checkGuards(machine.root as AnyStateNode, guard)
}

const nameOf = (object: unknown): string | undefined => {
  const type = typeof object === 'object' && object !== null && 'type' in object ? object.type : undefined
  return typeof type === 'string' ? type : undefined
}

/** The named guards of a guard expression; `and`, `or` and `not` hold theirs in a list. */
function guardNames(guard: unknown): string[] {
  if (guard === undefined) return []
  if (typeof guard === 'string') return [guard]
  if (typeof guard === 'function') return 'guards' in guard && Array.isArray(guard.guards) ? guard.guards.flatMap(guardNames) : []
  const name = nameOf(guard)
  return name === undefined ? [] : [name]
}
