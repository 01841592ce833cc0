import { always, finalWhen, onStep, type Property, type System, sometimes } from '../checker/index.ts'
import { drained, type Memory } from '../model/platform/memory-order.ts'
import { coreOf, type Programs } from '../model/platform/memory-order-program.ts'
import type { Word } from '../model/platform/shared-word.ts'

/** Values of registers, and of words once every store has reached memory. */
export type Outcome = Readonly<Record<string, number>>

interface End {
  readonly cores: readonly { readonly context: { readonly line: number; readonly registers: Readonly<Record<string, number>> } }[]
  readonly buffers: readonly { readonly value: string }[]
}

/** What is claimed of a litmus test whose outcome `relaxed` no interleaving of its programs explains. */
export function litmusProperties(
  programs: Programs,
  memory: Memory,
  words: readonly Word<number>[],
  relaxed: Outcome,
): readonly Property[] {
  const { reads, ended } = theEndOf(programs, memory)
  return [
    always(
      'the relaxed outcome is never observed',
      {},
      {
        reads: () => ({ ...reads(), words: words.map((word) => word.cell) }),
        holds: (end) => {
          const seen: Record<string, unknown> = Object.assign({}, ...end.cores.map((core) => core.context.registers))
          for (const [at, word] of words.entries()) seen[word.name] = end.words[at]!.context.value
          return !(ended(end) && Object.entries(relaxed).every(([name, value]) => seen[name] === value))
        },
      },
    ),
    onStep(
      'a core runs the lines of its program in their order',
      { core: Object.keys(programs) },
      {
        reads: ({ core }) => ({ core: coreOf(core) }),
        holds: ({ core: { context } }, _, { rule, actor }, { core }) =>
          actor !== core || rule === `${core}.line${context.line}.${programs[core]![context.line]?.does}`,
      },
    ),
    sometimes('every program ends and every store reaches memory', {}, { reads, holds: ended }),
  ]
}

/** A litmus test is over when every program has ended; what still waits in a buffer needs no program to go on. */
export const litmusEnding = (programs: Programs): NonNullable<System['final']>['ending'] =>
  finalWhen(
    { core: Object.keys(programs) },
    {
      reads: ({ core }) => ({ core: coreOf(core) }),
      holds: ({ core }, at) => core.context.line === programs[at.core]!.length,
    },
  )

function theEndOf(programs: Programs, memory: Memory) {
  const names = Object.keys(programs)
  const lines = Object.values(programs)
  return {
    reads: () => ({ cores: names.map(coreOf), buffers: names.flatMap(memory.fencePorts) }),
    ended: ({ cores, buffers }: End): boolean =>
      cores.every((core, at) => core.context.line === lines[at]!.length) && drained(buffers),
  }
}
