import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * A spin lock with at most one holder.
 *
 * Models: `spin::mutex::SpinMutex`, such as `X64PageTable::inner` of both kernel platforms. Whoever sends ACQUIRE waits
 * for it (`waitsFor`), so a held lock disables the step.
 *
 * Leaves out: fairness, poisoning (there is none) and memory order: both operations order what they enclose.
 */

/** To release a free lock has no edge. */
export const spinlock = setup({
  types: {
    context: {} as { holder: string },
    events: {} as { type: 'ACQUIRE'; holder: string } | { type: 'RELEASE' },
  },
}).createMachine({
  id: 'spinlock',
  context: { holder: 'nobody' },
  initial: 'free',
  states: {
    free: {
      on: {
        ACQUIRE: {
          target: 'held',
          actions: update((lock, event) => {
            lock.holder = event.holder
          }),
        },
      },
    },
    held: {
      on: {
        RELEASE: {
          target: 'free',
          actions: update((lock) => {
            lock.holder = 'nobody'
          }),
        },
      },
    },
  },
})
