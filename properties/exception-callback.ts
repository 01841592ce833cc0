import { always, type Property, sometimes } from '../checker/index.ts'
import { callbackThreadCell } from '../model/shim/exception-callback.ts'

/*
 * What is claimed of the callbacks to which a thread is diverted.
 */

export const callbackClaim = 'a callback is handed the context of its own thread'

export const callbackProperties: readonly Property[] = [
  always(callbackClaim, {}, { reads: () => ({ thread: callbackThreadCell }), holds: ({ thread }) => thread.value !== 'astray' }),
  // An interrupt leaves the thread context on top, an exception its record.
  sometimes(
    'a thread that was diverted is in the shim',
    { top: ['threadContext', 'exceptionRecord'] },
    {
      reads: () => ({ thread: callbackThreadCell }),
      holds: ({ thread }, { top }) => thread.value === 'inShim' && thread.context.top === top,
    },
  ),
]
