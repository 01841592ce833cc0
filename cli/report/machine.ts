import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate'

export const childrenOf = (node: AnyStateNode): AnyStateNode[] => Object.values(node.states)
export const nameOf = (node: AnyStateNode): string => node.path.join('.') || node.key
/** An identifier that is a word, as languages for diagrams want it; the visible name is given beside it. */
export const idOf = (node: AnyStateNode): string => ['s', ...node.path].map((part) => part.replace(/\W/g, '_')).join('_')

/** Every innermost phase of a machine by its dotted path. */
export function phasesOf(machine: AnyStateMachine): string[] {
  const visit = (node: AnyStateNode): string[] =>
    childrenOf(node).length === 0 ? [nameOf(node)] : childrenOf(node).flatMap(visit)
  return visit(machine.root)
}

/** An arrow, and the box that it is drawn in; an arrow at the root is drawn around it. */
export interface Arrow {
  readonly box: AnyStateNode | undefined
  readonly from: AnyStateNode
  readonly to: AnyStateNode
  readonly label: string
}

/** Every transition of a node and of what is inside it, as it can be drawn. */
export function arrowsOf(node: AnyStateNode): Arrow[] {
  const transitions: AnyTransitionDefinition[] = [...node.transitions.values(), node.always ?? []].flat()
  return [...transitions.flatMap(drawn), ...childrenOf(node).flatMap(arrowsOf)]
}

/**
 * The arrows of one transition. Diagrams of states have none between the insides of two boxes, nor from a box to its own inside:
 * such an arrow is drawn between the boxes, or from the box to itself, and its label names the true ends. A transition
 * without target and actions is XState's way to forbid an event, and is no arrow.
 */
function drawn(transition: AnyTransitionDefinition): Arrow[] {
  const { source, target, actions } = transition
  if (target === undefined && actions.length === 0) return []
  return (target ?? [source]).map((end): Arrow => {
    const box = boxAround(source, end)
    const [from, to] = box.contains ? [box.node, box.node] : [childTowards(box.node, source), childTowards(box.node, end)]
    const ends = [...(from === source ? [] : [`from ${nameOf(source)}`]), ...(to === end ? [] : [`to ${nameOf(end)}`])]
    const label = [eventText(transition.eventType), ...guardText(transition.guard), ...ends].join(' ')
    return { box: box.contains ? box.node.parent : box.node, from, to, label }
  })
}

/** The innermost box around both ends; `contains` where it is itself an end, or its regions hold one end each. */
function boxAround(source: AnyStateNode, end: AnyStateNode): { readonly node: AnyStateNode; readonly contains: boolean } {
  const above = (node: AnyStateNode | undefined): AnyStateNode[] => (node === undefined ? [] : [node, ...above(node.parent)])
  const common = above(source).find((node) => above(end).includes(node))!
  return { node: common, contains: common === source || common === end || common.type === 'parallel' }
}

export const childTowards = (node: AnyStateNode, inner: AnyStateNode): AnyStateNode =>
  inner.parent === node || inner.parent === undefined ? inner : childTowards(node, inner.parent)

function eventText(event: string): string {
  if (event === '') return 'always'
  return event.startsWith('xstate.done.') ? 'done' : event.replace(/[:;#]/g, ' ')
}

/** A guard by its name, where it has one. */
function guardText(guard: unknown): string[] {
  if (guard === undefined) return []
  const named = typeof guard === 'string' ? guard : (guard as { readonly type?: unknown }).type
  return [typeof named === 'string' ? `[${named}]` : '[guarded]']
}
