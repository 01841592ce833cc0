import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** Runs a package's command on this Node, and gives back what it complained about. */
function complaints(command: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules', command), ...args], {
    cwd: root,
    encoding: 'utf8',
  })
  return status === 0 ? '' : stdout + stderr
}

test('the linter has no complaint', () => {
  expect(complaints('@biomejs/biome/bin/biome', 'check', '.')).toBe('')
})

test('the whole tree type-checks', () => {
  expect(complaints('typescript/bin/tsc', '--noEmit')).toBe('')
})
