import { setup } from 'xstate'
import { type CellOf, cell, type Rule, rule, update } from '../../checker/index.ts'
import { drained, loaded, type Memory } from './memory-order.ts'
import { held, stored, type Word } from './shared-word.ts'

/*
 * A core that runs a straight line of loads, stores, exchanges and fences: the programs of litmus tests.
 *
 * Models: one instruction is one step; loads put what they read into registers.
 *
 * Leaves out: branches and computation. What LiteBox runs is modelled by charts of its own, not by such lists.
 */

export type Instruction =
  | { readonly does: 'store'; readonly word: Word<number>; readonly value: number }
  | { readonly does: 'load'; readonly word: Word<number>; readonly into: string }
  | { readonly does: 'exchange'; readonly word: Word<number>; readonly value: number; readonly into: string }
  | { readonly does: 'fence' }

export const store = (word: Word<number>, value: number): Instruction => ({ does: 'store', word, value })
export const load = (word: Word<number>, into: string): Instruction => ({ does: 'load', word, into })
export const exchange = (word: Word<number>, value: number, into: string): Instruction => ({
  does: 'exchange',
  word,
  value,
  into,
})
export const fence: Instruction = { does: 'fence' }

/** Programs by the name of the core that runs them. */
export type Programs = Readonly<Record<string, readonly Instruction[]>>

export const straightLine = setup({
  types: {
    context: {} as { line: number; registers: Record<string, number> },
    events: {} as { type: 'STEP' } | { type: 'READ'; into: string; value: number },
  },
}).createMachine({
  id: 'straightLine',
  context: { line: 0, registers: {} },
  initial: 'running',
  states: {
    running: {
      on: {
        STEP: {
          target: 'running',
          actions: update((core) => {
            core.line += 1
          }),
        },
        READ: {
          target: 'running',
          actions: update((core, { into, value }) => {
            core.line += 1
            core.registers[into] = value
          }),
        },
      },
    },
  },
})

export const coreOf = (name: string): CellOf<typeof straightLine> => cell(name, straightLine)

/** One rule for each line, named after what the line does: `cpu0.line0.store`. */
export const programRules = (programs: Programs, memory: Memory): readonly Rule[] =>
  Object.entries(programs).flatMap(([name, lines]) => lines.map((instruction, line) => lineRule(name, line, instruction, memory)))

function lineRule(name: string, line: number, instruction: Instruction, { storePort, loadPorts, fencePorts }: Memory): Rule {
  const label = `${name}.line${line}.${instruction.does}`
  const actor = () => name
  const source = 'x86-TSO, section 3'
  const core = coreOf(name)
  const here = ({ core }: { readonly core: { readonly context: { readonly line: number } } }) => core.context.line === line
  switch (instruction.does) {
    case 'store':
      return rule(
        label,
        {},
        { actor, source, sends: () => ({ core, port: storePort(name, instruction.word) }), waitsFor: ['port'] },
      ).does({
        when: { here },
        events: () => ({ core: { type: 'STEP' }, port: stored(instruction.word, instruction.value) }),
      })
    case 'load':
      return rule(
        label,
        {},
        { actor, source, sees: () => ({ ports: loadPorts(name, instruction.word) }), sends: () => ({ core }) },
      ).does({
        when: { here },
        events: ({ ports }) => ({ core: { type: 'READ', into: instruction.into, value: loaded(instruction.word, ports) } }),
      })
    case 'exchange':
      return rule(
        label,
        {},
        {
          actor,
          source,
          sees: () => ({ own: fencePorts(name) }),
          sends: () => ({ core, word: instruction.word.cell }),
        },
      ).does({
        when: { here, drained: ({ own }) => drained(own) },
        events: ({ word }) => ({
          core: { type: 'READ', into: instruction.into, value: held(instruction.word, word) },
          word: stored(instruction.word, instruction.value),
        }),
      })
    case 'fence':
      return rule(label, {}, { actor, source, sees: () => ({ own: fencePorts(name) }), sends: () => ({ core }) }).does({
        when: { here, drained: ({ own }) => drained(own) },
        events: () => ({ core: { type: 'STEP' } }),
      })
    default:
      return instruction satisfies never
  }
}
