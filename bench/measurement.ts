/** One run of one explorer on one subject. Times are in seconds, sizes in bytes. */
export interface Measurement {
  readonly states: number
  readonly transitions: number
  /** From the system as its author built it to the verdict; for Spin, from the Promela text. */
  readonly whole: number
  /** The search without what comes before and after it. Our table entries are filled inside it. */
  readonly search: number
  /** All buffers of the search at their peak, growth included; undefined where the explorer cannot tell. */
  readonly buffers: number | undefined
  /** The most memory the process ever held, runtime and code included; undefined where it was not asked. */
  readonly resident: number | undefined
}
