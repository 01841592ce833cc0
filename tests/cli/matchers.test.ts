import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import '../../cli/vitest/index.ts'
import { checkDesign, checkSystem, choiceOf } from '../../checker/index.ts'
import { propertyMatchers } from '../../cli/vitest/index.ts'
import { capture } from './capture.ts'
import { lockScenario } from './toy.ts'

const exclusion = 'two cores are never inside together'
const design = (name: string) => choiceOf(lockScenario, name, 'small')

describe('the matchers pass', () => {
  test('on a choice, an answer, a system and its answer', () => {
    expect(design('atomic')).toHold()
    expect(checkDesign(design('atomic'))).toHold()
    const system = lockScenario.build(design('atomic').knobs)
    expect(system).toHold(exclusion)
    expect(checkSystem(system)).toHold()
  })

  test('on violations, with their lengths or without', () => {
    expect(design('racing')).toBeViolated(exclusion)
    expect(design('racing')).toBeViolated(exclusion, { steps: 6 })
    expect(design('racing')).toBeViolated('no deadlock', { steps: 7 })
    expect(design('racing')).not.toBeViolated(exclusion, { steps: 5 })
    expect(design('racing')).not.toHold()
    expect(design('racing')).toHold('a core is inside')
  })

  test('on designs that answer as expected', () => {
    for (const name of ['atomic', 'racing', 'forgetful', 'shy', 'twofold', 'spinning']) expect(design(name)).toMeetExpectations()
  })
})

describe('a failing expectation', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'litebox-model-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const matchers = () => propertyMatchers({ regressions: folder })

  test('tells the property, the trace, the source symbols, how to replay it, and leaves the run behind', async () => {
    const { pass, message } = matchers().toHold.call({}, design('racing'), exclusion)
    expect(pass).toBe(false)
    const lines = message().split('\n')
    expect(lines[0]).toBe(`one-lock, racing: '${exclusion}' is violated in 6 steps; expected to hold`)
    expect(message()).toContain('litebox/src/toy.rs: enter')
    expect(message()).toMatch(/6 {2}\| {5}\* {5}cpu1: core\.seize\(cpu1\)/)
    const [file] = readdirSync(folder)
    expect(lines.at(-1)).toBe(`saved: ${join(folder, file!)}`)
    const replay = /^replay: npx litebox-model (.*)$/m.exec(message())![1]!
    const replayed = await capture(replay)
    expect(replayed.code).toBe(0)
    expect((await capture(['replay', join(folder, file!)])).out).toBe(replayed.out)
    expect(readFileSync(join(folder, file!), 'utf8')).toContain(
      `# one-lock, racing: '${exclusion}' is violated in 6 steps; expected to hold\n# npx litebox-model replay ${join(folder, file!)}\n`,
    )
  })

  test('leaves the same file however often it fails', () => {
    matchers().toHold.call({}, design('racing'), exclusion)
    const [file] = readdirSync(folder)
    const first = readFileSync(join(folder, file!), 'utf8')
    matchers().toHold.call({}, design('racing'), exclusion)
    expect(readdirSync(folder)).toEqual([file])
    expect(readFileSync(join(folder, file!), 'utf8')).toBe(first)
  })

  test('leaves nothing where the failure was wished for, or where there is no run', () => {
    expect(matchers().toHold.call({ isNot: true }, design('racing')).pass).toBe(false)
    expect(matchers().toHold.call({}, design('shy')).message()).toContain('unwitnessed in 4 states; expected to hold')
    expect(matchers().toBeViolated.call({}, design('atomic'), exclusion).message()).toBe(
      `one-lock, atomic: '${exclusion}' holds; expected to fail`,
    )
    expect(readdirSync(folder)).toEqual([])
  })

  test('tells every property that fails where all were to hold', () => {
    const { message } = matchers().toHold.call({}, design('racing'))
    for (const property of [exclusion, 'no deadlock', 'every event is handled']) expect(message()).toContain(`steps: ${property}`)
    expect(readdirSync(folder)).toHaveLength(3)
  })

  test('tells another length, and every difference from an expectation', () => {
    expect(matchers().toBeViolated.call({}, design('racing'), exclusion, { steps: 5 }).message()).toContain(
      'is violated in 6 steps; expected to fail in 5 steps\n',
    )
    const { racing } = lockScenario.designs
    const wrong = {
      ...lockScenario,
      designs: { racing: { ...racing!, expect: { small: { verdict: 'holds', states: 9 } } } },
    } as const
    const { pass, message } = matchers().toMeetExpectations.call({}, choiceOf(wrong, 'racing', 'small'))
    expect(pass).toBe(false)
    expect(message().split('\n')[0]).toContain('verdict: expected holds, found unhandled')
    expect(message()).toContain('states: expected 9, found 28')
  })

  test('never passes an unfinished search', () => {
    const cut = checkDesign(design('atomic'), { states: 3 })
    expect(matchers().toHold.call({}, cut).message()).toContain('bounded (states) in 3 states; expected to hold')
    expect(matchers().toHold.call({}, cut, exclusion).message()).toContain('is bounded; expected to hold')
    expect(matchers().toMeetExpectations.call({}, cut).pass).toBe(false)
  })

  test('refuses what it cannot be asked', () => {
    expect(() => matchers().toHold.call({}, design('atomic'), 'two cores are never outside')).toThrow(
      `did you mean '${exclusion}'`,
    )
    const takes = "expect(...) takes what 'choiceOf', 'checkDesign', 'system' or 'checkSystem' gives back, not "
    for (const [given, told] of [
      [7, '7'],
      [null, 'null'],
      [lockScenario, "scenario 'one-lock'; choose a design of it with 'choiceOf'"],
      [{ differences: [] }, 'a plain object'],
      [Promise.resolve(design('atomic')), 'an object of class Promise'],
    ] as const)
      for (const matcher of ['toHold', 'toBeViolated', 'toMeetExpectations'] as const)
        expect(() => matchers()[matcher].call({}, given, exclusion)).toThrow(`${takes}${told}`)
    for (const name of [undefined, 6])
      expect(() => matchers().toBeViolated.call({}, design('racing'), name as never)).toThrow(
        `the matcher takes the name of a property of one-lock, racing, such as '${exclusion}', not ${name}`,
      )
    expect(() => matchers().toMeetExpectations.call({}, design('unexpected'))).toThrow('one-lock, unexpected has no expectation')
  })
})
