import { expect } from 'vitest'
import { type AnyStateMachine, createMachine } from 'xstate'
import { cell, type Local, ModelError, rule, system } from '../../checker/index.ts'
import { type Outcome, Semantics } from '../../checker/semantics/semantics.ts'

export const go = { type: 'GO' }
export type Chart = Parameters<typeof createMachine>[0]

/** A chart that waits for GO, with something of interest on the way. */
export const onGo = (transition: object, rest: object = {}): AnyStateMachine =>
  createMachine({
    context: { n: 0 },
    initial: 'ready',
    states: { ready: { on: { GO: transition } }, gone: {} },
    ...rest,
  } as Chart)

/** The semantics of a system whose one cell, `it`, may hear any of these events at any time. */
export function oneCell(machine: AnyStateMachine, events: readonly unknown[] = [go], input?: unknown): Semantics {
  const it = cell('it', machine, { input: input as never })
  const hear = rule('it.hear', { nth: events.map((_, at) => at) }, { actor: () => 'test', sends: () => ({ it }) })
  return new Semantics(system({ cells: [it], rules: [hear.does({ events: (_, { nth }) => ({ it: events[nth] as never }) })] }))
}

/** What the cell does with each event in turn, and where it ends. */
export function hear(
  machine: AnyStateMachine,
  events: readonly unknown[],
  input?: unknown,
): { local: Local; outcomes: Outcome[] } {
  const semantics = oneCell(machine, events.length === 0 ? undefined : events, input)
  let local = semantics.initial()[0]!
  const outcomes = semantics.system.steps.slice(0, events.length).map((step) => {
    const outcome = semantics.fire(step, [local])
    if (outcome.kind === 'taken') local = outcome.writes[0]!
    return outcome
  })
  return { local, outcomes }
}

/** The message of the ModelError that `run` must end in; a message is one line. */
export function refusal(run: () => unknown): string {
  let thrown: unknown
  try {
    run()
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(ModelError)
  const { message } = thrown as ModelError
  expect(message).not.toContain('\n')
  return message
}
