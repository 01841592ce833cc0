import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Scenario } from '../../checker/index.ts'
import { scenarios } from '../../scenarios/index.ts'
import { root } from '../generated.ts'

const isScenario = (value: unknown): value is Scenario =>
  typeof value === 'object' && value !== null && ['name', 'designs', 'sizes', 'build'].every((key) => key in value)

test('every scenario that a file exports is listed', async () => {
  const files = readdirSync(join(root, 'scenarios')).filter((file) => /^(?!index\.)[^.]+\.ts$/.test(file))
  const modules = await Promise.all(files.map((file): Promise<object> => import(join(root, 'scenarios', file))))
  const exported = modules.flatMap((module) => Object.values(module).filter(isScenario))
  expect(exported.map(({ name }) => name).toSorted()).toEqual(scenarios.map(({ name }) => name).toSorted())
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length)
})
