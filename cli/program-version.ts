import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { version } from './report/version.ts'

/**
 * The version of the package and a digest of the checker's own code: what a checkpoint is bound to, since another
 * build may number, pack or search otherwise under the same version.
 */
export function programVersion(): string {
  const checker = fileURLToPath(new URL('../checker', import.meta.url))
  const files = readdirSync(checker, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.[jt]s$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  const digest = createHash('sha256')
  for (const file of files.sort())
    digest
      .update(`${relative(checker, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  return `${version()}, code ${digest.digest('hex').slice(0, 12)}`
}
