import { expect, test } from 'vitest'
import { checkDesign, choiceOf } from '../../checker/index.ts'
import { shootdown } from '../../scenarios/shootdown.ts'

type Value = string | number | boolean

/** The designs whose verdict is another one when a knob that stands at `from` is turned to `to`. */
const dependingOn = (knob: string, from: Value, to: Value): readonly string[] =>
  Object.entries(shootdown.designs)
    .filter(([, { knobs }]) => knobs[knob] === from)
    .filter(([name, design]) => {
      const turned = checkDesign(choiceOf(shootdown, name, 'small', { [knob]: String(to) }))
      return turned.check.verdict !== design.expect.small!.verdict
    })
    .map(([name]) => name)

test('what an entry does to the TLB decides where nothing but the flush at entry makes a core forget', () => {
  expect(dependingOn('entryTlb', 'emptied', 'kept')).toEqual(['window-entering', 'window-entering-fenced-tso'])
})

test('store buffers decide where the mask is read without a fence and nothing else is amiss', () => {
  expect(dependingOn('memory', 'sc', 'tso')).toEqual([
    'free-after-flush',
    'window-registers-first',
    'window-registers-first-kept',
    'window-entering',
  ])
})

test('a fence decides in the same designs, and a load that is called sequentially consistent in none', () => {
  expect(dependingOn('maskOrder', 'fenced', 'seq-cst')).toEqual([
    'free-after-flush-fenced-tso',
    'refused-stop',
    'window-registers-first-fenced-tso',
    'window-registers-first-fenced-kept-tso',
    'window-registers-first-fenced-no-fast-path-tso',
    'window-entering-fenced-tso',
    'starting-at-once',
    'starting-by-boot-core',
  ])
  expect(dependingOn('maskOrder', 'relaxed', 'seq-cst')).toEqual([])
})

test('the second load of the mask decides nothing', () => {
  expect(dependingOn('fastPath', 'on', 'off')).toEqual([])
})
