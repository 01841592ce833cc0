import { type Scenario, scenario } from '../checker/index.ts'
import { punchthroughClaimNames } from '../properties/punchthrough.ts'
import type { Claim } from './claim.ts'
import { answerDesigns } from './punchthrough/answer-designs.ts'
import { tokenDesigns } from './punchthrough/token-designs.ts'
import { build, knobs } from './punchthrough/world.ts'

export const punchthrough: Scenario = scenario({
  name: 'punchthrough',
  story:
    'Two threads ask for punchthroughs on behalf of their guests and then enter them. Does every token act once, on the ' +
    'thread that asked, in the order of the requests? Is every effect in the log, and is a refusal told to the guest? ' +
    'Leaves out how a base gets into the register (punchthrough-entry, punchthrough-optee) and revocation ' +
    '(punchthrough-revocation).',
  knobs,
  sizes: { small: { busy: 1 }, full: { busy: 2 } },
  designs: { ...tokenDesigns, ...answerDesigns },
  build,
})

export const punchthroughClaims: readonly Claim[] = [
  {
    article: 'punchthrough',
    quote: 'This token must be executed immediately',
    scenario: punchthrough.name,
    property: punchthroughClaimNames.atOnce,
  },
  {
    article: 'punchthrough',
    quote: 'the authorization is consumed at the point of use',
    scenario: punchthrough.name,
    property: punchthroughClaimNames.once,
  },
  {
    article: 'punchthrough',
    quote: 'the authorization is consumed at a known point in the control flow',
    scenario: punchthrough.name,
    property: punchthroughClaimNames.order,
  },
  {
    article: 'punchthrough',
    quote: 'a clear, centralized point where host permissions are granted and logged',
    scenario: punchthrough.name,
    property: punchthroughClaimNames.logged,
  },
  {
    article: 'punchthrough',
    quote: 'an auditable trail of exactly which host capabilities were requested and executed',
    scenario: punchthrough.name,
    property: punchthroughClaimNames.honest,
  },
  {
    article: 'punchthrough',
    quote: 'all punchthroughs must return quickly and must not stall the guest by waiting on host resources',
    scenario: punchthrough.name,
    property: punchthroughClaimNames.waits,
  },
  {
    article: 'punchthrough',
    quote: 'Map PunchthroughError to guest-visible error code',
    scenario: punchthrough.name,
    property: punchthroughClaimNames.stops,
  },
]
