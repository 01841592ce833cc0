import type { Design } from '../../checker/index.ts'
import type { Choice } from './world.ts'

/** Every knob but the size of the world. */
export type DesignKnobs = Omit<Choice, 'busy'>
export type Designs = Readonly<Record<string, Design<DesignKnobs>>>

/** What the callers of the source do, on the platforms of the source. */
export const snapshot = {
  token: 'affine',
  binding: 'executing-thread',
  delay: 'immediate',
  policy: 'always',
  denial: 'panic',
  execution: 'never-fails',
  failure: 'propagate',
  audit: 'none',
} as const satisfies DesignKnobs
/** The same on a platform that writes a line before it acts. */
export const logged = { ...snapshot, audit: 'before-use' } as const
/** That, with callers that do what the types of the source permit. */
export const permitted = { ...logged, delay: 'arbitrary' } as const
