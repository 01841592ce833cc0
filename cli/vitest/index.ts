import { expect } from 'vitest'
import { propertyMatchers } from './matchers.ts'

export { propertyMatchers } from './matchers.ts'
export { type Regression, regressionSuite, replayRegression } from './regressions.ts'
export type { Subject } from './subject.ts'

declare module 'vitest' {
  interface Matchers<T> {
    /** Every property of a design or system holds, or the one that is named. An unfinished search never passes. */
    toHold(property?: string): T
    /** The property has a counterexample, and if `steps` is given, a shortest one of that many. */
    toBeViolated(property: string, options?: { readonly steps?: number }): T
    /** All that a design's expectation says is found: verdict, states, violations and their lengths. */
    toMeetExpectations(): T
  }
}

expect.extend(propertyMatchers())
