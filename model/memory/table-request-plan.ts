import type { RequestStep } from './table-request.ts'

/*
 * In which order a request takes its steps: the designs of the life of page tables.
 *
 * Models: the lists of steps that `table-request.ts` speaks of, put together from what a design decides: how long a
 * table is kept alive (`Lifetime`), when the lock of the instance ends, and whether a torn-down instance says so.
 *
 * Leaves out: nothing of its own; the rules say what a step does.
 */

/**
 * What keeps a table alive that a core has loaded.
 *
 * - `own-cr3`: a deletion looks at the CR3 of its own core. The snapshot.
 * - `every-cr3`: it looks at the CR3 of every core, and CR3 is written under the same lock.
 * - `retained`: a core has a reference from before it writes CR3 until after it has written it again; a deletion that
 *   finds other references than the map's is refused, and the refusal ignored. Later sources.
 * - `dropped-early`: as `retained`, but the reference is dropped before CR3 is written again.
 * - `last-owner-frees`: as `retained`, but a deletion takes the table from the map, and who drops the last reference
 *   frees it.
 */
export type Lifetime = 'own-cr3' | 'every-cr3' | 'retained' | 'dropped-early' | 'last-owner-frees'

export interface LifeDesign {
  readonly lifetime: Lifetime
  /** Whether the lock of the instance ends before the core goes back to the base table, or after. */
  readonly unlock: 'before-base' | 'after-base'
  /** Whether an instance that is torn down is marked, and looked at again by whoever gets its lock. */
  readonly instance: 'unmarked' | 'marked-dead'
  /** By what the instance names its table: the frame, which is used again, or a number that is not. */
  readonly identity: 'frame' | 'generation'
}

/** Whether cores have references to the table that they have loaded. */
export const isCounted = (lifetime: Lifetime): boolean => lifetime !== 'own-cr3' && lifetime !== 'every-cr3'

const loading = (lifetime: Lifetime): readonly RequestStep[] => (isCounted(lifetime) ? ['retain', 'load'] : ['load'])

const leaving = (lifetime: Lifetime): readonly RequestStep[] => {
  if (!isCounted(lifetime)) return ['load-base']
  return lifetime === 'dropped-early' ? ['drop', 'load-base'] : ['load-base', 'drop']
}

export type Call = 'open' | 'invoke' | 'close'

/** After the end of a close comes what is left to do if other sessions keep the application. */
export function stepsOf(call: Call, { lifetime, unlock, instance }: LifeDesign): readonly RequestStep[] {
  const [load, leave] = [loading(lifetime), leaving(lifetime)]
  const check: readonly RequestStep[] = instance === 'marked-dead' ? ['check'] : []
  const mark: readonly RequestStep[] = instance === 'marked-dead' ? ['mark-dead'] : []
  const serve: readonly RequestStep[] = ['find', 'lock', ...check, ...load, 'run']
  const answer: readonly RequestStep[] = ['look-up-current', 'answer']
  switch (call) {
    case 'open':
      return unlock === 'before-base'
        ? [...serve, 'unlock', 'register', ...answer, ...leave, 'finish']
        : [...serve, 'register', ...answer, ...leave, 'unlock', 'finish']
    case 'invoke':
      return unlock === 'before-base'
        ? [...serve, ...answer, 'unlock', ...leave, 'finish']
        : [...serve, ...answer, ...leave, 'unlock', 'finish']
    case 'close':
      return [
        ...([...serve, ...answer, 'unlock', 'unregister', 'count', 'uncache', 'lock-again', ...mark] as const),
        ...(['release', ...leave, 'delete', 'await-freed', 'unlock'] as const),
        ...(['build', 'list', ...load, 'run', ...leave, 'finish'] as const),
        ...leave,
        'finish',
      ]
    default:
      return call satisfies never
  }
}
