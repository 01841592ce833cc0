import type { CellOf } from '../../checker/index.ts'
import { baseNamed, type segmentBase } from '../platform/segment-base.ts'

/*
 * The requests of a world, and the knobs of how punchthroughs are granted, executed and logged.
 *
 * Models: the program of each thread: it sets its FS base, sets it again, and may read it
 * (`litebox_common_linux/src/lib.rs: PunchthroughSyscall`). The base of a thread is what the executing thread finds:
 * the thread-local copy of both userlands, or the register of the core on which a thread of the kernel platforms runs.
 *
 * Leaves out: 32-bit thread areas (see `clone-tls.ts`) and how a base gets from the copy to the register
 * (see `guest-base.ts`).
 */

export type RequestKind = 'first' | 'second' | 'reading'

export interface Request {
  /** `thread0.first`; also the name of the base that it sets. */
  readonly name: string
  readonly thread: string
  readonly kind: RequestKind
  /** Its place in the program of its thread. */
  readonly at: number
}

export interface Punchthroughs {
  readonly threads: readonly string[]
  /** What each thread asks for, in order. */
  readonly program: (thread: string) => readonly RequestKind[]
  /** What holds a token to its use: nothing, the obligation to use it, the scope of one call; or it can be copied. */
  readonly token: 'affine' | 'linear' | 'scoped' | 'copyable'
  /** On which thread a token has an effect: on whichever executes it, or only on the one that asked. */
  readonly binding: 'executing-thread' | 'asking-thread'
  /** Whether a caller executes a token where it got it, or may do something else first. */
  readonly delay: 'immediate' | 'arbitrary'
  /** The threads that may do so; the others execute every token at once, those included that are handed to them. */
  readonly lazy: readonly string[]
  readonly policy: 'always' | 'denies-some' | 'unsupported-some' | 'asks-host'
  /** What a caller does when it is denied what it asks for. */
  readonly denial: 'panic' | 'errno'
  readonly execution: 'never-fails' | 'may-fail'
  /** What a caller does with an execution that fails. */
  readonly failure: 'propagate' | 'discard' | 'panic'
  readonly audit: 'none' | 'at-grant' | 'before-use' | 'after-use' | 'intent-and-outcome'
}

export const requestsOf = ({ threads, program }: Punchthroughs): readonly Request[] =>
  threads.flatMap((thread) => program(thread).map((kind, at) => ({ name: `${thread}.${kind}`, thread, kind, at })))

export const requestNamed = (world: Punchthroughs, name: string): Request =>
  requestsOf(world).find((request) => request.name === name)!

/** The FS base that `thread` finds when it executes or enters its guest. */
export const fsBaseOf = (thread: string): CellOf<typeof segmentBase> => baseNamed(`fsBase.${thread}`, 'none')

/** Whether a token may be kept, handed over or forgotten at all. */
export const mayWait = ({ delay, token }: Punchthroughs): boolean => delay === 'arbitrary' && token !== 'scoped'
