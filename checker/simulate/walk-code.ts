import { code } from '../compile/codes.ts'
import { keyText } from '../compile/key.ts'
import { maskedWords } from '../compile/layout.ts'
import { chunkSize, type Program } from '../compile/program.ts'
import { WideTable, wideText } from '../compile/wide-table.ts'
import type { Step, System } from '../define/system.ts'

/*
 * The generated half of a walk. The search wants every successor of a state; a walk wants to know which steps are enabled
 * and the successor by one of them, and most of the first it knows from the state before. Both look into the same tables.
 */

export interface WalkCode {
  /** For each chunk of steps: of those in `mask`, the ones that are enabled in the row. Fills tables. */
  readonly ask: readonly ((row: Int32Array, mask: number) => number)[]
  /** For each step, enabled in the row and asked about before: takes it in place; whether that changed anything. */
  readonly take: readonly ((row: Int32Array) => boolean)[]
  /** For each step, enabled in the row and asked about before: whether it would change anything. */
  readonly changes: readonly ((row: Int32Array) => boolean)[]
  /** A step that was found `unhandled` by `ask`, or −1; the reader sets it back. */
  unhandled: number
}

export function generateWalk(program: Program, system: System): WalkCode {
  const chunks = Array.from({ length: Math.ceil(system.steps.length / chunkSize) }, (_, chunk) => askText(program, system, chunk))
  const source = `'use strict';
const self = { unhandled: -1 };
${system.steps.map((step) => tableText(program, step)).join(' ')}
${program.candidates.map((_, at) => `const M${at} = masks[${at}];`).join(' ')}
self.ask = [${chunks.join(',\n')}];
self.take = [${system.steps.map((step) => takeText(program, step)).join(',\n')}];
self.changes = [${system.steps.map((step) => changesText(program, step)).join(',\n')}];
return self;`
  return new Function('program', 'tables', 'masks', source)(
    program,
    program.stepTables,
    program.candidates.map(({ masks }) => masks),
  ) as WalkCode
}

const loads = (words: Iterable<number>): string => [...new Set(words)].map((word) => `const s${word} = row[${word}];`).join(' ')

/** Constants by which a step's table is looked up. */
function tableText({ layout, stepTables }: Program, { index, shape }: Step): string {
  const constant = `const T${index} = tables[${index}];`
  if (!(stepTables[index] instanceof WideTable)) return constant
  return `${constant} const get${index} = ${wideText(layout, shape.cells, `T${index}`).get};`
}

/** What a step's table says of the row whose words are `s0`, `s1`, … */
const lookText = ({ layout, stepTables }: Program, { index, shape }: Step): string =>
  stepTables[index] instanceof WideTable
    ? `get${index}${wideText(layout, shape.cells, `T${index}`).call}`
    : `T${index}[${keyText(layout, shape.cells)}]`

function askText(program: Program, system: System, chunk: number): string {
  const { layout, candidates } = program
  const steps = system.steps.slice(chunk * chunkSize, (chunk + 1) * chunkSize)
  const own = [...candidates.entries()].filter(([, candidate]) => candidate.chunk === chunk)
  const ruled = own.map(
    ([at, { cell, masks }]) => `M${at}[(s${layout.word[cell]} >>> ${layout.shift[cell]}) & ${masks.length - 1}]`,
  )
  let ungrouped = 0
  for (const [bit, { index }] of steps.entries())
    if (!own.some(([, { cell }]) => cell === program.pivotOf(index))) ungrouped |= 1 << bit
  const words = [...steps.flatMap(({ shape }) => shape.cells), ...own.map(([, { cell }]) => cell)].map(
    (cell) => layout.word[cell]!,
  )
  const asked = steps.map(
    (step, bit) => `if (may & ${1 << bit}) {
    let v = ${lookText(program, step)};
    if (v === 0) v = program.stepMiss(${step.index}, row, 0);
    if (v >= ${code.unchanged}) on |= ${1 << bit}; else if (v === ${code.unhandled}) self.unhandled = ${step.index};
  }`,
  )
  return `(row, mask) => {
  ${loads(words)}
  const may = mask & (${[String(ungrouped), ...ruled].join(' | ')});
  let on = 0;
  if (may === 0) return on;
  ${asked.join('\n  ')}
  return on;
}`
}

function takeText(program: Program, step: Step): string {
  const { layout } = program
  const written = maskedWords(layout, step.shape.cells.slice(0, step.receivers))
  const words = [...step.shape.cells.map((cell) => layout.word[cell]!), ...written.map(({ word }) => word)]
  const moves = written.map(({ word, mask }, nth) => `row[${word}] = s${word} & ${~mask} | pool[v + ${nth}];`)
  return `(row) => {
  ${loads(words)}
  const v = ${lookText(program, step)};
  if (v === ${code.unchanged}) return false;
  const pool = program.pool;
  ${moves.join(' ')}
  return true;
}`
}

function changesText(program: Program, step: Step): string {
  const words = step.shape.cells.map((cell) => program.layout.word[cell]!)
  return `(row) => { ${loads(words)} return ${lookText(program, step)} !== ${code.unchanged}; }`
}
