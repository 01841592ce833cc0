import { setup } from 'xstate'
import { type CellOf, cell } from '../../checker/index.ts'

/*
 * What an audit log says of one request.
 *
 * Models: nothing that is in the source, where no platform logs a punchthrough; the log that
 * `litebox/src/platform/mod.rs: PunchthroughProvider` (`exists to improve auditability`) would need. A promise says that
 * an effect may come, an outcome says what came of it.
 *
 * Leaves out: the order of the entries of different requests, and who may read or lose them.
 */
export const auditEntry = setup({
  types: { events: {} as { type: 'PROMISE' } | { type: 'RECORD_EFFECT' } | { type: 'RECORD_FAILURE' } },
}).createMachine({
  id: 'auditEntry',
  initial: 'blank',
  states: {
    blank: { on: { PROMISE: 'promised', RECORD_EFFECT: 'effected', RECORD_FAILURE: 'failed' } },
    promised: { on: { PROMISE: 'promised', RECORD_EFFECT: 'effected', RECORD_FAILURE: 'failed' } },
    effected: { on: { PROMISE: 'effected', RECORD_EFFECT: 'effected', RECORD_FAILURE: 'effected' } },
    failed: { on: { PROMISE: 'failed', RECORD_EFFECT: 'effected', RECORD_FAILURE: 'failed' } },
  },
})

export const auditOf = (request: string): CellOf<typeof auditEntry> => cell(`audit.${request}`, auditEntry)
