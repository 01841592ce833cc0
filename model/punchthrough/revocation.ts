import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'
import type { Memory } from '../platform/memory-order.ts'
import { type Word, word } from '../platform/shared-word.ts'
import { spinlock } from '../platform/spinlock.ts'

/*
 * A permission for punchthroughs that can be taken back while threads use it.
 *
 * Models: what `litebox/src/platform/mod.rs: PunchthroughProvider` would be with a permission to check: the token is given
 * after a look at the permission, and executed a moment later (`possibly after checking that it is ok`). Nothing in the
 * source can take a permission back. The ways to make it effective: to look again before the execution; to hold a lock
 * from the look to the effect; or to announce the use, look, act and withdraw the announcement, while the one who revokes
 * waits until no announcement is left. Announced is either the use alone, or all from the grant on.
 *
 * Leaves out: whose permission it is and for what, permissions that come back, and what the effect is.
 */

export const allowed: Word<boolean> = word<boolean>('allowed', true)
export const usingOf = (thread: string): Word<boolean> => word<boolean>(`using.${thread}`, false)
export const permissionLock: CellOf<typeof spinlock> = cell('permissionLock', spinlock)

/** A thread that asks, uses what it got, and does it again. */
export const permissionUser = setup({
  types: {
    context: {} as { rounds: number },
    input: {} as { rounds: number },
    events: {} as
      | { type: 'ASK' }
      | { type: 'LOCKED' }
      | { type: 'ANNOUNCED' }
      | { type: 'SEE_ALLOWED' }
      | { type: 'SEE_REVOKED' }
      | { type: 'PREPARE' }
      | { type: 'KEEP' }
      | { type: 'ACT' }
      | { type: 'WITHDRAWN' }
      | { type: 'FINISH' },
  },
  guards: { isLast: ({ context }) => context.rounds <= 1 },
}).createMachine({
  id: 'permissionUser',
  context: ({ input }) => ({ rounds: input.rounds }),
  initial: 'idle',
  states: {
    idle: { on: { ASK: 'asking', LOCKED: 'asking', ANNOUNCED: 'asking' } },
    // The look at the permission that the grant depends on.
    asking: { on: { SEE_ALLOWED: 'holding', SEE_REVOKED: 'withdrawing' } },
    holding: { on: { PREPARE: 'checking', ANNOUNCED: 'checking', ACT: 'withdrawing', KEEP: 'keeping' } },
    // The second look, where there is one.
    checking: { on: { SEE_ALLOWED: 'cleared', SEE_REVOKED: 'withdrawing' } },
    cleared: { on: { ACT: 'withdrawing' } },
    withdrawing: {
      on: {
        WITHDRAWN: [
          { guard: 'isLast', target: 'finished' },
          {
            target: 'idle',
            actions: update((user) => {
              user.rounds -= 1
            }),
          },
        ],
      },
    },
    keeping: {},
    finished: {},
  },
})

/** The one who takes the permission back; `asked` counts the threads whose announcement it has found withdrawn. */
export const revoker = setup({
  types: {
    context: {} as { asked: number },
    events: {} as { type: 'LOCKED' } | { type: 'REVOKED' } | { type: 'FOUND_IDLE' } | { type: 'RETURN' },
  },
}).createMachine({
  id: 'revoker',
  context: { asked: 0 },
  initial: 'idle',
  states: {
    idle: { on: { LOCKED: 'revoking', REVOKED: 'awaitingUsers' } },
    revoking: { on: { REVOKED: 'awaitingUsers' } },
    awaitingUsers: {
      on: {
        FOUND_IDLE: {
          target: 'awaitingUsers',
          actions: update((revoker) => {
            revoker.asked += 1
          }),
        },
        RETURN: 'returned',
      },
    },
    returned: {},
  },
})

export interface Revocation {
  readonly memory: Memory
  readonly threads: readonly string[]
  readonly rounds: number
  readonly protocol: 'checked-at-grant' | 'checked-before-use' | 'locked' | 'announced-from-grant' | 'announced-around-use'
  /** Whether a store that announces or revokes reaches memory before the look that follows it. */
  readonly fence: 'none' | 'full'
  /** Whether a thread may keep a token for ever. */
  readonly keeps: 'never' | 'may'
}

export const administrator = 'administrator'
export const userOf = (thread: string, rounds: number): CellOf<typeof permissionUser> =>
  cell(`user.${thread}`, permissionUser, { input: { rounds } })
export const revokerOf: CellOf<typeof revoker> = cell('revoker', revoker)
