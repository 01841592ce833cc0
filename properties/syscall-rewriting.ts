import { always, type Property, sometimes } from '../checker/index.ts'
import { programCell } from '../model/platform/program-text.ts'
import { textGuestCell } from '../model/platform/syscall-execution.ts'

/*
 * What is claimed of a program whose system calls were replaced by jumps.
 */

export const rewritingClaims = {
  host: 'no system call instruction of the guest is executed by the host',
  meaning: 'a guest runs only instructions that its program or the rewriter put there',
  runs: 'every program can be run',
} as const

/** `isServed`: whether the text is such that some system call can reach the shim at all. */
export const rewritingProperties = (isServed: boolean): readonly Property[] => [
  always(rewritingClaims.host, {}, { reads: () => ({ guest: textGuestCell }), holds: ({ guest }) => guest.value !== 'onHost' }),
  always(
    rewritingClaims.meaning,
    {},
    { reads: () => ({ guest: textGuestCell }), holds: ({ guest }) => guest.value !== 'astray' },
  ),
  always(
    rewritingClaims.runs,
    {},
    { reads: () => ({ program: programCell }), holds: ({ program }) => program.value !== 'refused' },
  ),
  ...(isServed
    ? [
        sometimes(
          'a system call is served by the shim',
          {},
          { reads: () => ({ guest: textGuestCell }), holds: ({ guest }) => guest.value === 'inShim' },
        ),
      ]
    : []),
]
