import { always, onStep, type Property } from '../checker/index.ts'
import { keepsEntries } from '../model/shim/session-ending.ts'
import type { SessionWorld } from '../model/shim/session-world.ts'

/*
 * What is claimed of single steps of OP-TEE calls: that each acts on what its call has in hand, that what a look-up answers is
 * what there is, and that what a step records is so.
 */

export const stepClaims = {
  movesOn: 'each step of a call brings it on',
  inHand: 'a core acts on the application, the instance and the session number of its call',
  tableOf: 'a page table is meant by the number that its instance has for it',
  clones: 'an instance is counted once for each call, session and cache entry that names it',
  taken: 'a session number that is taken belongs to its call, and one that is given back to nobody',
  session: 'what a look-up of a session answers is what the map holds',
  cached: 'what a look-up of an instance answers is what the cache holds',
  counted: 'an instance is taken for the last of its sessions when no session names it',
  noNumber: 'an open is refused a session number only when none is free',
  noTable: 'a page table is missed only when it is not in the map',
  listed: 'a page table is in the map once it has been put there',
  freed: 'a deletion has come to its end before its caller goes on',
  onBase: 'a core that has gone to the base page table has it loaded',
  lockOfCall: 'the lock of an application is held only for a call of that application',
  instanceLock: 'the lock of an instance is held only for a call that has the instance in hand',
  busyOnly: 'a call is told to come again only while another holds what it asks for',
  closes: 'a close tells the application before it removes the session',
  marked: 'an instance that others can find is marked when its application crashes or is released',
} as const

type At = Readonly<Record<string, unknown>>
const isBy = ({ at }: { readonly at: At }, { core }: { readonly core: string }): boolean => at.core === core

/** `steps` are the names of the rules that a core takes in a call. */
export const stepProperties = (world: SessionWorld, steps: readonly string[]): readonly Property[] => [
  ...ofCalls(world, steps),
  ...lookUps(world, steps),
  ...ofTables(world, steps),
  ...locks(world),
  ...records(world, steps),
]

const ofCalls = (world: SessionWorld, steps: readonly string[]): readonly Property[] => {
  const { plan, cores, numbers, instances, applications, call, session, instance, cache } = world
  return [
    onStep(
      stepClaims.movesOn,
      { core: cores },
      {
        on: steps,
        reads: ({ core }) => ({ call: call(core) }),
        holds: (before, after, step, at) =>
          !isBy(step, at) ||
          before.call.value !== after.call.value ||
          before.call.context.next !== after.call.context.next ||
          before.call.context.path !== after.call.context.path,
      },
    ),
    onStep(
      stepClaims.inHand,
      { core: cores },
      {
        on: steps,
        reads: ({ core }) => ({ call: call(core) }),
        holds: ({ call: before }, { call: after }, step, at) =>
          !isBy(step, at) ||
          (['application', 'number', 'instance'] as const).every((kind) => {
            // Whose session it is that has the number is the subject of another claim.
            if (step.at[kind] === undefined || (kind === 'instance' && step.rule === 'call.unregisterAndDrop')) return true
            const known = [before.context[kind], after.context[kind], ...(kind === 'instance' ? [before.context.entry] : [])]
            return known.some((one) => one === step.at[kind])
          }),
      },
    ),
    // `Arc` counts, and nobody else.
    always(
      stepClaims.clones,
      { instance: instances },
      {
        reads: ({ instance: name }) => ({
          instance: instance(name),
          calls: cores.map(call),
          sessions: numbers.map(session),
          caches: plan.kind === 'multi' ? [] : applications.map(cache),
        }),
        holds: ({ instance, calls, sessions, caches }, { instance: name }) => {
          const naming = [
            ...calls.map(({ context }) => context.instance),
            ...(keepsEntries(plan) ? calls.map(({ context }) => context.entry) : []),
            ...sessions.map(({ context }) => context.instance),
            ...caches.map(({ context }) => context.instance),
          ]
          return instance.context.clones === naming.filter((one) => one === name).length
        },
      },
    ),
  ]
}

const lookUps = (world: SessionWorld, steps: readonly string[]): readonly Property[] => {
  const { plan, cores, numbers, applications, call, session, cache } = world
  const found = ['call.findSession', 'call.findSessionStill']
  const stillFound = ['call.findInstance', 'call.findInstanceStill']
  const asks = (...names: readonly string[]): readonly string[] => names.filter((name) => steps.includes(name))
  return [
    onStep(
      stepClaims.session,
      { core: cores, number: numbers },
      {
        on: asks(...found, 'call.findNoSession', 'call.findSessionGone'),
        reads: ({ core, number }) => ({ call: call(core), session: session(number) }),
        holds: ({ call: before, session }, { call: after }, step, at) => {
          if (!isBy(step, at) || step.at.number !== at.number) return true
          if (step.rule === 'call.findNoSession') return session.value !== 'registered'
          const isIts = session.value === 'registered' && session.context.instance === after.context.instance
          return isIts === found.includes(step.rule) && before.context.request !== 'open'
        },
      },
    ),
    ...(plan.kind === 'multi'
      ? []
      : [
          onStep(
            stepClaims.cached,
            { core: cores, application: applications },
            {
              on: asks(...stillFound, 'call.findNoInstance', 'call.findInstanceGone'),
              reads: ({ core, application }) => ({ call: call(core), cache: cache(application) }),
              holds: ({ cache }, { call: after }, step, at) => {
                if (!isBy(step, at) || step.at.application !== at.application) return true
                if (step.rule === 'call.findNoInstance') return cache.context.instance === 'none'
                const isFound = cache.context.instance !== 'none' && cache.context.instance === after.context.instance
                return after.context.request === 'open' && isFound === stillFound.includes(step.rule)
              },
            },
          ),
        ]),
    onStep(
      stepClaims.counted,
      { core: cores },
      {
        on: asks('call.countNone', 'call.countOthers'),
        reads: ({ core }) => ({ call: call(core), sessions: numbers.map(session) }),
        holds: ({ call, sessions }, _, step, at) =>
          !isBy(step, at) ||
          sessions.some(({ value, context }) => value === 'registered' && context.instance === call.context.instance) ===
            (step.rule === 'call.countOthers'),
      },
    ),
    onStep(
      stepClaims.noNumber,
      {},
      {
        on: asks('call.findNoNumber'),
        reads: () => ({ sessions: numbers.map(session) }),
        holds: ({ sessions }) => sessions.every(({ value }) => value !== 'free'),
      },
    ),
  ]
}

const ofTables = (world: SessionWorld, steps: readonly string[]): readonly Property[] => {
  const { plan, cores, instances, tops, instance, table, processor } = world
  const asks = (...names: readonly string[]): readonly string[] => names.filter((name) => steps.includes(name))
  const misses = ['call.findNoTable', 'call.deleteNothing']
  return [
    onStep(
      stepClaims.tableOf,
      { instance: instances },
      {
        on: asks('call.listTable', 'call.loadTask', 'call.retainTable', 'call.deleteTable', 'call.awaitFreed', ...misses),
        reads: ({ instance: name }) => ({ instance: instance(name) }),
        holds: ({ instance }, _, { at }, { instance: name }) => at.instance !== name || instance.context.table === at.top,
      },
    ),
    onStep(
      stepClaims.noTable,
      { top: tops },
      {
        on: asks(...misses),
        reads: ({ top }) => ({ table: table(top) }),
        holds: ({ table: { context } }, _, { at }, { top }) =>
          at.top !== top || !context.listed || (plan.identity === 'generation' && context.application !== at.instance),
      },
    ),
    onStep(
      stepClaims.listed,
      { top: tops },
      {
        on: asks('call.listTable'),
        reads: ({ top }) => ({ table: table(top) }),
        holds: (_, after, { at }, { top }) => at.top !== top || after.table.context.listed,
      },
    ),
    onStep(
      stepClaims.freed,
      { top: tops },
      {
        on: asks('call.awaitFreed'),
        reads: ({ top }) => ({ table: table(top) }),
        // What is intact is the next table in the frame.
        holds: ({ table }, _, { at }, { top }) => at.top !== top || table.value === 'absent' || table.value === 'intact',
      },
    ),
    onStep(
      stepClaims.onBase,
      { core: cores },
      {
        on: asks('call.loadBase', 'call.switchToBase'),
        reads: ({ core }) => ({ processor: processor(core) }),
        holds: (_, after, step, at) => !isBy(step, at) || after.processor.context.table === 'base',
      },
    ),
  ]
}

const locks = (world: SessionWorld): readonly Property[] => {
  const { plan, cores, applications, instances, call, lock, instance } = world
  return [
    ...(plan.lock === 'application'
      ? [
          always(
            stepClaims.lockOfCall,
            { core: cores, application: applications },
            {
              reads: ({ core, application }) => ({ call: call(core), lock: lock(application) }),
              holds: ({ call, lock }, { core, application }) =>
                lock.context.holder !== core || (call.value !== 'idle' && call.context.application === application),
            },
          ),
        ]
      : []),
    onStep(
      stepClaims.busyOnly,
      {},
      {
        on: ['call.findBusy', ...(plan.lock === 'application' ? ['call.findApplicationBusy'] : [])],
        reads: () => ({
          locks: plan.lock === 'application' ? applications.map(lock) : [],
          instances: instances.map(instance),
        }),
        holds: ({ locks, instances: all }, _, { at, rule }) => {
          const asked =
            rule === 'call.findBusy'
              ? all[instances.indexOf(String(at.instance))]
              : locks[applications.indexOf(String(at.application))]
          return asked !== undefined && !['nobody', at.core].includes(asked.context.holder)
        },
      },
    ),
    always(
      stepClaims.instanceLock,
      { core: cores, instance: instances },
      {
        reads: ({ core, instance: name }) => ({ call: call(core), instance: instance(name) }),
        holds: ({ call: { context }, instance }, { core, instance: name }) =>
          instance.context.holder !== core || context.instance === name || context.entry === name,
      },
    ),
  ]
}

const records = (world: SessionWorld, steps: readonly string[]): readonly Property[] => {
  const { cores, numbers, instances, call, session, instance } = world
  const asks = (...names: readonly string[]): readonly string[] => names.filter((name) => steps.includes(name))
  return [
    onStep(
      stepClaims.taken,
      { core: cores, number: numbers },
      {
        on: asks('call.allocateNumber', 'call.recycleNumber', 'call.unregister', 'call.unregisterAndDrop'),
        reads: ({ core, number }) => ({ call: call(core), session: session(number) }),
        holds: (_, { call, session }, step, at) => {
          if (!isBy(step, at) || step.at.number !== at.number) return true
          if (step.rule !== 'call.allocateNumber') return session.value === 'free' || session.value === 'retired'
          return session.value === 'allocated' && call.context.owns && call.context.number === at.number
        },
      },
    ),
    onStep(
      stepClaims.closes,
      { core: cores, number: numbers },
      {
        on: asks('call.enter', 'call.enterToClose'),
        reads: ({ core, number }) => ({ call: call(core), session: session(number) }),
        holds: ({ call }, { session }, step, at) =>
          !isBy(step, at) ||
          call.context.path !== 'closeSession' ||
          call.context.number !== at.number ||
          session.value !== 'registered' ||
          session.context.isClosed,
      },
    ),
    onStep(
      stepClaims.marked,
      { instance: instances },
      {
        on: asks('call.release', 'call.leaveCrashed'),
        reads: ({ instance: name }) => ({ instance: instance(name) }),
        holds: (_, { instance }, { at, rule }, { instance: name }) =>
          at.instance !== name ||
          instance.value === 'forming' ||
          (rule === 'call.release' ? instance.context.life === 'gone' : instance.context.life !== 'alive'),
      },
    ),
  ]
}
