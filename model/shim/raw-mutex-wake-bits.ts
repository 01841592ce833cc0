import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'
import type { Change } from './raw-mutex-block.ts'

/*
 * The raw mutex before pull request 222: threads slept on a second word, in which a waker said how many may go.
 *
 * Models: `litebox_platform_linux_userland/src/lib.rs: RawMutex` with its field `num_to_wake_up`, as it was changed by
 * pull requests 75 and 86. A thread compares `inner`, then sleeps while the wake bits are zero; once awake it must claim
 * one of the wakes, or it sleeps again. A waker moves all sleepers to a queue of its own, sets the bits, wakes, and resets
 * the bits: at once; when the count equals that of those it did not wake; when the count is at most that.
 *
 * Leaves out: store buffers, because every access is a locked instruction, a host call, or a load by a thread that stores
 * nothing; timeouts; several wakers, which the lock bits keep apart; the return values that pull request 75 corrected,
 * without which the waker panicked.
 */

export type Reset = 'at-once' | 'when-equal' | 'when-at-most'

/** `num_to_wake_up`: the lock bits and the count below them. */
export const wakeBits = setup({
  types: {
    context: {} as { count: number },
    events: {} as { type: 'LOCK'; count: number } | { type: 'CLAIM' } | { type: 'RESET' },
  },
}).createMachine({
  id: 'wakeBits',
  context: { count: 0 },
  initial: 'zero',
  states: {
    zero: {
      on: {
        LOCK: {
          target: 'locked',
          actions: update((bits, { count }) => {
            bits.count = count
          }),
        },
      },
    },
    locked: {
      on: {
        CLAIM: {
          guard: ({ context }) => context.count > 0,
          target: 'locked',
          actions: update((bits) => {
            bits.count -= 1
          }),
        },
        RESET: {
          target: 'zero',
          actions: update((bits) => {
            bits.count = 0
          }),
        },
      },
    },
  },
})

/** A thread in `block_or_maybe_timeout`. `woken` remembers that the host woke it, for the claims made of it. */
export const claimant = setup({
  types: {
    context: {} as { firstTime: boolean; woken: boolean },
    events: {} as
      | { type: 'SEE'; change: Change }
      | { type: 'FALL_ASLEEP' }
      | { type: 'WAKE_UP' }
      | { type: 'STAY_AWAKE' }
      | { type: 'CLAIMED' }
      | { type: 'FOUND_NOTHING' },
  },
  guards: {
    isFirstTime: ({ context }) => context.firstTime,
    hasChanged: (_, { change }: { change: Change }) => change === 'changed',
  },
}).createMachine({
  id: 'claimant',
  context: { firstTime: true, woken: false },
  initial: 'comparing',
  states: {
    comparing: {
      on: { SEE: [{ guard: { type: 'hasChanged', params: ({ event }) => event }, target: 'returned' }, { target: 'asking' }] },
    },
    asking: {
      on: { FALL_ASLEEP: 'sleeping', STAY_AWAKE: [{ guard: 'isFirstTime', target: 'recomparing' }, { target: 'claiming' }] },
    },
    recomparing: {
      on: { SEE: [{ guard: { type: 'hasChanged', params: ({ event }) => event }, target: 'returned' }, { target: 'claiming' }] },
    },
    sleeping: {
      on: {
        WAKE_UP: {
          target: 'claiming',
          actions: update((thread) => {
            thread.woken = true
          }),
        },
      },
    },
    claiming: {
      on: {
        CLAIMED: 'returned',
        FOUND_NOTHING: {
          target: 'asking',
          actions: update((thread) => {
            thread.firstTime = false
          }),
        },
      },
    },
    returned: {},
  },
})

/** The thread in `wake_many`. `unwoken` is how many more it asked for than the host woke. */
export const bitsWaker = setup({
  types: {
    context: {} as { changes: boolean; unwoken: number },
    input: {} as { changes: boolean },
    events: {} as
      | { type: 'CHANGED' }
      | { type: 'REQUEUED' }
      | { type: 'LOCKED' }
      | { type: 'WOKE'; unwoken: number }
      | { type: 'RESET' },
  },
  guards: { changesTheWord: ({ context }) => context.changes },
}).createMachine({
  id: 'bitsWaker',
  context: ({ input }) => ({ ...input, unwoken: 0 }),
  initial: 'starting',
  states: {
    starting: { always: [{ guard: 'changesTheWord', target: 'changing' }, { target: 'requeueing' }] },
    changing: { on: { CHANGED: 'requeueing' } },
    requeueing: { on: { REQUEUED: 'locking' } },
    locking: { on: { LOCKED: 'waking' } },
    waking: {
      on: {
        WOKE: {
          target: 'resetting',
          actions: update((waker, { unwoken }) => {
            waker.unwoken = unwoken
          }),
        },
      },
    },
    resetting: { on: { RESET: 'finished' } },
    finished: {},
  },
})

export const bits: CellOf<typeof wakeBits> = cell('wakeBits', wakeBits)
export const claimantOf = (thread: string): CellOf<typeof claimant> => cell(`claimant.${thread}`, claimant)
/** `changes`: whether the waker changes the compared word before it wakes. */
export const bitsWakerOf = (changes: boolean): CellOf<typeof bitsWaker> => cell('bitsWaker', bitsWaker, { input: { changes } })
