import { control, window } from './control.ts'

/** What is read and written where a window is expanded; every array is shared by all, and belongs to one window. */
export interface WindowBuffers {
  /** Successors, as the sequential search gathers them. */
  readonly out: Int32Array
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
 * JavaScript text of a function of `(self, program, quietSteps, asked, unhandledIsKnown, control, windows)` that makes `Expand`
 * for rows of so many words. `self` is what `generate` makes.
 *
 * A state that meets a missing entry, or a step that is not handled, is left to the leader with all that follow it; what was
 * counted of it cannot be told apart, so that the states before it are gone over again.
 */
export function expansionText(words: number, stride: number, steps: number, napWords: number): string {
  const said = (word: keyof typeof window): string => `control[base + ${window[word]}]`
  return `'use strict';
let isStuck = false;
self.onUnhandled = () => { isStuck = isStuck || !unhandledIsKnown; };
program.stepMiss = () => { isStuck = true; return 1; };
const { counts } = self;
return (rows, place) => {
  const { out, naps, marks, idle, stepAsks, counts: total } = windows[place];
  const base = ${control.windows} + place * ${control.windowWords};
  const from = ${said('from')}, full = out.length - ${steps * stride};
  let to = ${said('to')}, at = 0, idles = 0, asks = 0, state = from;
  do {
    isStuck = false; at = 0; idles = 0; asks = 0;
    counts.fill(0);
    for (state = from; state < to && at <= full; state++) {
      const start = at, nth = state - from, mark = nth * ${napWords + 1};
      at = self.awake(rows, state, out, at, naps, nth * ${napWords}, marks, mark, asked);
      if (isStuck) { to = state; break; }
      for (let p = start; p < at; p += ${stride}) {
        const step = out[p + ${words}];
        counts[step]++;
        const quiet = quietSteps[step];
        if (quiet !== undefined && !quiet(rows, state * ${words}, out, p)) stepAsks[asks++] = p;
      }
      const kinds = marks[mark + ${napWords}];
      if ((kinds & 1) === 0) idle[idles++] = (kinds & 2) !== 0 ? ~state : state;
    }
  } while (isStuck);
  total.set(counts);
  ${said('end')} = at; ${said('reached')} = state; ${said('idle')} = idles; ${said('stepAsks')} = asks;
};`
}
