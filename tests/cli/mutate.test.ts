import { describe, expect, test } from 'vitest'
import { capture } from './capture.ts'

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
