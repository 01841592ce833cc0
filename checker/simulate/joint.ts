import { keyBits } from '../compile/key.ts'
import type { Layout } from '../compile/layout.ts'
import { chunkSize } from '../compile/program.ts'
import type { Step } from '../define/system.ts'

/*
 * What a step may have changed about which steps are enabled. Those that touch a cell which it writes mostly read the same
 * few cells, so that one look into a small table tells it of several of them together.
 */

/** Some steps of one chunk, and which of them are enabled by the local states of all cells that they touch. */
export interface Joint {
  readonly chunk: number
  readonly mask: number
  readonly cells: readonly number[]
  /** By the key of the cells: 0 where it is not known yet, otherwise a bit for each step that is enabled, and `known`. */
  readonly table: Int32Array
}

/** The bit of an entry that is filled, above those of the steps. */
export const known = 1 << chunkSize

/** The steps of a chunk that another step may enable or disable: those asked in joint tables, and the rest, asked one by one. */
export interface Touched {
  readonly chunk: number
  readonly joints: readonly Joint[]
  readonly rest: number
}

/** A joint table has so many bits of key, a chunk so many joint tables, and all of them together so many bytes, at most. */
const most = { bits: 12, joints: 4, bytes: 4 << 20 }

/** For each step: what it may enable or disable; in joint tables where `joined`. One list for all steps that write the same cells. */
export function touchedBy(steps: readonly Step[], layout: Layout, joined: boolean): (readonly Touched[])[] {
  const lists = new Map<string, readonly Touched[]>()
  const chunks = Array.from({ length: Math.ceil(steps.length / chunkSize) }, (_, chunk) =>
    steps.slice(chunk * chunkSize, (chunk + 1) * chunkSize),
  )
  let room = most.bytes
  return steps.map(({ shape, receivers }) => {
    const written = new Set(shape.cells.slice(0, receivers))
    const key = [...written].sort((a, b) => a - b).join(' ')
    const listed = lists.get(key)
    if (listed !== undefined) return listed
    const list = chunks.flatMap((steps, chunk) => {
      const touching = steps.filter(({ shape }) => shape.cells.some((cell) => written.has(cell)))
      if (touching.length === 0) return []
      if (!joined) return [{ chunk, joints: [], rest: touching.reduce((mask, step) => mask | bitOf(step), 0) }]
      const { joints, rest } = together(touching, layout, room)
      room -= joints.reduce((sum, { table }) => sum + table.byteLength, 0)
      return [{ chunk, joints: joints.map((joint) => ({ chunk, ...joint })), rest }]
    })
    lists.set(key, list)
    return list
  })
}

const bitOf = ({ index }: Step): number => 1 << (index % chunkSize)

/** Steps of one chunk in groups whose cells fit a joint table, each in the group that grows least, and those that fit none. */
function together(steps: readonly Step[], layout: Layout, room: number): { joints: Omit<Joint, 'chunk'>[]; rest: number } {
  const groups: { mask: number; cells: readonly number[] }[] = []
  let rest = 0
  for (const step of steps) {
    const united = groups
      .map((group) => ({ group, cells: [...new Set([...group.cells, ...step.shape.cells])] }))
      .map((one) => ({
        ...one,
        bits: keyBits(layout, one.cells),
        growth: keyBits(layout, one.cells) - keyBits(layout, one.group.cells),
      }))
      .filter(({ bits }) => bits <= most.bits)
      .sort((a, b) => a.growth - b.growth)
    const [best] = united
    if (best !== undefined) {
      best.group.mask |= bitOf(step)
      best.group.cells = best.cells
    } else if (groups.length < most.joints && keyBits(layout, step.shape.cells) <= most.bits)
      groups.push({ mask: bitOf(step), cells: step.shape.cells })
    else rest |= bitOf(step)
  }
  const size = groups.reduce((sum, { cells }) => sum + 2 ** keyBits(layout, cells) * 4, 0)
  if (size > room) return { joints: [], rest: groups.reduce((mask, group) => mask | group.mask, rest) }
  return { joints: groups.map(({ mask, cells }) => ({ mask, cells, table: new Int32Array(2 ** keyBits(layout, cells)) })), rest }
}
