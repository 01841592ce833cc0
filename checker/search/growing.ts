const wasmPage = 65536
const moveAt = 4 << 20

/**
 * A buffer that grows without being copied: small ones double, and past 4 MiB the bytes live in a WebAssembly memory,
 * which grows in place. Views must be taken again after `reserve` answered true.
 */
export class GrowingBuffer {
  buffer: ArrayBufferLike
  #memory: WebAssembly.Memory | undefined

  constructor(bytes: number) {
    this.buffer = new ArrayBuffer(bytes)
  }

  get bytes(): number {
    return this.buffer.byteLength
  }

  /** What `reserve(bytes)` would make of the buffer, in bytes. */
  grown(bytes: number): number {
    if (bytes <= this.bytes) return this.bytes
    if (bytes <= moveAt && this.#memory === undefined) return Math.max(bytes, this.bytes * 2)
    return Math.ceil(Math.max(bytes, this.bytes * 1.0625) / wasmPage) * wasmPage
  }

  /**
   * Makes room for `bytes`; true when the buffer moved or grew.
   *
   * @throws RangeError when the machine has no memory left for it.
   */
  reserve(bytes: number): boolean {
    if (bytes <= this.bytes) return false
    this.#grow(this.grown(bytes))
    return true
  }

  /** Moves the bytes into memory that other threads can see, where they are not there yet; true when they moved. */
  share(): boolean {
    if (this.#memory !== undefined) return false
    this.#grow(Math.max(wasmPage, Math.ceil(this.bytes / wasmPage) * wasmPage), true)
    return true
  }

  #grow(target: number, shared = false): void {
    if (target <= moveAt && !shared && this.#memory === undefined) {
      const larger = new ArrayBuffer(target)
      new Uint8Array(larger).set(new Uint8Array(this.buffer))
      this.buffer = larger
    } else if (this.#memory === undefined) {
      this.#memory = new WebAssembly.Memory({ initial: target / wasmPage, maximum: wasmPage, shared: true })
      new Uint8Array(this.#memory.buffer).set(new Uint8Array(this.buffer))
      this.buffer = this.#memory.buffer
    } else {
      this.#memory.grow((target - this.bytes) / wasmPage)
      this.buffer = this.#memory.buffer
    }
  }
}
