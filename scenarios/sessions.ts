import { type Scenario, scenario } from '../checker/index.ts'
import { sessionKnobs } from '../model/shim/session-design.ts'
import { returns } from '../properties/session-ends.ts'
import { stepClaims } from '../properties/session-steps.ts'
import { claims } from '../properties/sessions.ts'
import { sessionDesigns } from './sessions/designs.ts'
import { sessionSystem, worldKnobs } from './sessions/world.ts'

const asked = [
  claims.base,
  claims.live,
  claims.known,
  claims.sessionLive,
  claims.limit,
  claims.oneInstance,
  claims.cached,
  claims.locked,
  claims.registered,
  claims.closedOnce,
  claims.busy,
  claims.numberUsed,
  claims.noPanic,
  returns,
  ...Object.values(stepClaims),
]

export const sessions: Scenario = scenario({
  name: 'sessions',
  story:
    'VTL0 opens sessions of trusted applications, invokes commands in them and closes them, on every core at once, with ' +
    'any session number, whether it was told that number or not. Does every core stay on a page table that is there, does ' +
    'an application run for one core at a time, does a session name an instance that lives? Each core serves one call, ' +
    'nothing fails, and there is one session at the beginning (`session-failures` has what fails, `session-recycling` ' +
    'numbers and page tables that are used again). Left out: parameters and commands, and TLBs.',
  knobs: { ...sessionKnobs, ...worldKnobs },
  sizes: { small: { cores: 2 }, full: { cores: 3 } },
  designs: sessionDesigns,
  build: sessionSystem(asked),
})
