import type { SessionDesign } from './session-design.ts'

/*
 * In which order a call of VTL0 takes its steps.
 *
 * Models: `litebox_runner_lvbs/src/lib.rs: open_session_new_instance, open_session_single_instance,
 * handle_invoke_command, handle_close_session`, `teardown_ta_page_table` and the end of `optee_smc_handler`, as lists of
 * steps. Where the source branches, a list ends or names the branch, and the rules say which list comes next. The order
 * within a list is the source's; a design moves steps, adds some, or continues elsewhere after a failure.
 *
 * Leaves out: decoding a request (`shared-memory-registration` has what it reads), and the write of the SMC arguments at
 * the very end, whose failure loses the result of a call that has been served.
 */

export type SessionStep =
  | ('take-application' | 'leave-application' | 'find-instance' | 'find-session' | 'check-session' | 'check-alive')
  | ('count-instances' | 'build-table' | 'list-table' | 'retain-table' | 'load-task' | 'drop-table')
  | ('allocate-number' | 'recycle-number' | 'load-ldelf' | 'load-context' | 'enter' | 'leave' | 'read-params')
  | ('create-instance' | 'cache-instance' | 'register' | 'answer')
  | ('try-lock' | 'lock' | 'unlock' | 'unregister' | 'count-sessions' | 'uncache' | 'drop-entry')
  | ('release' | 'load-base' | 'delete-table' | 'await-freed' | 'switch-to-base' | 'return')

export type SessionPath =
  | ('open' | 'new' | 'newOpen' | 'newSuccess' | 'newRefused' | 'newUnloaded' | 'newFailed' | 'newUndone' | 'newUnfound')
  | ('newLost' | 'newLeft' | 'sessionLeft')
  | ('existing' | 'existingSuccess' | 'existingRefused' | 'existingDead' | 'existingLast' | 'existingOthers')
  | ('existingFailed' | 'existingUnanswered' | 'withdrawal' | 'withdrawalLast' | 'withdrawalOthers')
  | ('invoke' | 'invokeSession' | 'invokeDone' | 'invokeDead' | 'invokeLast' | 'invokeOthers')
  | ('close' | 'closeSession' | 'closeCrashed' | 'closeLast' | 'closeOthers' | 'givenUp' | 'over' | 'overEarly')

export type SessionPaths = Readonly<Record<SessionPath, readonly SessionStep[]>>

/** What can go wrong on a path besides what the branches of the source ask: see `failureOf`. */
export type Mishap = 'no-number' | 'no-table' | 'not-loaded' | 'not-read' | 'not-answered'

export function pathsOf(design: SessionDesign, keepAlive: boolean): SessionPaths {
  const on = (condition: boolean, ...steps: readonly SessionStep[]): readonly SessionStep[] => (condition ? steps : [])
  const early = design.unlock === 'before-base'
  const late = !early
  const ofApplication = design.lock === 'application'
  const counted = design.tables === 'last-owner-frees'
  const guarded = design.exits === 'guarded'
  const takesBack = design.unlock === 'before-base' && design.removal === 'by-number'

  const load: readonly SessionStep[] = [...on(counted, 'retain-table'), 'load-task']
  const alive = on(design.instance !== 'unmarked', 'check-alive')
  const again = on(design.recheck === 'after-lock', 'check-session')
  const lock: readonly SessionStep[] = ['try-lock', ...again, ...alive]
  const run: readonly SessionStep[] = ['enter', 'leave']
  const base = (isLoaded = true): readonly SessionStep[] => ['switch-to-base', ...on(counted && isLoaded, 'drop-table')]
  const end: readonly SessionStep[] = [...on(ofApplication, 'leave-application'), 'return']
  const teardown: readonly SessionStep[] = [
    ...(['release', 'load-base', ...on(counted, 'drop-table'), 'delete-table', 'await-freed'] as const),
  ]
  /** The end of an instance: under the lock that is held still, or under one that is taken again. */
  const destroy: readonly SessionStep[] = ['uncache', ...on(design.unlock !== 'after-base', 'lock'), ...teardown]
  const ended = (...before: readonly SessionStep[]): readonly SessionStep[] =>
    early ? [...destroy, 'unlock', ...before, ...base(false), ...end] : [...destroy, ...before, ...base(false), 'unlock', ...end]
  const left = (...before: readonly SessionStep[]): readonly SessionStep[] => [
    ...before,
    ...base(),
    ...on(late, 'unlock'),
    ...end,
  ]

  return {
    open: [...on(ofApplication, 'take-application'), 'find-instance'],
    new: [
      ...on(design.limit === 'asked', 'count-instances'),
      'build-table',
      'list-table',
      ...load,
      'allocate-number',
      'load-ldelf',
      ...run,
    ],
    newOpen: ['load-context', ...run, 'read-params'],
    newSuccess: left('create-instance', 'cache-instance', 'register', 'answer'),
    newRefused: ['answer', ...teardown, ...on(guarded, 'recycle-number'), ...base(false), ...end],
    newUnloaded:
      design.refusal === 'after-teardown'
        ? [...teardown, 'answer', ...on(guarded, 'recycle-number'), ...base(false), ...end]
        : ['answer', ...teardown, ...on(guarded, 'recycle-number'), ...base(false), ...end],
    newFailed: [...teardown, ...on(guarded, 'recycle-number'), ...base(false), ...end],
    newUndone: ['load-base', ...on(counted, 'drop-table'), 'delete-table', 'await-freed', ...base(false), ...end],
    newUnfound: ['delete-table', 'await-freed', ...base(false), ...end],
    newLeft: [...base(), ...end],
    sessionLeft: left(),
    newLost: [...teardown, ...on(guarded, 'recycle-number'), ...base(false), ...on(late, 'unlock'), ...end],

    existing: [...lock, 'allocate-number', ...load, 'load-context', ...run, 'read-params'],
    existingSuccess: [...on(early, 'unlock'), ...left('register', 'answer')],
    existingRefused: [...on(early, 'unlock'), ...left('answer', 'recycle-number')],
    existingDead: [...on(early, 'unlock'), 'count-sessions'],
    existingLast: ['answer', ...ended('recycle-number')],
    existingOthers: left('answer', 'recycle-number'),
    existingFailed: early ? ['recycle-number', 'unlock', ...base(), ...end] : ['recycle-number', ...base(), 'unlock', ...end],
    existingUnanswered: left('recycle-number'),
    withdrawal: ['unregister', 'count-sessions'],
    withdrawalLast: ended(),
    withdrawalOthers: left(),

    invoke: ['find-session'],
    invokeSession: [...on(ofApplication, 'take-application'), ...lock, ...load, 'load-context', ...run, 'read-params'],
    invokeDone: early ? ['answer', 'unlock', ...base(), ...end] : left('answer'),
    invokeDead: [...on(early, 'unlock'), 'unregister', 'count-sessions'],
    invokeLast: ['answer', ...ended()],
    invokeOthers: left('answer'),

    close: ['find-session'],
    closeSession: [
      ...on(ofApplication, 'take-application'),
      ...([...lock, ...load, 'load-context', ...run, 'answer', ...on(early, 'unlock'), 'unregister', 'count-sessions'] as const),
    ],
    closeCrashed: [...load, 'answer', ...on(early, 'unlock'), 'unregister', 'count-sessions'],
    closeLast: keepAlive ? left(...on(takesBack, 'drop-entry')) : ended(...on(takesBack, 'drop-entry')),
    closeOthers: left(...on(takesBack, 'drop-entry')),

    givenUp: early ? ['unlock', ...base(), ...end] : [...base(), 'unlock', ...end],
    over: [...base(false), ...end],
    overEarly: [...base(false), 'return'],
  }
}

/** The path on which a call goes on after a mishap: its own, if nothing else is left to do differently. */
export function failureOf(path: SessionPath, mishap: Mishap, design: SessionDesign): SessionPath {
  const [guarded, finishes] = [design.exits === 'guarded', design.response === 'finishes']
  switch (path) {
    case 'new':
      return mishap === 'no-number' ? 'newUndone' : mishap === 'no-table' ? 'newUnfound' : 'newFailed'
    case 'newOpen':
      return mishap === 'not-read' && !guarded ? 'newLeft' : 'newFailed'
    case 'newRefused':
      return guarded || finishes ? path : 'newLeft'
    case 'newUnloaded':
      return guarded || finishes || design.refusal === 'after-teardown' ? path : 'newLeft'
    case 'newSuccess':
    case 'existingSuccess':
      return finishes ? 'withdrawal' : 'sessionLeft'
    case 'existing':
      return mishap === 'no-number' ? 'givenUp' : 'existingFailed'
    case 'existingLast':
      return finishes ? path : 'existingUnanswered'
    case 'invokeLast':
      return finishes ? path : 'sessionLeft'
    case 'invokeSession':
      return 'givenUp'
    case 'closeSession':
    case 'closeCrashed':
      return mishap === 'not-answered' && finishes ? path : 'givenUp'
    default:
      return path
  }
}
