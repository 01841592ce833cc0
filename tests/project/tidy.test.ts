import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { scenarios } from '../../scenarios/index.ts'

const root = resolve(import.meta.dirname, '../..')
const layers = ['checker', 'model', 'properties', 'scenarios', 'cli'] as const

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
}

const importsOf = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import)\s+'([^']+)'/g)].map(([, target]) => target!)

describe('imports go one way', () => {
  for (const [at, layer] of layers.entries())
    test(`${layer} imports only itself and ${at === 0 ? 'packages' : layers.slice(0, at).join(', ')}`, () => {
      const files = sources(layer)
      expect(files.length).toBeGreaterThan(0)
      const wrong = files.flatMap((file) =>
        importsOf(file)
          .filter((target) => target.startsWith('.'))
          .map((target) => relative(root, resolve(root, dirname(file), target)))
          .filter((target) => !layers.slice(0, at + 1).some((allowed) => target.startsWith(`${allowed}/`)))
          .map((target) => `${file} imports ${target}`),
      )
      expect(wrong).toEqual([])
    })

  test('model, properties and scenarios know only the defining half of the checker', () => {
    const wrong = ['model', 'properties', 'scenarios'].flatMap((layer) =>
      sources(layer).flatMap((file) =>
        importsOf(file)
          .filter((target) => /\/checker\/(?!index\.ts$)/.test(target))
          .map((target) => `${file} imports ${target}`),
      ),
    )
    expect(wrong).toEqual([])
  })
})

test('the verifier of certificates reaches neither the compiler nor the search', () => {
  const reached = new Set([
    'checker/certify/verifier.ts',
    'checker/certify/unfold.ts',
    'checker/certify/certificate.ts',
    'checker/model-digest.ts',
  ])
  for (const file of reached)
    for (const target of importsOf(file))
      if (target.startsWith('.')) reached.add(relative(root, resolve(root, dirname(file), target)))
  const own = /^checker\/(define|semantics)\/|^checker\/certify\/(answers|certificate|memo|state-set|unfold|verifier)\.ts$/
  const shared = ['errors', 'model-digest', 'reduce/references', 'reduce/symmetry', 'sealed', 'suggest', 'verdict'].map(
    (name) => `checker/${name}.ts`,
  )
  expect([...reached].filter((file) => !own.test(file) && !shared.includes(file))).toEqual([])
})

describe('below cli/ the same input gives the same bytes', () => {
  const forbidden =
    /Math\.random|Date\.now|new Date|performance\.now|process\.(env|argv|hrtime|memoryUsage|platform)|localeCompare|toLocale|Intl\./
  test('no clock, randomness, environment or locale', () => {
    const found = ['checker', 'model', 'properties', 'scenarios'].flatMap((layer) =>
      sources(layer).filter((file) => forbidden.test(readFileSync(join(root, file), 'utf8'))),
    )
    expect(found).toEqual([])
  })
})

describe('every file is one idea', () => {
  test('no source file exceeds 400 lines', () => {
    const long = layers.flatMap(sources).filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 400)
    expect(long).toEqual([])
  })

  test('every component opens with what it models and what it leaves out', () => {
    const silent = sources('model').filter((file) => {
      const text = readFileSync(join(root, file), 'utf8')
      const opening = text.slice(0, text.search(/^export /m))
      return !/\/\*\*?[\s\S]*(left out|leaves out)/i.test(opening)
    })
    expect(silent).toEqual([])
  })
})

test('every scenario has its suite, in properties/<scenario>.test.ts', () => {
  const files = readdirSync(join(root, 'properties')).filter((file) => file.endsWith('.test.ts'))
  const names = files.map((file) => file.replace('.test.ts', '')).filter((name) => name !== 'regressions')
  expect(names.sort()).toEqual(scenarios.map(({ name }) => name).sort())
  for (const name of names)
    expect(readFileSync(join(root, 'properties', `${name}.test.ts`), 'utf8')).toContain(`suite('${name}')`)
})
