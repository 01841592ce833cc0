import { code } from '../compile/codes.ts'
import type { Compiled } from '../compile/compiled.ts'
import { claimTableTexts, quietText } from '../compile/generate.ts'
import { chunkSize, type Program } from '../compile/program.ts'
import type { StepClaims } from '../compile/step-claims.ts'
import type { Step, System } from '../define/system.ts'
import type { Joint, Touched } from './joint.ts'
import { loadText, lookText, mayText, tableText } from './look-code.ts'
import { learnText, moveText, takeText } from './take-code.ts'

/*
 * The generated half of a walk. The search wants every successor of a state; a walk wants to know which steps are enabled
 * and the successor by one of them, and most of the first it knows from the state before. Both look into the same tables;
 * a walk has joint tables besides, which tell of several steps with one look.
 */

/** The state that a walk is in, where the generated code can reach it. */
export interface Standing {
  /** A bit for each step that is enabled, `chunkSize` of them in a word. */
  readonly now: Int32Array
  /** The same for each step that ever was. */
  readonly ever: Int32Array
  /** The row as it was before the last step that claims speak of. */
  readonly before: Int32Array
}

export interface WalkCode {
  /** For each chunk of steps: which of those in `mask` are enabled in the row. Fills tables. */
  readonly ask: readonly ((row: Int32Array, mask: number) => number)[]
  /** For each step, enabled in the row and asked about before: takes it in place; what that `came` to. */
  readonly take: readonly ((row: Int32Array) => number)[]
  /** For each step: tells the joint tables what is enabled in the row, behind the step. */
  readonly learn: readonly ((row: Int32Array) => void)[]
  /** For each step, enabled in the row and asked about before: whether it would change anything. */
  readonly changes: readonly ((row: Int32Array) => boolean)[]
  /** A step that was found `unhandled` by `ask`, or −1; the reader sets it back. */
  unhandled: number
}

/**
 * Without joint tables the code is small and soon made; with them (`joined`) it is several times as fast. `claims`: those
 * about steps, where claims are asked at all; claims about states that nothing is awaited of any more are not.
 */
export function generateWalk(
  compiled: Compiled,
  touched: readonly (readonly Touched[])[],
  joined: boolean,
  standing: Standing,
  claims: StepClaims | undefined,
): WalkCode {
  const { program, system } = compiled
  const { steps } = system
  const lists = [...new Set(touched)]
  const joints = lists.flatMap((list) => list.flatMap(({ joints }) => joints))
  const names = new Map<Joint, string>(joints.map((joint, nth) => [joint, `J${nth}`]))
  const chunks = [...standing.now.keys()]
  const takes = steps.map((step) => {
    const isAsked = claims?.asked[step.index] === 1
    return joined ? takeText(program, step, touched[step.index]!, names, isAsked) : moveText(program, step, isAsked)
  })
  const source = `'use strict';
const self = { unhandled: -1 };
const { now, ever, before } = standing;
${steps.map((step) => tableText(program, step)).join(' ')}
${program.candidates.map((_, at) => `const M${at} = masks[${at}];`).join(' ')}
${joined ? claimTableTexts(program, compiled.claims) : ''}
${joined ? quietText(program, system, compiled.claims, (claim) => program.settles[claim] !== 0) : ''}
${joints.map((_, nth) => `const J${nth} = joints[${nth}];`).join(' ')}
${chunks.map((chunk) => `const ask${chunk} = ${askText(program, system, chunk)};`).join('\n')}
self.ask = [${chunks.map((chunk) => filterText(program, chunk)).join(',\n')}];
self.take = [${takes.join(',\n')}];
const learns = [${lists.map((list) => learnText(program.layout, list, names)).join(',\n')}];
self.learn = [${touched.map((list) => `learns[${lists.indexOf(list)}]`).join(', ')}];
self.changes = [${steps.map((step) => changesText(program, step)).join(',\n')}];
return self;`
  return new Function('program', 'tables', 'masks', 'joints', 'claimTables', 'settles', 'standing', 'claims', source)(
    program,
    program.stepTables,
    program.candidates.map(({ masks }) => masks),
    joints.map(({ table }) => table),
    program.claimTables,
    program.settles,
    standing,
    claims,
  ) as WalkCode
}

function askText(program: Program, { steps }: System, chunk: number): string {
  const own = steps.slice(chunk * chunkSize, (chunk + 1) * chunkSize)
  const words = own.flatMap(({ shape }) => shape.cells.map((cell) => program.layout.word[cell]!))
  const asked = own.map(
    (step, bit) => `if (may & ${1 << bit}) {
    let v = ${lookText(program, step)};
    if (v === 0) v = program.stepMiss(${step.index}, row, 0);
    if (v >= ${code.unchanged}) on |= ${1 << bit}; else if (v === ${code.unhandled}) self.unhandled = ${step.index};
  }`,
  )
  return `(row, may) => {
  ${loadText(words)}
  let on = 0;
  ${asked.join('\n  ')}
  ever[${chunk}] |= on;
  return on;
}`
}

/** Those that the row does not rule out are asked. */
function filterText(program: Program, chunk: number): string {
  const words = program.candidates.filter((one) => one.chunk === chunk).map(({ cell }) => program.layout.word[cell]!)
  const all = (1 << chunkSize) - 1
  return `(row, mask) => {
  ${loadText(words)}
  const may = mask & ${mayText(program, program.layout, chunk, all)};
  return may === 0 ? 0 : ask${chunk}(row, may);
}`
}

function changesText(program: Program, step: Step): string {
  const words = step.shape.cells.map((cell) => program.layout.word[cell]!)
  return `(row) => { ${loadText(words)} return ${lookText(program, step)} !== ${code.unchanged}; }`
}
