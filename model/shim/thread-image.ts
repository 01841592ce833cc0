import { setup } from 'xstate'
import { type CellOf, cell } from '../../checker/index.ts'

/*
 * The guest's memory as one program owns it after another, and the monitor of who may still touch it.
 *
 * Models: the address space across `litebox_shim_linux/src/syscalls/process.rs: Task::sys_execve`: the old program's
 * mappings are released, the new one's are made, at addresses that may be the same. What the old program left behind as
 * an address (a thread id to clear, a futex to wake) then means something else. An access to released memory faults and
 * is swallowed, as `write_at_offset(..)` with its result dropped is.
 *
 * Quiescence is an event here: a thread is counted in, and once it is counted out whoever waits for the count may take
 * the memory away. The monitor is no part of LiteBox; it says when a thread that was counted out touches memory again.
 *
 * Leaves out: what is written, and reads (the monitor hears of them, the image does not).
 */

export type Program = 'original' | 'replaced'

export const guestImage = setup({
  types: { events: {} as { type: 'TOUCH'; by: Program } | { type: 'RELEASE' } | { type: 'LOAD' } },
  guards: { isForeign: (_, { by }: { by: Program }) => by === 'original' },
}).createMachine({
  id: 'guestImage',
  initial: 'original',
  states: {
    original: { on: { TOUCH: 'original', RELEASE: 'released' } },
    released: { on: { TOUCH: 'released', LOAD: 'replaced' } },
    replaced: {
      on: {
        TOUCH: [{ guard: { type: 'isForeign', params: ({ event }) => event }, target: 'corrupted' }, { target: 'replaced' }],
      },
    },
    corrupted: { on: { TOUCH: 'corrupted' } },
  },
})

export const quiescence = setup({
  types: {
    input: {} as { counted: boolean },
    context: {} as { counted: boolean },
    events: {} as { type: 'COUNT_IN' } | { type: 'COUNT_OUT' } | { type: 'ACCESS' },
  },
  guards: { countedAtOnce: ({ context }) => context.counted },
}).createMachine({
  id: 'quiescence',
  context: ({ input }) => input,
  initial: 'absent',
  states: {
    absent: { always: { guard: 'countedAtOnce', target: 'countedIn' }, on: { COUNT_IN: 'countedIn' } },
    countedIn: { on: { ACCESS: 'countedIn', COUNT_OUT: 'countedOut' } },
    countedOut: { on: { ACCESS: 'trespassed' } },
    trespassed: { on: { ACCESS: 'trespassed' } },
  },
})

export const imageCell: CellOf<typeof guestImage> = cell('image', guestImage)
export const quiescenceOf = (thread: string, counted: boolean): CellOf<typeof quiescence> =>
  cell(`quiescence.${thread}`, quiescence, { input: { counted } })
