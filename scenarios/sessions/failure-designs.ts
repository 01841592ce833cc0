import { snapshot } from '../../model/shim/session-design.ts'
import type { SessionPlan } from '../../model/shim/session-world.ts'
import { expected } from './failure-expected.ts'

/** One application, two session numbers; everything fails that can. */
const fixed = {
  applications: 1,
  sessions: 2,
  instances: 2,
  limitedTo: 2,
  kind: 'single',
  begins: 'opened',
  failures: 'every',
  build: 'release',
  progress: 'left-out',
} as const satisfies Partial<SessionPlan> & { readonly progress: string }

const refused = { ...snapshot, messages: 'refused' } as const
const empty = { ...fixed, begins: 'empty' } as const
/** The locks are those of `locked-by-application-recheck` in `sessions`, so that what is left are the failures. */
const locked = { ...refused, lock: 'application', recheck: 'after-lock' } as const
const complete = { ...locked, exits: 'guarded', response: 'finishes' } as const

export const failureDesigns = {
  snapshot: {
    story:
      'An open on an instance that is there leaves a registered session behind whose number VTL0 was never told, if the ' +
      'answer cannot be written: and VTL0 says where to write it. A close that cannot answer has run the close of the ' +
      'application, and keeps the session, which can be closed again. An application that has crashed is entered again if ' +
      'it has another session, or crashes in a close, whose result nobody looks at.',
    knobs: { ...snapshot, ...fixed },
    expect: expected.snapshot,
  },
  'snapshot-first-open': {
    story:
      'The same before any session is open. Whatever fails after the number was allocated loses it: a new instance has no ' +
      '`SessionIdGuard`. If the parameters cannot be read, or the answer to a refusal cannot be written, the page table and ' +
      'all the memory behind it are lost too.',
    knobs: { ...snapshot, ...empty },
    expect: expected['snapshot-first-open'],
  },
  'snapshot-debug': {
    story:
      'A build with assertions, before any session is open: if ldelf refuses an application, the answer is written when ' +
      'the table is gone, and the assertion that one is loaded is a panic of VTL1.',
    knobs: { ...snapshot, ...empty, build: 'debug' },
    expect: expected['snapshot-debug'],
  },
  'answered-first': {
    story:
      'The same with the answer before the teardown, as in later sources: nothing is asserted in vain, and its failure leaks.',
    knobs: { ...refused, ...empty, build: 'debug', refusal: 'before-teardown' },
    expect: expected['answered-first'],
  },
  guarded: {
    story: 'Every exit of an open that makes an instance gives back its number and its table.',
    knobs: { ...locked, ...empty, exits: 'guarded' },
    expect: expected.guarded,
  },
  finished: {
    story:
      'What there is to do is done also if the answer cannot be written: an open takes its session back, a close removes ' +
      'its session, a crashed instance is taken down.',
    knobs: { ...locked, ...empty, response: 'finishes' },
    expect: expected.finished,
  },
  'guarded-and-finished': {
    story: 'Both. Nothing is left behind; a crashed application with another session is still entered.',
    knobs: { ...complete, ...fixed },
    expect: expected['guarded-and-finished'],
  },
  'marked-crashed': {
    story:
      'Both, and an instance says under its lock that it has crashed: nobody enters it, and its sessions are closed without ' +
      'it. The faulty twins are the two before.',
    knobs: { ...complete, ...fixed, instance: 'marked-crashed' },
    expect: expected['marked-crashed'],
  },
} as const
