import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sealed, unsealed } from '../../checker/sealed.ts'
import { scenarios as registry } from '../../scenarios/index.ts'
import { ensureBuild } from '../../tools/ensure-build.mjs'
import { root } from '../generated.ts'
import { seedNumber } from '../lane.ts'
import { capture } from './capture.ts'
import { lockScenario } from './toy.ts'

let folder: string
const at = (name: string): string => join(folder, name)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoints-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const search = ['check', 'unmap-shootdown', '--design', 'snapshot', '--set', 'cores=3', '--workers', '1']

/** A checkpoint of `search`, ended after a few slices. */
async function saved(): Promise<string> {
  const file = at('saved')
  if (!existsSync(file)) await capture([...search, '--checkpoint', file], { scenarios: registry, interruptAt: 3 })
  return file
}

describe('a search that is interrupted and resumed', () => {
  test('prints what an unbroken one prints, and says from where it goes on', async () => {
    const whole = await capture([...search, '--stats'], { scenarios: registry })
    const file = at('interrupted')
    const first = await capture([...search, '--checkpoint', file], { scenarios: registry, interruptAt: 2 })
    expect(first).toMatchObject({ code: 1, err: `litebox-model: '--resume ${file}' goes on from here\n` })
    expect(first.out).toContain('bounded')
    const kept = ['--checkpoint', file, '--every', '0', '--resume', file]
    const second = await capture([...search, ...kept], { scenarios: registry, interruptAt: 3 })
    expect(second.err).toContain('goes on from here')
    const certified = (name: string): string[] => ['--stats', '--certificate', at(name)]
    expect(await capture([...search, ...certified('resumed'), ...kept], { scenarios: registry })).toEqual(whole)
    await capture([...search, ...certified('unbroken')], { scenarios: registry })
    expect(readFileSync(at('resumed')).equals(readFileSync(at('unbroken')))).toBe(true)
    expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([])
  })

  test('may be given another budget', async () => {
    const { code, out } = await capture([...search, '--resume', await saved(), '--max-depth', '5'], { scenarios: registry })
    expect(code).toBe(1)
    expect(out).toContain("the limit 'depth' ended it")
  })
})

test('a search that is killed at random moments and resumed prints what an unbroken one prints', {
  timeout: 240_000,
}, async () => {
  ensureBuild()
  const line = ['check', 'unmap-shootdown', '--design', 'hypercall-repaired-mprotect', '--set', 'cores=3', '--json']
  const run = (args: readonly string[], milliseconds?: number): Promise<{ code: number | null; out: string }> =>
    new Promise((ended) => {
      const child = spawn(process.execPath, [join(root, 'dist/cli/main.js'), ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
      let out = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text
      })
      const timer = milliseconds === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), milliseconds)
      child.on('close', (code) => {
        clearTimeout(timer)
        ended({ code, out })
      })
    })
  const whole = await run(line)
  expect(whole).toMatchObject({ code: 0, out: expect.stringContaining('"states":134416') })
  const file = at('killed')
  const kept = (): string[] => [...line, '--checkpoint', file, '--every', '0.1', ...(existsSync(file) ? ['--resume', file] : [])]
  const moments = fc.sample(fc.integer({ min: 200, max: 1500 }), { numRuns: 3, seed: seedNumber('when a search is killed') })
  let killed = 0
  for (const moment of moments) if ((await run(kept(), moment)).code === null) killed++
  expect(killed).toBeGreaterThan(0)
  expect(await run(kept())).toEqual(whole)
})

test('a search that no checkpoint can be made of says so', async () => {
  const line = ['check', 'one-lock', '--design', 'atomic', '--max-states', '5', '--checkpoint', at('half')]
  const { code, err } = await capture(line)
  expect(code).toBe(3)
  expect(err).toBe(
    "litebox-model: no checkpoint is written: '--max-states' ends a search in the middle of a state; --max-memory and --time do not\n",
  )
  expect(existsSync(at('half'))).toBe(false)
})

describe('resume refuses in one line, with 2,', () => {
  const refusedWith = async (file: string, says: string | RegExp, line = search, scenarios = registry) => {
    const { code, out, err } = await capture([...line, '--resume', file], { scenarios })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^litebox-model: [^\n]+\n$/)
    expect(err).toMatch(says)
  }
  const written = (bytes: Uint8Array): string => {
    writeFileSync(at('refused'), bytes)
    return at('refused')
  }

  test('a file that is not there, and one that is no checkpoint', async () => {
    await refusedWith(at('nothing'), 'cannot read')
    await refusedWith(
      written(Buffer.from('litebox-model certificate 1\n{}\n')),
      'it is no checkpoint of litebox-model but a certificate',
    )
  })

  test('a checkpoint that was cut off, or of which a byte was changed', async () => {
    const whole = readFileSync(await saved())
    for (const length of [10, 100, whole.length >> 1, whole.length - 1])
      await refusedWith(written(whole.subarray(0, length)), /its digest does not fit|it is no checkpoint/)
    for (const at of [60, 5000, whole.length >> 1, whole.length - 100]) {
      const changed = Buffer.from(whole)
      changed[at]! ^= 4
      await refusedWith(written(changed), 'its digest does not fit, so it was cut off, damaged or tampered with')
    }
  })

  test('a checkpoint of another design, size or scenario', async () => {
    const file = await saved()
    const other = (...words: readonly string[]) => ['check', 'unmap-shootdown', ...words]
    await refusedWith(file, 'not of unmap-shootdown, snapshot-snp', other('--design', 'snapshot-snp', '--set', 'cores=3'))
    await refusedWith(file, 'it is of unmap-shootdown, snapshot+cores=3, not of', other('--design', 'snapshot'))
    await refusedWith(file, 'not of litmus', [
      'check',
      'litmus',
      '--design',
      Object.keys(registry.find(({ name }) => name === 'litmus')!.designs)[0]!,
    ])
  })

  test('a checkpoint of another version', async () => {
    const { header, body } = unsealed('checkpoint', readFileSync(await saved()))
    const older = sealed('checkpoint', { ...(header as object), program: '0.0.9, code 000000000000' }, [body])
    await refusedWith(written(Buffer.concat([...older])), /it was written by version 0\.0\.9, code 0{12}, and this is version \d/)
  })

  test('a checkpoint that was forged whole, digest and all', async () => {
    const { header, body } = unsealed('checkpoint', readFileSync(await saved()))
    const forged = (changes: object): string =>
      written(Buffer.concat([...sealed('checkpoint', { ...(header as object), ...changes }, [body])]))
    await refusedWith(forged({ lengths: [1] }), 'its header is not that of a checkpoint')
    await refusedWith(forged({ model: null }), 'its header is not that of a checkpoint')
    await refusedWith(forged({ state: {} }), 'it contradicts itself')
    await refusedWith(forged({ reduction: 'symmetry' }), "it is of a search with the reduction 'symmetry'")
  })

  test('a checkpoint of a model that only looks the same: what a guard closes over is another', async () => {
    const changing = (goal: number) => {
      const { build } = lockScenario
      let asked = goal
      return {
        ...lockScenario,
        build: (knobs: Parameters<typeof build>[0]) => {
          const system = build(knobs)
          const rule = system.rules[0]!
          const name = Object.keys(rule.when)[0]!
          const guard = rule.when[name] as unknown as (view: unknown, at: unknown) => boolean
          const when = { ...rule.when, [name]: ((view: unknown, at: unknown) => asked === 1 && guard(view, at)) as never }
          asked = goal
          const changed = { ...rule, when }
          const steps = system.steps.map((step) => (step.rule === rule ? { ...step, rule: changed } : step))
          return { ...system, rules: [changed, ...system.rules.slice(1)], steps }
        },
      }
    }
    const line = ['check', 'one-lock', '--design', 'atomic']
    const file = at('looks-the-same')
    await capture([...line, '--max-depth', '2', '--checkpoint', file], { scenarios: [changing(1)] })
    await refusedWith(file, "it is of another model: step 'core.", line, [changing(0)])
    expect((await capture([...line, '--resume', file], { scenarios: [changing(1)] })).out).toContain('holds')
  })
})

describe('what is asked wrongly of checkpoints is one line', () => {
  for (const [words, says] of [
    [
      'one-lock --checkpoint FILE',
      'a checkpoint is of one search, and 7 designs are chosen: name a scenario and one of its designs',
    ],
    ['one-lock --design atomic --every 5', "'--every' says how often a checkpoint is written: name its file with --checkpoint"],
    ['one-lock --design atomic --checkpoint FILE/no/such', "cannot write '"],
    ['one-lock --design atomic --checkpoint FILE --every soon', "option '--every' takes a number from 0 to 31536000, not 'soon'"],
  ] as const)
    test(words, async () => {
      const found = await capture(`check ${words.replaceAll('FILE', at('wrong'))}`)
      expect(found).toMatchObject({ code: 2, out: '' })
      expect(found.err).toMatch(/^litebox-model: [^\n]+\n$/)
      expect(found.err).toContain(says)
      expect(existsSync(at('wrong'))).toBe(false)
    })
})

test('a checkpoint that cannot be written is said once, and the search goes on', async () => {
  const gone = mkdtempSync(join(tmpdir(), 'gone-'))
  let looks = 0
  const clock = (): number => {
    if (++looks === 10) rmSync(gone, { recursive: true })
    return looks * 30
  }
  const line = ['check', 'unmap-shootdown', '--design', 'snapshot', '--checkpoint', join(gone, 'file'), '--every', '0']
  const found = await capture(line, { scenarios: registry, clock })
  expect(found.code).toBe(0)
  expect(found.err).toMatch(/^litebox-model: the search goes on without a checkpoint: cannot write '[^\n]+\n$/)
})
