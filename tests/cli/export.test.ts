import { describe, expect, test } from 'vitest'
import { explorePlainly } from '../../checker/index.ts'
import { scenarios } from '../../scenarios/index.ts'
import { capture } from './capture.ts'
import { lockScenario } from './toy.ts'

const exported = async (line: string, situation: Parameters<typeof capture>[1] = {}): Promise<string> => {
  const { code, out, err } = await capture(`export ${line}`, situation)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return out
}

const plain = explorePlainly(lockScenario.build({ acquire: 'atomic', release: 'once', cores: 2 }))

/** The statements of a DOT graph, by its grammar: quoted or plain identifiers, and attributes in brackets. */
function parseDot(text: string): {
  nodes: Map<string, Map<string, string>>
  edges: { from: string; to: string; label: string | undefined }[]
} {
  const tokens = [...text.matchAll(/"((?:[^"\\]|\\.)*)"|(->)|([{}[\];,=])|([A-Za-z0-9_.]+)|(\s+)|(.)/gs)].filter(
    ([, , , , , space]) => space === undefined,
  )
  for (const [all, , , , , , stray] of tokens) expect(stray, `'${all}' is no DOT`).toBeUndefined()
  let at = 0
  const next = (): string => tokens[at++]?.[0] ?? ''
  const value = (): string => {
    const [all, quoted] = tokens[at++]!
    return quoted ?? all
  }
  const expectNext = (wanted: string): void => expect(next()).toBe(wanted)
  const attributes = (): Map<string, string> => {
    const found = new Map<string, string>()
    if (tokens[at]?.[0] !== '[') return found
    for (let token = next(); token !== ']'; token = next()) {
      const name = value()
      expectNext('=')
      found.set(name, value())
      expect([',', ']']).toContain(tokens[at]?.[0])
    }
    return found
  }
  const nodes = new Map<string, Map<string, string>>()
  const edges: { from: string; to: string; label: string | undefined }[] = []
  expectNext('digraph')
  value()
  expectNext('{')
  while (tokens[at]?.[0] !== '}') {
    const from = value()
    if (tokens[at]?.[0] === '->') {
      at++
      const to = value()
      edges.push({ from, to, label: attributes().get('label') })
    } else nodes.set(from, attributes())
    expectNext(';')
  }
  at++
  expect(at).toBe(tokens.length)
  return { nodes, edges }
}

describe('a state graph', () => {
  test('is DOT, with a node for each state and an edge for each step', async () => {
    const { nodes, edges } = parseDot(await exported('one-lock --design atomic --format dot'))
    expect(nodes.size).toBe(plain.states + 1)
    expect(edges).toHaveLength(plain.transitions + 1)
    for (const { from, to } of edges) expect(nodes.has(from) && nodes.has(to)).toBe(true)
    expect(nodes.get('0')!.get('tooltip')).toBe('lock: free { owner: nobody }\\ncore.cpu0: outside\\ncore.cpu1: outside')
  })

  test('is Aldebaran, whose head counts what follows', async () => {
    const [head, ...lines] = (await exported('one-lock --design atomic --format aut')).trimEnd().split('\n')
    expect(head).toBe(`des (0, ${plain.transitions}, ${plain.states})`)
    expect(lines).toHaveLength(plain.transitions)
    for (const line of lines) {
      const [, from, , to] = /^\((\d+), "((?:[^"\\]|\\.)+)", (\d+)\)$/.exec(line)!
      expect(Math.max(Number(from), Number(to))).toBeLessThan(plain.states)
    }
  })

  test('is a Mermaid state diagram', async () => {
    const [head, ...lines] = (await exported('one-lock --design atomic --format mermaid')).trimEnd().split('\n')
    expect(head).toBe('stateDiagram-v2')
    for (const line of lines) expect(line).toMatch(/^ {2}(\[\*\]|s\d+) --> (\[\*\]|s\d+)( : [^:;#]+)?$/)
    expect(lines.filter((line) => line.includes(' : '))).toHaveLength(plain.transitions)
  })

  test('is refused where it is too large to look at, unless that is asked for', async () => {
    const { code, out, err } = await capture('export unmap-shootdown --design free-after-flush --format dot', { scenarios })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(
      /^litebox-model: unmap-shootdown, free-after-flush has more than 300 states, too many to look at; [^\n]+\n$/,
    )
    const { nodes } = parseDot(
      await exported('unmap-shootdown --design free-after-flush --set pages=1 --format dot --max-states 2000', { scenarios }),
    )
    expect(nodes.size).toBeGreaterThan(100)
  })

  test('is as large as it is where programs read it', async () => {
    expect(await exported('unmap-shootdown --design free-after-flush --format aut', { scenarios })).toMatch(
      /^des \(0, \d+, 1504\)\n/,
    )
  })
})

interface Found {
  readonly name: string
  readonly replay: string
  readonly steps: readonly string[]
  readonly lasso: { readonly stem: readonly string[] } | null
}
const replayOf = async (line: string, among = scenarios): Promise<Found & { readonly properties: readonly Found[] }> =>
  JSON.parse((await capture(`check ${line} --json`, { scenarios: among })).out)

describe('a run', () => {
  test('is an ITF trace, with a value of each variable in each state', async () => {
    const { replay, steps } = await replayOf('unmap-shootdown --design snapshot')
    const trace = JSON.parse(await exported(`${replay} --format itf`, { scenarios }))
    expect(trace['#meta'].format).toBe('ITF')
    expect(trace.loop).toBeUndefined()
    expect(trace.states.map((state: Record<string, unknown>) => state['mbt::actionTaken'])).toEqual(['init', ...steps])
    for (const [index, state] of trace.states.entries()) {
      expect(state['#meta']).toEqual({ index })
      expect(Object.keys(state).toSorted()).toEqual(['#meta', ...trace.vars].toSorted())
      for (const name of trace.vars) expectExpression(state[name])
    }
  })

  test('is an ITF trace with a loop where it is a lasso', async () => {
    const { replay, steps, lasso } = await replayOf('one-lock --design spinning', [lockScenario])
    const trace = JSON.parse(await exported(`${replay} --format itf`))
    expect(trace.loop).toBe(lasso!.stem.length)
    expect(trace.states).toHaveLength(steps.length)
  })

  test('is a ShiViz log whose clocks are vector clocks', async () => {
    const { properties } = await replayOf('unmap-shootdown --design snapshot')
    const { replay, steps } = properties.find(({ name }) => name.startsWith('a frame owned by the Rust heap'))!
    const [pattern, delimiter, ...lines] = (await exported(`${replay} --format shiviz`, { scenarios })).trimEnd().split('\n')
    expect(delimiter).toBe('')
    const events = [...lines.join('\n').matchAll(new RegExp(pattern!, 'g'))]
    expect(events.map(({ groups }) => groups!.event!.split('; ')[0])).toEqual(steps)
    const latest = new Map<string, Record<string, number>>()
    for (const { groups } of events) {
      const clock = JSON.parse(groups!.clock!) as Record<string, number>
      const before = latest.get(groups!.host!) ?? {}
      expect(clock[groups!.host!]).toBe((before[groups!.host!] ?? 0) + 1)
      for (const [other, count] of Object.entries(clock)) {
        expect(count).toBeGreaterThanOrEqual(before[other] ?? 0)
        if (other !== groups!.host) expect(count).toBeLessThanOrEqual(latest.get(other)?.[other] ?? 0)
      }
      latest.set(groups!.host!, clock)
    }
    // The heap has the frame from the core that freed it; the core with the stale translation has heard of neither.
    expect(Object.keys(latest.get('heap')!).toSorted()).toEqual(['cpu0', 'heap'])
    expect(Object.keys(latest.get('cpu1')!)).toEqual(['cpu1'])
  })

  test('is a Mermaid sequence diagram, a lasso with a loop', async () => {
    const { replay } = await replayOf('one-lock --design spinning', [lockScenario])
    const [head, ...lines] = (await exported(`${replay} --format mermaid`)).trimEnd().split('\n')
    expect(head).toBe('sequenceDiagram')
    for (const line of lines) expect(line).toMatch(/^ {2,4}(participant a\d+ as \S+|a\d+--?>>a\d+: [^;]+|loop for ever|end)$/)
    expect(lines.map((line) => line.trim())).toContain('loop for ever')
  })
})

/** What ITF allows as a value. */
function expectExpression(value: unknown): void {
  if (typeof value === 'boolean' || typeof value === 'string') return
  expect(typeof value === 'object' && value !== null, JSON.stringify(value)).toBe(true)
  if (Array.isArray(value)) value.forEach(expectExpression)
  else if ('#bigint' in (value as object)) expect((value as { '#bigint': string })['#bigint']).toMatch(/^-?\d+$/)
  else if (!('#unserializable' in (value as object))) Object.values(value as object).forEach(expectExpression)
}

for (const [line, says] of [
  ['export --format dot', "missing required argument 'scenario or replay string'"],
  ['export one-lock', "option '--format <format>' is needed: one of dot, aut, itf, mermaid, shiviz"],
  ['export one-lock --format doot', "'doot' is no format; did you mean 'dot'? (one of: dot, aut, itf, mermaid, shiviz)"],
  ['export one-lock --format itf', "'itf' holds one run: give a replay string, which 'check one-lock' prints"],
  ['export one-lok --format dot', "'one-lok' is no scenario; did you mean 'one-lock'?"],
  ['export lb1.nonsense --format itf', 'a replay string has five parts'],
  ['export lb1.one-lock.atomic.0.a --format itf --design atomic', 'a replay string holds its design'],
  ['export lb1.one-lock.atomic.0.a --format itf --max-states 9', "'--max-states' is for the graph of a scenario; leave it out"],
  ['export counters --design throwing --format dot', 'the guard fell over'],
] as const)
  test(`export refuses in one line: ${line}`, async () => {
    const { code, out, err } = await capture(line)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^litebox-model: [^\n]+\n$/)
    expect(err).toContain(says)
  })

test('export refuses to draw a run as a graph', async () => {
  const { replay } = await replayOf('one-lock --design racing', [lockScenario])
  expect((await capture(`export ${replay} --format dot`)).err).toContain("'dot' draws state graphs, and this is a run")
})
