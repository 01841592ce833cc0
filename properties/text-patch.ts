import { always, onStep, type Property, sometimes } from '../checker/index.ts'
import { bytesOf } from '../model/memory/text-patch.ts'
import type { TextPatching } from '../model/memory/text-patch-calls.ts'

/*
 * What a text patch may do: change one instruction that was announced, to what was announced, and nothing else.
 */

/** Asked of the write itself, of any address. */
export const onlyTheTargetIsWritten = ({ target }: TextPatching): Property =>
  onStep(
    'a patch writes only what was precomputed, and where it was precomputed for',
    {},
    {
      on: ['vtl1.writeByte'],
      reads: () => ({}),
      holds: (_, __, { at: { address, code, at } }) => {
        const place = bytesOf(target).indexOf(Number(address))
        if (code === 'breakpoint') return place === 0
        return code !== 'junk' && place !== -1 && place === at
      },
    },
  )

/** M-I12, of the bytes that VTL1 writes itself. Other cores execute the instruction at any time. */
export const instructionsAreWhole = ({ text }: TextPatching): Property =>
  always(
    'the instruction is the old one, the new one, or stopped by a breakpoint',
    {},
    {
      reads: () => ({ text }),
      holds: ({ text }) =>
        text[0]!.value === 'breakpoint' ||
        text.every(({ value }) => value === 'old') ||
        text.every(({ value }) => value === 'new'),
    },
  )

/** M-L1. */
export const noPatchPanics = ({ cores, call }: TextPatching): Property =>
  always(
    'no patch that VTL0 asks for panics VTL1',
    { core: cores },
    { reads: ({ core }) => ({ call: call(core) }), holds: ({ call }) => call.value !== 'panicked' },
  )

export const instructionsAreReplaced = ({ text }: TextPatching): Property =>
  sometimes(
    'the instruction is replaced',
    {},
    { reads: () => ({ text }), holds: ({ text }) => text.every(({ value }) => value === 'new') },
  )
