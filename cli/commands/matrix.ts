import { choiceOf, InputError, type Scenario, type Size } from '../../checker/index.ts'
import type { Row } from '../../checker/matrix/answer.ts'
import { rangeOf } from '../../checker/matrix/variation.ts'
import { choose } from '../../checker/suggest.ts'
import { type ExitCode, exit } from '../exit.ts'
import { coloursOf, type Io } from '../io.ts'
import { htmlText, jsonLine, markdownText, terminalText } from '../matrix/formats.ts'
import { type Matrix, planOf, searchMatrix } from '../matrix/search.ts'
import { drawingOf } from '../matrix/text.ts'
import type { Limits } from '../parallel/tasks.ts'
import { choicesOf, scenarioOf } from '../selection.ts'

export const matrixFormats = ['terminal', 'markdown', 'html', 'json'] as const
export type MatrixFormat = (typeof matrixFormats)[number]

export interface MatrixOptions extends Limits {
  readonly name: string
  readonly design?: string
  readonly set: readonly string[]
  readonly size?: Size
  readonly knob: readonly string[]
  readonly under: readonly string[]
  readonly changes?: number
  readonly prune?: true
  readonly jobs?: number
  readonly format?: MatrixFormat
  readonly json?: true
  readonly summary?: true
}

/** Searches every assignment that the options name, and says which changes of the base design suffice. */
export async function matrix(scenarios: readonly Scenario[], options: MatrixOptions, io: Io): Promise<ExitCode> {
  const format = formatOf(options)
  const plan = planOf(askedFor(scenarios, options))
  let interrupted = false
  const deaf = io.onInterrupt(() => {
    interrupted = true
  })
  const tell = (row: Row, before: readonly Row[]): void => {
    if (format === 'json') io.out(`${jsonLine(plan, row, before)}\n`)
  }
  const crew = { ...io, cores: Math.min(options.jobs ?? io.cores, io.cores) }
  const found = await searchMatrix(plan, crew, tell, () => interrupted || io.deserted()).finally(deaf)
  if (format !== 'json') io.out(drawn(found, format, options, io))
  return exitOfMatrix(found)
}

function formatOf({ json, format }: MatrixOptions): MatrixFormat {
  if (json && format !== undefined && format !== 'json')
    throw new InputError(`'--json' and '--format ${format}' both say what to print; leave one out`)
  return json ? 'json' : (format ?? 'terminal')
}

function drawn(found: Matrix, format: Exclude<MatrixFormat, 'json'>, { summary }: MatrixOptions, io: Io): string {
  const drawing = drawingOf(found)
  switch (format) {
    case 'terminal':
      return terminalText(drawing, coloursOf(io), summary !== true)
    case 'markdown':
      return markdownText(drawing, summary !== true)
    case 'html':
      return htmlText(drawing)
    default:
      return format satisfies never
  }
}

function askedFor(scenarios: readonly Scenario[], options: MatrixOptions): Parameters<typeof planOf>[0] {
  const { name, size = 'small', set, changes, prune, first, maxStates, maxDepth, maxMemory, time } = options
  const scenario = scenarioOf(scenarios, name)
  const base = options.design ?? (Object.hasOwn(scenario.designs, 'snapshot') ? 'snapshot' : Object.keys(scenario.designs)[0]!)
  const { knobs: values } =
    choicesOf(scenarios, { names: [name], design: base, sets: set, size })[0] ?? choiceOf(scenario, base, size)
  const under = rangeOf(scenario, options.under, choose)
  const free = Object.keys(scenario.knobs).filter(
    (knob) => !Object.hasOwn(scenario.sizes[size], knob) && !Object.hasOwn(under, knob),
  )
  const knobs = options.knob.length === 0 ? rangeOf(scenario, free, choose) : rangeOf(scenario, options.knob, choose)
  const twice = Object.keys(knobs).find((knob) => Object.hasOwn(under, knob))
  if (twice !== undefined)
    throw new InputError(`knob '${twice}' cannot be both changed and given: name it under '--knob' or '--under'`)
  const varies = Object.entries({ ...knobs, ...under }).some(([knob, range]) => range.some((value) => value !== values[knob]))
  if (!varies) throw new InputError(`scenario '${name}' has no knob that varies here`)
  const limits: Limits = {
    ...(first && { first }),
    ...(maxStates !== undefined && { maxStates }),
    ...(maxDepth !== undefined && { maxDepth }),
    ...(maxMemory !== undefined && { maxMemory }),
    ...(time !== undefined && { time }),
  }
  return { scenario, base, size, variation: { base: values, knobs, under }, changes, prune: prune === true, limits }
}

/** Refused where the base itself or an answer cannot be trusted, bounded where a limit left an answer open. */
function exitOfMatrix({ rows, left, plan }: Matrix): ExitCode {
  if (rows.some(({ verdict }) => verdict === 'dishonest') || rows[0]?.verdict === 'error') return exit.refused
  const cut = plan.prune || plan.limits.first === true
  const open = rows.some(({ verdict, complete }) => (cut ? verdict === 'bounded' : !complete && verdict !== 'error'))
  return left > 0 || open ? exit.bounded : exit.met
}
