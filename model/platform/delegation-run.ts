import { type Rule, rule } from '../../checker/index.ts'
import type { Delegation } from './delegation.ts'

/*
 * A delegated message, from the application's lock to the answer.
 *
 * Models: `litebox_runner_lvbs/src/lib.rs: handle_invoke_command` (the lock is tried, the program runs under it, the answer
 * is written), and the same behind an upcall. A program may panic the kernel by a system call that is a `todo!`. It may also
 * run for ever, and then keeps core and lock: VTL1 has no timer. A loop is a choice that the program makes, and no step of
 * the core, which is fair and would end it.
 *
 * Leaves out: what `delegation-handler.ts` leaves out.
 */

const runner = 'litebox_runner_lvbs/src/lib.rs'
const review = 'PR #556'

/** Whether a core holds it, that will let go or has panicked. */
const isTaken = ({ context: { holder } }: { readonly context: { readonly holder: string } }): boolean =>
  holder !== 'nobody' && holder !== 'poisoned'

export const locking = ({ cores, call, lock, busy, busyFound, programPanic }: Delegation): readonly Rule[] => [
  rule(
    'handler.lock',
    { core: cores },
    {
      source: `${runner}: handle_invoke_command, try_lock`,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ call: call(core), lock }),
    },
  ).does({
    when: { locking: ({ call }) => call.value === 'locking', free: ({ lock }) => lock.context.holder === 'nobody' },
    events: (_, { core }) => ({ call: { type: 'LOCKED' }, lock: { type: 'LOCK', core } }),
  }),
  ...(busy === 'on-wake'
    ? [
        rule(
          'handler.queue',
          { core: cores },
          {
            source: `${review}: a retry that says when`,
            actor: ({ core }) => core,
            sends: ({ core }) => ({ call: call(core), lock }),
          },
        ).does({
          when: { locking: ({ call }) => call.value === 'locking', taken: ({ lock }) => isTaken(lock) },
          events: (_, { core }) => ({
            call: { type: 'FIND_BUSY', next: 'queue', late: busyFound === 'late' },
            lock: { type: 'WAIT', core },
          }),
        }),
        rule(
          'handler.takeOver',
          { core: cores },
          {
            source: `${review}: a retry that says when`,
            actor: ({ core }) => core,
            sees: () => ({ lock }),
            sends: ({ core }) => ({ call: call(core) }),
          },
        ).does({
          when: { queued: ({ call }) => call.value === 'queued', own: ({ lock }, { core }) => lock.context.holder === core },
          events: () => ({ call: { type: 'LOCKED' } }),
        }),
      ]
    : [
        rule(
          'handler.findBusy',
          { core: cores },
          {
            source: busy === 'to-caller' ? `${runner}: handle_invoke_command, EThreadLimit` : `${review}: UpcallError::Retry`,
            actor: ({ core }) => core,
            sees: () => ({ lock }),
            sends: ({ core }) => ({ call: call(core) }),
          },
        ).does({
          when: { locking: ({ call }) => call.value === 'locking', taken: ({ lock }) => isTaken(lock) },
          events: () => ({
            call: { type: 'FIND_BUSY', next: busy === 'at-once' ? 'spin' : 'answer', late: busyFound === 'late' },
          }),
        }),
      ]),
  ...(programPanic === 'poisons-lock'
    ? [
        rule(
          'handler.findPoisoned',
          { core: cores },
          {
            source: 'proposed: a lock whose holder has panicked refuses',
            actor: ({ core }) => core,
            sees: () => ({ lock }),
            sends: ({ core }) => ({ call: call(core) }),
          },
        ).does({
          when: {
            waiting: ({ call }) => call.value === 'locking' || call.value === 'queued',
            poisoned: ({ lock }) => lock.context.holder === 'poisoned',
          },
          events: () => ({ call: { type: 'FAIL' } }),
        }),
      ]
    : []),
  ...(busy === 'at-once'
    ? [
        rule(
          'handler.retry',
          { core: cores },
          { source: `${review}: UpcallError::Retry`, actor: ({ core }) => core, sends: ({ core }) => ({ call: call(core) }) },
        ).does({
          when: { retrying: ({ call }) => call.value === 'retrying' },
          events: () => ({ call: { type: 'RETRY' } }),
        }),
      ]
    : []),
]

export const working = (world: Delegation): readonly Rule[] => {
  const { cores, call, lock, handler, shape, program, programPanic } = world
  const runs = handler === 'runs-program'
  const cannot = runs && shape === 'shim-method'
  const working = { working: ({ call }: { readonly call: { readonly value: unknown } }) => call.value === 'working' }
  const footprint = (source: string) => ({
    source,
    actor: ({ core }: { readonly core: string }) => core,
    sends: ({ core }: { readonly core: string }) => ({ call: call(core), lock: runs ? [lock] : [] }),
  })
  const unlocked = { lock: { type: 'UNLOCK' as const } }
  return [
    ...(cannot
      ? [
          rule(
            'shim.cannotRun',
            { core: cores },
            footprint(`${review}: loading ELF and invoking run_thread that shim cannot do`),
          ).does({ when: working, events: () => ({ call: { type: 'FAIL' as const }, ...unlocked }) }),
        ]
      : [
          rule('handler.finish', { core: cores }, footprint(`${runner}: run_thread_ref, reenter`)).does({
            when: working,
            events: () => ({ call: { type: 'FINISH' as const }, ...unlocked }),
          }),
          rule(
            'handler.fail',
            { core: cores },
            {
              ...footprint(`${runner}: a failure exit of the session`),
              kind: 'environment',
            },
          ).does({ when: working, events: () => ({ call: { type: 'FAIL' as const }, ...unlocked }) }),
        ]),
    ...(runs && !cannot && programPanic !== 'never'
      ? [
          rule(
            'program.panic',
            { core: cores },
            { ...footprint('litebox_shim_optee/src/syscalls/tee.rs: sys_open_ta_session, todo!'), kind: 'environment' },
          ).does({
            when: working,
            events: (_, { core }) => ({
              call: { type: 'PANIC' as const },
              // The lock stays as it is, its holder's for ever.
              lock: programPanic === 'poisons-lock' ? { type: 'POISON' as const } : { type: 'LOCK' as const, core },
            }),
          }),
        ]
      : []),
    ...(program === 'may-loop'
      ? [
          rule(
            'program.runOn',
            { core: cores },
            {
              kind: 'environment',
              source: `${runner}: run_thread_ref, a program that goes on`,
              actor: ({ core }) => core,
              sends: ({ core }) => ({ call: call(core) }),
            },
          ).does({
            when: { runs: ({ call }) => call.value === 'working' || call.value === 'looping' },
            events: () => ({ call: { type: 'RUN_ON' } }),
          }),
        ]
      : []),
  ]
}

export const answering = ({ cores, call, failure, answer }: Delegation): readonly Rule[] => [
  rule(
    'handler.judge',
    { core: cores },
    {
      source: failure === 'ignored' ? `${review}: let _ = upcall.execute(&mut ctx)` : `${runner}: optee_smc_handler`,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({
    when: { judging: ({ call }) => call.value === 'judging' },
    events: ({ call }) => {
      const { result } = call.context
      return {
        call: {
          type: 'JUDGE',
          reply: result === 'done' || failure === 'ignored' ? 'success' : result === 'busy' ? 'busy' : 'error',
        },
      }
    },
  }),
  rule(
    'answer.write',
    { core: cores },
    {
      source: `${runner}: optee_smc_handler_entry_inner, write_at_offset`,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({ when: { answering: ({ call }) => call.value === 'answering' }, events: () => ({ call: { type: 'WRITTEN' } }) }),
  ...(answer === 'may-fail'
    ? [
        rule(
          'answer.fail',
          { core: cores },
          {
            kind: 'environment',
            source: `${runner}: optee_smc_handler_entry_inner, EFAULT`,
            actor: ({ core }) => core,
            sends: ({ core }) => ({ call: call(core) }),
          },
        ).does({
          when: { answering: ({ call }) => call.value === 'answering' },
          events: () => ({ call: { type: 'NOT_WRITTEN' } }),
        }),
      ]
    : []),
]
