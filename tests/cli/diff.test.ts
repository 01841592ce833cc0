import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scenarios } from '../../scenarios/index.ts'
import { capture } from './capture.ts'

describe('two designs', () => {
  test('differ by the properties that are lost', async () => {
    const { code, out, err } = await capture('diff one-lock:atomic one-lock:racing')
    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(out).toContain('one-lock:atomic -> one-lock:racing\n')
    expect(out).toContain('lost: two cores are never inside together (violated in 6)\n')
    expect(out).toContain('lost: every event is handled (unhandled in 8)\n')
  })

  test('differ by the properties that are gained, by states and by behaviours', async () => {
    const { code, out } = await capture('diff unmap-shootdown:hypercall-repaired unmap-shootdown:free-after-flush', { scenarios })
    expect(code).toBe(0)
    expect(out).toContain('gained: a freed frame is cached by no other core\n')
    expect(out).toMatch(/hypercall-repaired +violated +5,526/)
    expect(out).toMatch(/free-after-flush +holds +1,504/)
    expect(out).toContain('removes behaviours, by the steps of ')
  })

  test('have the same behaviours where only what is hidden differs', async () => {
    const { out } = await capture('diff one-lock:atomic one-lock:atomic')
    expect(out).toContain('every property that both are asked answers alike')
    expect(out).toContain('both have the same behaviours, by the steps of 3 rules')
  })

  test('are compared by the steps of the rules that are named', async () => {
    const { out } = await capture('diff one-lock:atomic one-lock:racing --visible core.leave --json')
    const { behaviours } = JSON.parse(out)
    expect(behaviours).toMatchObject({ rules: ['core.leave'], removed: { kind: 'included' } })
    expect(behaviours.added).toEqual({ kind: 'included' })
  })

  test('say which steps are newly dead and newly alive', async () => {
    const { difference: _, ...line } = JSON.parse((await capture('diff one-lock:atomic one-lock:forgetful --json')).out)
    expect(line).toMatchObject({ dead: [], alive: [] })
    const { out } = await capture('diff one-lock:atomic one-lock:shy')
    expect(out).toContain('steps newly dead: core.leave(cpu0), core.leave(cpu1)')
    expect((await capture('diff one-lock:shy one-lock:atomic')).out).toContain(
      'steps newly alive: core.leave(cpu0), core.leave(cpu1)',
    )
  })

  test('are not decided by half a search', async () => {
    const { code, out } = await capture('diff one-lock:atomic one-lock:atomic --max-states 3')
    expect(code).toBe(3)
    expect(out).toContain('bounded (not in full)')
    expect(out).not.toContain('behaviours')
  })
})

describe('saved results', () => {
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'litebox-model-diff-'))
    const { out } = await capture('check one-lock --json')
    writeFileSync(join(folder, 'saved.jsonl'), out)
    writeFileSync(
      join(folder, 'better.jsonl'),
      out
        .replace('"verdict":"violated"', '"verdict":"holds"')
        .replaceAll('"verdict":"deadlock","steps"', '"verdict":"holds","steps"'),
    )
    writeFileSync(join(folder, 'broken.jsonl'), `${out}{\n`)
    writeFileSync(join(folder, 'other.jsonl'), '{"scenario":"one-lock"}\n')
    writeFileSync(join(folder, 'empty.jsonl'), '\n')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const diff = (line: string) =>
    capture(['diff', ...line.split(' ').map((word) => (word.endsWith('.jsonl') ? join(folder, word) : word))])

  test("are compared with today's, line by line", async () => {
    const { code, out, err } = await diff('saved.jsonl')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.match(/answers alike/g)).toHaveLength(7)
    expect(out).toContain('one-lock:racing, as saved -> one-lock:racing\n')
  })

  test('are compared with one design of today', async () => {
    const { code, out } = await diff('saved.jsonl one-lock:racing')
    expect(code).toBe(0)
    expect(out).toContain('one-lock:racing, as saved -> one-lock:racing\n')
  })

  test('are compared with each other', async () => {
    const { code, out } = await diff('better.jsonl saved.jsonl')
    expect(code).toBe(1)
    expect(out).toContain('lost: no deadlock (deadlock in ')
  })

  for (const [line, says] of [
    ['broken.jsonl', "broken.jsonl', line 8 is no JSON; save what 'check --json' prints"],
    ['other.jsonl', "other.jsonl', line 1 is no result of a check"],
    ['empty.jsonl', "empty.jsonl' holds no result"],
    ['saved.jsonl counters:plain', "holds no result of 'counters:plain'"],
    ['one-lock:atomic saved.jsonl', 'a saved result comes first'],
    ['one-lock:atomic', "'one-lock:atomic' is compared with nothing"],
    ['one-lock one-lock:atomic', "'one-lock' is neither a file nor a design; write scenario:design, such as 'one-lock:atomic'"],
    ['one-lok:atomic one-lock:atomic', "'one-lok' is no scenario; did you mean 'one-lock'?"],
    ['one-lock:atomik one-lock:atomic', "'atomik' is no design of scenario 'one-lock'; did you mean 'atomic'?"],
    ['one-lock:atomic one-lock:racing --visible core.leaf', "'--visible core.leaf' is no rule of either side"],
  ] as const)
    test(`are refused in one line: ${line}`, async () => {
      const { code, out, err } = await diff(line)
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toMatch(/^litebox-model: [^\n]+\n$/)
      expect(err).toContain(says)
    })
})
