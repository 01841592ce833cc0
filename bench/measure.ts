import { conclude } from '../checker/check.ts'
import { Explorer, explorePlainly } from '../checker/index.ts'
import type { Measurement } from './measurement.ts'
import { exploreWithXState } from './one-machine.ts'
import { type Subject, subjects } from './subjects.ts'

/*
 * One measurement, in a process of its own, so that no other run has warmed its code or filled its memory:
 * `node measure.js <explorer> <subject>` prints it as JSON.
 */

export type ExplorerName = 'compiled' | 'compiled, 2 threads' | 'plain' | 'xstate/graph'

const resident = (): number => process.resourceUsage().maxRSS * 1024

function compiled(subject: Subject, workers: number): Measurement {
  const system = subject.build()
  const start = performance.now()
  const explorer = new Explorer(system, { workers })
  const built = performance.now()
  explorer.run()
  const searched = performance.now()
  const { complete } = conclude(explorer)
  const concluded = performance.now()
  if (!complete) throw new Error(`the search of ${subject.name} was not complete`)
  return {
    states: explorer.store.count,
    transitions: explorer.transitions,
    whole: (concluded - start) / 1000,
    search: (searched - built) / 1000,
    buffers: explorer.peakBytes,
    resident: resident(),
  }
}

function timed(explore: () => { readonly states: number; readonly transitions: number }): Measurement {
  const start = performance.now()
  const { states, transitions } = explore()
  const seconds = (performance.now() - start) / 1000
  return { states, transitions, whole: seconds, search: seconds, buffers: undefined, resident: resident() }
}

function measure(explorer: ExplorerName, subject: Subject): Measurement {
  switch (explorer) {
    case 'compiled':
      return compiled(subject, 1)
    case 'compiled, 2 threads':
      return compiled(subject, 2)
    case 'plain': {
      const system = subject.build()
      return timed(() => explorePlainly(system))
    }
    case 'xstate/graph':
      return timed(() => exploreWithXState(5))
    default:
      return explorer satisfies never
  }
}

const [explorer, name] = process.argv.slice(2)
const subject = subjects.find((candidate) => candidate.name === name)
if (subject === undefined) throw new Error(`no subject is named '${name}'`)
console.log(JSON.stringify(measure(explorer as ExplorerName, subject)))
