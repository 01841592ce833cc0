import { type Bits, bitCount, has, noBits, unite } from './bits.ts'
import type { Footprints, Unsoundness } from './footprint.ts'
import { type Reasons, unhandled } from './reasons.ts'

/**
 * Strong stubborn sets. A set of steps is closed under: whatever does not commute with a member that can be taken;
 * whatever could enable a member that cannot; and, with a member that can be taken and that an instance of a property
 * sees, every step that this instance sees. What can be taken outside of the set can then wait: it commutes with
 * everything inside, and no property sees the order.
 *
 * A step that is `unhandled` counts as one that can be taken, so that it is found out in the reduced graph too.
 */
export class StubbornSets {
  readonly #footprints: Footprints
  readonly #reasons: Reasons
  readonly #unsound: Unsoundness
  readonly #enabled: Bits
  readonly #set: Bits
  readonly #fresh: Bits
  /** Steps of this state that can be taken, and whose sets hold all of them. */
  readonly #hopeless: Bits
  /** The candidates of one state: for each, how many enabled steps it has and its members. */
  readonly #candidates: { size: number; readonly members: Bits }[] = []
  #count = 0

  constructor(footprints: Footprints, reasons: Reasons, unsound: Unsoundness = {}) {
    this.#footprints = footprints
    this.#reasons = reasons
    this.#unsound = unsound
    this.#enabled = noBits(footprints.steps)
    this.#set = noBits(footprints.steps)
    this.#fresh = noBits(footprints.steps)
    this.#hopeless = noBits(footprints.steps)
  }

  /**
   * Finds the stubborn sets that leave out some of the `count` steps in `taken` (those that can be taken in the row at
   * `base`), one for each of these steps at most; returns how many there are.
   */
  find(taken: Int32Array, count: number, rows: Int32Array, base: number): number {
    this.#count = 0
    const enabled = this.#enabled.fill(0)
    this.#hopeless.fill(0)
    for (let nth = 0; nth < count; nth++) enabled[taken[nth]! >> 5]! |= 1 << (taken[nth]! & 31)
    for (let nth = 0; nth < count; nth++) {
      const size = this.#close(taken[nth]!, count, rows, base)
      if (size >= count) continue
      const at = this.#count++
      if (at === this.#candidates.length) this.#candidates.push({ size: 0, members: noBits(this.#footprints.steps) })
      this.#candidates[at]!.size = size
      this.#candidates[at]!.members.set(this.#set)
      if (size === 1) break
    }
    return this.#count
  }

  /** The members of the smallest set that was not yet asked for, the first of several; undefined when there is none. */
  next(): Bits | undefined {
    let best = -1
    for (let at = 0; at < this.#count; at++) {
      const { size } = this.#candidates[at]!
      if (size > 0 && (best < 0 || size < this.#candidates[best]!.size)) best = at
    }
    if (best < 0) return undefined
    this.#candidates[best]!.size = 0
    return this.#candidates[best]!.members
  }

  /**
   * Closes the set of `seed` alone into `#set`; returns how many of its members can be taken, or `count` where that is all
   * of them. It gives up as soon as it meets a step from which that was found out before.
   */
  #close(seed: number, count: number, rows: Int32Array, base: number): number {
    const { bound, closing } = this.#footprints
    const enabled = this.#enabled
    const hopeless = this.#hopeless
    const set = this.#set.fill(0)
    const fresh = this.#fresh.fill(0)
    fresh[seed >> 5]! |= 1 << (seed & 31)
    // Those that can be taken first: they bring most, and are asked nothing.
    for (let word = 0; ; ) {
      let left = 0
      for (word = 0; word < fresh.length; word++) if ((left = fresh[word]! & ~set[word]! & enabled[word]!) !== 0) break
      const isTaken = left !== 0
      if (!isTaken) for (word = 0; word < fresh.length; word++) if ((left = fresh[word]! & ~set[word]!) !== 0) break
      if (left === 0) break
      const bit = left & -left
      const step = (word << 5) + (31 - Math.clz32(bit))
      set[word]! |= bit
      const reason = isTaken ? unhandled : this.#reasons.of(step, rows, base)
      if (reason === unhandled) {
        if (has(closing, step)) return this.#giveUp(seed, count)
        unite(fresh, bound[step]!)
      } else if (this.#unsound.noEnablers) continue
      else unite(fresh, this.#reasons.enablers[reason]!)
      let missing = 0
      let lost = 0
      for (word = 0; word < fresh.length; word++) {
        missing |= enabled[word]! & ~fresh[word]!
        lost |= fresh[word]! & hopeless[word]!
      }
      if (missing === 0 || lost !== 0) return this.#giveUp(seed, count)
    }
    let size = 0
    for (let word = 0; word < set.length; word++) size += bitCount(set[word]! & enabled[word]!)
    return size
  }

  #giveUp(seed: number, count: number): number {
    this.#hopeless[seed >> 5]! |= 1 << (seed & 31)
    return count
  }
}
