import { code } from '../compile/codes.ts'
import { keyText } from '../compile/key.ts'
import { type Layout, maskedWords } from '../compile/layout.ts'
import type { Program } from '../compile/program.ts'
import type { Step } from '../define/system.ts'
import { type Joint, known, type Touched } from './joint.ts'
import { loadText, lookText, mayText, rulingCells } from './look-code.ts'

/** What taking a step came to, as bits. */
export const came = {
  /** The state is another. */
  changed: 1,
  /** Some claim about the state may settle something, or is not known yet. */
  toLookAt: 2,
  /** Some claim about the step may be false, or is not known yet. */
  toJudge: 4,
  /** What is enabled now is still to be asked. */
  unsure: 8,
} as const

export const everything = came.changed | came.toLookAt | came.toJudge

/** The function that takes a step in place, and leaves it to others to find out what that came to. Where `isAsked`, claims speak of the step. */
export function moveText(program: Program, step: Step, isAsked: boolean): string {
  const words = step.shape.cells.map((cell) => program.layout.word[cell]!)
  return `(row) => {
  ${rowText(program, step, words, isAsked)}
  if (v === ${code.unchanged}) return ${isAsked ? came.toJudge : 0};
  ${writeText(program, step)}
  return ${everything | came.unsure};
}`
}

/**
 * The same, and besides: what the step does to the steps that are enabled, and whether a claim has anything to say of it.
 * `joints` are the names of the joint tables of `touched`, in their order.
 */
export function takeText(
  program: Program,
  step: Step,
  touched: readonly Touched[],
  joints: ReadonlyMap<Joint, string>,
  isAsked: boolean,
): string {
  const { layout } = program
  const { index } = step
  const after = behind(layout)
  const tables = touched.flatMap(({ joints }) => joints)
  const ruling = touched.flatMap(({ chunk, rest }) => [...rulingCells(program, chunk, rest)])
  const read = new Set(
    [...step.shape.cells, ...tables.flatMap(({ cells }) => cells), ...ruling].map((cell) => layout.word[cell]!),
  )
  const written = new Set(writtenWords(program, step).map(({ word }) => word))
  const kept = [...read].filter((word) => !written.has(word))
  const judged = isAsked
    ? ` | (claims.quiet[${index}] === undefined || claims.quiet[${index}](before, 0, row, 0) ? 0 : ${came.toJudge})`
    : ''
  const entries = tables.map((_, nth) => `j${nth}`).join(' & ')
  const isUnsure = entries === '' ? '' : `if ((${entries} & ${known}) === 0) return ${everything | came.unsure};`
  return `(row) => {
  ${rowText(program, step, read, isAsked)}
  if (v === ${code.unchanged}) return 0${judged};
  ${writeText(program, step)}
  ${kept.map((word) => `const s${layout.words + word} = s${word};`).join(' ')}
  ${tables.map((joint, nth) => `const j${nth} = ${joints.get(joint)}[${keyText(after, joint.cells)}];`).join(' ')}
  ${isUnsure}
  ${touched.map((each) => nowText(program, after, each, tables)).join('\n  ')}
  return ${came.changed} | (quiet[${index}](row, 0) ? 0 : ${came.toLookAt})${judged};
}`
}

const writtenWords = ({ layout }: Program, { shape, receivers }: Step) => maskedWords(layout, shape.cells.slice(0, receivers))

/** Loads these words, and `v`, what the step's table says; where the step is asked about, notes the row in `before`. */
function rowText(program: Program, step: Step, words: Iterable<number>, isAsked: boolean): string {
  const every = Array.from({ length: program.layout.words }, (_, word) => word)
  return `${loadText([...words, ...writtenWords(program, step).map(({ word }) => word)])}
  ${isAsked ? every.map((word) => `before[${word}] = row[${word}];`).join(' ') : ''}
  const v = ${lookText(program, step)};`
}

/** Writes what the pool holds at `v` to the row; the words written are named as those behind the row are. */
const writeText = (program: Program, step: Step): string =>
  `const pool = program.pool;
  ${writtenWords(program, step)
    .map(
      ({ word, mask }, nth) => `const s${program.layout.words + word} = row[${word}] = s${word} & ${~mask} | pool[v + ${nth}];`,
    )
    .join(' ')}`

/** Notes which steps of one chunk are enabled now, as the joint tables `j0`, `j1`, … say, and the rest of them themselves. */
function nowText(program: Program, after: Layout, { chunk, joints, rest }: Touched, tables: readonly Joint[]): string {
  const mask = joints.reduce((bits, joint) => bits | joint.mask, rest)
  const found = joints.length === 0 ? [] : [`(${joints.map((joint) => `j${tables.indexOf(joint)}`).join(' | ')}) & ${mask}`]
  if (rest === 0) return `now[${chunk}] = now[${chunk}] & ${~mask} | ${found.join(' | ')};`
  return `{
    const may = ${mayText(program, after, chunk, rest)};
    now[${chunk}] = now[${chunk}] & ${~mask} | ${[...found, `(may === 0 ? 0 : ask${chunk}(row, may))`].join(' | ')};
  }`
}

/** A function that enters into the joint tables what is enabled in the row. */
export function learnText(layout: Layout, touched: readonly Touched[], joints: ReadonlyMap<Joint, string>): string {
  const tables = touched.flatMap(({ joints }) => joints)
  const learnt = tables.map(
    (joint) => `${joints.get(joint)}[${keyText(layout, joint.cells)}] = ${known} | now[${joint.chunk}] & ${joint.mask};`,
  )
  return `(row) => { ${loadText(tables.flatMap(({ cells }) => cells.map((cell) => layout.word[cell]!)))} ${learnt.join(' ')} }`
}

/** The same fields in words whose names are those behind all words of the row. */
const behind = (layout: Layout): Layout => ({ ...layout, word: layout.word.map((word) => layout.words + word) })
