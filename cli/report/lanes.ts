import type { System } from '../../checker/index.ts'

/** Draws who acts: a lane for each actor, a star where one moves, bars beside it. */
export class Lanes {
  readonly actors: readonly string[]

  /** Lanes for these actors, in the order in which the system first names them. */
  constructor(system: System, actors: Iterable<string>) {
    const moving = new Set(actors)
    this.actors = [...new Set(system.steps.map((step) => step.actor))].filter((actor) => moving.has(actor))
  }

  head(): string {
    return this.actors.join('  ')
  }

  /** The lanes of a line on which `actor` moves, or of one on which nobody does. */
  line(actor?: string): string {
    return this.actors.map((one) => (one === actor ? '*' : '|').padEnd(one.length)).join('  ')
  }
}
