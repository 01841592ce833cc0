import type { Replay } from '../../checker/index.ts'
import type { Colours } from '../io.ts'
import { indented } from './text.ts'
import { sightText, statesOf, storyOf } from './trace.ts'

/** Which properties fail on a replayed run, and what they see there. */
export function failuresText({ failures, run, semantics, walk }: Replay, colours: Colours): string[] {
  if (failures.length === 0) return [colours.green('no property fails on this run')]
  const story = storyOf(semantics.system, walk, run.cycle.length)
  return failures.flatMap(({ property, instance, at }) => {
    const state = story.cycle > 0 ? undefined : statesOf(story)[at]
    const sight = state && sightText(semantics.system, instance, state)
    const where = at === 0 ? 'in the initial state' : `after step ${at}`
    return [
      `${colours.red('fails')} ${where}: ${instance ?? property}`,
      ...(sight === undefined ? [] : indented([`where ${sight}`])),
    ]
  })
}
