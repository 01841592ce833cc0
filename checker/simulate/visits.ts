import { type Layout, mover } from '../compile/layout.ts'

/** How many visits are noted together, so that the processor fetches many slots at once. */
export const batchSize = 1024
/** What a slot holds before the row: the run that came first + 1 (0: empty), its visits, the second run + 1, its visits. */
const extra = 4
/** Stands for the second run where there was a third. */
const many = -1
const firstSlots = 4096

interface VisitCode {
  /** Notes `batch[0..count)`; how many distinct states there are then. */
  readonly add: (
    batch: Int32Array,
    runs: Int32Array,
    count: number,
    table: Int32Array,
    known: number,
    most: number,
    unique: Int32Array,
    turnedAway: Int32Array,
  ) => number
  /** Moves the states of one table into another that is empty. */
  readonly move: (from: Int32Array, to: Int32Array) => void
}

/**
 * Which states the runs of a campaign visited. Exact: whole rows are compared. Of each state it is known which run came
 * first, which second, how often each of them came, and whether there was a third; that is what a Good–Turing estimate
 * takes, with runs as its sample.
 */
export class Visits {
  /** Distinct states. */
  count = 0
  /** For each run: its visits to states that no other run visited, and all its visits. */
  unique = new Int32Array(1024)
  all = new Int32Array(1024)
  readonly #most: number
  #words: number
  /** Whether a visit was turned away; the second word keeps the generated loop's touches from being thought useless. */
  readonly #turnedAway = new Int32Array(2)
  #table: Int32Array
  #code: VisitCode

  /** Room for `most` distinct states. */
  constructor({ words }: Layout, most: number) {
    this.#most = most
    this.#words = words
    this.#table = new Int32Array(firstSlots * (extra + words))
    this.#code = generateVisits(words)
  }

  get bytes(): number {
    return this.#table.byteLength + this.unique.byteLength + this.all.byteLength
  }

  /** Notes `count` visits, `batchSize` at most: rows one behind the other, and of each the number of its run. */
  add(batch: Int32Array, runs: Int32Array, count: number): void {
    if (count === 0) return
    const stride = extra + this.#words
    const last = runs[count - 1]!
    if (last >= this.all.length) {
      this.unique = longer(this.unique, last + 1)
      this.all = longer(this.all, last + 1)
    }
    for (let at = 0; at < count; at++) this.all[runs[at]!]!++
    const distinct = Math.min(this.count + count, this.#most)
    while (distinct * 3 > (this.#table.length / stride) * 2) {
      const larger = new Int32Array(this.#table.length * 2)
      this.#code.move(this.#table, larger)
      this.#table = larger
    }
    this.count = this.#code.add(batch, runs, count, this.#table, this.count, this.#most, this.unique, this.#turnedAway)
  }

  /** Whether there was room for every state. */
  get exact(): boolean {
    return this.#turnedAway[0] === 0
  }

  /** Packs every row anew for another layout. */
  repack(before: Layout, layout: Layout): void {
    const [narrow, wide] = [extra + before.words, extra + layout.words]
    const slots = this.#table.length / narrow
    const rows = new Int32Array(slots * Math.max(before.words, layout.words))
    const all = new Int32Array(slots * wide)
    const table = this.#table
    for (let slot = 0; slot < slots; slot++)
      for (let word = 0; word < before.words; word++) rows[slot * before.words + word] = table[slot * narrow + extra + word]!
    mover(before, layout)(rows, slots)
    for (let slot = 0; slot < slots; slot++) {
      for (let at = 0; at < extra; at++) all[slot * wide + at] = table[slot * narrow + at]!
      for (let word = 0; word < layout.words; word++) all[slot * wide + extra + word] = rows[slot * layout.words + word]!
    }
    this.#code = generateVisits(layout.words)
    this.#words = layout.words
    this.#table = new Int32Array(all.length)
    this.#code.move(all, this.#table)
  }

  /** For each pair of runs that alone visited some states: the visits of the one and of the other to them. */
  pairs(): readonly (readonly [number, number])[] {
    const stride = extra + this.#words
    const found = new Map<number, [number, number]>()
    const table = this.#table
    for (let at = 0; at < table.length; at += stride) {
      if (table[at]! === 0 || table[at + 2]! <= 0) continue
      const key = table[at]! * 2 ** 26 + table[at + 2]!
      const pair = found.get(key)
      if (pair === undefined) found.set(key, [table[at + 1]!, table[at + 3]!])
      else {
        pair[0] += table[at + 1]!
        pair[1] += table[at + 3]!
      }
    }
    return [...found.values()]
  }
}

const longer = (short: Int32Array, needed: number): Int32Array<ArrayBuffer> => {
  const array = new Int32Array(Math.max(short.length * 2, needed))
  array.set(short)
  return array
}

function generateVisits(words: number): VisitCode {
  const stride = extra + words
  const each = (text: (word: number) => string, between: string): string =>
    Array.from({ length: words }, (_, word) => text(word)).join(between)
  const hash = (word: (word: number) => string): string =>
    `let h = 0; ${each((at) => `h = Math.imul((h ^ (h >>> 15)) + ${word(at)} | 0, 0x9E3779B1);`, ' ')} h = Math.imul(h ^ (h >>> 16), 0x85EBCA6B); h ^= h >>> 13;`
  const source = `'use strict';
const slots = new Int32Array(${batchSize});
return {
  add(batch, runs, count, table, known, most, unique, turnedAway) {
    const mask = table.length / ${stride} - 1;
    // A pass that only touches memory lets the processor fetch many lines at once; the second decides.
    let touched = 0;
    for (let i = 0, p = 0; i < count; i++, p += ${words}) {
      ${hash((word) => `batch[p + ${word}]`)}
      slots[i] = h & mask; touched ^= table[(h & mask) * ${stride}];
    }
    for (let i = 0, p = 0; i < count; i++, p += ${words}) {
      ${each((word) => `const n${word} = batch[p + ${word}];`, ' ')}
      const run = runs[i];
      for (let slot = slots[i]; ; slot = (slot + 1) & mask) {
        const at = slot * ${stride};
        const first = table[at];
        if (first === 0) {
          if (known >= most) { turnedAway[0] = 1; break; }
          table[at] = run + 1; table[at + 1] = 1;
          ${each((word) => `table[at + ${extra + word}] = n${word};`, ' ')}
          unique[run]++; known++;
          break;
        }
        if (!(${each((word) => `table[at + ${extra + word}] === n${word}`, ' && ')})) continue;
        const second = table[at + 2];
        if (second === ${many}) break;
        if (first === run + 1) { table[at + 1]++; if (second === 0) unique[run]++; break; }
        if (second === 0) { table[at + 2] = run + 1; table[at + 3] = 1; unique[first - 1] -= table[at + 1]; break; }
        if (second === run + 1) table[at + 3]++;
        else table[at + 2] = ${many};
        break;
      }
    }
    turnedAway[1] = touched;
    return known;
  },
  move(from, to) {
    const mask = to.length / ${stride} - 1;
    for (let p = 0; p < from.length; p += ${stride}) {
      if (from[p] === 0) continue;
      ${hash((word) => `from[p + ${extra} + ${word}]`)}
      let slot = h & mask;
      while (to[slot * ${stride}] !== 0) slot = (slot + 1) & mask;
      for (let at = 0; at < ${stride}; at++) to[slot * ${stride} + at] = from[p + at];
    }
  },
};`
  return new Function(source)() as VisitCode
}
