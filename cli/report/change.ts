import type { Local, System } from '../../checker/index.ts'
import { localText } from '../../checker/replay/replay.ts'
import type { State } from '../../checker/replay/walk.ts'

/** What differs between two states, a line each: `pte.page0: present -> cleared`. */
export const changesBetween = (system: System, before: State, after: State): string[] =>
  system.cells.flatMap(({ name }, cell) => {
    const [was, is] = [before[cell]!, after[cell]!]
    return was === is ? [] : [`${name}: ${changeText(was, is)}`]
  })

/** Phases, and of the contexts only the keys that differ. */
function changeText(before: Local, after: Local): string {
  const [was, is] = [entriesOf(before), entriesOf(after)]
  const keys = new Set(
    [...was.keys(), ...is.keys()].filter((key) => JSON.stringify(was.get(key)) !== JSON.stringify(is.get(key))),
  )
  const only = (local: Local, entries: ReadonlyMap<string, unknown>): string =>
    localText({ value: local.value, context: Object.fromEntries([...entries].filter(([key]) => keys.has(key))) })
  return `${only(before, was)} -> ${only(after, is)}`
}

const entriesOf = ({ context }: Local): ReadonlyMap<string, unknown> => new Map(Object.entries(context ?? {}))
