import { bound, finalWhen, type System, system, weak } from '../../checker/index.ts'
import { ending } from '../../model/shim/session-ending.ts'
import { locking } from '../../model/shim/session-locking.ts'
import { opening } from '../../model/shim/session-opening.ts'
import { applicationLocks, endings, lookUps, requests } from '../../model/shim/session-requests.ts'
import { serving } from '../../model/shim/session-serving.ts'
import { cellsOf, comesTo, type SessionPlan, sessionWorld } from '../../model/shim/session-world.ts'
import { exitProperties, numberProperties, progressProperties, teardownProperties } from '../../properties/session-ends.ts'
import { stepProperties } from '../../properties/session-steps.ts'
import { entryProperties, instanceProperties, sessionWitnesses, tableProperties } from '../../properties/sessions.ts'

/**
 * Every scenario of sessions: the same rules over worlds of different size. `asked` are the claims that a world is large
 * enough to break in some design; the others are left to the scenarios where they can be broken.
 */
export const sessionSystem =
  (asked: readonly string[]) =>
  ({ progress, ...plan }: SessionPlan & { readonly progress: 'asked' | 'left-out' }): System => {
    const world = sessionWorld(plan)
    const { cores, numbers, tops, instances, call, table, instance } = world
    const rules = [
      ...requests(world),
      ...lookUps(world),
      ...applicationLocks(world),
      ...locking(world),
      ...opening(world),
      ...serving(world),
      ...ending(world),
      ...endings(world),
    ]
    const steps = rules.map(({ name }) => name).filter((name) => name.startsWith('call.'))
    return system({
      cells: cellsOf(world),
      rules,
      properties: [
        ...[
          ...tableProperties(world),
          ...instanceProperties(world),
          ...entryProperties(world),
          ...numberProperties(world),
          ...exitProperties(world),
          ...teardownProperties(world),
          ...progressProperties(world),
          ...stepProperties(world, steps),
        ].filter(({ name }) => asked.includes(name)),
        ...sessionWitnesses(world),
      ],
      // A world in which VTL0 has no more calls to make has no cycles.
      fairness: plan.calls === 'endless' ? [...cores, 'deletion'].map((actor) => weak({ actor })) : [],
      final: finalWhen(
        { core: cores },
        { reads: ({ core }) => ({ call: call(core) }), holds: ({ call }) => call.value !== 'underWay' },
      ),
      // The source has room for as many as there is memory for.
      bounds: [
        bound(
          'instances',
          plan.instances,
          { core: cores },
          {
            reads: ({ core }) => ({ call: call(core), tables: tops.map(table), all: instances.map(instance) }),
            hit: (view) =>
              comesTo('build-table')(view) && [view.tables, view.all].some((all) => all.every(({ value }) => value !== 'absent')),
          },
        ),
      ],
      // Instances and tables are taken in their order. The session that is there from the beginning is one of its own.
      interchangeable: {
        core: plan.calls === 'uneven' ? cores.slice(1) : cores,
        number: plan.begins === 'opened' ? numbers.slice(1) : numbers,
      },
    })
  }

/** The knobs that say how large a world is, and what it is like. */
export const worldKnobs = {
  applications: [1, 2],
  sessions: [1, 2],
  instances: [1, 2, 3],
  limitedTo: [1, 2],
  kind: ['single', 'keep-alive', 'multi'],
  begins: ['opened', 'empty'],
  calls: [1, 2, 'uneven', 'endless'],
  failures: ['none', 'answers', 'every'],
  build: ['release', 'debug'],
  /** Claims on what comes later forbid reductions. */
  progress: ['asked', 'left-out'],
  cores: [1, 2, 3],
} as const
