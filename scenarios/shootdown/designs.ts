import type { Design, Expectation, Size } from '../../checker/index.ts'
import type { Plan } from '../../model/memory/vtl1-address-space.ts'
import { claims } from '../../properties/targeted-shootdown.ts'

/** Every knob but the size of the world. */
export type DesignKnobs = Omit<Plan, 'cores' | 'pages'>
export type Designs = Readonly<Record<string, Design<DesignKnobs>>>

/** A window onto VTL0 memory, which the base table maps: nothing is freed, and a core that enters can walk it at once. */
export const snapshotWindow: DesignKnobs = {
  free: 'never',
  scope: 'mask',
  means: 'hypercall',
  fastPath: 'on',
  maskOrder: 'relaxed',
  entryOrder: 'flush-then-register',
  entryTlb: 'emptied',
  arrival: 'running',
  bootRegistration: 'when-started',
  caller: 'serving',
  hypervisor: 'obeys',
  refusal: 'local-flush',
  memory: 'sc',
}

/** The window with the entry mended. */
export const windowRegistersFirst: DesignKnobs = { ...snapshotWindow, entryOrder: 'register-then-flush' }

/** Memory of a trusted application: a core that enters cannot walk it before it has set its bit and loaded the table. */
export const snapshotTask: DesignKnobs = { ...windowRegistersFirst, free: 'before-flush' }

export const tso = { memory: 'tso' } as const
export const fencedTso = { memory: 'tso', maskOrder: 'fenced' } as const

type Violations = NonNullable<Expectation['violations']>

/** How soon what was given back is reached: a TLB holds it, a core reads it, Rust has got it by then. */
export const reached = (steps: number): Violations => ({
  [claims.freed]: steps,
  [claims.lost]: steps + 1,
  [claims.rust]: steps + 2,
})
export const usedAfterReturn = (steps: number): Violations => ({ [claims.returned]: steps })

/** States, and what fails, at each size. */
type Answers = Readonly<Record<Size, readonly [states: number, violations: Violations]>>

export const violated = (answers: Answers, asleep: readonly string[] = []): Record<Size, Expectation> => ({
  small: { verdict: 'violated', states: answers.small[0], violations: answers.small[1], asleep },
  full: { verdict: 'violated', states: answers.full[0], violations: answers.full[1], asleep },
})
export const holding = (states: Readonly<Record<Size, number>>): Record<Size, Expectation> => ({
  small: { verdict: 'holds', states: states.small },
  full: { verdict: 'holds', states: states.full },
})
