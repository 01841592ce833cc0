import type { AnyStateMachine, AnyStateNode } from 'xstate'
import type { System } from '../define/system.ts'
import { bitsFor, layoutOf } from './layout.ts'

/**
 * How many bits each cell gets while states are few: enough for every phase of its chart, two more where that has a context,
 * and as many as any other cell of the same chart. A cell that outgrew them gets three more than it needs, or one where
 * three would make rows longer. Each widening that this saves is a program that need not be generated and warmed up again.
 */
export function roomyBits(
  { cells }: System,
  needed: readonly number[],
  before: readonly number[] | undefined,
): readonly number[] {
  if (before === undefined)
    return shared(
      cells,
      cells.map(({ machine }) => expected(machine)),
    )
  const withRoom = (more: number): readonly number[] =>
    shared(
      cells,
      needed.map((width, cell) => (width > before[cell]! ? width + more : before[cell]!)),
    )
  const [little, much] = [withRoom(1), withRoom(3)]
  return withSpareRoom(needed, before, layoutOf(much).words === layoutOf(little).words ? much : little)
}

/** The most that any cell of a chart gets, for all cells of that chart. */
function shared(cells: System['cells'], bits: readonly number[]): readonly number[] {
  const ofChart = new Map<unknown, number>()
  for (const [cell, { machine }] of cells.entries()) ofChart.set(machine, Math.max(bits[cell]!, ofChart.get(machine) ?? 0))
  return cells.map(({ machine }) => ofChart.get(machine)!)
}

/** How many bits each cell gets once states are many: what it needs, and of what it had and may need soon whatever makes no row longer. */
export function tightBits(needed: readonly number[], before: readonly number[]): readonly number[] {
  const kept = needed.map((width, cell) => Math.max(width, before[cell]!))
  return withSpareRoom(needed, before, layoutOf(kept).words === layoutOf(needed).words ? kept : needed)
}

/** A cell that outgrew its bits once is likely to do so again: it gets what its row's words have to spare. */
function withSpareRoom(needed: readonly number[], before: readonly number[], given: readonly number[]): readonly number[] {
  const { words } = layoutOf(given)
  let bits = given
  for (const [cell, width] of needed.entries())
    for (let most = given[cell]! + mostSpare; width > before[cell]! && most > bits[cell]!; most--) {
      const wider = bits.with(cell, most)
      if (layoutOf(wider).words === words) bits = wider
    }
  return bits
}

/** More bits to spare than this would only make tables larger. */
const mostSpare = 3

/** How many bits a cell of this chart is likely to need. */
function expected({ root, config }: AnyStateMachine): number {
  const hasContext = typeof config.context === 'function' || Object.keys(config.context ?? {}).length > 0
  return bitsFor(phasesOf(root as AnyStateNode)) + (hasContext ? 2 : 0)
}

/** How many phases a chart has at most: its leaves, multiplied over parallel regions. */
function phasesOf(node: AnyStateNode): number {
  const inner = (Object.values(node.states) as AnyStateNode[]).map(phasesOf)
  if (inner.length === 0) return 1
  return node.type === 'parallel' ? inner.reduce((all, one) => all * one, 1) : inner.reduce((all, one) => all + one, 0)
}
