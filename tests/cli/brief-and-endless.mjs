// Two scenarios to be mutated: the first at once, the second never to its end.
import { wheels } from './wheels.mjs'

const holding = (states) => ({ only: { story: 'Turning.', knobs: {}, expect: { small: { verdict: 'holds', states } } } })

export const brief = wheels('brief', 1, holding(12))
export const endless = wheels('endless', 12, holding(12 ** 12))
