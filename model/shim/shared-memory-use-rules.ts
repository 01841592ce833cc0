import { type Rule, rule } from '../../checker/index.ts'
import type { ShmCallContext } from './shared-memory.ts'
import { type AtCore, comesTo, core, handler, type ShmWorld } from './shared-memory-world.ts'

/*
 * Using registered shared memory, and taking the registration back.
 *
 * Models: `litebox_shim_optee/src/msg_handler.rs: ShmRefMap::remove` and `get`, each under the lock of the map; a use
 * clones the pages before the application runs and writes them after it.
 *
 * Leaves out: what the application does with the memory.
 */

export const removing = ({ cores, pages, call, page, registration, design }: ShmWorld): readonly Rule[] => [
  rule(
    'shm.remove',
    { core: cores },
    {
      source: handler('ShmRefMap::remove'),
      needed: true,
      actor: core,
      sends: ({ core }) => ({ call: call(core), registration }),
    },
  ).does({
    when: {
      next: comesTo('remove'),
      known: ({ registration }) => registration.value === 'registered',
      unused: ({ registration }) => design.uses === 'cloned' || registration.context.users === 0,
    },
    events: () => ({ call: { type: 'MOVE', to: { next: 'return', hasEnded: true } }, registration: { type: 'REMOVE' } }),
  }),
  rule(
    'shm.removeInVain',
    { core: cores },
    {
      source: handler('ShmRefMap::remove, EBadAddr'),
      actor: core,
      sees: () => ({ registration }),
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({
    when: {
      next: comesTo('remove'),
      refused: ({ registration }) =>
        registration.value !== 'registered' || (design.uses === 'counted' && registration.context.users > 0),
    },
    events: () => ({ call: { type: 'MOVE', to: { next: 'return' } } }),
  }),
  rule(
    'vtl0.reuse',
    { page: pages },
    {
      kind: 'environment',
      source: 'linux drivers/tee/optee: optee_shm_unregister, and the pages are free',
      needed: true,
      actor: () => 'vtl0',
      sees: () => ({ registration }),
      sends: ({ page: name }) => ({ page: page(name) }),
    },
  ).does({
    when: {
      shared: ({ page }) => page.value === 'shared',
      itsOwnAgain: ({ registration }) => registration.value === 'returned',
    },
    events: () => ({ page: { type: 'REUSE' } }),
  }),
]

export const using = (world: ShmWorld): readonly Rule[] => {
  const { cores, pages, call, page, registration, design } = world
  const isCounted = design.uses === 'counted'
  const both = ({ core }: AtCore) => ({ call: call(core), registration })
  const source = handler('get_shm_info_from_optee_msg_param_rmem, ShmRefMap::get')
  const known = ({ registration }: { readonly registration: { readonly value: string } }): boolean =>
    registration.value === 'registered'
  const got = (pages: readonly string[]): { type: 'MOVE'; to: Partial<ShmCallContext> } => ({
    type: 'MOVE',
    to: { pages: [...pages], next: 'write' },
  })
  return [
    isCounted
      ? rule('shm.get', { core: cores }, { source, needed: true, actor: core, sends: both }).does({
          when: { next: comesTo('get'), known },
          events: ({ registration }) => ({ call: got(registration.context.pages), registration: { type: 'HOLD' } }),
        })
      : rule(
          'shm.get',
          { core: cores },
          { source, needed: true, actor: core, sees: () => ({ registration }), sends: ({ core }) => ({ call: call(core) }) },
        ).does({
          when: { next: comesTo('get'), known },
          events: ({ registration }) => ({ call: got(registration.context.pages) }),
        }),
    rule(
      'shm.getInVain',
      { core: cores },
      { source, actor: core, sees: () => ({ registration }), sends: ({ core }) => ({ call: call(core) }) },
    ).does({
      when: { next: comesTo('get'), unknown: (view) => !known(view) },
      events: () => ({ call: { type: 'MOVE', to: { next: 'return' } } }),
    }),
    rule(
      'shm.write',
      { core: cores, page: pages },
      {
        source: handler('write_data_to_shm'),
        needed: true,
        actor: core,
        sends: ({ core, page: name }) => ({ call: call(core), page: page(name) }),
      },
    ).does({
      when: { next: comesTo('write'), nextPage: ({ call }, { page }) => call.context.pages[0] === page },
      events: ({ call }) => {
        const pages = call.context.pages.slice(1)
        const next = pages.length > 0 ? 'write' : isCounted ? 'let-go' : 'return'
        return { call: { type: 'MOVE', to: { pages, next } }, page: { type: 'WRITE' } }
      },
    }),
    ...(isCounted
      ? [
          rule(
            'shm.letGo',
            { core: cores },
            { source: 'no source: a count of uses', needed: true, actor: core, sends: both },
          ).does({
            when: { next: comesTo('let-go') },
            events: () => ({ call: { type: 'MOVE', to: { next: 'return' } }, registration: { type: 'LET_GO' } }),
          }),
        ]
      : []),
  ]
}
