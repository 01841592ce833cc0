import { always, type Property, sometimes } from '../checker/index.ts'
import { callbackThreadCell } from '../model/shim/exception-callback.ts'

/*
 * What is claimed of the callbacks to which a thread is diverted.
 */

export const callbackClaim = 'a callback is handed the context of its own thread'

export const callbackProperties: readonly Property[] = [
  always(callbackClaim, {}, { reads: () => ({ thread: callbackThreadCell }), holds: ({ thread }) => thread.value !== 'astray' }),
  sometimes(
    'a thread that was diverted is in the shim',
    {},
    { reads: () => ({ thread: callbackThreadCell }), holds: ({ thread }) => thread.value === 'inShim' },
  ),
]
