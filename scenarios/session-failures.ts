import { type Scenario, scenario } from '../checker/index.ts'
import { sessionKnobs } from '../model/shim/session-design.ts'
import { stepClaims } from '../properties/session-steps.ts'
import { claims } from '../properties/sessions.ts'
import { failureDesigns } from './sessions/failure-designs.ts'
import { sessionSystem, worldKnobs } from './sessions/world.ts'

const asked = [
  claims.locked,
  claims.crashed,
  claims.closedOnce,
  claims.numberUsed,
  claims.noSessionLeft,
  claims.noTableLeft,
  claims.tornDown,
  claims.noPanic,
  claims.onTable,
  // In the smallest of these worlds, where they cost least. Here no page table is ever missed.
  ...Object.values(stepClaims).filter((claim) => claim !== stepClaims.noTable),
]

export const sessionFailures: Scenario = scenario({
  name: 'session-failures',
  story:
    'The calls of `sessions`, two on one core, or one on each of two (`full`), where everything may fail that can: an ' +
    'application refuses, or crashes; its code or its parameters cannot be loaded or read; the answer cannot be written to ' +
    'the memory that VTL0 named. Is every session number, every session, every page table given back?',
  knobs: { ...sessionKnobs, ...worldKnobs },
  sizes: { small: { cores: 1, calls: 2 }, full: { cores: 2, calls: 1 } },
  designs: failureDesigns,
  build: sessionSystem(asked),
})
