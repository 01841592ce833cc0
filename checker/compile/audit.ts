import type { Local } from '../define/cell.ts'
import { Semantics } from '../semantics/semantics.ts'
import { code, truth } from './codes.ts'
import type { Compiled } from './compiled.ts'
import type { StepClaims } from './step-claims.ts'

/**
 * Asks every table entry again, last first, of machines that remember nothing. Guards, events, charts and predicates
 * must be functions of what they are handed; a second answer means that no verdict can be trusted.
 *
 * @returns Who answered otherwise than before, such as `step 'tlb.fill(cpu0)'`, or undefined when all are honest.
 */
export function audit(compiled: Compiled, stepClaims: StepClaims): string | undefined {
  const { system, interner, claims, pivots } = compiled
  const fresh = new Semantics(system)
  const localsOf = (cells: readonly number[], ids: ArrayLike<number>, from = 0): Local[] =>
    cells.map((cell, position) => interner.locals[cell]![ids[from + position]!]!)
  const same = (cell: number, old: Local, again: Local): boolean =>
    compiled.semantics.textOf(cell, old) === fresh.textOf(cell, again)
  try {
    for (const [at, claim] of [...claims.entries()].reverse())
      for (let index = compiled.claimLogs[at]!.length - 1; index >= 0; index--) {
        const { cells } = claim.instance.shape
        const record = compiled.claimLogs[at]!.record(index)
        if (fresh.holds(claim.instance, claim.predicate, localsOf(cells, record)) !== (record[cells.length] === truth.true))
          return `'${claim.instance.label}'`
      }
    for (const { instance: nth, step, record } of stepClaims.answers()) {
      const instance = system.instances[nth]!
      const property = system.properties[instance.owner]!
      const { cells } = instance.shape
      if (property.kind !== 'onStep') continue
      const [before, after] = [localsOf(cells, record), localsOf(cells, record, cells.length)]
      if (
        fresh.holdsOnStep(instance, property.holds, system.steps[step]!, before, after) !==
        (record[cells.length * 2] === truth.true)
      )
        return `'${instance.label}'`
    }
    for (const step of system.steps.toReversed()) {
      const { cells } = step.shape
      const log = compiled.stepLogs[step.index]!
      for (let index = log.length - 1; index >= 0; index--) {
        const record = log.record(index)
        const outcome = fresh.fire(step, localsOf(cells, record))
        const before = record[cells.length]
        if (before !== code[outcome.kind === 'blocked' ? 'disabled' : outcome.kind]) return `step '${step.label}'`
        if (outcome.kind !== 'taken') continue
        const written = localsOf(cells.slice(0, step.receivers), record, cells.length + 1)
        if (!written.every((local, position) => same(cells[position]!, local, outcome.writes[position]!)))
          return `step '${step.label}'`
      }
      const pivot = pivots[step.index]
      if (pivot === undefined) continue
      for (const id of interner.locals[pivot]!.keys())
        if (compiled.rulesOut(step.index, id) !== compiled.ruledOut(step.index, id)) return `step '${step.label}'`
    }
    for (const [cell, local] of fresh.initial().entries())
      if (!same(cell, interner.locals[cell]![0]!, local)) return `the initial state of cell '${system.cells[cell]!.name}'`
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown)
  }
  return undefined
}
