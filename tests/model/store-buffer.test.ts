import { expect, test } from 'vitest'
import { checkSystem, system } from '../../checker/index.ts'
import { memory } from '../../model/platform/memory-order.ts'
import { coreOf, exchange, load, type Programs, programRules, store } from '../../model/platform/memory-order-program.ts'
import { word } from '../../model/platform/shared-word.ts'
import { litmusEnding } from '../../properties/litmus.ts'
import { outcomesOf } from './outcomes.ts'

const [x, y] = [word<number>('x', 0), word<number>('y', 0)]

function world(programs: Programs, capacity: number) {
  const cores = Object.keys(programs)
  const shared = memory({ order: 'tso', cores, words: [x, y], capacity })
  return system({
    cells: [...cores.map(coreOf), ...shared.cells],
    rules: [...programRules(programs, shared), ...shared.rules],
    final: litmusEnding(programs),
    bounds: shared.bounds,
  })
}

test('a full buffer makes a store wait, and the verdict says that the bound was hit', () => {
  const twoStores = { cpu0: [store(x, 1), store(y, 1)], cpu1: [load(y, 'r0'), load(x, 'r1')] }
  const narrow = checkSystem(world(twoStores, 1))
  expect([narrow.verdict, narrow.within]).toEqual(['holds', ['storeBuffer=1']])
  const wide = checkSystem(world(twoStores, 3))
  expect([wide.verdict, wide.within]).toEqual(['holds', []])
  expect(wide.states).toBeGreaterThan(narrow.states)
})

test('a locked instruction waits until the own buffer is empty, not until that of another core is', () => {
  const programs = { cpu0: [store(x, 1), exchange(y, 1, 'r0')], cpu1: [store(x, 2), load(y, 'r1')] }
  const ordered = outcomesOf(world(programs, 2), { cpu0: 2, cpu1: 2 }, ['r1', 'x'])
  expect(ordered).toEqual(['r1=0 x=1', 'r1=0 x=2', 'r1=1 x=1', 'r1=1 x=2'])
})

test('a core sees the youngest of its own waiting stores', () => {
  const programs = { cpu0: [store(x, 1), store(x, 2), load(x, 'r0')] }
  expect(outcomesOf(world(programs, 3), { cpu0: 3 }, ['r0', 'x'])).toEqual(['r0=2 x=2'])
})

test('a core that was not declared to store has no buffer to store through', () => {
  const shared = memory({ order: 'tso', cores: ['cpu0'], words: [x] })
  expect(() => shared.storePort('cpu1', x)).toThrow(RangeError)
  expect(shared.loadPorts('cpu1', x)).toEqual([x.cell])
  expect(shared.fencePorts('cpu1')).toEqual([])
})
