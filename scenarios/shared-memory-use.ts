import { finalWhen, type Scenario, scenario, system } from '../checker/index.ts'
import { shmRules } from '../model/shim/shared-memory-rules.ts'
import { cellsOf, shmWorld } from '../model/shim/shared-memory-world.ts'
import { claims, useProperties } from '../properties/shared-memory.ts'

/** Registering has a scenario of its own. */
const rest = { walk: 'unbounded', short: 'accepted', size: 'allocated', fetch: 'once', nodes: 'writable' } as const

export const sharedMemoryUse: Scenario = scenario({
  name: 'shared-memory-use',
  story:
    'Memory that VTL0 has registered is written to by a core when its application has run, while VTL0 takes the ' +
    'registration back on another. Does the answer to that mean that nobody writes any more? Left out: reads, and a ' +
    'registration under the same reference again.',
  knobs: { uses: ['cloned', 'counted'], cores: [2, 3] },
  sizes: { small: { cores: 2 }, full: { cores: 3 } },
  designs: {
    snapshot: {
      story:
        'A call clones the list of pages before the application runs, and writes to them after it. `ShmRefMap::remove` ' +
        'knows nothing of clones: VTL0 is told that the memory is its own again, uses it for something else, and has it ' +
        'overwritten with what the application has to say.',
      knobs: { uses: 'cloned' },
      expect: {
        small: { verdict: 'violated', states: 125, violations: { [claims.taken]: 7 } },
        full: { verdict: 'violated', states: 1211, violations: { [claims.taken]: 7 } },
      },
    },
    counted: {
      story: 'A registration that is in use cannot be taken back; VTL0 has to come again. The faulty twin is `snapshot`.',
      knobs: { uses: 'counted' },
      expect: { small: { verdict: 'holds', states: 130 }, full: { verdict: 'holds', states: 1164 } },
    },
  },
  build: ({ uses, cores: count }) => {
    const world = shmWorld({ ...rest, uses, asks: 'uses', cores: count, calls: 1 })
    const { cores, call } = world
    return system({
      cells: cellsOf(world),
      rules: shmRules(world),
      properties: useProperties(world),
      final: finalWhen(
        { core: cores },
        { reads: ({ core }) => ({ call: call(core) }), holds: ({ call }) => call.value !== 'underWay' },
      ),
      interchangeable: { core: cores },
    })
  },
})
