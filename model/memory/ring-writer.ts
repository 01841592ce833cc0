import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * The ring, the core that writes the log into it, and what VTL0 is told of how far it has come.
 *
 * Models: `RingBuffer` of `litebox_platform_lvbs/src/mshv/ringbuffer.rs` and a write of it under way: map, copy, unmap, for
 * each mapping. The ring's mutex makes writers one. A byte of the log is known by its position in it, so that a reader's
 * findings can be judged. VTL0 is told nothing at the snapshot; the variants publish words beside the ring.
 *
 * Leaves out: the bytes themselves, the serial port, which is written first, and page tables, for which see
 * `direct-map.ts`.
 */

export interface Store {
  readonly place: number
  readonly position: number
}

/** One byte of the ring: which byte of the log it holds; 0 if none. */
export const ringByte = setup({
  types: { context: {} as { position: number }, events: {} as { type: 'STORE'; position: number } },
}).createMachine({
  id: 'ringByte',
  context: { position: 0 },
  initial: 'placed',
  states: {
    placed: {
      on: {
        STORE: {
          target: 'placed',
          actions: update((byte, { position }) => {
            byte.position = position
          }),
        },
      },
    },
  },
})

export const ringWriter = setup({
  types: {
    context: {} as {
      readonly offset: number
      /** How many messages, and how many of their bytes, the log has had. */
      readonly messages: number
      readonly logged: number
      /** What is left of the message: a list of stores for each mapping. */
      readonly todo: readonly (readonly Store[])[]
      /** Where the message begins, and the next one if all goes well. */
      readonly start: number
      readonly next: number
      /** How many of its bytes were copied before a copy failed, and how many of them in mappings that did not. */
      readonly copied: number
      readonly kept: number
      /** Whether a copy of this message has failed; whether one of any message ever has. */
      readonly failing: boolean
      readonly failed: boolean
    },
    events: {} as
      | { type: 'BEGIN'; todo: readonly (readonly Store[])[]; length: number; start: number; next: number }
      | { type: 'MAP' }
      | { type: 'STORE' }
      | { type: 'UNMAP' }
      | { type: 'FAIL'; goesOn: boolean }
      | { type: 'ADVANCE'; offset: number }
      | { type: 'PANIC' },
  },
  guards: {
    allMapped: ({ context }) => context.todo.length === 0,
    allStored: ({ context }) => context.todo[0]?.length === 0,
  },
}).createMachine({
  id: 'ringWriter',
  context: { offset: 0, messages: 0, logged: 0, todo: [], start: 0, next: 0, copied: 0, kept: 0, failing: false, failed: false },
  initial: 'idle',
  states: {
    idle: {
      on: {
        BEGIN: {
          target: 'begun',
          actions: update((writer, { todo, length, start, next }) => {
            writer.messages += 1
            writer.logged += length
            writer.todo = todo.map((stores) => [...stores])
            writer.start = start
            writer.next = next
          }),
        },
        PANIC: 'panicked',
      },
    },
    begun: {
      always: { guard: 'allMapped', target: 'finished' },
      on: {
        MAP: 'storing',
        FAIL: {
          target: 'begun',
          actions: update((writer, { goesOn }) => {
            writer.failing = true
            writer.failed = true
            writer.todo = goesOn ? writer.todo.slice(1) : []
          }),
        },
      },
    },
    storing: {
      always: { guard: 'allStored', target: 'stored' },
      on: {
        STORE: {
          target: 'storing',
          actions: update((writer) => {
            writer.todo[0]?.shift()
            if (!writer.failing) writer.copied += 1
          }),
        },
        FAIL: {
          target: 'begun',
          actions: update((writer, { goesOn }) => {
            writer.failing = true
            writer.failed = true
            writer.todo = goesOn ? writer.todo.slice(1) : []
          }),
        },
      },
    },
    stored: {
      on: {
        UNMAP: {
          target: 'begun',
          actions: update((writer) => {
            writer.todo.shift()
            if (!writer.failing) writer.kept = writer.copied
          }),
        },
      },
    },
    finished: {
      on: {
        ADVANCE: {
          target: 'idle',
          actions: update((writer, { offset }) => {
            writer.offset = offset
            writer.start = 0
            writer.next = 0
            writer.copied = 0
            writer.kept = 0
            writer.failing = false
          }),
        },
      },
    },
    panicked: {},
  },
})

/** What VTL0 is told: how far the log has come, and how far it will have come when the message is written. */
export const ringIndex = setup({
  types: {
    context: {} as { begin: number; end: number },
    events: {} as { type: 'BEGIN'; begin: number } | { type: 'END'; end: number },
  },
}).createMachine({
  id: 'ringIndex',
  context: { begin: 0, end: 0 },
  initial: 'published',
  states: {
    published: {
      on: {
        BEGIN: {
          target: 'published',
          actions: update((index, { begin }) => {
            index.begin = begin
          }),
        },
        END: {
          target: 'published',
          actions: update((index, { end }) => {
            index.end = end
          }),
        },
      },
    },
  },
})
