import { always, canReach, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { readingOf, type ShmWorld, wanted } from '../model/shim/shared-memory-world.ts'

/*
 * What is claimed of OP-TEE shared memory and its registration.
 */

/** The sentences by which reports and expectations call the claims. */
export const claims = {
  returns: 'every call returns to VTL0',
  checked: 'the size that is used is the size that was checked',
  atOnce: 'a list is registered as it was in memory at one time',
  complete: 'a registration has as many pages as were declared',
  frozen: 'a node is frozen only for cores that walk',
  inserted: 'an insertion registers the list that was read, and ends the call',
  available: 'no list that was read to its end is refused while its reference is free',
  noPanic: 'no size that VTL0 declares makes a core panic',
  taken: 'once VTL0 knows that memory is no longer shared, no core writes to it',
  known: 'nobody is refused memory that is registered and that nobody uses',
  once: 'a use writes each page that it has got, and each once',
  told: 'VTL0 is on its way to be told of what was taken back',
  counted: 'a registration counts the cores that use it',
  canReturn: 'every call can return to VTL0',
} as const

const comesBack = ({ cores, call }: ShmWorld): Property =>
  leadsTo(
    claims.returns,
    { core: cores },
    {
      reads: ({ core }) => ({ call: call(core) }),
      from: ({ call }) => call.value === 'underWay',
      to: ({ call }) => call.value !== 'underWay',
    },
  )

/** P-I30 of messages and of lists, P-I33 of sizes, P-V6 of walks. */
export const registrationProperties = (world: ShmWorld): readonly Property[] => {
  const { cores, nodes, call, node, registration, design } = world
  return [
    comesBack(world),
    always(
      claims.checked,
      { core: cores },
      {
        reads: ({ core }) => ({ call: call(core) }),
        holds: ({ call }) => call.context.declared === 'none' || call.context.declared === call.context.checked,
      },
    ),
    onStep(
      claims.atOnce,
      { core: cores },
      {
        on: ['shm.read'],
        reads: ({ core }) => ({ call: call(core), first: node(nodes[0]!) }),
        // The list has two nodes: when the second is read, the first must still say what it said.
        holds: ({ call, first }, _, { at }, { core }) =>
          at.core !== core || at.node !== nodes[1] || call.context.pages[0] === readingOf(nodes[0]!, first.context.content).page,
      },
    ),
    onStep(
      claims.complete,
      { core: cores },
      {
        on: ['shm.insert'],
        reads: ({ core }) => ({ call: call(core) }),
        holds: ({ call }, _, { at }, { core }) => at.core !== core || call.context.pages.length === wanted(call.context.declared),
      },
    ),
    ...(design.nodes === 'writable' ? [] : [nodesAreGivenBack(world)]),
    onStep(
      claims.inserted,
      { core: cores },
      {
        on: ['shm.insert'],
        reads: ({ core }) => ({ call: call(core), registration }),
        holds: (before, { call, registration }, { at }, { core }) =>
          at.core !== core ||
          (call.context.next === 'return' &&
            registration.value === 'registered' &&
            registration.context.pages.join() === before.call.context.pages.join()),
      },
    ),
    onStep(
      claims.available,
      { core: cores },
      {
        on: ['shm.insertInVain'],
        reads: ({ core }) => ({ call: call(core), registration }),
        holds: ({ call, registration }, _, { at }, { core }) =>
          at.core !== core || !call.context.hasEnded || registration.value === 'registered',
      },
    ),
    always(
      claims.noPanic,
      { core: cores },
      { reads: ({ core }) => ({ call: call(core) }), holds: ({ call }) => call.value !== 'panicked' },
    ),
    sometimes(
      'memory is registered',
      {},
      { reads: () => ({ registration }), holds: ({ registration }) => registration.value === 'registered' },
    ),
  ]
}

/** A core that walks twice, or another that has not thawed them, would keep VTL0 from its memory. */
const nodesAreGivenBack = ({ cores, nodes, call, node }: ShmWorld): Property =>
  always(
    claims.frozen,
    { node: nodes },
    {
      reads: ({ node: name }) => ({ node: node(name), calls: cores.map(call) }),
      holds: ({ node, calls }) =>
        node.context.freezers <=
        calls.filter(({ value, context: { next } }) => value === 'underWay' && (next === 'read' || next === 'thaw')).length,
    },
  )

export const useProperties = (world: ShmWorld): readonly Property[] => {
  const { cores, pages, call, page, registration, design } = world
  return [
    onStep(
      claims.known,
      {},
      {
        on: ['shm.removeInVain', 'shm.getInVain'],
        reads: () => ({ registration }),
        holds: ({ registration }) => registration.value !== 'registered' || registration.context.users > 0,
      },
    ),
    onStep(
      claims.once,
      { core: cores },
      {
        on: ['shm.write'],
        reads: ({ core }) => ({ call: call(core) }),
        holds: (before, after, { at }, { core }) =>
          at.core !== core ||
          before.call.context.pages.filter((name) => name !== at.page).join() === after.call.context.pages.join(),
      },
    ),
    always(
      claims.told,
      {},
      {
        reads: () => ({ registration, calls: cores.map(call) }),
        holds: ({ registration, calls }) =>
          registration.value !== 'removed' ||
          calls.some(({ value, context }) => value === 'underWay' && context.request === 'unregister' && context.hasEnded),
      },
    ),
    ...(design.uses === 'counted'
      ? [
          always(
            claims.counted,
            {},
            {
              reads: () => ({ registration, calls: cores.map(call) }),
              holds: ({ registration, calls }) =>
                registration.context.users ===
                calls.filter(({ value, context: { next } }) => value === 'underWay' && (next === 'write' || next === 'let-go'))
                  .length,
            },
          ),
        ]
      : []),
    canReach(
      claims.canReturn,
      { core: cores },
      { reads: ({ core }) => ({ call: call(core) }), goal: ({ call }) => call.value !== 'underWay' },
    ),
    onStep(
      claims.taken,
      { page: pages },
      {
        on: ['shm.write'],
        reads: ({ page: name }) => ({ page: page(name) }),
        holds: ({ page }, _, { at }, { page: name }) => at.page !== name || page.value === 'shared',
      },
    ),
    sometimes(
      'VTL0 uses again what was shared',
      { page: pages },
      { reads: ({ page: name }) => ({ page: page(name) }), holds: ({ page }) => page.value === 'reused' },
    ),
  ]
}
