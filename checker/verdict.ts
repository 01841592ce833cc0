/**
 * What can be said of a design or a property, worst first:
 *
 * - `error`: the model is wrong. `dishonest`: the same input gave two answers. `asymmetric`: things declared
 *   interchangeable are not.
 * - `unhandled`: a step's guard holds and a receiver has no edge for its event.
 * - `violated`: with a trace. `deadlock`: a non-final state from which environment steps alone never enable a program
 *   step.
 * - `unwitnessed`: a `sometimes` was never seen, or a needed rule never enabled.
 * - `bounded`: a limit ended the search. Never a pass.
 * - `holds`: the whole space was searched.
 */
export const verdictNames = [
  'error',
  'dishonest',
  'asymmetric',
  'unhandled',
  'violated',
  'deadlock',
  'unwitnessed',
  'bounded',
  'holds',
] as const
export type VerdictName = (typeof verdictNames)[number]

/** The worst of several verdicts; of none: `holds`. */
export const worst = (verdicts: Iterable<VerdictName>): VerdictName => {
  let at = verdictNames.length - 1
  for (const verdict of verdicts) at = Math.min(at, verdictNames.indexOf(verdict))
  return verdictNames[at]!
}

/** The claims that are made of every system, beside its own properties. */
export const builtIn = {
  deadlock: 'no deadlock',
  unhandled: 'every event is handled',
  needed: 'every needed rule is enabled somewhere',
} as const
