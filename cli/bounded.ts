import { systemOf } from '../checker/define/assign.ts'
import { judgeCheck } from '../checker/design.ts'
import { messageOf } from '../checker/errors.ts'
import { type Budget, type Choice, InputError, ModelError, type Size } from '../checker/index.ts'
import { concludeBounded } from '../checker/search/preemption-result.ts'
import { PreemptionSearch } from '../checker/search/preemptions.ts'
import type { Io } from './io.ts'
import type { Answer } from './search.ts'

const sliceNodes = 1 << 14

/** @throws InputError naming an option that a search with bounded preemptions has no use for. */
export function refuseWithPreemptions(options: object): void {
  if (!('maxPreemptions' in options)) return
  for (const name of ['certificate', 'checkpoint', 'resume', 'every', 'reduce', 'safety', 'workers'])
    if (name in options)
      throw new InputError(`options '--max-preemptions' and '--${name}' do not go together; leave one of them out`)
}

/** Searches the runs of one design that have so few preemptions, in slices, so that signals are heard between them. */
export async function searchBounded(choice: Choice, asked: Size, bound: number, budget: Budget, io: Io): Promise<Answer> {
  const began = io.now()
  const answered = (): Pick<Answer, 'choice' | 'asked' | 'milliseconds'> => ({ choice, asked, milliseconds: io.now() - began })
  try {
    const search = new PreemptionSearch(systemOf(choice), bound, budget)
    while (!search.done) {
      search.advance(sliceNodes)
      await io.breathe()
    }
    return { ...answered(), result: judgeCheck(choice, concludeBounded(search)) }
  } catch (thrown) {
    if (!(thrown instanceof ModelError)) throw thrown
    if (io.debug) io.err(`${thrown.stack}\n`)
    return { ...answered(), broken: messageOf(thrown) }
  }
}
