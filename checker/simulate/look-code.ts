import { keyText } from '../compile/key.ts'
import type { Layout } from '../compile/layout.ts'
import { chunkSize, type Program } from '../compile/program.ts'
import { WideTable, wideText } from '../compile/wide-table.ts'
import type { Step } from '../define/system.ts'

/** Loads words of the row under their names `s0`, `s1`, … */
export const loadText = (words: Iterable<number>): string =>
  [...new Set(words)].map((word) => `const s${word} = row[${word}];`).join(' ')

/** Constants by which a step's table is looked up. */
export function tableText({ layout, stepTables }: Program, { index, shape }: Step): string {
  const constant = `const T${index} = tables[${index}];`
  if (!(stepTables[index] instanceof WideTable)) return constant
  return `${constant} const get${index} = ${wideText(layout, shape.cells, `T${index}`).get};`
}

/** What a step's table says of the row whose words are `s0`, `s1`, … */
export const lookText = ({ layout, stepTables }: Program, { index, shape }: Step): string =>
  stepTables[index] instanceof WideTable
    ? `get${index}${wideText(layout, shape.cells, `T${index}`).call}`
    : `T${index}[${keyText(layout, shape.cells)}]`

/** The steps `mask` of a chunk, as bits. */
const bitsOf = (mask: number): number[] =>
  Array.from({ length: chunkSize }, (_, bit) => bit).filter((bit) => (mask & (1 << bit)) !== 0)

/** The cells that may rule out some of the steps `mask` of a chunk. */
export const rulingCells = (program: Program, chunk: number, mask: number): Set<number> =>
  new Set(bitsOf(mask).flatMap((bit) => program.pivotOf(chunk * chunkSize + bit) ?? []))

/** Which of the steps `mask` of a chunk the words of a row, named as `layout` says, do not rule out by one cell alone. */
export function mayText(program: Program, layout: Layout, chunk: number, mask: number): string {
  const cells = rulingCells(program, chunk, mask)
  const ruled = [...program.candidates.entries()]
    .filter(([, candidates]) => candidates.chunk === chunk && cells.has(candidates.cell))
    .map(([at, { cell, masks }]) => `M${at}[(s${layout.word[cell]} >>> ${layout.shift[cell]}) & ${masks.length - 1}]`)
  const free = bitsOf(mask).filter((bit) => program.pivotOf(chunk * chunkSize + bit) === undefined)
  return `(${[String(free.reduce((bits, bit) => bits | (1 << bit), 0)), ...ruled].join(' | ')}) & ${mask}`
}
