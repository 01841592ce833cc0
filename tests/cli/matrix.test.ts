import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { explorePlainly } from '../../checker/index.ts'
import { scenarios } from '../../scenarios/index.ts'
import { ensureBuild } from '../../tools/ensure-build.mjs'
import { root } from '../generated.ts'
import { capture } from './capture.ts'
import { lockScenario } from './toy.ts'

interface Line {
  readonly under: Readonly<Record<string, string>>
  readonly changes: Readonly<Record<string, string>>
  readonly knobs: Readonly<Record<string, string>>
  readonly verdict: string
  readonly minimal: boolean | null
  readonly states: number
}
const linesOf = (out: string): Line[] =>
  out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)

describe('matrix', () => {
  test('prints a JSON line for each assignment, and agrees with the naive explorer on each', async () => {
    const { code, out, err } = await capture('matrix one-lock --design racing --json')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const lines = linesOf(out)
    expect(lines).toHaveLength(12)
    for (const { knobs, states } of lines) expect(explorePlainly(lockScenario.build(knobs)).states).toBe(states)
    expect(lines.filter(({ minimal }) => minimal).map(({ changes }) => changes)).toEqual([{ acquire: 'atomic' }])
  })

  test('finds the same minimal sets when it prunes', async () => {
    const { out } = await capture('matrix one-lock --design racing --prune --json')
    const lines = linesOf(out)
    expect(lines.length).toBeLessThan(12)
    expect(lines.filter(({ minimal }) => minimal).map(({ changes }) => changes)).toEqual([{ acquire: 'atomic' }])
  })

  test('answers for each policy apart', async () => {
    const { code, out } = await capture('matrix one-lock --design racing --under release --knob acquire=atomic,never')
    expect(code).toBe(0)
    expect(out).toContain('9 assignments under 3 policies; searched are 9.')
    expect(out).toMatch(/once +acquire=atomic\n/)
    expect(out).toMatch(/never, twice +nothing\n/)
  })

  test('says where it stopped, and what one more change would cost', async () => {
    const { code, out } = await capture('matrix one-lock --design racing --changes 1')
    expect(code).toBe(0)
    expect(out).toContain(
      "12 assignments; searched are 6, those of at most 1 change.\n  Sets of more changes are not searched; '--changes 2' adds 6.",
    )
  })

  test('takes no limit for an answer', async () => {
    const { code, out } = await capture('matrix one-lock --design racing --max-states 3 --json')
    expect(code).toBe(3)
    for (const { verdict, minimal } of linesOf(out)) expect([verdict, minimal]).toEqual(['bounded', null])
    const { code: cut, out: text } = await capture('matrix one-lock --design racing --max-states 3')
    expect(cut).toBe(3)
    expect(text).toMatch(/make all properties hold\n +nothing\n/)
  })

  test('shows what the model refuses as such', async () => {
    const { code, out } = await capture('matrix counters --knob fault=ill-named,unbuildable')
    expect(code).toBe(0)
    expect((await capture('matrix counters --knob fault=lies')).code).toBe(2)
    expect(out).toContain('cannot be built: rule name')
  })

  test('is Markdown or one HTML file when asked', async () => {
    const { out: markdown } = await capture('matrix one-lock --design racing --format markdown')
    expect(markdown).toContain('| changes | verdict | states | P1 |')
    expect(markdown).toContain('- acquire=atomic\n')
    const { out: html } = await capture('matrix one-lock --design racing --format html')
    expect(html).toMatch(/^<!doctype html>\n[\s\S]*<td>acquire=atomic<\/td>[\s\S]*<\/html>\n$/)
    expect(html).not.toMatch(/(src|href)=/)
  })

  test('estimates the time that is left, on a terminal', async () => {
    let time = 0
    const { err } = await capture('matrix one-lock --design racing', { terminal: true, clock: () => (time += 500) })
    expect(err).toMatch(/one-lock matrix: \d+ of 12, about \d+ s left/)
  })

  test('ends at an interrupt with what it has', async () => {
    const { code, out } = await capture('matrix one-lock --design racing', { interruptAt: 4 })
    expect(code).toBe(3)
    expect(out).toContain('Interrupted: 8 were not searched.')
  })

  for (const [line, says] of [
    ['matrix', "missing required argument 'scenario'"],
    ['matrix one-lok', "'one-lok' is no scenario; did you mean 'one-lock'?"],
    ['matrix one-lock --knob aquire', "'aquire' is no knob of scenario 'one-lock'; did you mean 'acquire'?"],
    ['matrix one-lock --knob acquire=nevr', "'nevr' is no value of knob 'acquire'; did you mean 'never'?"],
    ['matrix one-lock --knob acquire --knob acquire', "knob 'acquire' is varied twice"],
    ['matrix one-lock --knob acquire --under acquire', "knob 'acquire' cannot be both changed and given"],
    ['matrix one-lock --knob acquire=atomic', "scenario 'one-lock' has no knob that varies here"],
    ['matrix one-lock --changes 7', "'--changes 7' is more than the 2 knobs that vary here"],
    ['matrix one-lock --format htm', "'htm' is no format; did you mean 'html'?"],
    ['matrix one-lock --json --format html', "'--json' and '--format html' both say what to print; leave one out"],
    ['matrix one-lock --max-preemptions 1', "'--max-preemptions' is no option of 'matrix'"],
    ['matrix one-lock --jobs 0', "option '--jobs' takes a whole number from 1 to 256"],
  ] as const)
    test(`refuses in one line: ${line}`, async () => {
      const { code, out, err } = await capture(line)
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toMatch(/^litebox-model: [^\n]+\n$/)
      expect(err).toContain(says)
    })
})

describe('threads', () => {
  beforeAll(() => ensureBuild(), 120_000)

  test('print what one thread prints, in the same order', async () => {
    const line = 'matrix unmap-shootdown --knob free --knob hypervisor --json'
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'dist/cli/main.js'), ...line.split(' '), '--jobs', '2'],
      {
        encoding: 'utf8',
      },
    )
    const { code, out } = await capture(line, { scenarios })
    expect({ code: status, out: stdout, err: stderr }).toEqual({ code, out, err: '' })
  })
})

describe('the review of the unmap race', () => {
  test('is answered by one changed order and one flush that is sure to arrive', async () => {
    const { out } = await capture(
      'matrix unmap-shootdown --knob free --knob mechanism --knob hypervisor --knob refusal --prune --json',
      { scenarios },
    )
    const minimal = linesOf(out).filter((line) => line.minimal)
    expect(minimal.map(({ changes }) => changes)).toEqual([
      { free: 'after-flush', mechanism: 'ipi' },
      { free: 'after-flush', hypervisor: 'obeys' },
      { free: 'after-flush', refusal: 'retry-or-stop' },
    ])
  })
})
