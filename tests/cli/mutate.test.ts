import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ensureBuild } from '../../tools/ensure-build.mjs'
import { root } from '../generated.ts'
import { capture } from './capture.ts'
import { lockScenario } from './toy.ts'

describe('mutate', () => {
  test('says which properties kill which mutants, and the score', async () => {
    const { code, out, err } = await capture('mutate one-lock')
    expect(err).toBe('')
    expect(out).toContain('one-lock, atomic: ')
    expect(out).toMatch(/two cores are never inside together:\n +(?=.*deaf:lock)/)
    expect(out).toMatch(/\none-lock +\d+ +\d+ +[\d.]+%/)
    expect(code).toBe(out.includes('no reason is written down') || out.includes('kills nothing') ? 1 : 0)
  })

  test('prints a JSON line for each scenario', async () => {
    const { out } = await capture('mutate --json')
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { scenario: string; outcomes: unknown[]; killed: number })
    expect(lines.map(({ scenario }) => scenario)).toEqual(['one-lock', 'counters'])
    for (const { outcomes, killed } of lines) expect(outcomes.length).toBeGreaterThanOrEqual(killed)
  })

  test('says how a design is mutated that is listed with nothing', async () => {
    const unlisted = { ...lockScenario, designs: { atomic: { ...lockScenario.designs.atomic!, expect: {} } } }
    const situation = { scenarios: [unlisted] }
    expect((await capture('mutate', situation)).out).toContain(
      "one-lock: no design is listed with 'holds' at the small size; name one",
    )
    expect((await capture('mutate --design atomic', situation)).out).toContain('one-lock, atomic: ')
  })

  test('says at an interrupt what it leaves out', async () => {
    const { code, out, err } = await capture('mutate', { interruptAt: 1 })
    expect({ code, err }).toEqual({ code: 3, err: 'litebox-model: interrupted; 1 scenario not mutated\n' })
    expect(out).toContain('one-lock, atomic: ')
  })

  test('hears an interrupt in the middle of a scenario', async () => {
    ensureBuild()
    const line = ['mutate', '--from', join(root, 'tests/cli/brief-and-endless.mjs'), '--jobs', '1', '--json']
    const child = spawn(process.execPath, [join(root, 'dist/cli/main.js'), ...line], { timeout: 30_000, killSignal: 'SIGKILL' })
    let err = ''
    child.stderr.on('data', (text) => (err += text))
    // What is told of the first scenario shows that the second has begun, which nothing but an interrupt ends.
    child.stdout.once('data', () => child.kill('SIGINT'))
    const [code] = await once(child, 'close')
    expect({ code, err }).toEqual({ code: 3, err: 'litebox-model: interrupted; 1 scenario not mutated\n' })
  })

  for (const [line, says] of [
    ['mutate one-lok', "'one-lok' is no scenario; did you mean 'one-lock'?"],
    ['mutate one-lock --design atomik', "'atomik' is no design of scenario 'one-lock'; did you mean 'atomic'?"],
    ['mutate --design atomic', "'--design' is for one scenario"],
    ['mutate one-lock --max-states 0', "option '--max-states' takes a whole number from 1"],
  ] as const)
    test(`refuses in one line: ${line}`, async () => {
      const { code, out, err } = await capture(line)
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toMatch(/^litebox-model: [^\n]+\n$/)
      expect(err).toContain(says)
    })
})
