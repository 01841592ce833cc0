import { existsSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DefinedAt } from '../checker/define/defined-at.ts'

/** A place in a source file: the path from the root of its repository, with `/`, and counted from 1. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/**
 * Where a rule, property or scenario was defined. From built JavaScript the source map leads back to the TypeScript line;
 * of a package that is installed, the path is the one in the package's own repository.
 */
export function positionOf(defined: DefinedAt | undefined): Position | undefined {
  const frame = /(file:\/\/[^\n]*?|\/[^\n()]*?|[A-Za-z]:\\[^\n()]*?):(\d+):(\d+)\)?\s*$/.exec(defined?.stack ?? '')
  if (frame === null) return undefined
  const [, place, line, column] = frame
  const file = place!.startsWith('file:') ? fileURLToPath(place!) : place!
  const source = mapped(file, Number(line), Number(column))
  return { file: relative(rootOf(file), source.file).split(sep).join('/'), line: source.line, column: source.column }
}

const maps = new Map<string, SourceMap | undefined>()

/** The TypeScript place of a JavaScript one, where a source map lies beside it. */
function mapped(file: string, line: number, column: number): Position {
  const map = mapOf(file)
  const entry = map?.findEntry(line - 1, column - 1)
  if (entry === undefined || !('originalSource' in entry)) return { file, line, column }
  return {
    file: resolve(dirname(file), entry.originalSource),
    line: entry.originalLine + 1,
    column: entry.originalColumn + 1,
  }
}

function mapOf(file: string): SourceMap | undefined {
  if (!maps.has(file)) {
    const path = `${file}.map`
    maps.set(file, existsSync(path) ? new SourceMap(JSON.parse(readFileSync(path, 'utf8'))) : undefined)
  }
  return maps.get(file)
}

const roots = new Map<string, string>()

/** The root of the repository that a file belongs to; of an installed package, the package; else where we are. */
function rootOf(file: string): string {
  const folder = dirname(file)
  const marks = file.split(sep).includes('node_modules') ? ['package.json'] : ['.git', 'package.json']
  const root = roots.get(folder) ?? marks.map((mark) => nearest(folder, mark)).find(Boolean) ?? process.cwd()
  roots.set(folder, root)
  return root
}

/** The innermost folder around this one that holds `mark`. */
function nearest(folder: string, mark: string): string | undefined {
  if (existsSync(join(folder, mark))) return folder
  return folder === dirname(folder) ? undefined : nearest(dirname(folder), mark)
}
