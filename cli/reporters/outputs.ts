import { resolve } from 'node:path'
import { InputError } from '../../checker/index.ts'
import { choose } from '../../checker/suggest.ts'
import { appendTo, refuseUnwritable, writeAll } from '../files.ts'
import type { Io } from '../io.ts'
import type { Report } from './report.ts'

export const reporterNames = ['terminal', 'json', 'junit', 'sarif', 'github', 'html'] as const
export type ReporterName = (typeof reporterNames)[number]

/** One `--reporter NAME[=FILE]`; without a file it is written to standard output. */
export interface Output {
  readonly name: ReporterName
  readonly file: string | undefined
}

/** Reads one more `--reporter`. @throws InputError for a name that is none, or a file that is not named. */
export function outputIn(text: string, before: readonly Output[] = []): Output[] {
  const equals = text.indexOf('=')
  const name = choose('reporter', equals < 0 ? text : text.slice(0, equals), reporterNames)
  const file = equals < 0 ? undefined : text.slice(equals + 1)
  if (file === '') throw new InputError(`'--reporter ${text}' names no file; write '--reporter ${name}=<file>'`)
  return [...before, { name, file }]
}

/** The option of every command that has a report. */
export const reporterOption = [
  '--reporter <name[=file]>',
  `write a report to standard output or to a file; may be repeated (${reporterNames.join(', ')})`,
  outputIn,
] as const

/** What the options of a command say of its reports. */
export interface Reporting {
  readonly json?: true
  readonly reporter?: readonly Output[]
}

/**
 * The outputs that were asked for, and the one on standard output: `terminal` where no other is.
 *
 * @param others Files that other options of the command write.
 * @throws InputError for two on standard output or in one file, and for a file that cannot be written.
 */
export function outputsOf(
  { json, reporter = [] }: Reporting,
  { stepSummary }: Io,
  others: readonly string[] = [],
): {
  readonly outputs: readonly Output[]
  readonly onStdout: ReporterName
} {
  const asked: readonly Output[] = json ? [{ name: 'json', file: undefined }, ...reporter] : reporter
  const [first, second] = asked.filter(({ file }) => file === undefined)
  if (second !== undefined)
    throw new InputError(
      `reporters '${first!.name}' and '${second.name}' both write to standard output; give one a file: '--reporter ${second.name}=<file>'`,
    )
  const files = asked.flatMap(({ file }) => (file === undefined ? [] : [file]))
  for (const [at, file] of files.entries()) {
    if (files.findIndex((other) => resolve(other) === resolve(file)) < at)
      throw new InputError(`two reporters write to '${file}'`)
    if (others.some((other) => resolve(other) === resolve(file)))
      throw new InputError(`a reporter and another option both write to '${file}'; give each a file of its own`)
    refuseUnwritable(file)
  }
  if (stepSummary !== undefined && asked.some(({ name }) => name === 'github')) refuseUnwritable(stepSummary)
  if (first !== undefined) return { outputs: asked, onStdout: first.name }
  return { outputs: [{ name: 'terminal', file: undefined }, ...asked], onStdout: 'terminal' }
}

/** What a command has to say: its own text and JSON lines, and what the other documents are made from. */
export interface Telling {
  readonly terminal: (reader: Io) => readonly string[]
  readonly json: () => readonly string[]
  readonly report: () => Report
}

/**
 * Writes every output, whole or not at all; all are made before the first is written. JSON on standard output is left
 * out: its lines are told as they come. On GitHub the reporter `github` adds a table to the summary of the job.
 */
export async function deliver(outputs: readonly Output[], telling: Telling, io: Io): Promise<void> {
  let report: Report | undefined
  const once = (): Report => (report ??= telling.report())
  const written = outputs.filter(({ name, file }) => name !== 'json' || file !== undefined)
  const documents: { readonly file: string | undefined; readonly text: string }[] = []
  for (const { name, file } of written)
    documents.push({ file, text: await documentOf(name, telling, once, file === undefined ? io : readerOf(io)) })
  const summary = io.stepSummary
  const isOnGithub = summary !== undefined && outputs.some(({ name }) => name === 'github')
  const table = isOnGithub ? (await import('./github.ts')).summaryTable(once()) : ''
  writeAll(documents.flatMap(({ file, text }) => (file === undefined ? [] : [{ path: file, text }])))
  for (const { file, text } of documents) if (file === undefined) io.out(text)
  if (isOnGithub) appendTo(summary, table)
}

/** Who reads a file: no terminal, so no colours and no times. */
const readerOf = (io: Io): Io => ({ ...io, colours: false, outIsTerminal: false })

/** One document. What is heavy is loaded when it is asked for. */
async function documentOf(name: ReporterName, telling: Telling, report: () => Report, reader: Io): Promise<string> {
  const lines = (text: readonly string[]): string => text.map((line) => `${line}\n`).join('')
  switch (name) {
    case 'terminal':
      return lines(telling.terminal(reader))
    case 'json':
      return lines(telling.json())
    case 'junit':
      return (await import('./junit.ts')).junitXml(report())
    case 'sarif':
      return (await import('./sarif.ts')).sarifJson(report())
    case 'github':
      return (await import('./github.ts')).annotations(report())
    case 'html':
      return (await import('./html.ts')).htmlPage(report())
    default:
      return name satisfies never
  }
}
