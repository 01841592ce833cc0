/**
 * Where tables live: in memory of this thread alone, or in memory that worker threads read too.
 *
 * `replaced` counts how often a buffer was given up for a larger one, so that whoever handed buffers out can tell that
 * they are out of date.
 */
export class Memory {
  readonly shared: boolean
  replaced = 0

  constructor(shared: boolean) {
    this.shared = shared
  }

  integers(count: number): Int32Array {
    return new Int32Array(this.#buffer(count * 4))
  }

  bytes(count: number): Uint8Array {
    return new Uint8Array(this.#buffer(count))
  }

  /** Twice as long, with the same beginning. */
  doubled(old: Int32Array): Int32Array {
    const larger = this.integers(old.length * 2)
    larger.set(old)
    this.replaced++
    return larger
  }

  #buffer(bytes: number): ArrayBuffer | SharedArrayBuffer {
    return this.shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes)
  }
}
