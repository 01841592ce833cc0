import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'
import { type Word, word } from '../platform/shared-word.ts'

/*
 * The list of waiters of one futex, whose entries live on the stacks of the waiters.
 *
 * Models: `litebox/src/utilities/loan_list.rs: LoanList` as one bucket of the futex manager uses it, and the word in each
 * entry, `EntryState`. A waker takes entries out under the lock and has them on loan until it has woken their owners; an
 * owner that wants to leave waits for the end of the loan.
 *
 * Leaves out: the lock itself. What happens under it is one step, for which the store buffer must be empty (both ends of
 * the lock are locked instructions). Owners look at their entry without the lock, but what they could see too early is
 * only that it is on loan, and then they wait all the same. Also the pointers between entries, and reuse of an entry.
 */
export type EntryState = 'inserted' | 'loaned' | 'loanedOwnerWaiting' | 'removedWaking' | 'removed'

export const entryOf = (thread: string): Word<EntryState> => word<EntryState>(`entry.${thread}`, 'inserted')

export const loanList = setup({
  types: {
    context: {} as { waiting: string[] },
    events: {} as
      | { type: 'INSERT'; thread: string }
      | { type: 'EXTRACT'; threads: readonly string[] }
      | { type: 'UNLINK'; thread: string },
  },
}).createMachine({
  id: 'loanList',
  context: { waiting: [] },
  initial: 'linked',
  states: {
    linked: {
      on: {
        INSERT: {
          target: 'linked',
          actions: update((list, { thread }) => {
            list.waiting.push(thread)
          }),
        },
        EXTRACT: {
          target: 'linked',
          actions: update((list, { threads }) => {
            list.waiting = list.waiting.filter((thread) => !threads.includes(thread))
          }),
        },
        UNLINK: {
          target: 'linked',
          actions: update((list, { thread }) => {
            list.waiting = list.waiting.filter((other) => other !== thread)
          }),
        },
      },
    },
  },
})

export const bucket: CellOf<typeof loanList> = cell('bucket', loanList)
