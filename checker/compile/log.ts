/** A growing list of integer records of one width: the memory of a table, from which it is rebuilt and audited. */
export class Log {
  readonly width: number
  #values: Int32Array
  #length = 0

  constructor(width: number) {
    this.width = width
    this.#values = new Int32Array(width * 4)
  }

  get length(): number {
    return this.#length
  }

  get bytes(): number {
    return this.#values.byteLength
  }

  add(record: readonly number[]): void {
    const at = this.#length * this.width
    if (at + this.width > this.#values.length) {
      const wider = new Int32Array(this.#values.length * 2)
      wider.set(this.#values)
      this.#values = wider
    }
    this.#values.set(record, at)
    this.#length++
  }

  /** All records, one after another. */
  get values(): Int32Array {
    return this.#values.subarray(0, this.#length * this.width)
  }

  /** Takes the records of another log of this width instead of its own. */
  recall(values: Int32Array): void {
    let room = this.width * 4
    while (room < values.length) room *= 2
    this.#values = new Int32Array(room)
    this.#values.set(values)
    this.#length = values.length / this.width
  }

  record(index: number): Int32Array {
    return this.#values.subarray(index * this.width, (index + 1) * this.width)
  }
}
