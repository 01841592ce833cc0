/** What a `MemoryPeak` knows, as plain data: the most, and each part now. */
export interface PeakMemory {
  readonly most: number
  readonly parts: Readonly<Record<string, number>>
}

/** Bytes of the buffers of a search, by what they are for, and the most that all of them were together. */
export class MemoryPeak {
  most = 0
  readonly #parts = new Map<string, number>()
  #sum = 0

  /** A part has so many bytes now. */
  set(part: string, bytes: number): void {
    this.#sum += bytes - (this.#parts.get(part) ?? 0)
    this.#parts.set(part, bytes)
    this.most = Math.max(this.most, this.#sum)
  }

  get memory(): PeakMemory {
    return { most: this.most, parts: Object.fromEntries(this.#parts) }
  }

  recall({ most, parts }: PeakMemory): void {
    for (const [part, bytes] of Object.entries(parts)) this.set(part, bytes)
    this.most = most
  }
}
