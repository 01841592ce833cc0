import { regionBits } from '../compile/generate.ts'
import { hashText, range, sameText } from '../compile/row-text.ts'
import { control, report } from './control.ts'

/** What the phases of a round read and write; every array is shared by all. */
export interface RoundBuffers {
  readonly control: Int32Array
  /** Successors, as the sequential search gathers them; each worker has a part of `share` words. */
  readonly out: Int32Array
  /** The hash of each successor, by its ordinal in `out`. */
  readonly hashes: Int32Array
  /** By worker: where in `out` the states stand that it found first, in order. */
  readonly fresh: Int32Array
  /** Beside each of these: its slot of the hash table. */
  readonly slots: Int32Array
  /** Where in `out` each new state of the round stands, in the order of discovery. */
  readonly births: Int32Array
  /** By worker: its idle states, complemented where a program step is enabled that changes nothing. */
  readonly idle: Int32Array
  /** By worker: states for which a table has no entry yet. */
  readonly misses: Int32Array
  /** By worker: transitions, by their place in `out`, and new states, by their ordinal, that claims must be asked about. */
  readonly stepAsks: Int32Array
  readonly asks: Int32Array
  /** By worker and step: how often it was enabled. */
  readonly enabled: Int32Array
  /** The sleep sets of the states of the stretch, and of the new states in the order of discovery. */
  readonly naps: Int32Array
  readonly newNaps: Int32Array
  /** For each state of the stretch, which steps were enabled there, as `awake` marks them. */
  readonly marks: Int32Array
  /** The sleepers of the system: see `sleep-sets.ts`. */
  readonly independent: Int32Array
  readonly before: Int32Array
}

export interface Phases {
  /** Expands this worker's slice `from..to` of the stretch that begins with state `first`. */
  readonly expand: (rows: Int32Array, first: number, from: number, to: number) => void
  /** Enters the new states of this worker's part of the hash table, `before` being the states known before the round. */
  readonly insert: (rows: Int32Array, table: Int32Array, before: number) => void
  /** Gives this worker's new states their numbers, which are those that one worker alone would give them. */
  readonly number: (rows: Int32Array, table: Int32Array, before: number, first: number) => void
}

/** Most states of which a miss is noted in one round; the rest is noted in the next. */
export const mostMisses = 256

/**
 * JavaScript text of a function of `(self, buffers, quietSteps, asked, me, workers, share, program)` that makes the phases for
 * rows of so many words. `self` is what `generate` makes.
 *
 * A successor's place in `out` grows with its parent and its step over all workers, since slices are contiguous: so the
 * first finder of a state is the same as in a sequential search, and so is the order in which new states are numbered.
 */
export function phasesText(words: number, stride: number, steps: number, napWords: number): string {
  const said = (word: keyof typeof report): string => `ctl[report + ${report[word]}]`
  return `'use strict';
const { control: ctl, out, hashes, fresh, slots, births, idle, misses, stepAsks, asks, enabled, naps, newNaps, marks, independent, before: smaller } = buffers;
const report = ${control.report} + me * ${control.reportWords};
const each = share / ${stride}, all = each * workers;
const picked = new Int32Array(512), pickedHashes = new Int32Array(512);
const pointers = new Int32Array(workers);
let unhandled = 0, missed = 0;
self.onUnhandled = () => { unhandled = 1; };
program.stepMiss = (step, rows, base) => {
  const state = base / ${words};
  if (missed < ${mostMisses} && (missed === 0 || misses[me * ${mostMisses} + missed - 1] !== state)) misses[me * ${mostMisses} + missed++] = state;
  return 1;
};
const expand = (rows, first, from, to) => {
  const full = (me + 1) * share - ${steps * stride};
  let at = me * share, i = me * each, idles = 0, asks = 0;
  unhandled = 0; missed = 0;
  let state = from;
  for (; state < to && at <= full; state++) {
    const start = at, nth = state - first, mark = nth * ${napWords + 1};
    at = self.awake(rows, state, out, at, naps, nth * ${napWords}, marks, mark, asked);
    for (let p = start; p < at; p += ${stride}, i++) {
      const step = out[p + ${words}];
      self.counts[step]++;
      ${hashText(words, (word) => `out[p + ${word}]`)} hashes[i] = h;
      const quiet = quietSteps[step];
      if (quiet !== undefined && !quiet(rows, state * ${words}, out, p)) stepAsks[me * each + asks++] = p;
    }
    const kinds = marks[mark + ${napWords}];
    if ((kinds & 1) === 0) idle[me * each + idles++] = (kinds & 2) !== 0 ? ~state : state;
  }
  enabled.set(self.counts, me * ${steps});
  self.counts.fill(0);
  ${said('end')} = at; ${said('reached')} = state; ${said('misses')} = missed; ${said('unhandled')} = unhandled;
  ${said('idle')} = idles; ${said('stepAsks')} = asks;
};
const insert = (rows, table, before) => {
  const mask = table.length - 1, low = mask >>> ${regionBits}, shift = ${32 - regionBits} - Math.clz32(mask);
  const least = Math.floor(${1 << regionBits} * me / workers), most = Math.floor(${1 << regionBits} * (me + 1) / workers);
  const mine = me * all;
  let found = 0, touched = 0;
  for (let source = 0; source < workers; source++) {
    const end = ctl[${control.report} + source * ${control.reportWords} + ${report.end}];
    for (let p = source * share, i = source * each; p < end;) {
      const stop = Math.min(end, p + ${512 * stride});
      let picks = 0;
      for (; p < stop; p += ${stride}, i++) {
        const h = hashes[i], region = (h & mask) >>> shift;
        if (region < least || region >= most || out[p + ${words + 1}] < 0) continue;
        picked[picks] = p; pickedHashes[picks++] = h; touched ^= table[h & mask];
      }
      for (let pick = 0; pick < picks; pick++) {
        const p = picked[pick], h = pickedHashes[pick];
        ${range(words)
          .map((word) => `const n${word} = out[p + ${word}];`)
          .join(' ')}
        for (let slot = h & mask; ; slot = (slot & ~low) | ((slot + 1) & low)) {
          const q = table[slot];
          if (q === 0) {
            table[slot] = (h & ~mask) | (before + found + 1);
            fresh[mine + found] = p; slots[mine + found++] = slot;
            break;
          }
          if (((q ^ h) & ~mask) !== 0) continue;
          const state = (q & mask) - 1;
          if (state < before) {
            const b = state * ${words};
            if (${sameText(words, (word) => `n${word}`)}) break;
          } else {
            const f = fresh[mine + state - before];
            if (${range(words)
              .map((word) => `out[f + ${word}] === n${word}`)
              .join(' && ')}) break;
          }
        }
      }
    }
  }
  ${said('fresh')} = found;
  return touched;
};
const number = (rows, table, before, first) => {
  const mask = table.length - 1, mine = me * all, found = ${said('fresh')};
  pointers.fill(0);
  let said = 0;
  for (let nth = 0; nth < found; nth++) {
    const p = fresh[mine + nth];
    let rank = nth;
    for (let other = 0; other < workers; other++) {
      if (other === me) continue;
      const count = ctl[${control.report} + other * ${control.reportWords} + ${report.fresh}];
      let pointer = pointers[other];
      while (pointer < count && fresh[other * all + pointer] < p) pointer++;
      pointers[other] = pointer;
      rank += pointer;
    }
    const b = (before + rank) * ${words}, slot = slots[mine + nth];
    ${range(words)
      .map((word) => `rows[b + ${word}] = out[p + ${word}];`)
      .join(' ')}
    table[slot] = (table[slot] & ~mask) | (before + rank + 1);
    births[rank] = p;
    const step = out[p + ${words}], parent = out[p + ${words + 1}] - first;
    for (let word = 0; word < ${napWords}; word++) {
      const mask = step * ${napWords} + word;
      newNaps[rank * ${napWords} + word] =
        (naps[parent * ${napWords} + word] | (marks[parent * ${napWords + 1} + word] & smaller[mask])) & independent[mask];
    }
    if (!self.quiet[step](rows, b)) asks[mine + said++] = rank;
  }
  ${said('asks')} = said;
};
return { expand, insert, number };`
}
