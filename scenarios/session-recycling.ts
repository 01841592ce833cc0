import { type Scenario, scenario } from '../checker/index.ts'
import { sessionKnobs } from '../model/shim/session-design.ts'
import { stepClaims } from '../properties/session-steps.ts'
import { claims } from '../properties/sessions.ts'
import { recyclingDesigns } from './sessions/recycling-designs.ts'
import { sessionSystem, worldKnobs } from './sessions/world.ts'

const asked = [
  claims.base,
  claims.live,
  claims.known,
  claims.sessionLive,
  claims.cached,
  claims.oneInside,
  claims.locked,
  claims.ownTable,
  claims.registered,
  claims.closedOnce,
  claims.ownSession,
  claims.ownMemory,
  claims.ownDeletion,
  claims.tornDown,
  claims.noPanic,
  // With one page table and one session number there is nothing to confuse, and a session that is over was the last.
  ...Object.values(stepClaims).filter((claim) => claim !== stepClaims.tableOf && claim !== stepClaims.counted),
]

export const sessionRecycling: Scenario = scenario({
  name: 'session-recycling',
  story:
    'The calls of `sessions` where there is one page table and one session number, or two of each for two applications ' +
    '(`full`): whatever is given back is what the next open gets. A core that has looked a session up, and comes to its ' +
    'lock when it is over, has old names in hand. Does it ever act on another session, or in the memory of another ' +
    'instance or application?',
  knobs: { ...sessionKnobs, ...worldKnobs },
  sizes: {
    small: { cores: 2, calls: 'uneven', applications: 1, instances: 1 },
    full: { cores: 3, calls: 1, applications: 2, instances: 2 },
  },
  designs: recyclingDesigns,
  build: sessionSystem(asked),
})
