import type { AnyStateMachine, AnyStateNode } from 'xstate'
import { type Arrow, arrowsOf, childrenOf, childTowards, idOf } from './machine.ts'
import { indented } from './text.ts'

/** A machine as a Graphviz digraph: phases with other phases inside them are boxes. */
export function dotText(machine: AnyStateMachine): string[] {
  const { root } = machine
  const arrows = merged(arrowsOf(root))
  return [
    `digraph ${quoted(machine.id)} {`,
    ...indented([
      'graph [compound=true, bgcolor="transparent", fontname="Helvetica", fontsize=11, nodesep=0.35, ranksep=0.35]',
      'node [shape=box, style="rounded", fontname="Helvetica", fontsize=11, height=0.3]',
      'edge [fontname="Helvetica", fontsize=9, arrowsize=0.6]',
      ...(childrenOf(root).length === 0 ? nodeLines(root) : insideLines(root)),
      ...arrows.map(arrowLine),
    ]),
    '}',
  ]
}

/** Arrows with the same ends are one, with a label below the other. */
function merged(arrows: readonly Arrow[]): Arrow[] {
  const byEnds = new Map<string, Arrow>()
  for (const arrow of arrows) {
    const ends = `${idOf(arrow.from)} ${idOf(arrow.to)}`
    const before = byEnds.get(ends)
    byEnds.set(ends, before === undefined ? arrow : { ...arrow, label: `${before.label}\n${arrow.label}` })
  }
  return [...byEnds.values()]
}

const isBox = (node: AnyStateNode): boolean => childrenOf(node).length > 0

function nodeLines(node: AnyStateNode): string[] {
  if (isBox(node))
    return [
      `subgraph ${clusterOf(node)} {`,
      ...indented([`label=${quoted(node.key)}`, 'style="rounded"', ...insideLines(node)]),
      '}',
    ]
  const ends = node.type === 'final' ? ', peripheries=2' : ''
  return [`${idOf(node)} [label=${quoted(node.key)}${ends}]`]
}

/** The phases inside a box, and a dot that leads to the one it begins in; regions begin all together. */
function insideLines(node: AnyStateNode): string[] {
  const children = childrenOf(node).flatMap(nodeLines)
  if (node.type === 'parallel') return children
  const start = `${idOf(node)}_start`
  const first = childTowards(node, node.initial.target[0] ?? childrenOf(node)[0]!)
  return [
    `${start} [shape=point, width=0.1, label=""]`,
    ...children,
    `${start} -> ${anchorOf(first)}${isBox(first) ? ` [lhead=${clusterOf(first)}]` : ''}`,
  ]
}

/** Arrows end at nodes; those of a box at one inside it, and are cut off at its border. */
function arrowLine({ from, to, label }: Arrow): string {
  const attributes = [
    `label=${quoted(label.replace(/^/gm, ' '))}`,
    ...(isBox(from) ? [`ltail=${clusterOf(from)}`] : []),
    ...(isBox(to) ? [`lhead=${clusterOf(to)}`] : []),
  ]
  return `${anchorOf(from)} -> ${anchorOf(to)} [${attributes.join(', ')}]`
}

const clusterOf = (node: AnyStateNode): string => `cluster_${idOf(node)}`
const anchorOf = (node: AnyStateNode): string => (isBox(node) ? anchorOf(childrenOf(node)[0]!) : idOf(node))
const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`
