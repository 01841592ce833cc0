import { programParameters } from '../compile/generate.ts'
import { command, control } from './control.ts'

/** What a worker is handed when the program or the store's buffers have changed. */
export interface HandOut {
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
  readonly phases: string
  readonly rows: Int32Array
  readonly table: Int32Array
}

/** The parameters of the function whose text `phasesText` makes. */
export const phaseParameters = ['self', 'buffers', 'quietSteps', 'asked', 'me', 'workers', 'share', 'program'] as const

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ')

/** How often a word is read before its reader goes to sleep. */
export const patience = 20_000

/**
 * The whole program of a worker thread, as text: it is evaluated where no module of ours can be loaded, and sees
 * integers only. It carries out one command after another until it is told to leave.
 */
export const workerText = `'use strict';
const { workerData, receiveMessageOnPort } = require('node:worker_threads');
const { port, buffers, me, workers, share } = workerData;
const ctl = buffers.control;
let phases, rows, table;
Atomics.add(ctl, ${control.present}, 1);
const setUp = () => {
  const given = receiveMessageOnPort(port).message;
  ({ rows, table } = given);
  if (given.source === undefined) return;
  const program = { pool: given.pool, claimMiss: () => 0 };
  const self = new Function(${quoted(programParameters)}, given.source)(program, given.tables, given.claimTables, given.masks, given.settles);
  const quietSteps = new Function('tables', given.quietSource)(given.quietTables);
  phases = new Function(${quoted(phaseParameters)}, given.phases)(self, buffers, quietSteps, given.asked, me, workers, share, program);
};
for (let epoch = 0; ;) {
  for (let looks = 0; looks < ${patience} && Atomics.load(ctl, ${control.epoch}) === epoch; looks++);
  while (Atomics.load(ctl, ${control.epoch}) === epoch) Atomics.wait(ctl, ${control.epoch}, epoch);
  epoch = Atomics.load(ctl, ${control.epoch});
  const told = ctl[${control.command}], first = ctl[${control.first}], second = ctl[${control.second}];
  if (told === ${command.leave}) break;
  try {
    if (told === ${command.setUp}) setUp();
    else if (told === ${command.expand}) {
      const size = second - first;
      phases.expand(rows, first, first + Math.floor(size * me / workers), first + Math.floor(size * (me + 1) / workers));
    } else if (told === ${command.insert}) phases.insert(rows, table, first);
    else phases.number(rows, table, first, second);
  } catch (thrown) {
    port.postMessage(String(thrown && thrown.stack || thrown));
    Atomics.store(ctl, ${control.failed}, 1);
  }
  Atomics.add(ctl, ${control.arrived}, 1);
  Atomics.notify(ctl, ${control.arrived});
}
port.close();
`
