import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'

/*
 * The system calls in a program's text, and the program on its way from the file into memory.
 *
 * Models: `litebox_syscall_rewriter/src/lib.rs: hook_syscalls_in_section`, for which a `syscall` instruction of two bytes
 * must give way to a jump of five: with instructions before it, or after it, that no known jump leads into. What there is
 * room for is a property of the text (`SiteKind`). The rewriter works on a copy: if it gives up there is no rewritten file.
 * It looks for room in the instructions as they were, and does not note which of them it has replaced: the search before a
 * call ends at another call, the search after it goes on across one, even across one that is jumped to, and what the jump
 * of one call has taken is room for the next.
 *
 * Leaves out: 32-bit programs, where a window may also go from the instruction before a call to the one after it; what
 * the copied instructions do (those that are relative to their own address are copied as they are; those after the second of
 * two calls in a row as the first has left them, so that a program which comes to the second by a jump goes astray when it
 * is served; the call itself where a window goes across it, behind a jump that is broken by then); several sections; that
 * memory becomes executable later (see `memory/patch-plan.ts`).
 */

/**
 * `roomBefore` and `roomAfter`: can give way. `noRoom`: cannot. `first` and `second`: two system calls in a row, or with no
 * more than two bytes between them, of which the first has no room before it: the window after it goes across the second,
 * which has room after itself. `lender` and `borrower`: one instruction of three bytes or more between two, which is all the
 * room after the one, and all the room before the other. `hidden`: the two bytes lie within another instruction.
 * `generated`: written by the program itself.
 */
export type SiteKind = 'roomBefore' | 'roomAfter' | 'noRoom' | 'first' | 'second' | 'lender' | 'borrower' | 'hidden' | 'generated'

/**
 * `absent`: not written yet. `broken`: this site's jump has been overwritten in part by the jump of the next site, or leads to
 * a copy of what another jump has left.
 */
export const callSite = setup({
  types: {
    context: {} as { kind: SiteKind },
    input: {} as { kind: SiteKind },
    events: {} as
      | { type: 'PATCH' }
      /** With a copy of instructions that are none any more. */
      | { type: 'PATCH_ASTRAY' }
      | { type: 'BREAK' }
      | { type: 'TRAP' }
      | { type: 'RESTORE' }
      | { type: 'GENERATE' },
  },
}).createMachine({
  id: 'callSite',
  context: ({ input }) => input,
  initial: 'placed',
  states: {
    placed: { always: [{ guard: ({ context }) => context.kind === 'generated', target: 'absent' }, { target: 'raw' }] },
    absent: { on: { GENERATE: 'raw', RESTORE: 'absent' } },
    raw: { on: { PATCH: 'jump', PATCH_ASTRAY: 'broken', TRAP: 'trap', RESTORE: 'raw' } },
    jump: { on: { BREAK: 'broken', RESTORE: 'raw' } },
    trap: { on: { RESTORE: 'raw' } },
    broken: { on: { RESTORE: 'raw' } },
  },
})

export const program = setup({
  types: {
    context: {} as { at: number },
    events: {} as
      | { type: 'START' }
      | { type: 'NEXT' }
      | { type: 'FINISH' }
      | { type: 'GIVE_UP' }
      | { type: 'TAKE_ORIGINAL' }
      | { type: 'LOAD' }
      | { type: 'REFUSE' },
  },
}).createMachine({
  id: 'program',
  context: { at: 0 },
  initial: 'original',
  states: {
    original: { on: { START: 'rewriting', TAKE_ORIGINAL: 'unrewritten' } },
    rewriting: {
      on: {
        NEXT: {
          target: 'rewriting',
          actions: update((program) => {
            program.at += 1
          }),
        },
        FINISH: 'rewritten',
        GIVE_UP: 'withoutRewriting',
        REFUSE: 'refused',
      },
    },
    withoutRewriting: { on: { TAKE_ORIGINAL: 'unrewritten', REFUSE: 'refused' } },
    rewritten: { on: { LOAD: 'loaded' } },
    unrewritten: { on: { LOAD: 'loaded', REFUSE: 'refused' } },
    loaded: {},
    refused: {},
  },
})

export const programCell: CellOf<typeof program> = cell('program', program)

export interface Site {
  readonly name: string
  readonly kind: SiteKind
}

export const siteOf = ({ name, kind }: Site): CellOf<typeof callSite> => cell(`site.${name}`, callSite, { input: { kind } })
