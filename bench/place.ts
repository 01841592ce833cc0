import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The nearest folder above this file that holds a package: compiled, this file stands deeper than its source. */
function projectFolder(): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}

export const benchFolder = join(projectFolder(), 'bench')
export const resultsFile = join(projectFolder(), 'BENCHMARKS.md')
export const plotFile = join(projectFolder(), 'docs', 'benchmarks.svg')
