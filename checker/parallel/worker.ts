import { code } from '../compile/codes.ts'
import { programParameters } from '../compile/generate.ts'
import { control, window } from './control.ts'
import { enteringText } from './expansion.ts'

/** What a worker is handed when the program or the store's buffers have changed. */
export interface HandOut {
  readonly rows: Int32Array
  readonly table: Int32Array
  /** Undefined where only these two have changed. */
  readonly program?: ProgramHandOut
}

export interface ProgramHandOut {
  /** The text of `generate`, its tables (those that are no arrays have their slots), and what else it refers to. */
  readonly source: string
  readonly tables: readonly unknown[]
  readonly claimTables: readonly unknown[]
  readonly masks: readonly Int32Array[]
  readonly settles: Int32Array
  readonly pool: Int32Array
  /** The text of `StepClaims`' functions and its tables. */
  readonly quietSource: string
  readonly quietTables: readonly (readonly unknown[])[]
  /** By step: 1 where an `onStep` claim is asked about it. */
  readonly asked: Uint8Array
  readonly unhandledIsKnown: boolean
  /** What `expansionText` makes. */
  readonly expansion: string
}

/** The parameters of the function whose text `expansionText` makes. */
export const expansionParameters = ['self', 'progress', 'quietSteps', 'asked', 'control', 'windows'] as const

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ')

/** How often a word is read before its reader goes to sleep: the leader is waited for by all, and waits for one. */
export const patience = { worker: 5_000, leader: 50_000 }

/**
 * The whole program of a worker thread, as text: it is evaluated where no module of ours can be loaded, and sees
 * integers only. It fills parts of the hash table, enters windows and expands windows, whatever there is to do first.
 */
export const workerText = `'use strict';
const { workerData, receiveMessageOnPort } = require('node:worker_threads');
const { port, control, windows, stride, workers } = workerData;
const places = windows.length, progress = { isStuck: false }, reached = new Int32Array(2);
let generation = 0, rows, table, self, expand;
const take = (given) => {
  const program = { pool: given.pool, claimMiss: () => 0, stepMiss: () => { progress.isStuck = true; return ${code.disabled}; } };
  self = new Function(${quoted(programParameters)}, given.source)(program, given.tables, given.claimTables, given.masks, given.settles);
  self.onUnhandled = () => { if (!given.unhandledIsKnown) progress.isStuck = true; };
  const quietSteps = new Function('tables', given.quietSource)(given.quietTables);
  expand = new Function(${quoted(expansionParameters)}, given.expansion)(self, progress, quietSteps, given.asked, control, windows);
};
const catchUp = () => {
  for (const wanted = Atomics.load(control, ${control.generation}); generation < wanted; generation++) {
    const given = receiveMessageOnPort(port).message;
    ({ rows, table } = given);
    if (given.program !== undefined) take(given.program);
  }
};
const claim = (posted, taken) => {
  const nth = Atomics.load(control, taken);
  return nth < Atomics.load(control, posted) && Atomics.compareExchange(control, taken, nth, nth + 1) === nth ? nth : -1;
};
const insert = (place, end, before) => {
  catchUp();
  const { out, hashes, born } = windows[place];
  return self.insert(out, end, hashes, rows, born, table, before, 0x7fffffff, reached);
};
const enterWindow = ${enteringText('stride')};
const expandWindow = () => {
  const nth = claim(${control.posted}, ${control.taken});
  if (nth < 0) return false;
  catchUp();
  const place = nth % places;
  expand(rows, place);
  Atomics.store(control, ${control.windows} + place * ${control.windowWords} + ${window.expanded}, nth + 1);
  return true;
};
const fillPart = () => {
  const nth = claim(${control.partsPosted}, ${control.partsTaken});
  if (nth < 0) return false;
  catchUp();
  self.enter(rows, 0, control[${control.partsOf}], table, nth % (workers - 1) + 1, workers);
  Atomics.add(control, ${control.partsDone}, 1);
  return true;
};
const work = () => {
  for (let looks = 0; Atomics.load(control, ${control.leaving}) === 0;) {
    const bell = Atomics.load(control, ${control.bell});
    if (fillPart() || enterWindow() || expandWindow()) {
      looks = 0;
      Atomics.add(control, ${control.progress}, 1);
      if (Atomics.load(control, ${control.leaderSleeps}) === 1) Atomics.notify(control, ${control.progress});
    } else if (++looks >= ${patience.worker}) {
      looks = 0;
      Atomics.add(control, ${control.sleepers}, 1);
      Atomics.wait(control, ${control.bell}, bell);
      Atomics.sub(control, ${control.sleepers}, 1);
    }
  }
};
Atomics.add(control, ${control.present}, 1);
try {
  work();
} catch (thrown) {
  port.postMessage(String(thrown && thrown.stack || thrown));
  Atomics.store(control, ${control.failed}, 1);
  Atomics.add(control, ${control.progress}, 1);
  Atomics.notify(control, ${control.progress});
}
port.close();
`
