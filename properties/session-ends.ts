import { always, leadsTo, onStep, type Property } from '../checker/index.ts'
import { keepsEntries } from '../model/shim/session-ending.ts'
import type { SessionWorld } from '../model/shim/session-world.ts'
import { claims } from './sessions.ts'

/*
 * What is claimed of the ends of sessions: whose number it was, what is left over, and that calls come back.
 */

const isBy = ({ at }: { readonly at: Readonly<Record<string, unknown>> }, { core }: { readonly core: string }): boolean =>
  at.core === core

/** P-I20, P-I21, P-I22. */
export const numberProperties = ({ plan, cores, numbers, call, session }: SessionWorld): readonly Property[] => [
  onStep(
    claims.registered,
    { core: cores, number: numbers },
    {
      on: ['call.enter', 'call.enterToClose'],
      reads: ({ core, number }) => ({ call: call(core), session: session(number) }),
      holds: ({ call, session }, _, step, at) =>
        !isBy(step, at) ||
        (call.context.path !== 'invokeSession' && call.context.path !== 'closeSession') ||
        call.context.number !== at.number ||
        (session.value === 'registered' && session.context.instance === call.context.instance),
    },
  ),
  onStep(
    claims.closedOnce,
    { number: numbers },
    {
      on: ['call.enterToClose'],
      reads: ({ number }) => ({ session: session(number) }),
      holds: ({ session }, _, { at }, { number }) => at.number !== number || !session.context.isClosed,
    },
  ),
  onStep(
    claims.ownSession,
    { core: cores, number: numbers },
    {
      on: ['call.unregisterAndDrop', ...(keepsEntries(plan) ? ['call.unregister'] : [])],
      reads: ({ core, number }) => ({ call: call(core), session: session(number) }),
      holds: ({ call, session }, _, step, at) =>
        !isBy(step, at) ||
        call.context.number !== at.number ||
        (session.context.instance === call.context.instance &&
          (call.context.path !== 'closeSession' || session.context.isClosed)),
    },
  ),
  onStep(
    claims.numberUsed,
    { core: cores },
    {
      on: ['call.return', 'call.returnEarly'],
      reads: ({ core }) => ({ call: call(core) }),
      holds: ({ call }, _, step, at) => !isBy(step, at) || !call.context.owns,
    },
  ),
]

const opens = ({ context }: { readonly context: { readonly request: string } }): boolean => context.request === 'open'

const hasFailed = (call: { readonly context: { readonly request: string; readonly outcome: string } }): boolean =>
  opens(call) && call.context.outcome !== 'success'

/** P-I24, P-I25, P-I33. */
export const exitProperties = (world: SessionWorld): readonly Property[] => {
  const { cores, numbers, instances, tops, call, session, instance, table } = world
  const returns = ['call.return', 'call.returnEarly']
  return [
    onStep(
      claims.busy,
      { core: cores },
      {
        on: returns,
        reads: ({ core }) => ({ call: call(core) }),
        holds: ({ call }, _, step, at) =>
          !isBy(step, at) || call.context.outcome !== 'busy' || !opens(call) || call.context.number === 'none',
      },
    ),
    onStep(
      claims.noSessionLeft,
      { core: cores, number: numbers },
      {
        on: returns,
        reads: ({ core, number }) => ({ call: call(core), session: session(number) }),
        holds: ({ call, session }, _, step, at) =>
          !isBy(step, at) || !hasFailed(call) || call.context.number !== at.number || session.value !== 'registered',
      },
    ),
    onStep(
      claims.noTableLeft,
      { core: cores, instance: instances, top: tops },
      {
        on: returns,
        reads: ({ core, instance: name, top }) => ({ call: call(core), instance: instance(name), table: table(top) }),
        holds: ({ call, instance, table }, _, step, at) =>
          !isBy(step, at) ||
          !hasFailed(call) ||
          call.context.instance !== at.instance ||
          instance.value !== 'forming' ||
          !table.context.listed ||
          table.context.application !== at.instance,
      },
    ),
    always(
      claims.tornDown,
      { instance: instances, top: tops },
      {
        reads: ({ instance: name, top }) => ({ instance: instance(name), table: table(top) }),
        holds: ({ instance, table }, { instance: name, top }) =>
          !table.context.listed ||
          table.context.application !== name ||
          (instance.value !== 'absent' && instance.context.table === top),
      },
    ),
    always(
      claims.noPanic,
      { core: cores },
      {
        reads: ({ core }) => ({ call: call(core) }),
        holds: ({ call }) => call.context.cause !== 'no-handler',
      },
    ),
    always(
      claims.onTable,
      { core: cores },
      { reads: ({ core }) => ({ call: call(core) }), holds: ({ call }) => call.context.cause !== 'assertion' },
    ),
  ]
}

/** A teardown is of the instance that it is meant for, whatever CR3 and the numbers say by then. */
export const teardownProperties = (world: SessionWorld): readonly Property[] => {
  const { cores, tops, instances, processor, table } = world
  return [
    onStep(
      claims.ownMemory,
      { core: cores, instance: instances, top: tops },
      {
        on: ['call.release'],
        reads: ({ core, top }) => ({ processor: processor(core), table: table(top) }),
        holds: ({ processor, table }, _, step, at) =>
          !isBy(step, at) ||
          step.at.instance !== at.instance ||
          processor.context.table !== at.top ||
          table.context.application === at.instance,
      },
    ),
    onStep(
      claims.ownDeletion,
      { instance: instances, top: tops },
      {
        on: ['call.deleteTable'],
        reads: ({ top }) => ({ table: table(top) }),
        holds: ({ table }, _, { at }, { instance, top }) =>
          at.instance !== instance || at.top !== top || table.context.application === instance,
      },
    ),
  ]
}

/** P-V4, P-V5, P-V6, as far as a call is concerned. */
export const returns = 'every call returns to VTL0'
export const progressProperties = ({ cores, call }: SessionWorld): readonly Property[] => [
  leadsTo(
    returns,
    { core: cores },
    {
      reads: ({ core }) => ({ call: call(core) }),
      from: ({ call }) => call.value === 'underWay',
      to: ({ call }) => call.value !== 'underWay',
    },
  ),
]
