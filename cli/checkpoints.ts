import { checkpointOf, resume } from '../checker/checkpoint.ts'
import { systemOf } from '../checker/define/assign.ts'
import { type Budget, type Choice, type Explorer, InputError } from '../checker/index.ts'
import { refuseUnwritable } from './files.ts'
import type { Io } from './io.ts'
import { readBytes, writePieces } from './pieces.ts'
import { programVersion } from './program-version.ts'

/** Seconds between two checkpoints, unless asked otherwise. */
const usually = 60

export interface CheckpointOptions {
  readonly checkpoint?: string
  /** Seconds between two checkpoints. */
  readonly every?: number
  readonly resume?: string
}

/** The checkpoints of one search: the file that it begins from, and the file that it leaves behind now and then. */
export class Checkpoints {
  readonly #write: string | undefined
  readonly #resume: string | undefined
  readonly #milliseconds: number
  readonly #io: Io
  readonly #version = programVersion()
  #writtenAt: number
  #complained = false

  /** @throws InputError when the options contradict each other, more than one design is chosen, or nothing can be written there. */
  constructor({ checkpoint, every, resume }: CheckpointOptions, choices: readonly Choice[], io: Io) {
    if (every !== undefined && checkpoint === undefined)
      throw new InputError("'--every' says how often a checkpoint is written: name its file with --checkpoint")
    if (choices.length !== 1)
      throw new InputError(
        `a checkpoint is of one search, and ${choices.length} designs are chosen: name a scenario and one of its designs with --design`,
      )
    if (checkpoint !== undefined) refuseUnwritable(checkpoint)
    this.#write = checkpoint
    this.#resume = resume
    this.#milliseconds = (every ?? usually) * 1000
    this.#io = io
    this.#writtenAt = io.now()
  }

  /** The search to go on with; undefined where it is to begin. @throws InputError when the checkpoint does not fit. */
  begin(choice: Choice, budget: Budget): Explorer | undefined {
    if (this.#resume === undefined) return undefined
    const bytes = readBytes(this.#resume)
    try {
      return resume(bytes, choice, systemOf(choice), this.#version, budget)
    } catch (thrown) {
      if (!(thrown instanceof InputError)) throw thrown
      throw new InputError(`the checkpoint '${this.#resume}' is refused: ${thrown.message}`, { cause: thrown })
    }
  }

  /** Between two slices of work: writes a checkpoint when it is time, and when a limit has ended the search. */
  pause(choice: Choice, explorer: Explorer): void {
    const now = this.#io.now()
    const isOver = explorer.limit !== undefined
    if (this.#write === undefined || explorer.complete || !(isOver || now - this.#writtenAt >= this.#milliseconds)) return
    this.#writtenAt = now
    const pieces = checkpointOf(choice, explorer, this.#version)
    if (pieces === undefined) {
      this.#io.err(`litebox-model: no checkpoint is written: ${why(explorer)}\n`)
      return
    }
    try {
      writePieces(this.#write, pieces)
      if (isOver) this.#io.err(`litebox-model: '--resume ${this.#write}' goes on from here\n`)
    } catch (thrown) {
      // The search is worth more than its checkpoint; the one before is still whole.
      if (!(thrown instanceof InputError)) throw thrown
      if (!this.#complained) this.#io.err(`litebox-model: the search goes on without a checkpoint: ${thrown.message}\n`)
      this.#complained = true
    }
  }
}

/** Why a search that is over cannot be gone on with. */
const why = ({ limit }: Explorer): string =>
  limit === 'states'
    ? "'--max-states' ends a search in the middle of a state; --max-memory and --time do not"
    : 'the model could not be evaluated'
