import {
  type AnyCell,
  bound,
  type CellOf,
  cell,
  type Fairness,
  type Rule,
  rule,
  type SystemDefinition,
  weak,
} from '../../checker/index.ts'
import type { sharedWord, Word, WordValue } from './shared-word.ts'
import { storeBuffer } from './store-buffer.ts'

/*
 * The memory that the cores of a system share, under one of two orders.
 *
 * Models: sequential consistency, where a store reaches memory at once (`sc`), and x86-TSO, where every plain store goes
 * through the store buffer of its core (`tso`). Atomic accesses of LiteBox compile to: any load and any relaxed or
 * release store, a plain access; a sequentially consistent store, an exchange; a read-modify-write, a locked
 * instruction; a sequentially consistent fence, a full fence; an acquire or release fence, nothing. Exchange, locked
 * instruction, full fence, host futex call, interrupt and exception delivery wait until the own buffer is empty.
 * A plain store, the store that unlocks a spin lock, `syscall` and `sysret` do not; page walks read memory and no buffer.
 *
 * Leaves out: weaker machines than x86, what a compiler may reorder beyond the above, and migration: a thread stays on
 * its core, because a context switch empties the buffer.
 *
 * How a rule uses it: a store sends to `storePort`; a load sees `loadPorts` and asks `loaded`; whatever waits for the
 * buffer sees `fencePorts` and asks `drained`; a locked instruction sends to the word's own cell.
 */

export type MemoryOrder = 'sc' | 'tso'

type StorePort = CellOf<typeof sharedWord> | CellOf<typeof storeBuffer>
type BufferCell = CellOf<typeof storeBuffer>

export interface Memory {
  /** Every word and store buffer. */
  readonly cells: readonly AnyCell[]
  /** How entries leave the buffers: one rule for each core, such as `cpu0.drain`. */
  readonly rules: readonly Rule[]
  /** An entry does not stay in a buffer for ever. */
  readonly fairness: readonly Fairness[]
  readonly bounds: NonNullable<SystemDefinition['bounds']>
  /** Where a plain store of `core` to `word` goes: the buffer, or straight to the word. A full buffer makes it wait. */
  readonly storePort: <T extends WordValue>(core: string, word: Word<T>) => StorePort
  /** What a load of `word` by `core` looks at: the word, and the own buffer for what was stored last. */
  readonly loadPorts: <T extends WordValue>(core: string, word: Word<T>) => readonly StorePort[]
  /** What must be empty before `core` passes a full fence: the own buffer, if there is one. */
  readonly fencePorts: (core: string) => readonly BufferCell[]
}

export interface MemoryOptions {
  readonly order: MemoryOrder
  /** The cores that make plain stores; the others need no buffer. */
  readonly cores: readonly string[]
  readonly words: readonly Word<WordValue>[]
  /** Entries of each store buffer. Default: 2. */
  readonly capacity?: number
}

type PortView = {
  readonly context:
    | { readonly value: WordValue }
    | { readonly entries: readonly { readonly word: string; readonly value: WordValue }[] }
}

/**
 * What a load of `word` returns: the youngest store to it that waits in the own buffer, or else what memory holds. Its
 * type is the word's, because `stored` lets nothing else in.
 */
export function loaded<T extends WordValue>(word: Word<T>, ports: readonly PortView[]): T {
  let value: WordValue = word.initial
  for (const { context } of ports)
    if ('value' in context) value = context.value
    else value = context.entries.findLast((entry) => entry.word === word.name)?.value ?? value
  return value as T
}

/** Whether a full fence may be passed. */
export const drained = (ports: readonly { readonly value: string }[]): boolean => ports.every(({ value }) => value === 'empty')

export function memory({ order, cores, words, capacity = 2 }: MemoryOptions): Memory {
  const wordCells = words.map((word) => word.cell)
  if (order === 'sc')
    return {
      cells: wordCells,
      rules: [],
      fairness: [],
      bounds: [],
      storePort: (_, word) => word.cell,
      loadPorts: (_, word) => [word.cell],
      fencePorts: () => [],
    }
  const buffer = (core: string): BufferCell => {
    if (!cores.includes(core)) throw new RangeError(`'${core}' is not among the cores that store: ${cores.join(', ')}`)
    return cell(`storeBuffer.${core}`, storeBuffer, { input: { capacity } })
  }
  const names = words.map((word) => word.name)
  const wordNamed = (name: string): CellOf<typeof sharedWord> => words.find((word) => word.name === name)!.cell
  const buffersOf = (core: string): readonly BufferCell[] => (cores.includes(core) ? [buffer(core)] : [])
  const drain = (core: string): Rule =>
    rule(
      `${core}.drain`,
      { word: names },
      {
        kind: 'environment',
        source: 'x86-TSO, section 3: a core silently propagates the oldest entry of its buffer to memory',
        actor: () => core,
        sends: ({ word }) => ({ buffer: buffer(core), memory: wordNamed(word) }),
      },
    ).does({
      when: { isNext: ({ buffer }, { word }) => buffer.context.entries[0]?.word === word },
      events: ({ buffer }, { word }) => ({
        buffer: { type: 'DRAIN' },
        memory: { type: 'STORE', word, value: buffer.context.entries[0]!.value },
      }),
    })
  return {
    cells: [...wordCells, ...cores.map(buffer)],
    rules: cores.map(drain),
    fairness: cores.map((core) => weak({ rule: `${core}.drain` })),
    bounds: [
      bound(
        'storeBuffer',
        capacity,
        { core: cores },
        {
          reads: ({ core }) => ({ buffer: buffer(core) }),
          hit: ({ buffer }) => buffer.value === 'full',
        },
      ),
    ],
    storePort: (core) => buffer(core),
    loadPorts: (core, word) => [word.cell, ...buffersOf(core)],
    fencePorts: buffersOf,
  }
}
