import { control, window } from './control.ts'

/** What is read and written where a window is expanded and entered; every array is shared by all. */
export interface WindowBuffers {
  /** Successors, as the sequential search gathers them. */
  readonly out: Int32Array
  /** The hashes of those that are to be looked up. */
  readonly hashes: Int32Array
  /** Where in `out` each new state stands. */
  readonly born: Int32Array
  /** The sleep sets of its states, one after another. */
  readonly naps: Int32Array
  /** For each of its states, which steps were enabled there, as `awake` marks them. */
  readonly marks: Int32Array
  /** Its idle states, complemented where a program step is enabled that changes nothing. */
  readonly idle: Int32Array
  /** Transitions, by their place in `out`, that claims must be asked about. */
  readonly stepAsks: Int32Array
  /** By step: how often it was enabled. */
  readonly counts: Int32Array
}

/** Expands the states of the window in this place, as far as the tables know what they do. */
export type Expand = (rows: Int32Array, place: number) => void

/**
 * JavaScript text of a function of `(self, progress, quietSteps, asked, control, windows)` that makes `Expand` for rows of so
 * many words. `self` is what `generate` makes, over a program that fills nothing but says so in `progress`.
 *
 * A state that meets a missing entry, or a step that is not handled, is left to the leader with all that follow it; what was
 * counted of it cannot be told apart, so that the states before it are gone over again.
 */
export function expansionText(words: number, stride: number, steps: number, napWords: number): string {
  const said = (word: keyof typeof window): string => `control[base + ${window[word]}]`
  return `'use strict';
const { counts } = self;
return (rows, place) => {
  const { out, hashes, naps, marks, idle, stepAsks, counts: total } = windows[place];
  const base = ${control.windows} + place * ${control.windowWords};
  const from = ${said('from')}, full = out.length - ${steps * stride};
  let to = ${said('to')}, at = 0, idles = 0, asks = 0, state = from;
  do {
    progress.isStuck = false; at = 0; idles = 0; asks = 0;
    counts.fill(0);
    for (state = from; state < to && at <= full; state++) {
      const start = at, nth = state - from, mark = nth * ${napWords + 1};
      at = self.awake(rows, state, out, at, naps, nth * ${napWords}, marks, mark, asked);
      if (progress.isStuck) { to = state; break; }
      for (let p = start; p < at; p += ${stride}) {
        const step = out[p + ${words}];
        counts[step]++;
        const quiet = quietSteps[step];
        if (quiet !== undefined && !quiet(rows, state * ${words}, out, p)) stepAsks[asks++] = p;
      }
      const kinds = marks[mark + ${napWords}];
      if ((kinds & 1) === 0) idle[idles++] = (kinds & 2) !== 0 ? ~state : state;
    }
  } while (progress.isStuck);
  total.set(counts);
  counts.fill(0);
  self.hash(out, at, hashes);
  ${said('end')} = at; ${said('reached')} = state; ${said('idle')} = idles; ${said('stepAsks')} = asks;
};`
}

/**
 * JavaScript text of a function that enters the oldest window where that is expanded whole, asks nothing of the leader, and
 * has room; it answers whether it did. It refers to `control` and to `places`, how many windows there are.
 * `insert(window, from, count)` enters a window after so many states, up to its end, and answers how many there are then.
 */
export const enteringText = (stride: string): string => `() => {
  const nth = Atomics.load(control, ${control.entered});
  if (nth === control[${control.posted}]) return false;
  const place = nth % places, base = ${control.windows} + place * ${control.windowWords};
  if (Atomics.load(control, base + ${window.expanded}) !== nth + 1) return false;
  if (control[base + ${window.reached}] !== control[base + ${window.to}] || control[base + ${window.stepAsks}] !== 0) return false;
  if (Atomics.compareExchange(control, ${control.token}, 0, 1) !== 0) return false;
  let isEntered = false;
  if (Atomics.load(control, ${control.entered}) === nth) {
    const before = control[${control.count}], end = control[base + ${window.end}];
    if (before + end / ${stride} <= Atomics.load(control, ${control.capacity})) {
      const count = insert(place, end, before);
      control[base + ${window.births}] = count - before;
      control[${control.count}] = count;
      Atomics.store(control, ${control.entered}, nth + 1);
      isEntered = true;
    }
  }
  Atomics.store(control, ${control.token}, 0);
  return isEntered;
}`
