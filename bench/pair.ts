import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Measurement } from './measurement.ts'

/*
 * Two independent searches of one subject by one thread each, at the same time: what two cores can do when nothing is
 * shared. `node pair.js <subject>` prints one measurement of both together as JSON.
 */

const run = promisify(execFile)
const [subject] = process.argv.slice(2)
if (subject === undefined) throw new Error('name a subject')

const one = async (): Promise<Measurement> => {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'measure.js'), 'compiled', subject])
  return JSON.parse(stdout)
}
const [first, second] = await Promise.all([one(), one()])
const together: Measurement = {
  ...first,
  whole: Math.max(first.whole, second.whole),
  search: Math.max(first.search, second.search),
  buffers: undefined,
  resident: undefined,
}
console.log(JSON.stringify(together))
