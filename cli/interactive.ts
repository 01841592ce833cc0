import { InputError } from '../checker/index.ts'
import { failingConjuncts } from '../checker/replay/refusals.ts'
import { localText, refusalText } from '../checker/replay/replay.ts'
import { fireIn, type State } from '../checker/replay/walk.ts'
import type { Semantics } from '../checker/semantics/semantics.ts'
import { choose } from '../checker/suggest.ts'
import type { Colours, Io } from './io.ts'
import { columns } from './report/table.ts'
import { counted, indented } from './report/text.ts'
import { type Story, statesOf, Teller } from './report/trace.ts'

const help = [
  ['forward, f, or nothing', 'take the next step'],
  ['back, b', 'take the last step back'],
  ['go N', 'go to the state after step N'],
  ['enabled, e', 'list the steps that are enabled here'],
  ['disabled, d [text]', 'list the others (with this text in their label), and the conjuncts that fail'],
  ['state, s', 'print every cell'],
  ['help, h', 'print this list'],
  ['quit, q', 'leave; the verdict on the whole run follows'],
] as const

const words = ['forward', 'back', 'go', 'enabled', 'disabled', 'state', 'help', 'quit'] as const
type Word = (typeof words)[number]

/** Goes through a run at the reader's pace: reads commands line by line until `quit` or the end of the input. */
export async function explore(story: Story, semantics: Semantics, colours: Colours, io: Io): Promise<void> {
  const session = new Session(story, semantics, colours)
  const say = (lines: readonly string[]): void => io.out(lines.map((line) => `${line}\n`).join(''))
  const prompt = (): void => {
    if (io.outIsTerminal) io.out(`${session.place()}> `)
  }
  say(session.opening())
  prompt()
  for await (const line of io.lines()) {
    const [word = '', ...rest] = line.trim().split(/\s+/)
    try {
      const asked = wordOf(word)
      if (asked === 'quit') return
      say(session.answer(asked, rest.join(' ')))
    } catch (thrown) {
      if (!(thrown instanceof InputError)) throw thrown
      say([thrown.message])
    }
    prompt()
  }
}

/** A command, whole or as its first letter; an empty line goes forward. */
function wordOf(text: string): Word {
  if (text === '') return 'forward'
  return words.find((word) => word[0] === text) ?? choose('command', text, words)
}

/** Where in the run the reader stands, and the answers to what can be asked there. */
class Session {
  readonly #story: Story
  readonly #semantics: Semantics
  readonly #colours: Colours
  readonly #states: readonly State[]
  readonly #teller: Teller
  #at = 0

  constructor(story: Story, semantics: Semantics, colours: Colours) {
    this.#story = story
    this.#semantics = semantics
    this.#colours = colours
    this.#states = statesOf(story)
    this.#teller = new Teller(story, colours)
  }

  place(): string {
    return `${this.#at}/${this.#last}`
  }

  opening(): string[] {
    return [`${counted(this.#last, 'step')}; 'help' lists the commands`, this.#teller.head()]
  }

  answer(word: Exclude<Word, 'quit'>, rest: string): string[] {
    switch (word) {
      case 'forward':
        return this.#forward()
      case 'back':
        return this.#back()
      case 'go':
        return this.#go(rest)
      case 'enabled':
        return this.#enabled()
      case 'disabled':
        return this.#disabled(rest)
      case 'state':
        return columns(
          ['cell', 'local state'],
          this.#semantics.system.cells.map(({ name }, cell) => [name, localText(this.#state[cell]!)]),
        )
      case 'help':
        return columns(['command', 'what it does'], help)
      default:
        return word satisfies never
    }
  }

  get #last(): number {
    return this.#states.length - 1
  }

  get #state(): State {
    return this.#states[this.#at]!
  }

  #forward(): string[] {
    const { cycle, ending } = this.#story
    if (this.#at < this.#last) return this.#teller.step(this.#at++)
    if (ending !== undefined) return this.#teller.ending()
    if (cycle === 0) return ['the run ends here']
    this.#at = this.#last - cycle
    return ['the cycle begins again', ...this.#teller.step(this.#at++)]
  }

  #back(): string[] {
    if (this.#at === 0) return ['this is the initial state']
    this.#at--
    return this.#at === 0 ? ['back in the initial state'] : [`back after step ${this.#at}`, ...this.#teller.step(this.#at - 1)]
  }

  #go(rest: string): string[] {
    const target = /^[0-9]+$/.test(rest) ? Number(rest) : Number.NaN
    if (!(target <= this.#last)) throw new InputError(`'go' takes a number from 0 to ${this.#last}, not '${rest}'`)
    this.#at = target
    return target === 0 ? ['in the initial state'] : this.#teller.step(target - 1)
  }

  #enabled(): string[] {
    const next = this.#story.walk.taken[this.#at]?.step
    const lines = this.#semantics.system.steps.flatMap((step) => {
      if (fireIn(this.#semantics, step, this.#state).kind !== 'taken') return []
      return [`${step.actor}: ${step.label}${step === next ? this.#colours.bold('  <- the next of this run') : ''}`]
    })
    return lines.length === 0 ? ['no step is enabled'] : indented(lines)
  }

  #disabled(text: string): string[] {
    const rows = this.#semantics.system.steps.flatMap((step) => {
      if (!step.label.includes(text)) return []
      const outcome = fireIn(this.#semantics, step, this.#state)
      if (outcome.kind === 'taken') return []
      const failing = failingConjuncts(step, this.#state)
      return [[step.label, failing.length > 0 ? failing.join(', ') : refusalText(step, outcome, this.#state)]]
    })
    if (rows.length === 0) return [text === '' ? 'every step is enabled' : `no disabled step has '${text}' in its label`]
    return columns(['step', 'conjuncts that fail'], rows)
  }
}
