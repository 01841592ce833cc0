import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { choiceOf } from '../../checker/index.ts'
import { ruleCellMatrix } from '../../checker/report-matrix.ts'
import { scenarios } from '../../scenarios/index.ts'

const root = resolve(import.meta.dirname, '../..')

/** Compares a generated part of a document with the code; with UPDATE_DOCS set, rewrites it first. */
function generated(file: string, name: string, text: string): void {
  const path = join(root, file)
  const between = new RegExp(`(<!-- generated: ${name} -->\n)([\\s\\S]*?)(<!-- end -->)`)
  const document = readFileSync(path, 'utf8')
  expect(document, `${file} has no part '${name}'`).toMatch(between)
  if (process.env.UPDATE_DOCS)
    writeFileSync(
      path,
      document.replace(between, (_, open, __, close) => `${open}${text}\n${close}`),
    )
  expect(readFileSync(path, 'utf8').match(between)![2], `run UPDATE_DOCS=1 npx vitest run tests/project`).toBe(`${text}\n`)
}

test('ARCHITECTURE.md shows the footprints of the unmap race as they are', () => {
  const scenario = scenarios.find(({ name }) => name === 'unmap-shootdown')!
  const { knobs } = choiceOf(scenario, 'snapshot', 'small')
  generated('ARCHITECTURE.md', 'matrix unmap-shootdown', ruleCellMatrix(scenario.build(knobs)))
})
