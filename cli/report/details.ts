import { lengthOf } from '../../checker/design.ts'
import type { CheckResult, PropertyResult } from '../../checker/index.ts'
import type { ReductionName } from '../../checker/reduce/reduction.ts'
import { Semantics } from '../../checker/semantics/semantics.ts'
import type { Colours } from '../io.ts'
import type { Answer } from '../search.ts'
import { designText, verdictText } from './answer.ts'
import { replayCommand } from './command.ts'
import { preemptionsText } from './preemptions.ts'
import { stuckText } from './stuck.ts'
import { columns, painted } from './table.ts'
import { counted, indented } from './text.ts'
import { sightText, statesOf, storyOfRun, storyText } from './trace.ts'

/** All that is known of one answer: every property, the shortest trace of each that fails, what the verdict rests on. */
export function detailsText(answer: Answer, colours: Colours): string[] {
  const { scenario } = answer.choice
  const title = colours.bold(`${scenario.name}, ${designText(answer)}`)
  if ('broken' in answer) return [`${title}: ${colours.red('error')}`, ...indented([answer.broken])]
  const { check, replays } = answer.result
  const semantics = new Semantics(check.system)
  const traces = check.properties
    .filter(({ run, verdict }) => run !== undefined && verdict !== 'holds')
    .flatMap((found) => {
      const replay = replays.get(found.name)
      const command = replay && replayCommand(scenario, replay)
      return ['', ...counterexampleText(found, command, semantics, colours)]
    })
  return [
    `${title}: ${painted(check.verdict, verdictText(check), colours)}`,
    ...indented([...restsOn(answer, colours), ...propertiesText(check.properties, colours), ...traces]),
  ]
}

/** What a verdict rests on, and where it is otherwise than expected. */
function restsOn(answer: Answer, colours: Colours): string[] {
  if ('broken' in answer) return []
  const { check, expected, differences } = answer.result
  const knobs = Object.entries(answer.choice.knobs).map(([knob, value]) => `${knob}=${value}`)
  const facts = [`knobs: ${knobs.join(', ')}`, `fairness: ${check.fairness}`]
  if (check.reduction.name !== 'none') facts.push(reductionText(check))
  if (check.leftOut.length > 0) facts.push(`left out, for safety only: ${check.leftOut.join('; ')}`)
  for (const sentence of check.reduction.refused) facts.push(sentence)
  if (check.preemptions !== undefined) facts.push(...preemptionsText(check.preemptions))
  if (check.message !== undefined) facts.push(colours.red(`because ${check.message}`))
  if (check.within.length > 0) facts.push(`modelling bounds hit: ${check.within.join(', ')}`)
  for (const sentence of check.vacuous) facts.push(`less than it seems: ${sentence}`)
  if (check.asleep.rules.length > 0) facts.push(`rules never enabled: ${check.asleep.rules.join(', ')}`)
  if (!check.complete && check.limit !== undefined)
    facts.push(`not every state was searched: the limit '${check.limit}' ended it`)
  if (expected === undefined) facts.push('no expectation is recorded: it is expected to hold')
  return [...facts, ...differences.map((difference) => colours.red(`otherwise than expected: ${difference}`))]
}

const kept: Readonly<Record<ReductionName, string>> = {
  none: '',
  por: 'orders of steps that commute were left out; counts are of what was kept, and traces may not be the shortest',
  symmetry: 'one state stands for all that are like it; counts are of those kept, and traces are in the original names',
  all: 'one state stands for all that are like it, and orders of steps that commute were left out; traces may not be the shortest',
}
const reductionText = ({ reduction }: CheckResult): string => `reduction: ${reduction.name} (${kept[reduction.name]})`

export function propertiesText(properties: readonly PropertyResult[], colours: Colours): string[] {
  const rows = properties.map(({ name, kind, verdict, instance }) => [
    painted(verdict, verdict, colours),
    kind,
    verdict === 'unwitnessed' && instance !== undefined ? instance : name,
  ])
  return properties.length === 0 ? [] : ['', ...columns(['verdict', 'kind', 'property'], rows)]
}

/** One counterexample: its trace, what the property sees at its end, and how to replay it. */
export function counterexampleText(
  found: PropertyResult,
  command: string | undefined,
  semantics: Semantics,
  colours: Colours,
): string[] {
  const story = storyOfRun(semantics, found.run!)
  const last = statesOf(story).at(-1)!
  const title = `${colours.red(found.verdict)} in ${counted(lengthOf(found), 'step')}: ${found.instance ?? found.name}`
  const sight = story.cycle > 0 ? undefined : sightText(semantics.system, found.instance, last)
  const stuck = found.verdict === 'deadlock' ? stuckText(semantics, last) : []
  return [
    title,
    ...indented(storyText(story, colours)),
    ...(sight === undefined ? [] : [`where ${sight}`]),
    ...(stuck.length === 0 ? [] : ['where no program step is enabled:', ...indented(stuck)]),
    ...(command === undefined ? [] : [`replay: ${command}`]),
  ]
}
