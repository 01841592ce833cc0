import type { Taken, Walk } from '../../checker/replay/walk.ts'

/** One step of a run with what it owes to others. */
export interface Caused {
  readonly taken: Taken
  readonly actor: string
  /** By actor: how many of its steps happened before this one or are this one. */
  readonly clock: ReadonlyMap<string, number>
  /** What other actors wrote, and this step is the first of its actor to read: cells by who wrote them. */
  readonly heard: ReadonlyMap<string, readonly string[]>
}

/**
 * Happens-before among the steps of a run: a step happens after the one before it of the same actor, and after the step
 * that last changed a cell which it reads or writes.
 */
export function causalityOf({ taken }: Walk, cells: readonly { readonly name: string }[]): Caused[] {
  const writers = new Map<number, Caused>()
  const clocks = new Map<string, ReadonlyMap<string, number>>()
  return taken.map((step) => {
    const { actor, shape } = step.step
    const own = clocks.get(actor) ?? new Map<string, number>()
    const clock = new Map(own)
    const heard = new Map<string, string[]>()
    for (const cell of shape.cells) {
      const writer = writers.get(cell)
      if (writer === undefined || writer.actor === actor) continue
      const isNews = writer.clock.get(writer.actor)! > (own.get(writer.actor) ?? 0)
      if (isNews) heard.set(writer.actor, [...(heard.get(writer.actor) ?? []), cells[cell]!.name])
      for (const [other, count] of writer.clock) clock.set(other, Math.max(count, clock.get(other) ?? 0))
    }
    clock.set(actor, (own.get(actor) ?? 0) + 1)
    clocks.set(actor, clock)
    const caused = { taken: step, actor, clock, heard }
    for (const cell of shape.cells) if (step.before[cell] !== step.after[cell]) writers.set(cell, caused)
    return caused
  })
}
