import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'

/*
 * The futex manager before pull request 501: one object for each address that has waiters, which they share.
 *
 * Models: `litebox/src/sync/futex.rs: FutexManager` as pull requests 303 and 335 found and left it. The first waiter makes
 * the object, the last one removes it. A waker marks the object of the address and publishes which waiters may go, wakes
 * them, waits until enough of them have left, then looks the address up again and takes the mark back. Everything but
 * the sleep happens under one lock, so each visit to the map is one step, and store buffers show nothing.
 *
 * Leaves out: the guest's own word and its comparison (a guest may wait for the same value again, as the late waiter
 * does here); wakes of fewer than all waiters; waiters without a bitset, which leave without reading it; timeouts; other addresses.
 */

/** The map from the address to its object, of which there have been `made` so far. */
export const lockableMap = setup({
  types: {
    context: {} as { object: string; made: number },
    events: {} as { type: 'INSERT'; object: string } | { type: 'REMOVE' } | { type: 'KEEP' },
  },
}).createMachine({
  id: 'lockableMap',
  context: { object: 'none', made: 0 },
  initial: 'vacant',
  states: {
    vacant: {
      on: {
        INSERT: {
          target: 'occupied',
          actions: update((map, { object }) => {
            map.object = object
            map.made += 1
          }),
        },
      },
    },
    occupied: {
      on: {
        KEEP: 'occupied',
        REMOVE: {
          target: 'vacant',
          actions: update((map) => {
            map.object = 'none'
          }),
        },
      },
    },
  },
})

/**
 * One object: how many wait, the mark in its raw mutex (0: none; otherwise the ticket of the waker) and whether a bitset
 * is published. `SUBTRACT` takes the mark back as plain arithmetic does, whatever it finds.
 */
export const lockable = setup({
  types: {
    context: {} as { waiters: number; mark: number; published: boolean },
    events: {} as
      | { type: 'ENTER' }
      | { type: 'LEAVE' }
      | { type: 'MARK'; ticket: number }
      | { type: 'SUBTRACT' }
      | { type: 'UNMARK' }
      | { type: 'KEEP' },
  },
}).createMachine({
  id: 'lockable',
  context: { waiters: 0, mark: 0, published: false },
  initial: 'usable',
  states: {
    usable: {
      on: {
        KEEP: 'usable',
        ENTER: {
          target: 'usable',
          actions: update((object) => {
            object.waiters += 1
          }),
        },
        LEAVE: {
          target: 'usable',
          actions: update((object) => {
            object.waiters -= 1
          }),
        },
        MARK: {
          target: 'usable',
          actions: update((object, { ticket }) => {
            object.mark = ticket
            object.published = true
          }),
        },
        SUBTRACT: {
          target: 'usable',
          actions: update((object) => {
            object.mark -= 1
            object.published = false
          }),
        },
        UNMARK: {
          target: 'usable',
          actions: update((object) => {
            object.mark = 0
            object.published = false
          }),
        },
      },
    },
  },
})

/** A thread in `wait`. `owed` remembers that a waker counted it, for the claims made of it. */
export const lockableWaiter = setup({
  types: {
    context: {} as { object: string; owed: boolean },
    events: {} as
      | { type: 'ENTER'; object: string }
      | { type: 'FALL_ASLEEP' }
      | { type: 'STAY_AWAKE' }
      | { type: 'WAKE_UP' }
      | { type: 'COUNT'; object: string }
      | { type: 'MATCHED' }
      | { type: 'UNMATCHED' }
      | { type: 'LEFT' },
  },
}).createMachine({
  id: 'lockableWaiter',
  context: { object: 'none', owed: false },
  initial: 'arriving',
  on: {
    COUNT: {
      actions: update((waiter, { object }) => {
        if (waiter.object === object) waiter.owed = true
      }),
    },
  },
  states: {
    arriving: {
      on: {
        ENTER: {
          target: 'blocking',
          actions: update((waiter, { object }) => {
            waiter.object = object
          }),
        },
      },
    },
    blocking: { on: { FALL_ASLEEP: 'sleeping', STAY_AWAKE: 'matching' } },
    sleeping: { on: { WAKE_UP: 'matching' } },
    matching: { on: { MATCHED: 'leaving', UNMATCHED: 'blocking' } },
    leaving: {
      on: {
        LEFT: {
          target: 'returned',
          actions: update((waiter) => {
            waiter.object = 'none'
          }),
        },
      },
    },
    returned: {},
  },
})

/** A thread in `wake`. It marked `object`, which had `waiters` then. */
export const lockableWaker = setup({
  types: {
    context: {} as { object: string; waiters: number },
    events: {} as
      | { type: 'FIND_NOBODY' }
      | { type: 'MARKED'; object: string; waiters: number }
      | { type: 'COUNTED' }
      | { type: 'CLEARED' },
  },
}).createMachine({
  id: 'lockableWaker',
  context: { object: 'none', waiters: 0 },
  initial: 'marking',
  states: {
    marking: {
      on: {
        FIND_NOBODY: 'finished',
        MARKED: {
          target: 'counting',
          actions: update((waker, { object, waiters }) => {
            waker.object = object
            waker.waiters = waiters
          }),
        },
      },
    },
    counting: { on: { COUNTED: 'clearing' } },
    clearing: { on: { CLEARED: 'finished' } },
    finished: {},
  },
})

export const lockables: CellOf<typeof lockableMap> = cell('lockables', lockableMap)
export const lockableOf = (object: string): CellOf<typeof lockable> => cell(object, lockable)
export const lockableWaiterOf = (thread: string): CellOf<typeof lockableWaiter> => cell(`waiter.${thread}`, lockableWaiter)
export const lockableWakerOf = (thread: string): CellOf<typeof lockableWaker> => cell(`waker.${thread}`, lockableWaker)
