import type { Explorer } from './explorer.ts'

/**
 * The first deadlock: a non-final state from which environment steps alone never enable a program step. States that a
 * limit left unexpanded count as a way out, so that what is reported stands however the search would have gone on.
 */
export const firstDeadlock = (explorer: Explorer): number | undefined => firstStuck(explorer, false)

/**
 * The first deadlock that only a program step which changes nothing hides: the program spins for ever on a state that
 * neither it nor its environment can leave.
 */
export const firstHiddenDeadlock = (explorer: Explorer): number | undefined =>
  explorer.spinning.size === 0 ? undefined : firstStuck(explorer, true)

/** What is known of a state: there is a way out of it, or none is known, or none is known and it is being asked. */
const way = { out: 0, unknown: 1, asked: 2 } as const

function firstStuck(explorer: Explorer, spinningCounts: boolean): number | undefined {
  const ways = new Uint8Array(explorer.store.count)
  for (const state of explorer.idle) if (spinningCounts || !explorer.spinning.has(state)) ways[state] = way.unknown
  return explorer.idle.find(
    (state) => ways[state] === way.unknown && !explorer.isFinal(state) && !leadsOut(explorer, ways, state),
  )
}

/** Looks for a way out of a state, depth first, and notes it for every state on that way. */
function leadsOut(explorer: Explorer, ways: Uint8Array, start: number): boolean {
  const asked: number[] = []
  const path: { readonly state: number; readonly next: number[] }[] = []
  /** Goes on to a state; true where a step from it leads out. */
  const enter = (state: number): boolean => {
    ways[state] = way.asked
    asked.push(state)
    const next: number[] = []
    path.push({ state, next })
    return explorer.successors(state, (_, to) => {
      if (ways[to] === way.unknown) next.push(to)
      return ways[to] !== way.unknown && ways[to] !== way.asked
    })
  }
  let isOut = enter(start)
  while (!isOut && path.length > 0) {
    const to = path.at(-1)!.next.pop()
    if (to === undefined) path.pop()
    else if (ways[to] === way.unknown) isOut = enter(to)
  }
  if (isOut) {
    for (const state of asked) ways[state] = way.unknown
    for (const { state } of path) ways[state] = way.out
  }
  return isOut
}
