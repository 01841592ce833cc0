import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect } from 'vitest'

export const root = resolve(import.meta.dirname, '..')

/** Whether generated parts are being rewritten instead of compared. */
export const isUpdating = Boolean(process.env.UPDATE_DOCS)

/** Asserts that a document has every line of a text. */
export function expectLines(file: string, text: string): void {
  const lines = new Set(readFileSync(join(root, file), 'utf8').split('\n'))
  expect(text.split('\n').filter((line) => !lines.has(line))).toEqual([])
}

/** Compares a generated part of a document with what it must say; with UPDATE_DOCS set, rewrites it first. */
export function expectGenerated(file: string, name: string, text: string): void {
  const path = join(root, file)
  const between = new RegExp(`(<!-- generated: ${name} -->\n)([\\s\\S]*?)(<!-- end -->)`)
  const document = readFileSync(path, 'utf8')
  expect(document, `${file} has no part '${name}'`).toMatch(between)
  const rewritten = document.replace(between, (_, open: string, __, close: string) => `${open}${text}\n${close}`)
  if (isUpdating) writeFileSync(path, rewritten)
  else expect(document, 'run UPDATE_DOCS=1 npx vitest run tests/cli tests/project').toBe(rewritten)
}
