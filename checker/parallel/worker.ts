import { programParameters } from '../compile/generate.ts'
import { control, task, window } from './control.ts'

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
export const expansionParameters = ['self', 'program', 'quietSteps', 'asked', 'unhandledIsKnown', 'control', 'windows'] as const

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ')

/** How often a word is read before its reader goes to sleep. */
export const patience = 20_000

/** JavaScript text of a function that makes, of what was handed out, what a window is done with. */
export const toolsText = `(given, control, windows) => {
  const program = { pool: given.pool, claimMiss: () => 0 };
  const self = new Function(${quoted(programParameters)}, given.source)(program, given.tables, given.claimTables, given.masks, given.settles);
  const quietSteps = new Function('tables', given.quietSource)(given.quietTables);
  const expand = new Function(${quoted(expansionParameters)}, given.expansion)(self, program, quietSteps, given.asked, given.unhandledIsKnown, control, windows);
  return { expand, enter: self.enter };
}`

/**
 * The whole program of a worker thread, as text: it is evaluated where no module of ours can be loaded, and sees
 * integers only. It does one window after another until it is told to leave.
 */
export const workerText = `'use strict';
const { workerData, receiveMessageOnPort } = require('node:worker_threads');
const { port, control, windows } = workerData;
const toolsOf = ${toolsText};
let generation = 0, tools, rows, table;
const catchUp = (wanted) => {
  for (; generation < wanted; generation++) {
    const given = receiveMessageOnPort(port).message;
    ({ rows, table } = given);
    if (given.program !== undefined) tools = toolsOf(given.program, control, windows);
  }
};
const next = () => {
  for (let looks = 0; ; looks++) {
    const posted = Atomics.load(control, ${control.posted}), taken = Atomics.load(control, ${control.taken});
    if (taken < posted) {
      if (Atomics.compareExchange(control, ${control.taken}, taken, taken + 1) === taken) return taken;
    } else if (looks >= ${patience}) {
      Atomics.add(control, ${control.sleepers}, 1);
      Atomics.wait(control, ${control.posted}, posted);
      Atomics.sub(control, ${control.sleepers}, 1);
      looks = 0;
    }
  }
};
Atomics.add(control, ${control.present}, 1);
for (let told = 0; told !== ${task.leave};) {
  const place = next() % windows.length, base = ${control.windows} + place * ${control.windowWords};
  told = control[base + ${window.task}];
  try {
    catchUp(control[base + ${window.generation}]);
    if (told === ${task.expand}) tools.expand(rows, place);
    else if (told === ${task.enter}) tools.enter(rows, 0, control[base + ${window.to}], table, control[base + ${window.from}], control[base + ${window.parts}]);
  } catch (thrown) {
    port.postMessage(String(thrown && thrown.stack || thrown));
    Atomics.store(control, ${control.failed}, 1);
  }
  Atomics.add(control, base + ${window.done}, 1);
  if (Atomics.load(control, ${control.leaderSleeps}) === 1) Atomics.notify(control, base + ${window.done});
}
port.close();
`
