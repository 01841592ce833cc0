import { snapshot } from '../../model/shim/session-design.ts'
import type { SessionPlan } from '../../model/shim/session-world.ts'
import { expected } from './expected.ts'

/** One call on each core, one application, two session numbers; nothing fails. */
const fixed = {
  applications: 1,
  sessions: 2,
  instances: 2,
  limitedTo: 2,
  kind: 'single',
  begins: 'opened',
  calls: 1,
  failures: 'none',
  build: 'release',
  progress: 'asked',
} as const satisfies Partial<SessionPlan> & { readonly progress: string }

const refused = { ...snapshot, messages: 'refused' } as const
const ofApplication = { ...refused, lock: 'application' } as const

export const sessionDesigns = {
  snapshot: {
    story:
      'The lock of an instance ends as soon as the application has run, or the answer is written; the session is ' +
      'registered or removed after that, without a lock, and so is the table taken down. Whether an instance is in use ' +
      'is decided by counting registered sessions. So a core that opens a session has the table loaded which another ' +
      'takes down because it closes the last one that is registered; two closes of one session both run the ' +
      "application's close, and one takes the table down under the other; and a session may come to be registered with " +
      'an instance that is gone. Messages without a handler reach a `todo!`.',
    knobs: { ...snapshot, ...fixed },
    bugs: ['LB-07'],
    expect: expected.snapshot,
  },
  'snapshot-first-open': {
    story:
      'The same before any session is open. Two cores look into the cache, find nothing, and make an instance each of an ' +
      'application that is to have one; the second overwrites the first in the cache. The first open answers when its ' +
      'session is registered: whoever guesses the number can close it, and take the table down, under the answer.',
    knobs: { ...snapshot, ...fixed, begins: 'empty' },
    bugs: ['LB-07'],
    expect: expected['snapshot-first-open'],
  },
  'snapshot-limit': {
    story: 'Applications that have an instance for each session, and a limit of one: two cores count, and then make.',
    knobs: { ...snapshot, ...fixed, begins: 'empty', kind: 'multi', limitedTo: 1 },
    bugs: ['LB-07'],
    expect: expected['snapshot-limit'],
  },
  'snapshot-keep-alive': {
    story:
      'The snapshot with an application that stays when its last session is closed: no table is ever taken down, and what ' +
      'is left are answers without the lock and a session that is closed twice.',
    knobs: { ...snapshot, ...fixed, kind: 'keep-alive' },
    expect: expected['snapshot-keep-alive'],
  },
  'locked-to-base': {
    story:
      'The lock of the instance is held, from an open that makes the instance on, until the core is on the base table ' +
      'again; the teardown is under it. One change ends all of the above on two cores but one: while an instance is taken ' +
      'down that the cache has forgotten, another open makes a second.',
    knobs: { ...refused, ...fixed, unlock: 'after-base' },
    bugs: ['LB-07'],
    expect: expected['locked-to-base'],
  },
  'locked-twice': {
    story: 'The same with a teardown that takes the lock once more, as the source does: the core waits for itself.',
    knobs: { ...refused, ...fixed, unlock: 'after-base-twice' },
    expect: expected['locked-twice'],
  },
  'counted-tables': {
    story:
      'Tables live as long as a core has them loaded (pull requests 1246 and 1351), with the locks of the snapshot. No core ' +
      'runs on a table that is gone; sessions still name instances that are, and two cores still share one by turns.',
    knobs: { ...refused, ...fixed, tables: 'last-owner-frees' },
    bugs: ['LB-07'],
    expect: expected['counted-tables'],
  },
  'first-open-gives-way': {
    story:
      'A new instance that finds another in the cache gives way to it, as in OP-TEE OS since its pull request 6836. The ' +
      'open is told to come again; its number is lost, because an open that makes an instance has no guard for it.',
    knobs: { ...refused, ...fixed, begins: 'empty', caching: 'if-absent' },
    expect: expected['first-open-gives-way'],
  },
  'limit-reserved': {
    story: 'The limit is asked in the step that makes the table, and the lock held to the base table: both twins in one.',
    knobs: { ...refused, ...fixed, unlock: 'after-base', begins: 'empty', kind: 'multi', limitedTo: 1, limit: 'reserved' },
    expect: expected['limit-reserved'],
  },
  'locked-by-application': {
    story:
      'A lock for each application, tried before anything is looked up and held until the core is on the base table, as ' +
      'pull request 865 has it. On two cores with a call each this one change mends everything but the messages. The ' +
      'faulty twin is `snapshot`; what three cores and names that are used again make of it is in `session-recycling`.',
    knobs: { ...ofApplication, ...fixed },
    bugs: ['LB-07'],
    expect: expected['locked-by-application'],
  },
} as const
