import { describe, expect, test } from 'vitest'
import { choiceOf, type System } from '../../checker/index.ts'
import { nursery } from '../../checker/mutate/judge.ts'
import { mutate } from '../../checker/mutate/scenario.ts'
import { fits, scoreOf } from '../../checker/mutate/score.ts'
import { explorePlainly } from '../../checker/reference.ts'
import { builtIn } from '../../checker/verdict.ts'
import { scenarios } from '../../scenarios/index.ts'
import { lockScenario } from '../cli/toy.ts'
import { slice } from '../lane.ts'

const named = (name: string) => scenarios.find((one) => one.name === name)!
const systemOf = (name: string, design: string): System => {
  const scenario = [...scenarios, lockScenario].find((one) => one.name === name)!
  return scenario.build(choiceOf(scenario, design, 'small').knobs)
}
const fatesOf = (system: System, states?: number) => {
  const { mutants, judge } = nursery(system, states)
  return new Map(mutants.map((mutant) => [mutant.name, judge(mutant)]))
}

describe('the mutants of a lock that holds', () => {
  const fates = fatesOf(systemOf('one-lock', 'atomic'))

  test('have stable names, by what was dropped', () => {
    expect([...fates.keys()]).toEqual([
      'guard core.want/outside',
      'guard core.acquire/wanting',
      'guard core.leave/inside',
      'receiver core.acquire/core',
      'receiver core.acquire/lock',
      'receiver core.leave/core',
      'receiver core.leave/lock',
      'deaf lock',
      'never core.want',
      'never core.acquire',
      'never core.leave',
    ])
  })

  test('are killed by the claims that they break', () => {
    expect(fates.get('deaf lock')).toMatchObject({ fate: 'killed', killers: ['two cores are never inside together'] })
    expect(fates.get('receiver core.leave/lock')!.killers).toContain(builtIn.deadlock)
    expect(fates.get('receiver core.acquire/lock')!.killers).toContain(builtIn.unhandled)
  })
})

describe('the mutants of two programs', () => {
  const system = systemOf('vmap-reuse', 'rollback-flushed')
  const limit = 2000
  const { mutants, judge } = nursery(system, limit)

  test('are searched as the naive explorer searches them', () => {
    for (const mutant of slice(mutants, 200)) {
      const { name, system } = mutant
      const found = judge(mutant)
      // Some mutants count for ever.
      if (found.fate !== 'invalid' && found.states < limit)
        expect([name, found.states]).toEqual([name, explorePlainly(system).states])
    }
  })

  test('swap two steps by their effects, and leave their places', () => {
    const swap = mutants.find(({ name }) => name === 'swap vmap.undo vmap.flushUndone')!
    expect(judge(swap).killers).toContain('a copy reads only the frames of its own mapping')
  })

  test('are equivalent where a guard is never alone in saying no', () => {
    const fate = (name: string) => judge(mutants.find((one) => one.name === name)!).fate
    expect(fate('guard vmap.reserve/idle')).toBe('equivalent')
    expect(fate('guard copy.walk/walks')).toBe('survived')
  })
})

test('a mutant whose search a limit ended is not killed', () => {
  const fates = [...fatesOf(systemOf('one-lock', 'atomic'), 5).values()]
  for (const { fate, killers } of fates) expect(fate === 'killed').toBe(killers.length > 0)
  expect(fates.some(({ fate }) => fate === 'bounded')).toBe(true)
})

test('where the mutants of rules leave a property idle, the knobs of the design are turned one at a time', () => {
  const { designs } = mutate(named('punchthrough-entry'))
  const turned = designs.flatMap(({ judged }) => judged.filter(({ kind }) => kind === 'design'))
  expect(turned.find(({ mutant }) => mutant === 'knob values=any')).toMatchObject({
    fate: 'killed',
    killers: expect.arrayContaining(['the registers of the host never become those of the guest']),
  })
})

describe('the score', () => {
  const mutation = mutate(named('vmap-reuse'))
  const score = scoreOf(mutation, [{ scenario: 'vmap-reuse', mutant: 'guard copy.*', reason: 'because' }], Object.values(builtIn))

  test('counts what is killed of what could be', () => {
    const counted = score.outcomes.filter(({ kind, fate }) => kind === 'program' && fate !== 'equivalent' && fate !== 'invalid')
    expect(score.counted).toBe(counted.length)
    expect(score.killed).toBe(counted.filter(({ fate }) => fate === 'killed').length)
    expect(score.killed).toBeLessThan(score.counted)
  })

  test('asks a reason for each fault that survives', () => {
    const left = score.outcomes.filter(({ kind, fate }) => kind === 'program' && fate === 'survived').map(({ mutant }) => mutant)
    expect(score.unexplained).toEqual(left.filter((mutant) => !mutant.startsWith('guard copy.')))
  })

  test('names what kills nothing', () => {
    const blunt = {
      ...mutation,
      designs: mutation.designs.map((one) => ({ ...one, properties: [...one.properties, 'nothing happens'] })),
    }
    expect(scoreOf(blunt, [], []).idle).toEqual(['nothing happens'])
  })
})

test('a reason fits a mutant by its name, or by the beginning of it', () => {
  expect(['guard a.b/c', 'guard a.*', 'guard a.b'].map((pattern) => fits(pattern, 'guard a.b/c'))).toEqual([true, true, false])
})
