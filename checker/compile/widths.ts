import type { AnyStateNode } from 'xstate'
import type { System } from '../define/system.ts'
import { bitsFor, layoutOf } from './layout.ts'

/**
 * How many bits each cell gets while states are few and long rows cost nothing: enough for every phase of its chart, three
 * more than it needs once it outgrew them, and as many as any other cell of the same chart. Each widening that this
 * saves is a program that need not be generated and warmed up again.
 */
export function roomyBits({ cells }: System, needed: readonly number[], before: readonly number[] | undefined): number[] {
  const ofChart = new Map<unknown, number>()
  for (const [cell, { machine }] of cells.entries()) {
    const outgrown = before !== undefined && needed[cell]! > before[cell]!
    const bits = outgrown ? needed[cell]! + 3 : Math.max(before?.[cell] ?? 0, bitsFor(phasesOf(machine.root as AnyStateNode)))
    ofChart.set(machine, Math.max(bits, ofChart.get(machine) ?? 0))
  }
  return cells.map(({ machine }) => ofChart.get(machine)!)
}

/** How many bits each cell gets once states are many: what it needs, and one more where it just outgrew that and no row gets longer. */
export function tightBits(needed: readonly number[], before: readonly number[]): readonly number[] {
  const { words } = layoutOf(needed)
  let bits = needed
  for (const [cell, width] of needed.entries()) {
    if (width <= before[cell]!) continue
    const wider = bits.with(cell, width + 1)
    if (layoutOf(wider).words === words) bits = wider
  }
  return bits
}

/** How many phases a chart has at most: its leaves, multiplied over parallel regions. */
function phasesOf(node: AnyStateNode): number {
  const inner = (Object.values(node.states) as AnyStateNode[]).map(phasesOf)
  if (inner.length === 0) return 1
  return node.type === 'parallel' ? inner.reduce((all, one) => all * one, 1) : inner.reduce((all, one) => all + one, 0)
}
