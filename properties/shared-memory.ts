import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
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
  noPanic: 'no size that VTL0 declares makes a core panic',
  taken: 'once VTL0 knows that memory is no longer shared, no core writes to it',
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
  const { cores, nodes, call, node, registration } = world
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

export const useProperties = (world: ShmWorld): readonly Property[] => {
  const { pages, page } = world
  return [
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
