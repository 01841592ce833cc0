import { parentPort, workerData } from 'node:worker_threads'
import { scenarios } from '../../scenarios/index.ts'
import { scenariosOf } from '../modules.ts'
import { onStranded } from '../stranded.ts'
import { type TaskName, type Tasks, tasks } from './tasks.ts'

/** What a worker is told when it begins. */
export interface Orders<T extends TaskName> {
  readonly task: T
  readonly setup: Tasks[T]['setup']
  /** Modules with scenarios besides LiteBox's own. */
  readonly from: readonly string[]
}

async function begin<T extends TaskName>({ task, setup, from }: Orders<T>): Promise<void> {
  const work = tasks[task]([...scenarios, ...(await scenariosOf(from, scenarios, onStranded))], setup, () => performance.now())
  parentPort!.on('message', (job: Tasks[T]['job']) => parentPort!.postMessage(work(job)))
}

await begin(workerData as Orders<TaskName>)
