import { finalWhen, type Scenario, scenario, system, weak } from '../checker/index.ts'
import { shmRules } from '../model/shim/shared-memory-rules.ts'
import { cellsOf, shmWorld } from '../model/shim/shared-memory-world.ts'
import { claims, registrationProperties } from '../properties/shared-memory.ts'

const snapshot = {
  walk: 'unbounded',
  short: 'accepted',
  size: 'allocated',
  fetch: 'once',
  nodes: 'writable',
} as const
const mended = { walk: 'visited', short: 'refused', size: 'capped', fetch: 'once', nodes: 'frozen-counted' } as const

export const sharedMemoryRegistration: Scenario = scenario({
  name: 'shared-memory-registration',
  story:
    'VTL0 registers memory with a list of pages that it goes on writing to, on two cores at once (`full`). Does every call come ' +
    'back? Does VTL1 go by what it has checked? The list has two nodes of one page each. Left out: whether the pages are ' +
    "VTL0's to share, which is asked at every use (`physical-pointer`).",
  knobs: {
    walk: ['unbounded', 'visited', 'hops'],
    short: ['accepted', 'refused'],
    size: ['allocated', 'capped'],
    fetch: ['once', 'twice'],
    nodes: ['writable', 'frozen', 'frozen-counted'],
    calls: [1, 2],
    cores: [1, 2, 3],
  },
  sizes: { small: { cores: 1, calls: 2 }, full: { cores: 2, calls: 1 } },
  designs: {
    snapshot: {
      story:
        'The walk ends with as many pages as were declared, or with a link of zero. A node that names no page and links to ' +
        'itself is neither, and the core never comes back. The declared size is allocated before the first node is read: ' +
        'one that no heap has is a panic. The nodes are read one after the other, so that what is registered need not be a ' +
        'list that VTL0 ever had; a list that ends early is registered as it is, which a use finds out. The message ' +
        'itself is copied once.',
      knobs: snapshot,
      bugs: ['LB-24'],
      expect: {
        small: {
          verdict: 'violated',
          states: 3008,
          violations: { [claims.returns]: 5, [claims.atOnce]: 6, [claims.complete]: 6, [claims.noPanic]: 3 },
        },
        full: {
          verdict: 'violated',
          states: 16_544,
          violations: { [claims.returns]: 5, [claims.atOnce]: 6, [claims.complete]: 6, [claims.noPanic]: 3 },
        },
      },
    },
    'walk-visited': {
      story: 'A walk that comes to a node for the second time is refused (pull request 837): every call returns.',
      knobs: { ...snapshot, walk: 'visited' },
      bugs: ['LB-24'],
      expect: {
        small: {
          verdict: 'violated',
          states: 3328,
          violations: { [claims.atOnce]: 6, [claims.complete]: 6, [claims.noPanic]: 3 },
        },
        full: {
          verdict: 'violated',
          states: 17_168,
          violations: { [claims.atOnce]: 6, [claims.complete]: 6, [claims.noPanic]: 3 },
        },
      },
    },
    'walk-hops': {
      story: 'A walk of more nodes than pages were declared is refused, as in later sources: every call returns.',
      knobs: { ...snapshot, walk: 'hops' },
      bugs: ['LB-24'],
      expect: {
        small: {
          verdict: 'violated',
          states: 3456,
          violations: { [claims.atOnce]: 6, [claims.complete]: 6, [claims.noPanic]: 3 },
        },
        full: {
          verdict: 'violated',
          states: 18_240,
          violations: { [claims.atOnce]: 6, [claims.complete]: 6, [claims.noPanic]: 3 },
        },
      },
    },
    'fetched-twice': {
      story:
        'All that is mended in `mended`, with a size that is checked where it is, and read again: what the copy of the ' +
        'message is for. The cap is passed by a small size, and a huge one allocated.',
      knobs: { ...mended, fetch: 'twice' },
      expect: {
        small: { verdict: 'violated', states: 7088, violations: { [claims.checked]: 3, [claims.noPanic]: 3 } },
        full: { verdict: 'violated', states: 64_384, violations: { [claims.checked]: 3, [claims.noPanic]: 3 } },
      },
    },
    frozen: {
      story:
        'VTL1 takes the nodes from VTL0 for the time of the walk, as nothing in the source does. With two walks of one list ' +
        'the end of the first gives back what the second still reads (`full`).',
      knobs: { ...mended, nodes: 'frozen' },
      expect: {
        small: { verdict: 'holds', states: 3792, asleep: ['shm.allocateInVain'] },
        full: { verdict: 'violated', states: 31_336, violations: { [claims.atOnce]: 13 }, asleep: ['shm.allocateInVain'] },
      },
    },
    mended: {
      story:
        'A visited set, a cap on sizes, short lists refused, and nodes that are frozen as long as any core walks them. The ' +
        'faulty twins are all of the above.',
      knobs: mended,
      bugs: ['LB-24'],
      expect: {
        small: { verdict: 'holds', states: 3792, asleep: ['shm.allocateInVain'] },
        full: { verdict: 'holds', states: 20_936, asleep: ['shm.allocateInVain'] },
      },
    },
  },
  build: ({ calls, cores: count, ...design }) => {
    const world = shmWorld({ ...design, uses: 'cloned', asks: 'registrations', cores: count, calls })
    const { cores, call } = world
    return system({
      cells: cellsOf(world),
      rules: shmRules(world),
      properties: registrationProperties(world),
      // VTL0 is under no obligation; a core in VTL1 goes on with its call.
      fairness: cores.map((actor) => weak({ actor })),
      final: finalWhen(
        { core: cores },
        { reads: ({ core }) => ({ call: call(core) }), holds: ({ call }) => call.value !== 'underWay' },
      ),
      interchangeable: { core: cores },
    })
  },
})
