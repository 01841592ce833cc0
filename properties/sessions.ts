import { always, onStep, type Property, sometimes } from '../checker/index.ts'
import type { SessionWorld } from '../model/shim/session-world.ts'

/*
 * What is claimed of OP-TEE sessions: of page tables, instances, sessions, and of what is left over.
 */

/** The sentences by which reports and expectations call the claims. */
export const claims = {
  base: 'a core returns to VTL0 with the base page table loaded',
  live: 'CR3 of every core names a page table that is whole',
  known: 'no core finds its own page table unknown',
  oneInstance: 'a single-instance application has one instance that others can find',
  cached: 'the instance of a session is the one that the cache has',
  sessionLive: 'a registered session names an instance that has not been torn down',
  oneInside: 'two cores never run one application in one address space',
  locked: "an application's memory is used only by the core that holds its lock",
  ownTable: 'a core enters an application in the page table of its own instance',
  registered: 'an application is entered for a session only while the session is registered',
  closedOnce: 'an application is told once that a session is over',
  numberUsed: 'a session number is taken only while a session or an open has it',
  ownSession: 'a call removes only the session that it has looked up and closed',
  limit: 'there are no more instances than the limit allows',
  busy: 'a call that is told to come again has changed nothing',
  noSessionLeft: 'an open that fails leaves no session behind',
  noTableLeft: 'an open that fails leaves no page table behind',
  crashed: 'an application that has crashed is not entered again',
  noPanic: 'no message of VTL0 makes a core panic for want of a handler',
  onTable: 'no core asserts that an application is loaded when none is',
  ownMemory: 'memory is released in the page table of the instance that is torn down',
  ownDeletion: 'an instance that is torn down deletes its own page table',
  tornDown: 'an instance that nobody names any more leaves no page table',
} as const

type AtCore = { readonly core: string }

/** P-I14, P-I15, P-I16. */
export const tableProperties = ({ cores, tops, call, processor, table }: SessionWorld): readonly Property[] => [
  onStep(
    claims.base,
    { core: cores },
    {
      reads: ({ core }) => ({ call: call(core), processor: processor(core) }),
      holds: (before, after) =>
        before.call.value === after.call.value || after.call.value === 'underWay' || after.processor.context.table === 'base',
    },
  ),
  always(
    claims.live,
    { core: cores, top: tops },
    {
      reads: ({ core, top }) => ({ processor: processor(core), table: table(top) }),
      holds: ({ processor, table }, { top }) => processor.context.table !== top || table.value === 'intact',
    },
  ),
  always(
    claims.known,
    { core: cores },
    { reads: ({ core }) => ({ call: call(core) }), holds: ({ call }) => call.context.cause !== 'unknown-table' },
  ),
]

/** P-I17, P-I18, P-I23. */
export const instanceProperties = (world: SessionWorld): readonly Property[] => {
  const { plan, applications, instances, numbers, tops, instance, session, cache, table } = world
  return [
    always(
      claims.sessionLive,
      { number: numbers, instance: instances },
      {
        reads: ({ number, instance: name }) => ({ session: session(number), instance: instance(name) }),
        holds: ({ session, instance }, { instance: name }) =>
          session.value !== 'registered' || session.context.instance !== name || instance.context.life !== 'gone',
      },
    ),
    // There is nothing to limit where memory ends first.
    ...(plan.instances > plan.limitedTo
      ? [
          always(
            claims.limit,
            {},
            {
              reads: () => ({ tables: tops.map(table) }),
              holds: ({ tables }) => tables.filter(({ value }) => value !== 'absent').length <= plan.limitedTo,
            },
          ),
        ]
      : []),
    ...(plan.kind === 'multi'
      ? []
      : [
          always(
            claims.oneInstance,
            { application: applications },
            {
              reads: () => ({ all: instances.map(instance) }),
              holds: ({ all }, { application }) =>
                all.filter(({ context }) => context.application === application && context.isShared && context.life !== 'gone')
                  .length < 2,
            },
          ),
          always(
            claims.cached,
            { number: numbers, instance: instances },
            {
              reads: ({ number, instance: name }) => ({
                session: session(number),
                instance: instance(name),
                caches: applications.map(cache),
              }),
              holds: ({ session, instance, caches }, { instance: name }) =>
                session.value !== 'registered' ||
                session.context.instance !== name ||
                caches[applications.indexOf(instance.context.application)]?.context.instance === name,
            },
          ),
        ]),
  ]
}

/** P-I19, P-I26. */
export const entryProperties = (world: SessionWorld): readonly Property[] => {
  const { plan, cores, applications, instances, tops, call, processor, instance, table, lock } = world
  const entries = ['call.enter', 'call.enterToClose']
  const isBy = ({ at }: { readonly at: Readonly<Record<string, unknown>> }, { core }: AtCore): boolean => at.core === core
  return [
    // Two locks keep cores apart where applications have theirs. With tables that are not mistaken no single fault breaks both.
    ...(plan.lock === 'application' && plan.identity === 'generation'
      ? []
      : [
          always(
            claims.oneInside,
            { top: tops },
            {
              reads: () => ({ processors: cores.map(processor) }),
              holds: ({ processors }, { top }) =>
                processors.filter(({ value, context }) => value === 'application' && context.table === top).length < 2,
            },
          ),
        ]),
    onStep(
      claims.locked,
      { core: cores, instance: instances },
      {
        on: [...entries, 'call.loadContext', 'call.readParams', 'call.answer', 'call.release'],
        reads: ({ core, instance: name }) => ({
          call: call(core),
          instance: instance(name),
          locks: plan.lock === 'application' ? applications.map(lock) : [],
        }),
        // Until it can be found an instance is its maker's alone.
        holds: ({ call, instance, locks }, _, step, at) =>
          !isBy(step, at) ||
          call.context.instance !== at.instance ||
          !instance.context.isShared ||
          instance.context.holder === at.core ||
          locks[applications.indexOf(instance.context.application)]?.context.holder === at.core,
      },
    ),
    onStep(
      claims.ownTable,
      { core: cores, top: tops },
      {
        on: entries,
        reads: ({ core, top }) => ({ call: call(core), processor: processor(core), table: table(top) }),
        holds: ({ call, processor, table }, _, step, at) =>
          !isBy(step, at) ||
          processor.context.table !== at.top ||
          (table.value === 'intact' && table.context.application === call.context.instance),
      },
    ),
    onStep(
      claims.crashed,
      { core: cores, instance: instances },
      {
        on: entries,
        reads: ({ core, instance: name }) => ({ call: call(core), instance: instance(name) }),
        holds: ({ call, instance }, _, step, at) =>
          !isBy(step, at) || call.context.instance !== at.instance || instance.context.life !== 'crashed',
      },
    ),
  ]
}

/** What shows that the world does what it is for. */
export const sessionWitnesses = (world: SessionWorld): readonly Property[] => {
  const { cores, numbers, call, session } = world
  const some = (
    name: string,
    holds: (calls: readonly { readonly context: { readonly path: string; readonly outcome: string } }[]) => boolean,
  ) => sometimes(name, {}, { reads: () => ({ calls: cores.map(call) }), holds: ({ calls }) => holds(calls) })
  return [
    sometimes(
      'every session number is registered by an open at some time',
      // A number that is never used again is not registered twice.
      { number: world.plan.numbers === 'one-shot' && world.plan.begins === 'opened' ? numbers.slice(1) : numbers },
      {
        reads: ({ number }) => ({ session: session(number), calls: cores.map(call) }),
        holds: ({ session, calls }, { number }) =>
          session.value === 'registered' &&
          calls.some(({ context }) => context.request === 'open' && context.number === number && !context.owns),
      },
    ),
    ...(cores.length > 1 && world.plan.begins === 'opened'
      ? [some('a core is told to come again', (calls) => calls.some(({ context }) => context.outcome === 'busy'))]
      : []),
    ...(world.plan.failures === 'every'
      ? [
          sometimes(
            'a call ends in each way that it can',
            { outcome: ['success', 'refused', 'crashed', 'error'] },
            {
              reads: () => ({ calls: cores.map(call) }),
              holds: ({ calls }, { outcome }) =>
                calls.some(
                  ({ context }) => context.next === 'return' && context.outcome === outcome && context.request !== 'other',
                ),
            },
          ),
          some('a core makes an instance', (calls) => calls.some(({ context }) => context.path === 'newSuccess')),
        ]
      : []),
    some('a core takes an instance down', (calls) => calls.some(({ context }) => context.path === 'closeLast')),
  ]
}
