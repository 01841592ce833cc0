import type { Mutation } from '../../checker/mutate/scenario.ts'
import { needsReason, type Score } from '../../checker/mutate/score.ts'
import type { Colours } from '../io.ts'
import { columns } from './table.ts'
import { counted, indented, wrapped } from './text.ts'

const width = 110

/** Which properties kill which mutants of a scenario, and which mutants survive. */
export function mutationText(mutation: Mutation, score: Score, inFull: boolean, { bold, green, red }: Colours): string[] {
  const { designs, outOfReach, scenario } = mutation
  if (designs.length === 0)
    return [`${bold(scenario)}: no design is listed with 'holds' at the small size; name one that holds with '--design'`]
  const kills = [...score.kills].map(([name, { all, alone }]) => [String(all.length), String(alone.length), name])
  const lists = [...score.kills].flatMap(([name, { all }]) =>
    all.length === 0 ? [] : [`${name}:`, ...indented(wrapped(all.map((mutant) => mutant.replace(' ', ':')).join(' '), width))],
  )
  const left = score.outcomes.filter(({ fate, kind }) => kind === 'program' && needsReason(fate))
  return [
    `${bold(scenario)}, ${designs.map(({ design }) => design).join(', ')}: ${scoreText(score)}`,
    ...indented([
      ...columns(['kills', 'alone', 'property'], kills, ['right', 'right', 'left']),
      ...(inFull ? ['', ...lists] : []),
      ...(left.length === 0 ? [] : ['']),
      ...left.map(({ mutant, fate, reason }) => `${fate}: ${mutant}: ${reason ?? red('no reason is written down')}`),
      ...score.idle.map((name) => red(`kills nothing: ${name}`)),
      ...(score.unneeded.length === 0 ? [] : wrapped(`assumptions that no property needs: ${score.unneeded.join(', ')}`, width)),
      ...outOfReach.map((name) => `asked of no design that holds: ${name}`),
      ...(left.length === 0 && score.idle.length === 0 ? [green('every mutant is killed, and every property kills')] : []),
    ]),
  ]
}

const count = ({ outcomes }: Score, fate: string): number =>
  outcomes.filter((one) => one.kind === 'program' && one.fate === fate).length

function scoreText(score: Score): string {
  const { killed, counted: all } = score
  return (
    `${killed} of ${counted(all, 'mutant')} killed, ${count(score, 'survived')} survive, ${count(score, 'narrower')} do less, ` +
    `${count(score, 'bounded')} ended by the limit; not counted: ${count(score, 'equivalent')} equivalent, ${count(score, 'invalid')} invalid`
  )
}

/** The score of each scenario and of all together. */
export function scoresText(found: readonly { readonly mutation: Mutation; readonly score: Score }[]): string[] {
  const sum = (of: (score: Score) => number): number => found.reduce((total, { score }) => total + of(score), 0)
  const row = (name: string, of: (value: (score: Score) => number) => number): string[] => {
    const [killed, all] = [of((score) => score.killed), of((score) => score.counted)]
    return [
      name,
      String(all),
      String(killed),
      all === 0 ? '-' : `${((100 * killed) / all).toFixed(1)}%`,
      ...['survived', 'narrower', 'bounded', 'equivalent', 'invalid'].map((fate) => String(of((score) => count(score, fate)))),
      String(of((score) => score.unexplained.length)),
      String(of((score) => score.needed.length)),
      String(of((score) => score.unneeded.length)),
      String(of((score) => score.idle.length)),
    ]
  }
  const head = [
    'scenario',
    'mutants',
    'killed',
    'score',
    'survive',
    'do less',
    'limit',
    'equivalent',
    'invalid',
    'unexplained',
    'idle properties',
  ]
  const rows = found.map(({ mutation, score }) => row(mutation.scenario, (value) => value(score)))
  const total = found.length > 1 ? [row('all', sum)] : []
  return columns(head, [...rows, ...total], ['left', ...head.slice(1).map(() => 'right' as const)])
}

/** One scenario as a line of JSON. */
export const mutationJson = ({ scenario, designs, outOfReach }: Mutation, score: Score): string =>
  JSON.stringify({
    scenario,
    designs: designs.map(({ design }) => design),
    mutants: score.counted,
    killed: score.killed,
    outcomes: score.outcomes.map(({ mutant, kind, fate, killers, reason }) => ({
      mutant,
      kind,
      fate,
      killers,
      reason: reason ?? null,
    })),
    idle: score.idle,
    unexplained: score.unexplained,
    outOfReach,
  })
