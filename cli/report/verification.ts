import type { Failure, Verification } from '../../checker/certify/verifier.ts'
import { type Choice, choiceText } from '../../checker/define/assign.ts'
import type { System } from '../../checker/index.ts'
import { localText } from '../../checker/replay/replay.ts'
import type { Colours } from '../io.ts'
import { columns } from './table.ts'
import { grouped, indented } from './text.ts'
import { sightText } from './trace.ts'

/** What a certificate of `held` rows proves, what it refutes, and what it says nothing about. */
export function verificationText(choice: Choice, system: System, found: Verification, held: number, colours: Colours): string[] {
  const { states, transitions, claims, unproved, within } = found
  const fails = claims.flatMap(({ name, failure }) => (failure === undefined ? [] : [{ name, failure }]))
  const title = colours.bold(`${choice.scenario.name}, ${choiceText(choice)}`)
  const limits = within.length === 0 ? '' : ` within: ${within.join(', ')}`
  const answer = fails.length === 0 ? colours.green(`verified${limits}`) : colours.red('a property fails')
  return [
    `${title}: ${answer}`,
    ...indented([
      ...(held === states ? [] : [`${grouped(held)} states stand for ${grouped(states)}, by exchange of interchangeable things`]),
      `${grouped(states)} states hold the initial state and are closed under every step (${grouped(transitions)} transitions)`,
      '',
      ...columns(
        ['answer', 'property'],
        [
          ...claims.map(({ name, failure }) => [failure === undefined ? colours.green('proved') : colours.red('fails'), name]),
          ...unproved.map(({ name, kind }) => [colours.yellow('not proved'), `${name} (${kind})`]),
        ],
      ),
      ...fails.flatMap(({ name, failure }) => ['', ...failureText(name, failure, system)]),
    ]),
  ]
}

/** Where a claim fails, and what is true there. */
function failureText(name: string, failure: Failure, system: System): string[] {
  const { state, instance, step, locals } = failure
  const where = step === undefined ? `in state ${grouped(state)}` : `at step '${step}' from state ${grouped(state)}`
  const sight = sightText(system, instance, locals)
  return [`fails ${where}: ${instance ?? name}`, ...(sight === undefined ? stateText(system, locals) : [`where ${sight}`])]
}

const stateText = (system: System, locals: Failure['locals']): string[] =>
  indented(
    columns(
      ['cell', 'local state'],
      system.cells.map(({ name }, cell) => [name, localText(locals[cell]!)]),
    ),
  )
