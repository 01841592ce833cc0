import type { AnyStateMachine, AnyStateNode } from 'xstate'
import { type Arrow, arrowsOf, childrenOf, childTowards, idOf } from './machine.ts'
import { indented } from './text.ts'

/** A machine as a Mermaid state diagram. The root is a box of its own where it has regions or arrows, or is the only phase. */
export function mermaidText(machine: AnyStateMachine): string[] {
  const { root } = machine
  const arrows = arrowsOf(root)
  const around = arrows.filter(({ box }) => box === undefined)
  const boxed = root.type === 'parallel' || around.length > 0 || childrenOf(root).length === 0
  const lines = boxed ? [...nodeLines(root, arrows), ...around.map(arrowLine)] : insideLines(root, arrows)
  return ['stateDiagram-v2', ...indented(lines)]
}

function nodeLines(node: AnyStateNode, arrows: readonly Arrow[]): string[] {
  const head = `state "${node.key}" as ${idOf(node)}`
  return childrenOf(node).length === 0 ? [head] : [`${head} {`, ...indented(insideLines(node, arrows)), '}']
}

/** What is inside a box: its regions apart, or its phases and the arrows between them. */
function insideLines(node: AnyStateNode, arrows: readonly Arrow[]): string[] {
  const children = childrenOf(node)
  const own = arrows.filter(({ box }) => box === node)
  if (node.type === 'parallel')
    return children.flatMap((child, at) => [
      ...(at === 0 ? [] : ['--']),
      ...nodeLines(child, arrows),
      ...own.filter(({ from }) => from === child).map(arrowLine),
    ])
  const starts = node.initial.target.map((target) => `[*] --> ${idOf(childTowards(node, target))}`)
  const ends = children.filter(({ type }) => type === 'final').map((child) => `${idOf(child)} --> [*]`)
  return [...children.flatMap((child) => nodeLines(child, arrows)), ...starts, ...own.map(arrowLine), ...ends]
}

const arrowLine = ({ from, to, label }: Arrow): string => `${idOf(from)} --> ${idOf(to)} : ${label}`
