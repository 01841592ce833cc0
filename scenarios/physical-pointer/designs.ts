import type { Design, Expectation, Size } from '../../checker/index.ts'
import type { Choice } from './world.ts'

/** Every knob but the size of the world. */
export type DesignKnobs = Omit<Choice, 'world'>
export type Designs = Readonly<Record<string, Design<DesignKnobs>>>

/** LVBS at the snapshot, for contiguous pages. */
export const snapshot: DesignKnobs = {
  mapping: 'direct',
  counting: 'none',
  lock: 'none',
  unregister: 'after-flush',
  flush: 'mask',
  mechanism: 'hypercall',
  guard: 'off',
  registration: 'after-flush',
  reuse: 'never-for-rust',
  takes: 'addresses',
  ownership: 'implemented',
  validation: 'constructor',
  protect: 'uncalled',
  recovery: 'exception-table',
}

/**
 * The snapshot with the entry to VTL1 mended, so that what is changed besides is judged for itself. Under sequential
 * consistency: on x86 a full fence before the mask is read is needed too (see `shootdown`).
 */
export const registeredFirst: DesignKnobs = { ...snapshot, registration: 'before-flush' }

interface Answer extends Omit<Expectation, 'verdict' | 'states'> {
  readonly states: Readonly<Record<Size, number>>
  /** What one size answers besides. */
  readonly only?: Readonly<Partial<Record<Size, Pick<Expectation, 'violations' | 'asleep'>>>>
}

/** What a design is expected to answer at both sizes. Most shortest traces fit in the least world. */
export function expecting(
  verdict: Expectation['verdict'],
  { states, violations, unwitnessed = [], asleep = [], only }: Answer,
): Readonly<Record<Size, Expectation>> {
  const at = (size: Size): Expectation => ({
    verdict,
    states: states[size],
    violations: { ...violations, ...only?.[size]?.violations },
    unwitnessed,
    asleep: [...asleep, ...(only?.[size]?.asleep ?? [])],
  })
  return { small: at('small'), full: at('full') }
}
