import type { Step, System } from '../define/system.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import type { Walker } from './walker.ts'

/**
 * Partial-order sampling (Yuan, Yang and Gu, "Partial Order Aware Concurrency Sampling", CAV 2018). Every step that may
 * come has a random priority, the highest that is enabled is taken, and then it and all that race with it draw anew: those
 * that write a cell which it touches, or touch one which it writes. Runs that differ only in the order of steps that do
 * not race are so met about as often as any other class of them.
 */
export class PartialOrderScheduler implements Scheduler {
  readonly #racing: readonly Int32Array[]
  readonly #priority: Uint32Array

  constructor(system: System) {
    this.#racing = system.steps.map((step) =>
      Int32Array.from(system.steps.filter((other) => race(step, other)).map(({ index }) => index)),
    )
    this.#priority = new Uint32Array(system.steps.length)
  }

  begin(random: Random, most: number): number {
    for (let step = 0; step < this.#priority.length; step++) this.#priority[step] = random.bits()
    return most
  }

  choose(walker: Walker): number {
    let best = walker.enabled.pick(0)
    for (let nth = 1; nth < walker.enabled.count; nth++) {
      const step = walker.enabled.pick(nth)
      if (this.#priority[step]! > this.#priority[best]!) best = step
    }
    return best
  }

  taken(step: number, _: boolean, random: Random): void {
    for (const other of this.#racing[step]!) this.#priority[other] = random.bits()
  }
}

const writtenBy = ({ shape, receivers }: Step): readonly number[] => shape.cells.slice(0, receivers)

/** Whether one of two steps writes a cell that the other touches. Every step races with itself. */
const race = (one: Step, other: Step): boolean =>
  writtenBy(one).some((cell) => other.shape.cells.includes(cell)) ||
  writtenBy(other).some((cell) => one.shape.cells.includes(cell))
