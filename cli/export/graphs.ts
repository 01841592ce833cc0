import type { Explorer } from '../../checker/index.ts'
import { localText } from '../../checker/replay/replay.ts'

/** The edges of a finished search, state by state. */
function edgesOf(explorer: Explorer): { readonly from: number; readonly label: string; readonly to: number }[] {
  const { steps } = explorer.compiled.system
  const edges: { from: number; label: string; to: number }[] = []
  for (let from = 0; from < explorer.store.count; from++)
    explorer.successors(from, (step, to) => edges.push({ from, label: steps[step]!.label, to }))
  return edges
}

const inQuotes = (text: string): string => `"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`

/** A state graph for Graphviz. A tooltip holds the cells of a state; legitimate ends have a double ring. */
export function dotText(explorer: Explorer, name: string): string {
  const { compiled, store } = explorer
  const states = Array.from({ length: store.count }, (_, state) => {
    const locals = compiled.localsOf(store.rows, state * compiled.layout.words)
    const cells = compiled.system.cells.map((cell, at) => `${cell.name}: ${localText(locals[at]!)}`)
    const shape = explorer.isFinal(state) ? 'doublecircle' : 'circle'
    return `  ${state} [label="${state}", shape=${shape}, tooltip=${inQuotes(cells.join('\n'))}];`
  })
  const edges = edgesOf(explorer).map(({ from, label, to }) => `  ${from} -> ${to} [label=${inQuotes(label)}];`)
  return `digraph ${inQuotes(name)} {\n  init [shape=point];\n  init -> 0;\n${[...states, ...edges].join('\n')}\n}\n`
}

/** A labelled transition system in the Aldebaran format of CADP and mCRL2. */
export function autText(explorer: Explorer): string {
  const lines = edgesOf(explorer).map(({ from, label, to }) => `(${from}, ${inQuotes(label)}, ${to})`)
  return `${[`des (0, ${lines.length}, ${explorer.store.count})`, ...lines].join('\n')}\n`
}

/** A state graph as a Mermaid state diagram. */
export function stateDiagramText(explorer: Explorer): string {
  const ends = [...Array(explorer.store.count).keys()].filter((state) => explorer.isFinal(state))
  const lines = [
    '[*] --> s0',
    ...edgesOf(explorer).map(
      ({ from, label, to }) => `s${from} --> s${to} : ${label.replace(/[#;:]/g, (found) => `#${found.charCodeAt(0)};`)}`,
    ),
    ...ends.map((state) => `s${state} --> [*]`),
  ]
  return `stateDiagram-v2\n${lines.map((line) => `  ${line}\n`).join('')}`
}
