import { setup } from 'xstate'
import { type CellOf, cell, update } from '../../checker/index.ts'

/*
 * A punchthrough token: what the platform gives when it grants a request.
 *
 * Models: a value of `litebox/src/platform/mod.rs: PunchthroughToken`. It is there once the request is granted, belongs to
 * the thread that has it in hand, and is gone once it was executed (`execute(self)`) or dropped; in between the type
 * system lets it be kept, handed to another thread (on x86-64 its contents are plain numbers) or forgotten. A token that
 * could be copied stays after its use.
 *
 * Leaves out: the request that was refused (there is no token then), and the borrow of the 32-bit request, which ties a
 * token to a scope but not to a thread.
 */
export const token = setup({
  types: {
    context: {} as { holder: string; uses: number },
    events: {} as
      | { type: 'MINT'; holder: string }
      | { type: 'HAND_OVER'; to: string }
      | { type: 'USE' }
      | { type: 'USE_COPY' }
      | { type: 'SPEND' }
      | { type: 'FORGET' },
  },
}).createMachine({
  id: 'token',
  context: { holder: 'nobody', uses: 0 },
  initial: 'unminted',
  states: {
    unminted: {
      on: {
        MINT: {
          target: 'held',
          actions: update((token, { holder }) => {
            token.holder = holder
          }),
        },
      },
    },
    held: {
      on: {
        HAND_OVER: {
          target: 'held',
          actions: update((token, { to }) => {
            token.holder = to
          }),
        },
        USE: { target: 'used', actions: update(countUse) },
        USE_COPY: { target: 'held', actions: update(countUse) },
        SPEND: { target: 'spent', actions: update(letGo) },
        FORGET: { target: 'forgotten', actions: update(letGo) },
      },
    },
    used: {},
    /** Executed without an effect. */
    spent: {},
    forgotten: {},
  },
})

interface Holding {
  holder: string
  uses: number
}

function countUse(token: Holding): void {
  token.uses += 1
}

function letGo(token: Holding): void {
  token.holder = 'nobody'
}

export const tokenOf = (request: string): CellOf<typeof token> => cell(`token.${request}`, token)
