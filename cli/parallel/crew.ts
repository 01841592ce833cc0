import { Worker } from 'node:worker_threads'
import type { Scenario } from '../../checker/index.ts'
import { scenarios } from '../../scenarios/index.ts'
import type { Io } from '../io.ts'
import { originOf } from '../modules.ts'
import { type TaskName, type Tasks, tasks } from './tasks.ts'
import type { Orders } from './worker.ts'

/** Does jobs on several cores, or here, and hands the answers on in the order of the jobs. */
export interface Crew<T extends TaskName> {
  /** Calls `each` for every job in order, as soon as all jobs before it are done. Ends early once `stopped` says so. */
  run(
    jobs: readonly Tasks[T]['job'][],
    each: (at: number, answer: Tasks[T]['answer']) => void,
    stopped: () => boolean,
  ): Promise<void>
  close(): Promise<void>
}

/** Hands answers on in the order of their jobs, whatever the order in which they come. */
function inOrder<A>(each: (at: number, answer: A) => void): (at: number, answer: A) => void {
  const waiting = new Map<number, A>()
  let next = 0
  return (at, answer) => {
    waiting.set(at, answer)
    for (; waiting.has(next); next++) {
      each(next, waiting.get(next)!)
      waiting.delete(next)
    }
  }
}

/**
 * Threads where they can make the scenarios themselves, else this thread alone. On a machine with one core it is one thread,
 * which leaves this one free to hear an interrupt in the middle of a long job.
 */
export function crewOf<T extends TaskName>(
  task: T,
  needed: readonly Scenario[],
  setup: Tasks[T]['setup'],
  io: Io,
  threads = io.cores,
): Crew<T> {
  const foreign = needed.filter((scenario) => !scenarios.includes(scenario))
  const from = [...new Set(foreign.map(originOf))]
  if (!io.hasThreads || from.includes(undefined)) return soloCrew(task, needed, setup, io)
  return threadCrew({ task, setup, from: from as string[] }, Math.min(threads, io.cores))
}

/** A crew of one: this thread, which breathes between two jobs. */
function soloCrew<T extends TaskName>(task: T, registry: readonly Scenario[], setup: Tasks[T]['setup'], io: Io): Crew<T> {
  const work = tasks[task](registry, setup, io.now)
  return {
    run: async (jobs, each, stopped) => {
      for (const [at, job] of jobs.entries()) {
        if (stopped()) return
        each(at, work(job))
        await io.breathe()
      }
    },
    close: async () => {},
  }
}

const millisecondsBetweenLooks = 50

/** A crew of threads, each of which builds its own scenarios. A thread that fails ends the run with its error. */
function threadCrew<T extends TaskName>(orders: Orders<T>, count: number): Crew<T> {
  const threads = Array.from({ length: count }, () => new Worker(new URL('./worker.js', import.meta.url), { workerData: orders }))
  return {
    run: (jobs, each, stopped) =>
      new Promise((resolve, reject) => {
        const deliver = inOrder(each)
        let [given, busy] = [0, 0]
        const look = setInterval(() => stopped() && end(resolve), millisecondsBetweenLooks)
        const end = (settle: () => void): void => {
          clearInterval(look)
          for (const thread of threads) thread.removeAllListeners('message').removeAllListeners('error')
          settle()
        }
        const feed = (thread: Worker): void => {
          if (given === jobs.length) {
            if (busy === 0) end(resolve)
            return
          }
          const at = given++
          busy++
          thread.once('message', (answer: Tasks[T]['answer']) => {
            busy--
            deliver(at, answer)
            feed(thread)
          })
          thread.postMessage(jobs[at])
        }
        for (const thread of threads) {
          thread.once('error', (error) => end(() => reject(error)))
          feed(thread)
        }
      }),
    close: async () => {
      await Promise.all(threads.map((thread) => thread.terminate()))
    },
  }
}
