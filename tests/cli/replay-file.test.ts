import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkDesign, choiceOf, type Scenario } from '../../checker/index.ts'
import { parseSavedReplay, savedReplayName, savedReplayOf, savedReplayText } from '../../checker/replay/saved.ts'
import { saveRegression } from '../../cli/regressions.ts'
import { replayRegression } from '../../cli/vitest/index.ts'
import { capture } from './capture.ts'
import { lockScenario, toys } from './toy.ts'
import { withGuard, withRules } from './variants.ts'

const exclusion = 'two cores are never inside together'
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'litebox-model-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Saves the counterexample of a property of a toy's design. */
function saved(design: string, property: string): string {
  const result = checkDesign(choiceOf(lockScenario, design, 'small'))
  return saveRegression(folder, result.choice, result.check.properties.find(({ name }) => name === property)!, 'found by a test')
}

const reversed = withRules(lockScenario, (rules) => rules.toReversed())

describe('a saved run', () => {
  test('is read back as it was written, whatever is remarked above it', () => {
    const { choice, check } = checkDesign(choiceOf(lockScenario, 'spinning', 'small'))
    const found = check.properties.find(({ run }) => run !== undefined && run.cycle.length > 0)!
    const one = savedReplayOf(choice, found.name, found.instance, found.run!)
    expect(one.cycle.length).toBeGreaterThan(0)
    expect(parseSavedReplay(savedReplayText(one, []))).toEqual(one)
    expect(parseSavedReplay(savedReplayText(one, ['two', 'remarks']))).toEqual(one)
    expect(savedReplayName(one)).toMatch(/^one-lock-[0-9a-z]+\.replay$/)
  })

  test('replays from its file, to the trace that its string gives', async () => {
    const path = saved('racing', exclusion)
    const { code, out, err } = await capture(['replay', path])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(`fails after step 6: ${exclusion}(cpu0,cpu1)`)
    const string = /"replay": "([^"]+)"/.exec(savedTextOf('racing', exclusion))![1]!
    expect((await capture(['replay', string])).out).toBe(out)
  })

  test('exits with 1 where the property that was recorded fails no more', async () => {
    const mended: Scenario = {
      ...lockScenario,
      build: (knobs) => ({ ...lockScenario.build(knobs), instances: [] }),
    }
    const { code, out } = await capture(['replay', saved('racing', exclusion)], { scenarios: [mended] })
    expect(code).toBe(1)
    expect(out).toContain('no property fails on this run')
  })

  test('of which another property fails says so', async () => {
    const { choice, check } = checkDesign(choiceOf(lockScenario, 'racing', 'small'))
    const { run } = check.properties.find(({ name }) => name === exclusion)!
    const path = saveRegression(
      folder,
      choice,
      { ...check.properties.find(({ name }) => name === 'no deadlock')!, run },
      'a test',
    )
    const { code, out } = await capture(['replay', path])
    expect(code).toBe(1)
    expect(out).toContain(`the property that was recorded does not fail: no deadlock`)
  })

  test('is replayed by its labels where indices have shifted, and that is said', async () => {
    const path = saved('racing', exclusion)
    const { code, out } = await capture(['replay', path], { scenarios: [reversed] })
    expect(code).toBe(0)
    expect(out).toContain('replayed by its labels, as its replay string does not fit: step ')
    expect(out).toContain(`fails after step 6: ${exclusion}(cpu0,cpu1)`)
    expect(replayRegression([reversed], path)).toMatchObject({ outcome: 'fails as expected', remarks: [/by its labels/] })
  })

  test('that no longer fits says at which step, and why', async () => {
    const forbidding = withGuard(lockScenario, 'core.seize', { lockIsFree: () => false })
    const path = saved('racing', exclusion)
    const said = 'step 5, core.seize(cpu0), no longer fits: conjunct'
    expect(await capture(['replay', path], { scenarios: [forbidding] })).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(
        /^litebox-model: [^\n]*step 5, core\.seize\(cpu0\), no longer fits: conjunct 'lockIsFree' is false[^\n]*\n$/,
      ),
    })
    expect(replayRegression([forbidding], path)).toMatchObject({ outcome: 'misfit', remarks: [expect.stringContaining(said)] })
  })

  test('whose property exists no more is stale: renaming it mends nothing', async () => {
    const renamed: Scenario = {
      ...lockScenario,
      build: (knobs) => {
        const system = lockScenario.build(knobs)
        return { ...system, properties: system.properties.map((one) => ({ ...one, name: `${one.name}, ever` })) }
      },
    }
    const path = saved('racing', exclusion)
    const said = `${path}: '${exclusion}' is no property of one-lock, racing; did you mean '${exclusion}, ever'?`
    expect(() => replayRegression([renamed], path)).toThrow(said)
    expect(await capture(['replay', path], { scenarios: [renamed] })).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining(said),
    })
  })

  test('whose step exists no more is stale, and says which', () => {
    const renamed = withRules(lockScenario, (rules) =>
      rules.map((rule) => (rule.name === 'core.seize' ? { ...rule, name: 'core.grab' } : rule)),
    )
    expect(() => replayRegression([renamed], saved('racing', exclusion))).toThrow(
      /\.replay: 'core\.seize\(cpu0\)' is no step of one-lock, racing \(step 5 of the saved run\); did you mean 'core\./,
    )
  })

  test('fails the suite only where the violation is not listed', () => {
    const path = saved('racing', exclusion)
    expect(replayRegression(toys, path).outcome).toBe('fails as expected')
    const unlisted: Scenario = {
      ...lockScenario,
      designs: { ...lockScenario.designs, racing: { ...lockScenario.designs.racing!, expect: {} } },
    }
    const { outcome, trace } = replayRegression([unlisted], path)
    expect(outcome).toBe('fails')
    expect(trace.join('\n')).toContain('core.seize(cpu0)')
  })
})

const savedTextOf = (design: string, property: string): string => {
  const { choice, check } = checkDesign(choiceOf(lockScenario, design, 'small'))
  const found = check.properties.find(({ name }) => name === property)!
  return savedReplayText(savedReplayOf(choice, found.name, found.instance, found.run!), [])
}

describe('a malformed file is refused in one line', () => {
  const broken = (change: (found: Record<string, unknown>) => void): string => {
    const found = JSON.parse(savedTextOf('racing', exclusion)) as Record<string, unknown>
    change(found)
    return JSON.stringify(found)
  }
  for (const [what, text, said] of [
    ['nothing', '', "a replay file is JSON below lines that begin with '#'; this one is not"],
    ['remarks only', '# a remark\n', "a replay file is JSON below lines that begin with '#'; this one is not"],
    ['a list', '[]', 'the JSON of a replay file is an object, not []'],
    ['a text for labels', broken((found) => (found.stem = 'a')), `'stem' of a replay file is a list of step labels, not "a"`],
    ['no property', broken((found) => delete found.property), "'property' of a replay file is a text, not undefined"],
    [
      'a number for the instance',
      broken((found) => (found.instance = 1)),
      "'instance' of a replay file is a text or null, not 1",
    ],
    ['an unknown key', broken((found) => (found.step = 1)), "'step' is no key of a replay file; did you mean 'stem'?"],
    ['a cut string', broken((found) => (found.replay = 'lb1.one-lock')), 'a replay string has five parts'],
    [
      'a property that is none',
      broken((found) => (found.property = 'none')),
      "'none' is no property of one-lock, racing; did you mean",
    ],
    ['another design', broken((found) => (found.design = 'atomic')), 'a replay file is of one design'],
    ['a label too few', broken((found) => (found.stem = [])), 'a replay file has a label for each step'],
  ] as const)
    test(what, async () => {
      const path = join(folder, 'broken.replay')
      writeFileSync(path, text)
      const { code, out, err } = await capture(['replay', path])
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toMatch(/^litebox-model: [^\n]*broken\.replay[^\n]*\n$/)
      expect(err).toContain(said)
    })

  test('a file that is not there', async () => {
    expect(await capture('replay nowhere.replay')).toEqual({
      code: 2,
      out: '',
      err: "litebox-model: there is no file 'nowhere.replay'\n",
    })
  })
})
