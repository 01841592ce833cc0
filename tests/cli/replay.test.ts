import { describe, expect, test } from 'vitest'
import { systemOf } from '../../checker/define/assign.ts'
import { choiceOf, type Scenario } from '../../checker/index.ts'
import { replayStringOf } from '../../checker/replay/replay.ts'
import { Semantics } from '../../checker/semantics/semantics.ts'
import { scenarios as registry } from '../../scenarios/index.ts'
import { capture } from './capture.ts'
import { lockScenario, toys } from './toy.ts'

const stringIn = async (design: string): Promise<string> => {
  const { out } = await capture(`check one-lock --design ${design} --json`)
  return (JSON.parse(out) as { replay: string }).replay
}

/** Lines moved to the left as far as the first one allows. */
function dedented(text: string): string {
  const lines = text.split('\n')
  const margin = /^ */.exec(lines[0]!)![0].length
  return lines.map((line) => line.slice(margin)).join('\n')
}

/** Every trace that `check` prints, with the string that it says replays it. */
const tracesIn = (out: string): { trace: string; string: string }[] =>
  [
    ...out.matchAll(
      /^ {2}[a-z]+ in \d+ steps?: [^\n]*\n((?: {4}[^\n]*\n)+)(?:(?! {2}replay:)[^\n]+\n)*? {2}replay: npx litebox-model replay '?([^'\n]+)/gm,
    ),
  ].map(([, trace, string]) => ({ trace: dedented(trace!.trimEnd()), string: string! }))

async function roundTrip(scenarios: readonly Scenario[], line: string): Promise<number> {
  const { out } = await capture(line, { scenarios })
  const traces = tracesIn(out)
  expect(traces).toHaveLength([...out.matchAll(/replay: /g)].length)
  for (const { trace, string } of traces) {
    const replayed = await capture(['replay', string], { scenarios })
    expect(replayed.code).toBe(0)
    const [, ...rest] = replayed.out.split('\n')
    const told = rest
      .slice(
        0,
        rest.findIndex((text) => text.startsWith('fails')),
      )
      .join('\n')
    expect(dedented(told)).toBe(trace)
  }
  return traces.length
}

describe('every replay string that check prints replays to exit 0 and the same trace', () => {
  test('of the toys', async () => {
    expect(await roundTrip(toys, 'check one-lock')).toBe(9)
    expect(await roundTrip(toys, 'check one-lock --set cores=3')).toBeGreaterThan(9)
    expect(await roundTrip(toys, 'check one-lock --set release=twice --design racing')).toBeGreaterThan(0)
  })

  test('of the unmap race', async () => {
    expect(await roundTrip(registry, 'check unmap-shootdown --design snapshot')).toBeGreaterThan(0)
  })
})

describe('replay', () => {
  test('tells the design, the trace, which properties fail, and what they see', async () => {
    const { code, out, err } = await capture(['replay', await stringIn('racing')])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^one-lock, racing\n {2}step {2}cpu0 {2}cpu1\n/)
    expect(out).toContain('cannot be taken: a receiver has no edge for RELEASE')
    expect(out).toContain(
      'fails after step 6: two cores are never inside together(cpu0,cpu1)\n  where one = inside, other = inside\n',
    )
    expect(out).toContain('fails after step 8: core.leave(cpu1)')
  })

  test('names the knobs that differ from the design', async () => {
    const line = await capture('check one-lock --design racing --set cores=3 --json')
    const { out } = await capture(['replay', (JSON.parse(line.out) as { replay: string }).replay])
    expect(out).toMatch(/^one-lock, racing\+cores=3\n/)
  })

  test('exits with 1 where no property fails', async () => {
    const choice = choiceOf(lockScenario, 'atomic', 'small')
    const semantics = new Semantics(systemOf(choice))
    const stringOf = (...stem: number[]): string => replayStringOf(choice, semantics, { stem, cycle: [] })
    expect(await capture(['replay', stringOf()])).toEqual({
      code: 1,
      out: 'one-lock, atomic\n  (the initial state)\nno property fails on this run\n',
      err: '',
    })
    const { code, out } = await capture(['replay', stringOf(0, 2)])
    expect(code).toBe(1)
    expect(out).toContain('core.cpu0: wanting -> inside\nno property fails on this run\n')
  })
})

describe('replay --interactive', () => {
  const session = async (design: string, ...lines: string[]) =>
    capture(['replay', await stringIn(design), '--interactive'], { lines })

  test('goes forward and back, and to any step', async () => {
    const { code, out } = await session('forgetful', '', 'f', 'b', 'go 4', 'forward', 'go 0', 'back')
    expect(code).toBe(0)
    expect(out).toBe(`\
one-lock, forgetful
4 steps; 'help' lists the commands
step  cpu0  cpu1
   1  *     |     cpu0: core.want(cpu0)
      |     |       core.cpu0: outside -> wanting
   2  |     *     cpu1: core.want(cpu1)
      |     |       core.cpu1: outside -> wanting
back after step 1
   1  *     |     cpu0: core.want(cpu0)
      |     |       core.cpu0: outside -> wanting
   4  *     |     cpu0: core.leave(cpu0)
      |     |       litebox/src/toy.rs: enter
      |     |       core.cpu0: inside -> left
the run ends here
in the initial state
this is the initial state
fails after step 4: no deadlock
`)
  })

  test('lists the enabled steps, and of the others the conjuncts that fail', async () => {
    const { out } = await session('unexpected', 'go 2', 'enabled', 'd core', 'd seize', 'd nothing')
    expect(out).toContain(`\
  cpu0: core.look(cpu0)  <- the next of this run
  cpu1: core.look(cpu1)
`)
    expect(out).toContain(`\
step              conjuncts that fail
core.want(cpu0)   outside
core.want(cpu1)   outside
core.seize(cpu0)  looked
core.seize(cpu1)  looked
core.leave(cpu0)  inside
core.leave(cpu1)  inside
`)
    expect(out).toContain("no disabled step has 'nothing' in its label\n")
  })

  test('lists every conjunct that fails, and what a step waits for', async () => {
    expect((await session('unexpected', 'go 5', 'd look(cpu0)')).out).toContain('core.look(cpu0)  wanting, free\n')
    expect((await session('forgetful', 'go 4', 'd acquire(cpu1)')).out).toContain(
      'core.acquire(cpu1)  it waits for a receiver that is deaf to ACQUIRE (core = wanting, lock = held { owner: cpu0 })\n',
    )
  })

  test('goes round a lasso, and meets the step that cannot be taken', async () => {
    expect((await session('spinning', 'go 4', 'f')).out).toContain(
      'the cycle begins again\n   4  *     |     cpu0: core.spin(cpu0)\n',
    )
    expect((await session('twofold', 'go 3', 'f')).out).toContain('cannot be taken: a receiver has no edge for RELEASE')
  })

  test('prints every cell, and its commands', async () => {
    const { out } = await session('forgetful', 's', 'help')
    expect(out).toContain('cell       local state\nlock       free { owner: nobody }\ncore.cpu0  outside\ncore.cpu1  outside\n')
    expect(out).toContain('disabled, d [text]')
  })

  test('names the nearest command, and goes on', async () => {
    const { code, out } = await session('forgetful', 'bakc', 'go far', 'go 5', 'q', 'f')
    expect(code).toBe(0)
    expect(out).toContain("'bakc' is no command; did you mean 'back'?")
    expect(out).toContain(
      "'go' takes a number from 0 to 4, not 'far'\n'go' takes a number from 0 to 4, not '5'\nfails after step 4",
    )
  })

  test('shows where it stands on a terminal', async () => {
    const { out } = await capture(['replay', await stringIn('forgetful'), '--interactive'], { lines: ['f'], terminal: true })
    expect(out).toContain('0/4> ')
    expect(out).toContain('1/4> ')
  })
})
