import { describe, expect, test } from 'vitest'
import { verdictNames } from '../../checker/verdict.ts'
import { capture, type Situation } from './capture.ts'
import { lockScenario } from './toy.ts'

const keys = [
  'scenario',
  'design',
  'knobs',
  'size',
  'verdict',
  'property',
  'properties',
  'states',
  'transitions',
  'depth',
  'steps',
  'replay',
  'lasso',
  'fairness',
  'expected',
  'met',
  'complete',
  'reduction',
  'shortest',
  'preemptions',
  'bugs',
]

interface Line {
  readonly [key: string]: unknown
  readonly properties: readonly Readonly<Record<string, unknown>>[]
  readonly steps: readonly string[]
}

async function lines(command: string, situation?: Situation): Promise<Line[]> {
  const { out } = await capture(`${command} --json`, situation)
  return out
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line)
}

const only = async (command: string, situation?: Situation): Promise<Line> => {
  const all = await lines(command, situation)
  expect(all).toHaveLength(1)
  return all[0]!
}

describe('check --json', () => {
  test('prints one line for each scenario and design, in the order of the registry', async () => {
    expect((await lines('check')).map(({ scenario, design }) => `${scenario} ${design}`)).toEqual([
      'one-lock atomic',
      'one-lock racing',
      'one-lock forgetful',
      'one-lock shy',
      'one-lock twofold',
      'one-lock spinning',
      'one-lock unexpected',
      'counters plain',
      'counters throwing',
      'counters lying',
      'counters unbuildable',
      'counters ill-named',
    ])
  })

  test('has every key, always in the same order, with values of the same types', async () => {
    for (const line of [...(await lines('check')), ...(await lines('check one-lock --max-states 3'))]) {
      expect(Object.keys(line)).toEqual(keys)
      for (const entry of line.properties) {
        expect(Object.keys(entry)).toEqual(['name', 'verdict', 'steps', 'replay', 'lasso'])
        expect(verdictNames).toContain(entry.verdict)
      }
      expect(verdictNames).toContain(line.verdict)
      expect(['small', 'full']).toContain(line.size)
      for (const key of ['states', 'transitions', 'depth']) expect(Number.isSafeInteger(line[key])).toBe(true)
      for (const key of ['steps', 'bugs', 'properties']) expect(Array.isArray(line[key])).toBe(true)
      for (const key of ['property', 'replay', 'expected']) expect(line[key] === null || typeof line[key] === 'string').toBe(true)
      expect(line.met === null || typeof line.met === 'boolean').toBe(true)
      expect(typeof line.complete).toBe('boolean')
      expect(typeof line.fairness).toBe('string')
    }
  })

  test('a design that holds has no counterexample, and its witnesses are none', async () => {
    expect(await only('check one-lock --design atomic')).toEqual({
      scenario: 'one-lock',
      design: 'atomic',
      knobs: { acquire: 'atomic', release: 'once', cores: 2 },
      size: 'small',
      verdict: 'holds',
      property: null,
      properties: ['two cores are never inside together', 'a core is inside', 'no deadlock', 'every event is handled'].map(
        (name) => ({ name, verdict: 'holds', steps: [], replay: null, lasso: null }),
      ),
      states: 15,
      transitions: 20,
      depth: 6,
      steps: [],
      replay: null,
      lasso: null,
      fairness: 'none',
      expected: 'holds',
      met: true,
      complete: true,
      reduction: 'none',
      shortest: true,
      preemptions: null,
      bugs: ['TOY-01'],
    })
  })

  test('the top is the worst verdict and its shortest counterexample', async () => {
    const line = await only('check one-lock --design racing')
    const unhandled = line.properties.find(({ name }) => name === 'every event is handled')!
    expect(line).toMatchObject({ verdict: 'unhandled', property: 'every event is handled', lasso: null })
    expect({ steps: line.steps, replay: line.replay }).toEqual({ steps: unhandled.steps, replay: unhandled.replay })
    expect(line.steps).toHaveLength(8)
    expect(line.properties[0]).toEqual({
      name: 'two cores are never inside together',
      verdict: 'violated',
      steps: ['core.want(cpu0)', 'core.want(cpu1)', 'core.look(cpu0)', 'core.look(cpu1)', 'core.seize(cpu0)', 'core.seize(cpu1)'],
      replay: expect.stringMatching(/^lb1\.one-lock\.racing\.0-1-2-3-4-5\.[0-9a-z]+$/),
      lasso: null,
    })
  })

  test('a lasso is told as stem and cycle, and its steps are both', async () => {
    const stem = ['core.want(cpu0)', 'core.want(cpu1)', 'core.acquire(cpu1)']
    const cycle = ['core.spin(cpu0)']
    expect(await only('check one-lock --design spinning')).toMatchObject({
      verdict: 'violated',
      property: 'a core that wants the lock gets it',
      steps: [...stem, ...cycle],
      lasso: { stem, cycle },
      replay: expect.stringContaining('0-1-3~4'),
    })
  })

  test('a model that is wrong has a line too, and says why on stderr', async () => {
    const { code, out, err } = await capture('check counters --json')
    expect(code).toBe(2)
    const [, throwing, lying, unbuildable] = out.split('\n').map((line) => (line === '' ? undefined : (JSON.parse(line) as Line)))
    expect(throwing).toMatchObject({ verdict: 'error', property: 'the model can be evaluated', complete: false, replay: null })
    expect(throwing!.steps).toEqual(['counter.add(c0)', 'counter.add(c0)', 'counter.add(c0)'])
    expect(lying).toMatchObject({ verdict: 'dishonest' })
    expect(unbuildable).toMatchObject({ verdict: 'error', property: null, properties: [], states: 0, complete: false, met: null })
    expect(err).toContain(
      "litebox-model: counters, throwing: conjunct 'below' of step 'counter.add(c0)' threw: the guard fell over\n",
    )
    expect(err).toContain(
      "litebox-model: counters, unbuildable: scenario 'counters' cannot be built: step 'counter.add(c0)' names cell 'counter.c0'",
    )
    expect(err.split('\n')).toHaveLength(5)
  })

  test('with --set, design is the base; without a name there is no expectation and no bug', async () => {
    expect(await only('check one-lock --design atomic --set acquire=look-then-seize --set release=never')).toMatchObject({
      design: 'atomic',
      knobs: { acquire: 'look-then-seize', release: 'never', cores: 2 },
      expected: null,
      met: null,
      preemptions: null,
      bugs: [],
    })
    expect(await only('check one-lock --design atomic --set release=never')).toMatchObject({
      design: 'atomic',
      verdict: 'deadlock',
      expected: 'deadlock',
      met: true,
    })
  })

  test('the size is that whose world the assignment has', async () => {
    expect(await only('check one-lock --design atomic --size full')).toMatchObject({ size: 'full', states: 54, met: true })
    expect(await only('check one-lock --design atomic --set cores=3')).toMatchObject({ size: 'full', states: 54, met: true })
    expect(await only('check counters --design plain --set counters=5')).toMatchObject({
      size: 'small',
      expected: null,
      met: null,
    })
  })

  test('what was not found before a limit is undecided, and never a pass', async () => {
    const line = await only('check one-lock --design atomic --max-states 5')
    expect(line).toMatchObject({ verdict: 'bounded', property: null, states: 5, complete: false, expected: 'holds', met: null })
  })

  test('prints nothing but its lines on stdout with --stats', async () => {
    const plain = await capture('check one-lock --json')
    const { out, err } = await capture('check one-lock --json --stats')
    expect(out).toBe(plain.out)
    expect(plain.err).toBe('')
    expect(err).toContain('one-lock, atomic\n  rows: 15 of 1 word')
  })
})

test('list --json prints names, designs, knobs and properties, a line for each scenario', async () => {
  const { code, out } = await capture('list --json', { scenarios: [lockScenario] })
  expect(code).toBe(0)
  expect(out).toBe(
    `${JSON.stringify({
      scenario: 'one-lock',
      designs: ['atomic', 'racing', 'forgetful', 'shy', 'twofold', 'spinning', 'unexpected'],
      knobs: { acquire: ['atomic', 'look-then-seize', 'spinning', 'never'], release: ['once', 'never', 'twice'], cores: [2, 3] },
      properties: ['two cores are never inside together', 'a core is inside', 'a core that wants the lock gets it'],
    })}\n`,
  )
})
