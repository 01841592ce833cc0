import { describe, expect, test } from 'vitest'
import { createMachine } from 'xstate'
import { choiceFromText, choiceText } from '../../checker/define/assign.ts'
import { assignmentOf } from '../../checker/define/scenario.ts'
import { cell, choiceOf, InputError, rule, type Scenario, scenario, system } from '../../checker/index.ts'
import { refusal } from './one-cell.ts'

const door = cell('door', createMachine({ initial: 'open', states: { open: { on: { KNOCK: 'open' } } } }))
const knocks = rule('door.knock', {}, { actor: () => 'guest', sends: () => ({ door }) })
const built = system({ cells: [door], rules: [knocks.does({ events: () => ({ door: { type: 'KNOCK' } }) })] })

const definition = {
  name: 'unmap-race',
  story: 'Who still believes the page?',
  knobs: { cores: [1, 2, 3], free: ['before-flush', 'after-flush'], lazy: [true, false] },
  sizes: { small: { cores: 1 }, full: { cores: 3 } },
  designs: {
    snapshot: { story: 's', knobs: { lazy: false, free: 'before-flush' }, expect: {} },
    'flush-first': { story: 's', knobs: { lazy: false, free: 'after-flush' }, expect: {} },
  },
  build: () => built,
} as const

/** Defines the scenario with something changed that the compiler would not let through. */
const define = (changes: object): Scenario => scenario({ ...definition, ...changes } as typeof definition)
const original = define({})

describe('a scenario is refused', () => {
  const designs = (name: string, knobs: object) => ({ designs: { [name]: { story: 's', knobs, expect: {} } } })
  const kebab = (what: string) => `${what} must be kebab case, such as 'after-flush'`
  test.each([
    ['for its name', { name: 'unmapRace' }, kebab("scenario 'unmapRace': the name 'unmapRace'")],
    ['for an empty name', { name: '' }, kebab("scenario '': the name ''")],
    ['for a name that a replay string would split', { name: 'unmap.race' }, kebab("the name 'unmap.race'")],
    ['for the name of a knob', { knobs: { ...definition.knobs, 'a+b': [1] } }, kebab("scenario 'unmap-race': knob 'a+b'")],
    ['for the name of a knob that is a number', { knobs: { ...definition.knobs, 1: [1] } }, kebab("knob '1'")],
    ['for a value of a knob', { knobs: { ...definition.knobs, order: ['TSO'] } }, kebab("value of knob 'order' 'TSO'")],
    ['for a negative value', { knobs: { ...definition.knobs, order: [-1] } }, kebab("value of knob 'order' '-1'")],
    ['for a broken value', { knobs: { ...definition.knobs, order: [1.5] } }, kebab("value of knob 'order' '1.5'")],
    [
      'for a value that is there twice',
      { knobs: { ...definition.knobs, order: ['a', 'b', 'a'] } },
      "knob 'order' lists a value twice",
    ],
    ['for two values of one text', { knobs: { ...definition.knobs, order: [1, '1'] } }, "knob 'order' lists a value twice"],
    ['for the name of a design', designs('Snapshot', {}), kebab("design 'Snapshot'")],
    [
      'for a design that leaves a knob open',
      designs('snapshot', { lazy: false }),
      "design 'snapshot' gives knob 'free' the value 'undefined', not one of before-flush, after-flush",
    ],
    [
      'for a design with a value that does not exist',
      designs('snapshot', { lazy: false, free: 'never' }),
      "design 'snapshot' gives knob 'free' the value 'never', not one of before-flush, after-flush",
    ],
    [
      'for a design with a value of another type',
      designs('snapshot', { lazy: 'false', free: 'after-flush' }),
      "design 'snapshot' gives knob 'lazy' the value 'false', not one of true, false",
    ],
    [
      'for a size with a value that does not exist',
      { sizes: { small: { cores: 1 }, full: { cores: 4 } } },
      "design 'snapshot' gives knob 'cores' the value '4', not one of 1, 2, 3",
    ],
  ])('%s', (_, changes, message) => {
    expect(refusal(() => define(changes))).toContain(message)
  })
})

describe('the knobs of a design', () => {
  test('come in the order of the scenario, at either size', () => {
    const small = assignmentOf(original, 'snapshot', 'small')
    expect(Object.entries(small)).toEqual([
      ['cores', 1],
      ['free', 'before-flush'],
      ['lazy', false],
    ])
    expect(assignmentOf(original, 'snapshot', 'full')).toEqual({ ...small, cores: 3 })
  })

  test('may be set otherwise, and then the design is the one they are, if any', () => {
    const plain = choiceOf(original, 'snapshot', 'small')
    expect([plain.design, plain.size, choiceText(plain)]).toEqual(['snapshot', 'small', 'snapshot'])
    const mended = choiceOf(original, 'snapshot', 'small', { free: 'after-flush' })
    expect([mended.base, mended.design, choiceText(mended)]).toEqual(['snapshot', 'flush-first', 'flush-first'])
    const larger = choiceOf(original, 'snapshot', 'small', { cores: '3' })
    expect([larger.design, larger.size, choiceText(larger)]).toEqual(['snapshot', 'full', 'snapshot+cores=3'])
    const nameless = choiceOf(original, 'snapshot', 'small', { lazy: 'true' })
    expect([nameless.design, nameless.knobs.lazy, choiceText(nameless)]).toEqual([undefined, true, 'snapshot+lazy=true'])
  })

  test('are read back from what is written', () => {
    for (const design of ['snapshot', 'flush-first'])
      for (const size of ['small', 'full'] as const)
        for (const sets of [{}, { lazy: 'true' }, { cores: '2' }, { free: 'after-flush', cores: '3' }]) {
          const choice = choiceOf(original, design, size, sets)
          expect(choiceFromText(original, choiceText(choice)).knobs).toEqual(choice.knobs)
        }
  })

  test.each([
    ['a design that does not exist', 'snapshut', "'snapshut'"],
    ['a knob that does not exist', 'snapshot+core=1', "'core'"],
    ['a value that does not exist', 'snapshot+cores=9', "'9'"],
    ['a knob that is set twice', 'snapshot+cores=1+cores=2', "knob 'cores' is set twice"],
    ['a setting without a value', 'snapshot+cores', "'cores' is no setting of a knob; write knob=value"],
    ['a setting with two values', 'snapshot+cores=1=2', "'cores=1=2' is no setting of a knob; write knob=value"],
  ])('are refused for %s', (_, text, message) => {
    expect(() => choiceFromText(original, text)).toThrow(InputError)
    expect(() => choiceFromText(original, text)).toThrow(message)
  })
})
