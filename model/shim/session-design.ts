/*
 * What a design of OP-TEE sessions decides. The first value of each is the snapshot's.
 *
 * Models: the choices of `litebox_runner_lvbs/src/lib.rs` and `litebox_shim_optee/src/session.rs`, and for each what a
 * later source, a review, or another secure OS does instead. Each is independent of the others, so that the smallest
 * set of changes that mends a violation can be looked for.
 *
 * Leaves out: nothing of its own; `session-paths.ts` says in which order steps come, the rules what a step does.
 */

export interface SessionDesign {
  /** What keeps two calls of one application apart: the lock of its instance, or one of the application's own. */
  readonly lock: 'instance' | 'application'
  /** Whether the lock of the instance ends when the application has run, or when the core is on the base table
   * again; in the last case the teardown still takes it once more. */
  readonly unlock: 'before-base' | 'after-base' | 'after-base-twice'
  /** What an instance says of itself to whoever gets its lock: nothing, that it was torn down, or that it crashed too. */
  readonly instance: 'unmarked' | 'marked-gone' | 'marked-crashed'
  /** Whether the session, or the cache, is asked once more when the lock has been got. */
  readonly recheck: 'none' | 'after-lock'
  /** Whether a new instance overwrites another in the cache, or gives way to it. */
  readonly caching: 'overwrites' | 'if-absent'
  /** Whether the cache forgets whatever it has for the application, or only the instance that is meant. */
  readonly eviction: 'by-application' | 'own-instance'
  /** Whether a session is removed by its number, or only if it still is the one that was looked up. */
  readonly removal: 'by-number' | 'own-session'
  /** Whether a session number is free for use as soon as its session is gone, or never again. */
  readonly numbers: 'reused' | 'one-shot'
  /** By what an instance names its page table: by its frame, which is used again, or by a number that is not. */
  readonly identity: 'frame' | 'generation'
  /** How long a page table lives: until somebody deletes it, or until also no core has it loaded. */
  readonly tables: 'own-cr3' | 'last-owner-frees'
  /** Whether a failed open gives back its number and its table on every exit. */
  readonly exits: 'as-found' | 'guarded'
  /** What follows when the answer cannot be written: an early return, or the rest of what there is to do. */
  readonly response: 'returns' | 'finishes'
  /** Whether a core that could not load an application answers when its page table is gone, or before. */
  readonly refusal: 'after-teardown' | 'before-teardown'
  /** Whether the limit on instances is asked, or taken a place of. */
  readonly limit: 'asked' | 'reserved'
  /** Whether a message that nobody has written a handler for is a panic or an error. */
  readonly messages: 'panic' | 'refused'
}

export const snapshot: SessionDesign = {
  lock: 'instance',
  unlock: 'before-base',
  instance: 'unmarked',
  recheck: 'none',
  caching: 'overwrites',
  eviction: 'by-application',
  removal: 'by-number',
  numbers: 'reused',
  identity: 'frame',
  tables: 'own-cr3',
  exits: 'as-found',
  response: 'returns',
  refusal: 'after-teardown',
  limit: 'asked',
  messages: 'panic',
}

/** The knobs of every scenario of this family that are not the size of its world. */
export const sessionKnobs = {
  lock: ['instance', 'application'],
  unlock: ['before-base', 'after-base', 'after-base-twice'],
  instance: ['unmarked', 'marked-gone', 'marked-crashed'],
  recheck: ['none', 'after-lock'],
  caching: ['overwrites', 'if-absent'],
  eviction: ['by-application', 'own-instance'],
  removal: ['by-number', 'own-session'],
  numbers: ['reused', 'one-shot'],
  identity: ['frame', 'generation'],
  tables: ['own-cr3', 'last-owner-frees'],
  exits: ['as-found', 'guarded'],
  response: ['returns', 'finishes'],
  refusal: ['after-teardown', 'before-teardown'],
  limit: ['asked', 'reserved'],
  messages: ['panic', 'refused'],
} as const satisfies { readonly [K in keyof SessionDesign]: readonly SessionDesign[K][] }
