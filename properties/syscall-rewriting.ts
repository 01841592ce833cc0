import { always, onStep, type Property, sometimes } from '../checker/index.ts'
import { programCell, type Site, siteOf } from '../model/platform/program-text.ts'
import { textGuestCell } from '../model/platform/syscall-execution.ts'

/*
 * What is claimed of a program whose system calls were replaced by jumps.
 */

export const rewritingClaims = {
  host: 'no system call instruction of the guest is executed by the host',
  meaning: 'a guest runs only instructions that its program or the rewriter put there',
  written: 'a guest runs nothing before it has been loaded or written',
  runs: 'every program can be run',
} as const

const generated = (text: readonly Site[]): readonly string[] =>
  text.filter(({ kind }) => kind === 'generated').map(({ name }) => name)

/** `isServed`: whether the text is such that some system call can reach the shim at all. */
export const rewritingProperties = (text: readonly Site[], isServed: boolean): readonly Property[] => [
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
  onStep(
    rewritingClaims.written,
    { site: text.map(({ name }) => name) },
    {
      on: ['guest.call', ...(generated(text).length > 0 ? ['guest.generate'] : [])],
      reads: ({ site: name }) => ({ program: programCell, site: siteOf(text.find((site) => site.name === name)!) }),
      holds: ({ program }, { site }, { at }, { site: name }) =>
        program.value === 'loaded' && (at.site !== name || site.value !== 'absent'),
    },
  ),
  ...(generated(text).length > 0
    ? [
        sometimes(
          'a program has written a system call',
          { site: generated(text) },
          {
            reads: ({ site: name }) => ({ site: siteOf(text.find((site) => site.name === name)!) }),
            holds: ({ site }) => site.value === 'raw',
          },
        ),
      ]
    : []),
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
