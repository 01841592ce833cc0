import type { Choice, Size } from '../../checker/index.ts'
import { answerFrom, jobOf } from '../check-task.ts'
import type { Io } from '../io.ts'
import { Estimate } from '../progress.ts'
import type { Answer } from '../search.ts'
import { crewOf } from './crew.ts'
import type { Limits } from './tasks.ts'

/** Fewer designs than this are searched before threads would have begun. */
const fewestForThreads = 16

/** Many small searches are shared out over the cores, a whole one to each thread; a large one is shared out itself. */
export const isWorthThreads = (
  choices: readonly Choice[],
  size: Size,
  { workers }: { readonly workers?: number },
  io: Io,
): boolean => size === 'small' && choices.length >= fewestForThreads && Math.min(workers ?? io.cores, io.cores) > 1

/** Checks these designs on all cores; answers come in the order of the designs. */
export async function checkInThreads(
  choices: readonly Choice[],
  size: Size,
  { first, maxStates, maxDepth, maxMemory, time, reduce, safety }: Limits,
  io: Io,
  take: (answer: Answer) => void,
  isOver: () => boolean,
): Promise<void> {
  const limits: Limits = {
    ...(first && { first }),
    ...(maxStates !== undefined && { maxStates }),
    ...(maxDepth !== undefined && { maxDepth }),
    ...(maxMemory !== undefined && { maxMemory }),
    ...(time !== undefined && { time }),
    ...(reduce !== undefined && { reduce }),
    ...(safety && { safety }),
  }
  const crew = crewOf('check', [...new Set(choices.map(({ scenario }) => scenario))], limits, io)
  const estimate = new Estimate(io, 'check')
  try {
    await crew.run(
      choices.map((choice) => jobOf(choice, size)),
      (at, found) => {
        if (isOver()) return
        take(answerFrom(choices[at]!, size, found))
        estimate.show(at + 1, choices.length)
      },
      isOver,
    )
  } finally {
    estimate.clear()
    await crew.close()
  }
}
