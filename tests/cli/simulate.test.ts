import { describe, expect, test } from 'vitest'
import { replay } from '../../checker/index.ts'
import { capture } from './capture.ts'
import { toys } from './toy.ts'

describe('the table', () => {
  test('has a row for each design, what is wrong below it, and says that what did not fail is not proved', async () => {
    const { code, out, err } = await capture('simulate --seed x --runs 50')
    expect({ code, err }).toEqual({ code: 2, err: '' })
    expect(out).toBe(`\
seed af63f54c86021707

scenario  design       verdict      length  runs  steps  states  unseen  expected       property
one-lock  atomic       bounded                50    300      15     0 %  holds ?
one-lock  racing       unhandled         8    50    386      28     0 %  unhandled ✓    every event is handled
one-lock  forgetful    deadlock          4    50    200      12     0 %  deadlock ✓     no deadlock
one-lock  shy          unwitnessed            50    100       4     0 %  unwitnessed ?
one-lock  twofold      unhandled         4    50    300      17     0 %  unhandled ✓    every event is handled
one-lock  spinning     bounded                50    330      15     0 %  violated ?
one-lock  unexpected   violated          6    50    307      29     0 %  -              two cores are never inside together
counters  plain        bounded                50    150       4     0 %  holds ?
counters  throwing     error             3     1      2       2       -  -              the model can be evaluated
counters  lying        dishonest              50    100       3     0 %  -
counters  unbuildable  error                   0      0       0          -
counters  ill-named    error                   0      0       0          -

one-lock, unexpected: 'two cores are never inside together' fails in 6 steps, which was not expected
one-lock, unexpected: 'no deadlock' fails in 5 steps, which was not expected
counters, throwing: conjunct 'below' of step 'counter.add(c0)' threw: the guard fell over
counters, lying: step 'counter.add(c0)' gave two answers for the same input: it must depend on nothing but what it is handed
counters, unbuildable: scenario 'counters' cannot be built: step 'counter.add(c0)' names cell 'counter.c0', which is not in 'cells'
counters, ill-named: scenario 'counters' cannot be built: rule name "count up": use dotted words such as 'pageTable.clear'

3 of 12 designs failed as expected, 4 did not fail, which proves nothing
`)
  })

  test('shows the rate on a terminal only, and the same bytes twice without', async () => {
    const line = 'simulate one-lock --seed x --runs 20'
    const plain = await capture(line)
    let now = 0
    expect((await capture(line, { clock: () => (now += 200) })).out).toBe(plain.out)
    const terminal = await capture(line, { terminal: true, clock: () => (now += 200) })
    expect(terminal.out).toMatch(/ steps +rate +states /)
    expect(terminal.err).toMatch(/one-lock atomic: 20 of 20 runs, 120 steps, /)
  })
})

describe('one design', () => {
  test('is told with what the runs covered, the shrunk trace, its proof, and how to replay it', async () => {
    const { code, out } = await capture('simulate one-lock --design forgetful --seed x --runs 50')
    expect(code).toBe(0)
    expect(out).toContain('50 runs by uniform, 200 steps, the longest run of 4')
    expect(out).toMatch(
      /12 distinct states; of a further run's visits about 0 % \(0 % to 6.0 %\) would be to states not seen yet/,
    )
    expect(out).toContain('goals seen: ')
    expect(out).toContain('deadlock in 4 steps: no deadlock')
    expect(out).toMatch(/found by run 0 \(seed af63f54c86021707\) after 4 steps; shortest, proved by breadth-first search/)
    const [, text] = /replay: npx litebox-model replay (\S+)/.exec(out)!
    expect(replay(toys, text!).failures.map(({ property }) => property)).toEqual(['no deadlock'])
  })

  test('as JSON: the keys are a contract', async () => {
    const { code, out, err } = await capture(
      'simulate one-lock --design racing --seed x --runs 600 --strategy pct --depth 3 --json',
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const line = JSON.parse(out)
    expect(Object.keys(line).join(' ')).toBe(
      'scenario design knobs size seed strategy depth maxPreemptions verdict property properties runs asked steps longest states exact unseen goals untaken within limit expected met bugs',
    )
    expect(line).toMatchObject({
      seed: 'af63f54c86021707',
      strategy: 'pct',
      depth: 3,
      runs: 600,
      expected: 'unhandled',
      met: true,
    })
    for (const { verdict, replay: text, proof, runSeed } of line.properties) {
      if (verdict === 'holds') continue
      expect({ proof, runSeed }).toEqual({ proof: 'shortest', runSeed: expect.stringMatching(/^[0-9a-f]{16}$/) })
      expect(replay(toys, text).failures.length).toBeGreaterThan(0)
    }
  })
})

describe('the exit code', () => {
  const codeOf = async (line: string, situation = {}) => (await capture(`simulate ${line} --seed x --runs 50`, situation)).code
  test('is 0 where what is expected to fail was found to fail', async () => {
    expect(await codeOf('one-lock --design racing')).toBe(0)
  })
  test('is 1 where something fails that was not expected to, and where no run saw a goal', async () => {
    expect(await codeOf('one-lock --design unexpected')).toBe(1)
    expect(await codeOf('one-lock --design atomic --steps 1')).toBe(1)
  })
  test('is 3 where nothing failed: runs never pass', async () => {
    expect(await codeOf('one-lock --design atomic')).toBe(3)
    expect(await codeOf('one-lock --design shy')).toBe(3)
  })
  test('is not about goals where the first violation ended the runs', async () => {
    expect(await codeOf('one-lock --design racing --first')).toBe(0)
  })
  test('is 2 where the model is wrong', async () => {
    expect(await codeOf('counters --design throwing')).toBe(2)
    expect(await codeOf('counters --design unbuildable')).toBe(2)
  })
  test('is 3 where an interrupt ended the runs', async () => {
    const { code, out, err } = await capture('simulate counters --design plain --size full --seed x', { interruptAt: 1 })
    expect(code).toBe(3)
    expect(out).toContain("10,000 runs were asked for: the limit 'interrupt' ended them")
    expect(err).toBe('')
  })
})

describe('the seed', () => {
  test('is drawn and printed where none is given', async () => {
    const { out } = await capture('simulate one-lock --design racing --runs 5')
    expect(out).toContain('seed f00d5eed0badcafe\n')
    const again = await capture('simulate one-lock --design racing --runs 5 --seed f00d5eed0badcafe')
    expect(again.out).toBe(out)
  })
  test('must be given in CI', async () => {
    expect(await capture('simulate one-lock', { ci: true })).toEqual({
      code: 2,
      out: '',
      err: "litebox-model: in CI a seed is needed, or no run could be taken again; add '--seed' with the commit's hash, or any text\n",
    })
    expect((await capture('simulate one-lock --design racing --seed 3cc745cc --runs 5', { ci: true })).code).toBe(0)
  })
})

describe('what is asked wrongly is one line', () => {
  const refused: Readonly<Record<string, string>> = {
    '--depth 3': "option '--depth' belongs to '--strategy pct'; add it, or leave '--depth' out",
    '--strategy pos2': "'pos2' is no strategy; did you mean 'pos'? (one of: uniform, pct, pos, swarm)",
    '--runs 0': "option '--runs' takes a whole number from 1 to 67108864, not '0'; the nearest is 1",
    '--steps many': "option '--steps' takes a whole number from 1 to 1000000, not 'many'",
    '--seed a --seed b': "option '--seed' is given twice; give it one value",
    '--sead 1': "'--sead' is no option of 'simulate'; did you mean '--seed'?",
  }
  for (const [options, message] of Object.entries(refused))
    test(options, async () => {
      const { code, out, err } = await capture(`simulate one-lock ${options}`)
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toBe(`litebox-model: ${message}\n`)
    })
})

describe('--draw', () => {
  test('takes designs whose knobs the seed draws, all different, with what is set kept', async () => {
    const line = 'simulate one-lock --draw 4 --set release=once --seed x --runs 20 --json'
    const { out, err } = await capture(line)
    expect(err).toBe('')
    const knobs = out
      .trim()
      .split('\n')
      .map((one) => JSON.parse(one).knobs)
    expect(knobs.length).toBe(4)
    expect(new Set(knobs.map(({ acquire }) => acquire)).size).toBe(4)
    for (const { release, cores } of knobs) expect({ release, cores }).toEqual({ release: 'once', cores: 2 })
    expect((await capture(line)).out).toBe(out)
  })

  test('goes with no named design', async () => {
    const { code, err } = await capture('simulate one-lock --draw 4 --design racing --seed x')
    expect(code).toBe(2)
    expect(err).toBe(
      "litebox-model: options '--draw' and '--design' do not go together; '--set' fixes the knobs that are not to be drawn\n",
    )
  })
})
