import { snapshot } from '../../model/shim/session-design.ts'
import type { SessionPlan } from '../../model/shim/session-world.ts'
import { expected } from './recycling-expected.ts'

/** One session number; nothing fails. */
const fixed = {
  sessions: 1,
  limitedTo: 2,
  kind: 'single',
  begins: 'opened',
  failures: 'none',
  build: 'release',
  progress: 'left-out',
} as const satisfies Partial<SessionPlan> & { readonly progress: string }

const refused = { ...snapshot, messages: 'refused' } as const
const late = { ...refused, unlock: 'after-base' } as const
const ofApplication = { ...refused, lock: 'application' } as const

export const recyclingDesigns = {
  snapshot: {
    story:
      'A page table is known by the frame of its top level. A core that found the instance before it was torn down gets ' +
      'its lock afterwards, which nobody holds, and loads by that number what the next open has built: two cores are in ' +
      'one address space, each with a lock of its own. Likewise a core that removes a session by its number removes the ' +
      'next one, of whose close the application is never told.',
    knobs: { ...snapshot, ...fixed },
    bugs: ['LB-07'],
    expect: expected.snapshot,
  },
  'locked-to-base': {
    story:
      'The lock of the instance held until the base table: what was enough in `sessions` is not. The lock of an instance ' +
      'says nothing about the table that its number names by now, and the teardown of the one may be that of the other: ' +
      'memory is released in, and the table deleted of, an instance that somebody uses.',
    knobs: { ...late, ...fixed },
    bugs: ['LB-07'],
    expect: expected['locked-to-base'],
  },
  'locked-to-base-marked': {
    story: 'The same with an instance that says under its lock that it was torn down. The faulty twin is `locked-to-base`.',
    knobs: { ...late, ...fixed, instance: 'marked-gone' },
    bugs: ['LB-07'],
    expect: expected['locked-to-base-marked'],
  },
  'locked-by-application': {
    story:
      'The lock of the application held until the base table, taken after the session was looked up, which is no longer ' +
      'there when the lock is got: the core enters the application in the page table of the next instance.',
    knobs: { ...ofApplication, ...fixed },
    bugs: ['LB-07'],
    expect: expected['locked-by-application'],
  },
  'locked-by-application-recheck': {
    story: 'The same with another look at the map when the locks are held. The faulty twin is `locked-by-application`.',
    knobs: { ...ofApplication, ...fixed, recheck: 'after-lock' },
    bugs: ['LB-07'],
    expect: expected['locked-by-application-recheck'],
  },
  'locked-by-application-generation': {
    story: 'The same with page tables known by a number that is not used again. The faulty twin is `locked-by-application`.',
    knobs: { ...ofApplication, ...fixed, identity: 'generation' },
    bugs: ['LB-07'],
    expect: expected['locked-by-application-generation'],
  },
  generation: {
    story: 'Such numbers alone, with the locks of the snapshot: no core comes into the memory of another instance.',
    knobs: { ...refused, ...fixed, identity: 'generation' },
    bugs: ['LB-07'],
    expect: expected.generation,
  },
  'own-session': {
    story:
      'A session is removed, and an instance forgotten, only if it is the one that is meant, with the locks of the snapshot.',
    knobs: { ...refused, ...fixed, removal: 'own-session', eviction: 'own-instance' },
    expect: expected['own-session'],
  },
} as const
