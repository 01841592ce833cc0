import { exploreDesign, judgeDesign } from '../checker/design.ts'
import { messageOf } from '../checker/errors.ts'
import { type Budget, type Choice, type DesignResult, type Explorer, ModelError, type Size } from '../checker/index.ts'
import type { Io } from './io.ts'
import { Progress } from './progress.ts'

/** What became of one design: an answer, or a model that could not be searched at all. */
export type Answer = {
  readonly choice: Choice
  /** The size that was asked for; knobs that were set may make it another. */
  readonly asked: Size
  readonly milliseconds: number
} & ({ readonly result: DesignResult } | { readonly broken: string })

/** What is done beside a search. */
export interface Beside {
  /** The search to go on with; undefined where it is to begin. */
  readonly begin?: (choice: Choice, budget: Budget) => Explorer | undefined
  /** Called after each slice of work. */
  readonly pause?: (choice: Choice, explorer: Explorer) => void
  /** Called when the search is over and judged. */
  readonly done?: (choice: Choice, explorer: Explorer, result: DesignResult) => void
}

/** Slices double below this many milliseconds and halve above four times as many; results do not depend on them. */
const briefSlice = 20
const [firstSlice, leastSlice, mostSlice] = [1 << 10, 1 << 6, 1 << 16]

/**
 * Searches one design in slices, so that progress can be shown and signals heard between them.
 *
 * What the scenario throws while it is built or evaluated is the model's fault and part of the answer.
 */
export async function searchDesign(choice: Choice, asked: Size, budget: Budget, io: Io, beside: Beside = {}): Promise<Answer> {
  const began = io.now()
  const progress = new Progress(io, `${choice.scenario.name} ${choice.base}`)
  const answered = (): Pick<Answer, 'choice' | 'asked' | 'milliseconds'> => ({ choice, asked, milliseconds: io.now() - began })
  try {
    const explorer = beside.begin?.(choice, budget) ?? exploreDesign(choice, budget)
    progress.startsFrom(explorer.store.count)
    let slice = firstSlice
    while (!explorer.done) {
      const start = io.now()
      explorer.advance(slice)
      const spent = io.now() - start
      if (spent < briefSlice) slice = Math.min(slice * 2, mostSlice)
      else if (spent > briefSlice * 4) slice = Math.max(slice / 2, leastSlice)
      beside.pause?.(choice, explorer)
      progress.show(explorer)
      await io.breathe()
    }
    const result = judgeDesign(choice, explorer)
    beside.done?.(choice, explorer, result)
    return { ...answered(), result }
  } catch (thrown) {
    if (!(thrown instanceof ModelError)) throw thrown
    if (io.debug) io.err(`${thrown.stack}\n`)
    return { ...answered(), broken: messageOf(thrown) }
  } finally {
    progress.clear()
  }
}
