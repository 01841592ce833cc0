import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { wantsColours } from '../../cli/io.ts'
import { scenarios as registry } from '../../scenarios/index.ts'
import { capture } from './capture.ts'

const tick = (milliseconds: number) => {
  let now = 0
  return () => (now += milliseconds)
}

describe('the table', () => {
  test('has a row for each design, what is wrong below it, and a tally', async () => {
    const { code, out, err } = await capture('check')
    expect({ code, err }).toEqual({ code: 2, err: '' })
    expect(out).toBe(`\
scenario  design       verdict                steps  states  transitions  expected       property
one-lock  atomic       holds                             15           20  holds ✓
one-lock  racing       unhandled                  8      28           40  unhandled ✓    every event is handled
one-lock  forgetful    deadlock                   4      12           16  deadlock ✓     no deadlock
one-lock  shy          unwitnessed                        4            4  unwitnessed ✓
one-lock  twofold      unhandled                  4      17           22  unhandled ✓    every event is handled
one-lock  spinning     violated                   4      15           22  violated ✓     a core that wants the lock gets it
one-lock  unexpected   violated                   6      29           40  -              two cores are never inside together
counters  plain        holds within: count=3              4            3  holds ✓
counters  throwing     error                      3       3            2  -              the model can be evaluated
counters  lying        dishonest                          3            2  -
counters  unbuildable  error                              0            0  -
counters  ill-named    error                              0            0  -

one-lock, unexpected: found violated, and no expectation is recorded: it is expected to hold
counters, throwing: conjunct 'below' of step 'counter.add(c0)' threw: the guard fell over
counters, lying: step 'counter.add(c0)' gave two answers for the same input: it must depend on nothing but what it is handed
counters, unbuildable: scenario 'counters' cannot be built: step 'counter.add(c0)' names cell 'counter.c0', which is not in 'cells'
counters, ill-named: scenario 'counters' cannot be built: rule name "count up": use dotted words such as 'pageTable.clear'

7 of 12 designs as expected
`)
  })

  test('shows times on a terminal only, and the same bytes twice without', async () => {
    const plain = await capture('check one-lock')
    expect((await capture('check one-lock', { clock: tick(7) })).out).toBe(plain.out)
    const terminal = await capture('check one-lock', { terminal: true, clock: tick(7) })
    expect(terminal.out).toMatch(/scenario +design +verdict +steps +states +transitions +time +expected +property\n/)
    expect(terminal.out).toMatch(/15 +20 +0\.\d\d s {2}holds ✓/)
  })

  test('is coloured only where colours are wanted', async () => {
    const plain = await capture('check one-lock', { terminal: true })
    const coloured = await capture('check one-lock', { terminal: true, colours: true })
    expect(plain.out).not.toContain('\x1b')
    expect(coloured.out).toContain('\x1b[32mholds\x1b[39m')
    expect(stripVTControlCharacters(coloured.out)).toBe(plain.out)
  })

  test('colours are wanted on a terminal that can, unless NO_COLOR says otherwise', () => {
    expect(wantsColours(true, {})).toBe(true)
    expect(wantsColours(false, {})).toBe(false)
    expect(wantsColours(true, { NO_COLOR: '1' })).toBe(false)
    expect(wantsColours(true, { NO_COLOR: '' })).toBe(true)
    expect(wantsColours(true, { TERM: 'dumb' })).toBe(false)
  })

  test('names the knobs that were set otherwise', async () => {
    expect((await capture('check --set release=never --design atomic')).out).toContain('atomic +release=never  deadlock')
  })
})

describe('the details of a design', () => {
  test('are its knobs, fairness, properties, and the shortest trace of each violation, in lanes', async () => {
    const { code, out } = await capture('check one-lock --design forgetful')
    expect(code).toBe(0)
    expect(out).toBe(`\
scenario  design     verdict   steps  states  transitions  expected    property
one-lock  forgetful  deadlock      4      12           16  deadlock ✓  no deadlock

one-lock, forgetful: deadlock
  knobs: acquire=atomic, release=never, cores=2
  fairness: none

  verdict   kind       property
  holds     always     two cores are never inside together
  holds     sometimes  a core is inside
  deadlock  built-in   no deadlock
  holds     built-in   every event is handled

  deadlock in 4 steps: no deadlock
    step  cpu0  cpu1
       1  *     |     cpu0: core.want(cpu0)
          |     |       core.cpu0: outside -> wanting
       2  |     *     cpu1: core.want(cpu1)
          |     |       core.cpu1: outside -> wanting
       3  *     |     cpu0: core.acquire(cpu0)
          |     |       litebox/src/toy.rs: enter
          |     |       lock: free { owner: nobody } -> held { owner: cpu0 }
          |     |       core.cpu0: wanting -> inside
       4  *     |     cpu0: core.leave(cpu0)
          |     |       litebox/src/toy.rs: enter
          |     |       core.cpu0: inside -> left
  where no program step is enabled:
    core.acquire(cpu1): it waits for a receiver that is deaf to ACQUIRE (core = wanting, lock = held { owner: cpu0 })
  replay: npx litebox-model replay lb1.one-lock.forgetful.0-1-2-4.3swsllnow5rqs
`)
  })

  test('tell what the property sees at the end of the trace', async () => {
    expect((await capture('check one-lock --design racing')).out).toContain('\n  where one = inside, other = inside\n')
  })

  test('tell an unhandled event as a step that cannot be taken', async () => {
    expect((await capture('check one-lock --design twofold')).out).toContain(
      'cannot be taken: a receiver has no edge for RELEASE (core = left, lock = free { owner: nobody })',
    )
  })

  test('tell stem and cycle of a lasso apart', async () => {
    const { out } = await capture('check one-lock --design spinning')
    expect(out).toContain(`\
          |     |       core.cpu1: wanting -> inside
    then step 4 for ever:
       4  *     |     cpu0: core.spin(cpu0)
          |     |       litebox/src/toy.rs: enter
          |     |       (changes nothing)
`)
    expect(out).toContain("replay: npx litebox-model replay 'lb1.one-lock.spinning.0-1-3~4.")
  })

  test('name what was never witnessed, the rules that sleep, the bounds that were hit', async () => {
    const shy = (await capture('check one-lock --design shy')).out
    expect(shy).toContain('unwitnessed  sometimes  a core is inside(cpu0); a core is inside(cpu1)')
    expect(shy).toContain('rules never enabled: core.leave')
    const plain = (await capture('check counters --design plain')).out
    expect(plain).toContain('counters, plain: holds within: count=3')
    expect(plain).toContain('modelling bounds hit: count=3')
  })

  test('tell the step at which a model cannot be evaluated', async () => {
    expect((await capture('check counters --design throwing')).out).toContain(`\
       3  *   c0: counter.add(c0)
          |     cannot be taken: conjunct 'below' of step 'counter.add(c0)' threw: the guard fell over
`)
  })
})

test('--stats tells what a search cost, which steps it took, and the coverage of rules', async () => {
  const { out } = await capture('check one-lock --design shy --stats')
  expect(out).toContain(`\
  rows: 4 of 1 word (9 bits in use), 0 widenings
  tables: 12 entries over 5 local states of 3 cells
`)
  expect(out).toMatch(/memory: [\d,]+ bytes, [\d.]+ a state/)
  expect(out).toContain('most often enabled: core.want(cpu0) 2, core.want(cpu1) 2,')
  expect(out).toContain('least often enabled: core.leave(cpu1) 0, core.leave(cpu0) 0,')
  expect(out).toContain(`\
  rule        steps enabled  times enabled
  core.want          2 of 2              4
  core.leave         0 of 2              0
`)
})

describe('exit codes', () => {
  const codes: readonly (readonly [line: string, code: number])[] = [
    ['check one-lock --design atomic', 0],
    ['check one-lock --design atomic --size full', 0],
    ['check one-lock --design racing', 0],
    ['check one-lock --design forgetful', 0],
    ['check one-lock --design shy', 0],
    ['check one-lock --design racing --first', 3],
    ['check one-lock --design spinning --first', 0],
    ['check one-lock --design racing --max-depth 6', 3],
    ['check one-lock --design spinning --set cores=3', 1],
    ['check one-lock --design unexpected', 1],
    ['check one-lock', 1],
    ['check counters --design throwing', 2],
    ['check counters --design lying', 2],
    ['check counters --design unbuildable', 2],
    ['check', 2],
    ['check one-lock --design atomic --max-states 5', 3],
    ['check one-lock --design atomic --max-depth 2', 3],
    ['check one-lock --design atomic --max-depth 0', 3],
    ['check counters --design plain --size full --max-memory 1', 3],
    ['check counters --design plain --size full --max-states 1000', 3],
    ['check one-lock --design racing --max-states 27', 3],
    ['check one-lock --design unexpected --max-states 28', 1],
    ['check one-lock --max-states 5', 3],
    ['check --max-states 5', 2],
  ]
  for (const [line, code] of codes)
    test(`${code}: ${line}`, async () => {
      expect((await capture(line)).code).toBe(code)
    })
})

describe('an early end', () => {
  test('names its limit, and what was covered', async () => {
    const { out } = await capture('check one-lock --design atomic --max-depth 2')
    expect(out).toContain('one-lock, atomic: bounded (depth)')
    expect(out).toContain("not every state was searched: the limit 'depth' ended it")
  })

  test('--time ends a search by the clock', async () => {
    const { code, out } = await capture('check counters --design plain --size full --time 1', { clock: tick(100) })
    expect(code).toBe(3)
    expect(out).toContain('counters, plain: bounded (time)')
  })

  test('--time gives each search its own time', async () => {
    const { code, out } = await capture('check one-lock --time 1', { clock: tick(20) })
    expect(code).toBe(1)
    expect(out).toContain('6 of 7 designs as expected\n')
  })

  test('an interrupt ends the search as bounded, with what was covered, and skips the rest', async () => {
    const { code, out, err } = await capture('check counters --size full --json', { interruptAt: 3 })
    expect(code).toBe(3)
    expect(err).toBe('litebox-model: interrupted; 4 designs not searched\n')
    const line = JSON.parse(out)
    expect(line).toMatchObject({ design: 'plain', verdict: 'bounded', complete: false })
    expect(line.states).toBeGreaterThan(1000)
  })

  test('whoever stops reading ends the run, and is told nothing more', async () => {
    const { code, out, err } = await capture('check --json', { deserted: 1 })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.split('\n')).toHaveLength(2)
  })

  test('--first ends at the first violation', async () => {
    const { out } = await capture('check one-lock --design racing --first')
    expect(out).toContain('one-lock, racing: violated (first)')
  })
})

describe('progress', () => {
  test('is written over and over on a terminal, and wiped out at the end', async () => {
    const { err } = await capture('check counters --design plain --size full --max-states 100000', {
      terminal: true,
      clock: tick(40),
    })
    const [first, ...later] = err.split('\r\x1b[K')
    expect([first, later.at(-1)]).toEqual(['', ''])
    for (const shown of later.slice(0, -1))
      expect(shown).toMatch(
        /^counters plain: [\d,]+ states, [\d,]+\/s, depth \d+, frontier [\d,]+, \d+ MiB(, about [\d,]+ in all \([\d,]+ to [\d,]+\))?$/,
      )
  })

  test('never wraps, for a line that wraps cannot be written over', async () => {
    const line = 'check counters --design plain --size full --max-states 100000'
    const { err } = await capture(line, { terminal: true, columns: 20, clock: tick(40) })
    for (const shown of err.split('\r\x1b[K').slice(1, -1)) expect(shown).toMatch(/^counters plain: [\d,]{3}$/)
    const { err: estimated } = await capture('matrix one-lock', { terminal: true, columns: 10, clock: tick(400) })
    expect(estimated).toContain('\r\x1b[Kone-lock \r')
  })

  test('says how many states there will be, once there is a basis for it', async () => {
    const { err } = await capture('check unmap-shootdown --design snapshot', {
      scenarios: registry,
      terminal: true,
      clock: tick(60),
    })
    const shown = err.split('\r\x1b[K').slice(1, -1)
    const told = shown.map((line) => / about ([\d,]+) in all \(([\d,]+) to ([\d,]+)\)$/.exec(line)?.slice(1) ?? [])
    const [states, low, high] = told.at(-1)!.map((text) => Number(text.replaceAll(',', '')))
    expect(low! <= states! && states! <= high!).toBe(true)
    expect(low! <= 7416 && 7416 <= high!).toBe(true)
  })

  test('is silent elsewhere', async () => {
    const { err } = await capture('check counters --design plain --size full --max-states 100000', { clock: tick(40) })
    expect(err).toBe('')
  })
})

describe('which designs are chosen', () => {
  const chosen = async (line: string): Promise<string[]> =>
    (await capture(`${line} --json`)).out
      .split('\n')
      .slice(0, -1)
      .map((text) => JSON.parse(text))
      .map(({ scenario, design }) => `${scenario} ${design}`)

  test('without scenarios: every one that has the design and the knobs', async () => {
    expect(await chosen('check --design plain')).toEqual(['counters plain'])
    expect(await chosen('check --design shy --set cores=3')).toEqual(['one-lock shy'])
    expect((await chosen('check --set limit=3')).length).toBe(5)
  })

  test('a scenario that is named twice is searched once', async () => {
    expect(await chosen('check counters counters --design plain')).toEqual(['counters plain'])
  })
})

describe('--max-preemptions', () => {
  test('is bounded, and says with how many preemptions each violation first appears', async () => {
    const { code, out, err } = await capture('check one-lock --design racing --max-preemptions 3')
    expect({ code, err }).toEqual({ code: 3, err: '' })
    expect(out).toMatch(/one-lock +racing +unhandled \(preemptions\)/)
    expect(out).toMatch(/preemptions: 3 at most, which cut nothing off: every state was met\n/)
    expect(out).toMatch(
      /with 0: \d+ more states\n +with 1: \d+ more states\n +with 2: .*first fails 'two cores are never inside together'/,
    )
    const few = await capture('check one-lock --design racing --max-preemptions 1')
    expect(few.code).toBe(3)
    expect(few.out).toMatch(/one-lock +racing +bounded \(preemptions\)/)
  })

  for (const [flag, value] of [
    ['--reduce', ' all'],
    ['--safety', ''],
    ['--workers', ' 2'],
    ['--certificate', ' nowhere/a'],
  ] as const)
    test(`does not go with ${flag}, which it would ignore`, async () => {
      const { code, out, err } = await capture(`check one-lock --design racing --max-preemptions 1 ${flag}${value}`)
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toBe(`litebox-model: options '--max-preemptions' and '${flag}' do not go together; leave one of them out\n`)
    })
})
