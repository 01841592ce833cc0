import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'
import { baseNamed, type segmentBase } from '../platform/segment-base.ts'

/*
 * The thread-local area of a new thread: the parent passes it, and the child sets it, by a punchthrough, when it starts.
 *
 * Models: `litebox_shim_linux/src/syscalls/process.rs: Task::do_clone` and `init_thread_context`. On x86-64 the argument
 * is the FS base itself; on x86 it is a pointer to a descriptor in guest memory, which the parent copies before it starts
 * the thread (before pull request 470 the child read it). The child sets its base, or its thread area, and takes an error
 * for impossible (`.unwrap()`); clone has returned by then. The parent's guest uses the same memory again for what it
 * likes, and for the next child. Linux sets the base of the child in the parent, before clone returns, and a child for
 * which none is passed has that of its parent (`arch/x86/kernel/process.c: copy_thread`).
 *
 * Leaves out: that a thread may fail to start, the other arguments of clone, and that the child may be told to exit
 * before it has started.
 */

/** The memory in which the parent's guest passes what is to be the base: `nothing` is what it holds when it is used again. */
export const descriptor: CellOf<typeof segmentBase> = baseNamed('descriptor', 'nothing')
/** The parent has had its own base for long. */
export const parentBase = 'parent'
export const badBase = 'bad'

/** `children` counts the calls of clone that are behind it. */
export const cloneParent = setup({
  types: {
    context: {} as { children: number },
    events: {} as { type: 'FILL' } | { type: 'SPAWN' } | { type: 'FAIL' } | { type: 'RETURN' },
  },
}).createMachine({
  id: 'cloneParent',
  context: { children: 0 },
  initial: 'inGuest',
  states: {
    inGuest: { on: { FILL: 'calling' } },
    calling: { on: { SPAWN: 'spawned', FAIL: { target: 'inGuest', actions: update(countChild) } } },
    spawned: { on: { RETURN: { target: 'inGuest', actions: update(countChild) } } },
  },
})

function countChild(parent: { children: number }): void {
  parent.children += 1
}

export const cloneChild = setup({
  types: {
    context: {} as { expected: string; passed: string },
    events: {} as
      | { type: 'BEGIN'; expected: string; passed: string }
      | { type: 'GRANT' }
      | { type: 'SET' }
      | { type: 'RUN' }
      | { type: 'FAULT' }
      | { type: 'PANIC' }
      | { type: 'EXIT' },
  },
}).createMachine({
  id: 'cloneChild',
  context: { expected: 'nothing', passed: 'nothing' },
  initial: 'unborn',
  states: {
    unborn: {
      on: {
        BEGIN: {
          target: 'starting',
          actions: update((child, { expected, passed }) => {
            child.expected = expected
            child.passed = passed
          }),
        },
      },
    },
    starting: { on: { GRANT: 'setting', RUN: 'running' } },
    setting: { on: { SET: 'running', FAULT: 'faulted', PANIC: 'panicked', EXIT: 'exited' } },
    running: {},
    /** The write of the base faulted in the host. */
    faulted: {},
    panicked: {},
    exited: {},
  },
})

export interface CloneTls {
  readonly children: readonly string[]
  /** Whether the call says what the base is to be. */
  readonly argument: 'given' | 'absent'
  readonly values: 'of-users' | 'any'
  /** Who reads the descriptor. */
  readonly reader: 'parent' | 'child'
  /** Who sets the base. */
  readonly setter: 'child' | 'parent'
  /** Who finds out that a base cannot be, and what a child does then. */
  readonly check: 'none' | 'child-unwraps' | 'child-exits' | 'parent'
  /** What the base of a thread is that sets none. */
  readonly fresh: 'zero' | 'inherited'
}

export const parentOf: CellOf<typeof cloneParent> = cell('parent', cloneParent)
export const childOf = (child: string): CellOf<typeof cloneChild> => cell(`child.${child}`, cloneChild)
export const childBaseOf = (child: string): CellOf<typeof segmentBase> => baseNamed(`fsBase.${child}`, 'zero')
