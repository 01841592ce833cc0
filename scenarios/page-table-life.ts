import { finalWhen, type Property, type System, scenario, system } from '../checker/index.ts'
import { closing } from '../model/memory/table-closing.ts'
import { cellsOf, type TableWorld, tables, tableWorld } from '../model/memory/table-life.ts'
import type { Call, LifeDesign } from '../model/memory/table-request-plan.ts'
import { serving } from '../model/memory/table-serving.ts'
import {
  answersAreTrue,
  applicationsAreApart,
  claims,
  deletionIsRefused,
  deletionsEnd,
  foundInstancesHaveTables,
  loadedTablesLive,
  lockIsGivenBack,
  memoryIsKept,
  nobodyPanics,
  nothingLeaks,
  requestsCanEnd,
  requestsEnd,
  requestsEndEverywhere,
  tablesAreReused,
  tablesAreShared,
} from '../properties/table-life.ts'

const knobs = {
  /** What keeps a table alive that a core has loaded: see `table-request-plan.ts`. */
  lifetime: ['own-cr3', 'every-cr3', 'retained', 'dropped-early', 'last-owner-frees'],
  /** Whether a core lets go of the instance's lock before it goes back to the base table, or after. */
  unlock: ['before-base', 'after-base'],
  /** Whether an instance that was torn down says so to who gets its lock later. */
  instance: ['unmarked', 'marked-dead'],
  /** By what an instance names its page table: by its frame, which is used again, or by a number that is not. */
  identity: ['frame', 'generation'],
  /** What the second core serves; a third serves the other of the two. */
  serves: ['open', 'invoke'],
  cores: [2, 3],
} as const

interface Plan extends LifeDesign {
  readonly serves: 'open' | 'invoke'
  readonly cores: number
}

function build(plan: Plan): System {
  const others: readonly Call[] = [plan.serves, plan.serves === 'open' ? 'invoke' : 'open']
  const world = tableWorld(plan, ['close', ...others.slice(0, plan.cores - 1)])
  return system({
    cells: cellsOf(world),
    rules: [...serving(world), ...closing(world, world.cores[0]!), ...tables(world)],
    properties: propertiesOf(world),
    final: finalWhen(
      { core: world.cores },
      {
        reads: ({ core }) => ({ request: world.request(core) }),
        holds: ({ request }) => request.value === 'over' || request.value === 'panicked',
      },
    ),
  })
}

const propertiesOf = (world: TableWorld): readonly Property[] => [
  ...loadedTablesLive(world),
  deletionIsRefused(world),
  memoryIsKept(world),
  applicationsAreApart(world),
  nobodyPanics(world),
  nothingLeaks(world),
  ...answersAreTrue(world),
  foundInstancesHaveTables(world),
  deletionsEnd(world),
  lockIsGivenBack(world),
  requestsCanEnd(world),
  requestsEndEverywhere(world),
  requestsEnd(world),
  tablesAreReused(world),
  tablesAreShared(world),
]

const snapshot = {
  lifetime: 'own-cr3',
  unlock: 'before-base',
  instance: 'unmarked',
  identity: 'frame',
  serves: 'open',
} as const
const locked = { ...snapshot, unlock: 'after-base' } as const
const marked = { ...snapshot, instance: 'marked-dead' } as const
const lockedAndMarked = { ...locked, instance: 'marked-dead' } as const

/** A table is deleted under a core: it is doomed, walked, used through a reference that was looked up before. */
const deletedInUse = (steps: number) => ({ [claims.live]: steps, [claims.unused]: steps, [claims.walks]: steps + 1 })

export const pageTableLife = scenario({
  name: 'page-table-life',
  story:
    'A trusted application has one page table. Cores load it to serve a session, answer, and go back to the base table; ' +
    'the core that closes the last session takes the table down, and the next application may get its frame, and with ' +
    'it its identity. Does a core ever run on a table that is being taken down, or on that of another application? Left ' +
    "out: TLBs and cached upper levels, the tables' content (`shared-tables`), and how a session is named by VTL0, which " +
    'may ask for anything at any time.',
  knobs,
  sizes: { small: { cores: 2 }, full: { cores: 3 } },
  designs: {
    snapshot: {
      story:
        'A deletion is refused only if the own core has the table loaded, and `current_page_table` hands out references ' +
        'on the strength of that. It takes no second bug to get two cores there: a core that opens a session on an ' +
        'existing instance lets go of the lock when the application has run, and writes its answer with the ' +
        "application's table still loaded. Meanwhile another core closes the last session: it releases the memory, " +
        'clears the kernel half of the top level, frees the lower tables and the top. The first core runs on that, or ' +
        'panics when `current_page_table` no longer finds its CR3 in the map. And a core that found the instance before ' +
        'it was torn down gets its lock afterwards, and loads by the same number the table of another application.',
      knobs: snapshot,
      bugs: ['LB-07'],
      expect: {
        small: {
          verdict: 'violated',
          states: 600,
          violations: {
            ...deletedInUse(19),
            [claims.references]: 22,
            [claims.memory]: 17,
            [claims.own]: 24,
            [claims.panic]: 21,
          },
        },
        full: {
          verdict: 'violated',
          states: 5746,
          violations: {
            ...deletedInUse(19),
            [claims.references]: 22,
            [claims.memory]: 17,
            [claims.own]: 24,
            [claims.panic]: 21,
          },
        },
      },
    },
    'snapshot-invoke': {
      story:
        'The same while the other core invokes a command in the session that is closed. The answer is written under the ' +
        'lock, which ends with the function; the base table is loaded after that. The close, which was told to come ' +
        'again as long as the lock was held, comes in between.',
      knobs: { ...snapshot, serves: 'invoke' },
      bugs: ['LB-07'],
      expect: {
        small: {
          verdict: 'violated',
          states: 311,
          violations: { ...deletedInUse(21), [claims.memory]: 19, [claims.own]: 24 },
          asleep: ['request.panic'],
        },
        full: {
          verdict: 'violated',
          states: 5746,
          violations: {
            ...deletedInUse(19),
            [claims.references]: 22,
            [claims.memory]: 17,
            [claims.own]: 24,
            [claims.panic]: 21,
          },
        },
      },
    },
    'locked-to-base': {
      story:
        'The lock of the instance is held until the base table is loaded. That ends all of the above but the last: a ' +
        'core with an old reference to the instance still loads by number, and numbers are used again.',
      knobs: locked,
      bugs: ['LB-07'],
      expect: {
        small: { verdict: 'violated', states: 432, violations: { [claims.own]: 24 }, asleep: ['request.panic'] },
        full: { verdict: 'violated', states: 3484, violations: { [claims.own]: 24 }, asleep: ['request.panic'] },
      },
    },
    'locked-to-base-generation': {
      story: 'With numbers that are never used again, such a load is refused. The faulty twin is `locked-to-base`.',
      knobs: { ...locked, identity: 'generation' },
      bugs: ['LB-07'],
      expect: {
        small: { verdict: 'holds', states: 382, asleep: ['request.panic'] },
        full: { verdict: 'holds', states: 2909, asleep: ['request.panic'] },
      },
    },
    'locked-to-base-marked': {
      story:
        'With an instance that is marked dead under its lock before it is torn down, and looked at by whoever gets the ' +
        'lock, the load is not tried. The faulty twin is `locked-to-base`.',
      knobs: lockedAndMarked,
      bugs: ['LB-07'],
      expect: {
        small: { verdict: 'holds', states: 404, asleep: ['request.findNoTable', 'request.panic'] },
        full: { verdict: 'holds', states: 3086, asleep: ['request.findNoTable', 'request.panic'] },
      },
    },
    'every-cr3': {
      story:
        'A deletion looks at the CR3 of every core, and CR3 is written under the lock that it takes. Tables live as long ' +
        'as they are loaded. But the memory behind them is released before anybody looks, and the refusal, which the ' +
        'teardown ignores, leaves the table to nobody.',
      knobs: { ...marked, lifetime: 'every-cr3' },
      bugs: ['LB-07'],
      expect: {
        small: {
          verdict: 'violated',
          states: 563,
          violations: { [claims.memory]: 20, [claims.freed]: 35 },
          asleep: ['request.findNoTable', 'request.panic'],
        },
        full: {
          verdict: 'violated',
          states: 5081,
          violations: { [claims.memory]: 20, [claims.freed]: 35 },
          asleep: ['request.findNoTable', 'request.panic'],
        },
      },
    },
    retained: {
      story:
        'The fix of PR #1246 with the sessions of the snapshot: a core has a reference from before it writes CR3 until ' +
        'after it has gone back, and a deletion takes down what only the map refers to. No core runs on a table that is ' +
        'gone. The rest is as in `every-cr3` and `locked-to-base`: counted references keep the table and not the memory, ' +
        'and a number may name the table of another application.',
      knobs: { ...snapshot, lifetime: 'retained' },
      bugs: ['LB-07'],
      expect: {
        small: {
          verdict: 'violated',
          states: 778,
          violations: { [claims.memory]: 19, [claims.own]: 27, [claims.freed]: 38 },
        },
        full: {
          verdict: 'violated',
          states: 8869,
          violations: { [claims.memory]: 19, [claims.own]: 27, [claims.freed]: 38 },
        },
      },
    },
    'dropped-early': {
      story:
        'The same with the reference dropped before CR3 is written: for one step nothing keeps the table that the core ' +
        'runs on. The order matters, as the comments of later sources say.',
      knobs: { ...marked, lifetime: 'dropped-early' },
      bugs: ['LB-07'],
      expect: {
        small: {
          verdict: 'violated',
          states: 778,
          violations: { ...deletedInUse(29), [claims.memory]: 22, [claims.own]: 35, [claims.freed]: 41 },
          asleep: ['request.findNoTable'],
        },
        full: {
          verdict: 'violated',
          states: 7967,
          violations: { ...deletedInUse(28), [claims.memory]: 22, [claims.own]: 34, [claims.freed]: 41 },
          asleep: ['request.findNoTable'],
        },
      },
    },
    'last-owner-frees': {
      story:
        'A deletion only takes the table from the map, and whoever drops the last reference takes it down: nothing is ' +
        'refused, so nothing leaks (what PR #1351 is about). That the memory goes earlier is left.',
      knobs: { ...marked, lifetime: 'last-owner-frees' },
      bugs: ['LB-07'],
      expect: {
        small: { verdict: 'violated', states: 810, violations: { [claims.memory]: 22 }, asleep: ['request.findNoTable'] },
        full: { verdict: 'violated', states: 8262, violations: { [claims.memory]: 22 }, asleep: ['request.findNoTable'] },
      },
    },
    'retained-locked-to-base': {
      story:
        'Counted references, an instance that is marked dead, and its lock held until the base table is loaded. With ' +
        'the last the first is a second line of defence: no deletion is ever refused. The faulty twins are `retained` ' +
        'and `dropped-early`.',
      knobs: { ...lockedAndMarked, lifetime: 'retained' },
      bugs: ['LB-07'],
      expect: {
        small: { verdict: 'holds', states: 494, asleep: ['request.findNoTable', 'request.findInUse'] },
        full: { verdict: 'holds', states: 3853, asleep: ['request.findNoTable', 'request.findInUse'] },
      },
    },
    'last-owner-frees-locked-to-base': {
      story: 'The same with `last-owner-frees`, which is its faulty twin.',
      knobs: { ...lockedAndMarked, lifetime: 'last-owner-frees' },
      bugs: ['LB-07'],
      expect: {
        small: { verdict: 'holds', states: 494, asleep: ['request.findNoTable'] },
        full: { verdict: 'holds', states: 3853, asleep: ['request.findNoTable'] },
      },
    },
  },
  build,
})
