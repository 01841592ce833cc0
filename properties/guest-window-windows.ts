import { type CellOf, onStep, type Property, sometimes } from '../checker/index.ts'
import { continueContextCell, type suspender, type windowsThread } from '../model/shim/guest-window-windows.ts'

/*
 * What is claimed of the edge of a guest on Windows userland alone.
 */

export const windowsWindowProperties = (
  self: CellOf<typeof windowsThread>,
  suspends: CellOf<typeof suspender>,
): readonly Property[] => [
  onStep(
    'a thread that was found in its guest or on the way there goes on at the callback, and is let go',
    {},
    {
      on: ['suspender.redirectEntry', 'suspender.patchContinuation', 'suspender.redirectGuest'],
      reads: () => ({ self, suspends, continued: continueContextCell }),
      holds: (_, { self, suspends, continued }) =>
        suspends.value === 'resuming' && (self.value === 'redirected' || continued.value === 'callback'),
    },
  ),
  sometimes(
    'a thread pops the registers of its guest',
    {},
    { reads: () => ({ self }), holds: ({ self }) => self.value === 'popping' },
  ),
  sometimes(
    'a thread asks for a continuation',
    {},
    { reads: () => ({ self }), holds: ({ self }) => self.value === 'continuing' },
  ),
]
