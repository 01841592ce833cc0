import { type Difference, difference, type Side } from '../../checker/compare/difference.ts'
import { type Inclusion, inclusion } from '../../checker/compare/inclusion.ts'
import { type Explorer, InputError, type Scenario } from '../../checker/index.ts'
import { isSaved, type Searched, savedLines, searched } from '../diff/sides.ts'
import { differenceJson, differenceText } from '../diff/text.ts'
import { type ExitCode, exit, worstExit } from '../exit.ts'
import { coloursOf, type Io } from '../io.ts'

export interface DiffOptions {
  /** Rules whose steps are compared; none means those that both sides have. */
  readonly visible: readonly string[]
  readonly maxStates?: number
  readonly json?: true
}

/** What one comparison found. Behaviours are compared where both sides are small and searched now. */
export interface Compared {
  readonly first: Side
  readonly second: Side
  readonly difference: Difference
  readonly behaviours: { readonly added: Inclusion; readonly removed: Inclusion; readonly rules: readonly string[] } | undefined
}

/** Larger graphs are not compared by their behaviours, nor are more pairs of states looked at. */
const [mostStates, mostPairs] = [20_000, 300_000]

/** Compares two designs, or saved results with today's. */
export function diff(
  scenarios: readonly Scenario[],
  first: string,
  second: string | undefined,
  options: DiffOptions,
  io: Io,
): ExitCode {
  const budget = options.maxStates === undefined ? {} : { states: options.maxStates }
  const today = (text: string): Searched => searched(scenarios, text, budget)
  const pairs = pairsOf(first, second, today)
  const compared = pairs.map(([one, other]) => compare(one, other, options.visible))
  const colours = coloursOf(io)
  const texts = compared.map((one) => (options.json ? differenceJson(one) : differenceText(one, colours).join('\n')))
  io.out(`${texts.join(options.json ? '\n' : '\n\n')}\n`)
  return worstExit(
    compared.flatMap(({ first, second, difference }) => [
      difference.lost.length > 0 ? exit.unmet : exit.met,
      first.verdict === 'bounded' || second.verdict === 'bounded' ? exit.bounded : exit.met,
      first.verdict === 'error' || second.verdict === 'error' ? exit.refused : exit.met,
    ]),
  )
}

/** What is compared with what: two designs, a saved line of the same design, or every saved line with today's. */
function pairsOf(first: string, second: string | undefined, today: (text: string) => Searched): [Searched, Searched][] {
  if (!isSaved(first)) {
    if (second === undefined)
      throw new InputError(`'${first}' is compared with nothing; name a second design, or give a file of saved results`)
    if (isSaved(second)) throw new InputError('a saved result comes first: it is what was, and the second is what is')
    return [[today(first), today(second)]]
  }
  const lines = savedLines(first)
  const saved = (side: Side): Searched => ({ side, explorer: undefined })
  if (second === undefined) return lines.map((line) => [saved(line.side), today(line.today)])
  if (isSaved(second)) {
    const others = savedLines(second)
    return lines.flatMap((line) =>
      others
        .filter((other) => other.today === line.today)
        .map((other): [Searched, Searched] => [saved(line.side), saved(other.side)]),
    )
  }
  const [wanted] = second.split('+')
  const line = lines.find(({ scenario, design }) => `${scenario}:${design}` === wanted)
  if (line === undefined) throw new InputError(`'${first}' holds no result of '${wanted}'`)
  return [[saved(line.side), today(second)]]
}

function compare(one: Searched, other: Searched, visible: readonly string[]): Compared {
  const [first, second] = [one.side, other.side]
  return { first, second, difference: difference(first, second), behaviours: behavioursOf(one.explorer, other.explorer, visible) }
}

function behavioursOf(
  one: Explorer | undefined,
  other: Explorer | undefined,
  visible: readonly string[],
): Compared['behaviours'] {
  if (one === undefined || other === undefined || !one.complete || !other.complete) return undefined
  if (Math.max(one.store.count, other.store.count) > mostStates) return undefined
  const rulesOf = ({ compiled }: Explorer): string[] => compiled.system.rules.map(({ name }) => name)
  const [own, others] = [rulesOf(one), new Set(rulesOf(other))]
  const every = new Set([...own, ...others])
  const unknown = visible.find((name) => !every.has(name))
  if (unknown !== undefined) throw new InputError(`'--visible ${unknown}' is no rule of either side`)
  const rules = visible.length > 0 ? visible : own.filter((name) => others.has(name))
  const names = new Set(rules)
  const isVisible = (label: string): boolean => names.has(label.replace(/\(.*$/s, ''))
  return { rules, added: inclusion(other, one, isVisible, mostPairs), removed: inclusion(one, other, isVisible, mostPairs) }
}
