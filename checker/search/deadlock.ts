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

function firstStuck(explorer: Explorer, spinningCounts: boolean): number | undefined {
  const { spinning } = explorer
  const idle = spinningCounts ? explorer.idle : explorer.idle.filter((state) => !spinning.has(state))
  const suspects = idle.map((state) => !explorer.isFinal(state))
  if (!suspects.includes(true)) return undefined
  const position = new Map(idle.map((state, at) => [state, at]))
  const before: number[][] = idle.map(() => [])
  const escapes: boolean[] = idle.map(() => false)
  const queue: number[] = []
  const free = (at: number): void => {
    if (escapes[at]) return
    escapes[at] = true
    queue.push(at)
  }
  for (const [at, state] of idle.entries())
    explorer.successors(state, (_, to) => {
      const target = position.get(to)
      if (target === undefined) free(at)
      else before[target]!.push(at)
    })
  for (const at of queue) for (const source of before[at]!) free(source)
  const stuck = idle.findIndex((_, at) => suspects[at] && !escapes[at])
  return stuck < 0 ? undefined : idle[stuck]
}
