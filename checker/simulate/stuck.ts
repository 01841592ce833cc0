import type { Compiled } from '../compile/compiled.ts'
import { successorExtra } from '../compile/generate.ts'
import { Outgrown } from '../compile/interner.ts'
import type { Walker } from './walker.ts'

/** How many states are looked at for one that the environment can set the program going in; beyond them nothing is claimed. */
const mostStates = 4096

/**
 * Whether the end of a run is a deadlock, as the search means it: a non-final state from which environment steps alone never
 * enable a program step. `idleSince` is where the last stretch of the run without an enabled program step begins. A state
 * behind a deadlock is stuck too, so that the last state is asked first.
 *
 * @returns After how many of the steps the run first stands in a deadlock; undefined where it does not, or where that was too much to find out.
 */
export function firstStuck(walker: Walker, steps: readonly number[], idleSince: number): number | undefined {
  if (!isStuck(walker)) return undefined
  walker.restart()
  for (let at = 0; at <= steps.length; at++) {
    if (at >= idleSince && !walker.isFinal() && isStuck(walker)) return at
    if (at < steps.length) walker.take(steps[at]!)
  }
  return undefined
}

/** Whether environment steps alone never enable a program step. */
export function isStuck(walker: Walker): boolean {
  for (;;)
    try {
      return closureIsIdle(walker.compiled, walker.row)
    } catch (thrown) {
      if (!(thrown instanceof Outgrown)) throw thrown
      walker.widen()
    }
}

function closureIsIdle(compiled: Compiled, from: Int32Array): boolean {
  const { program, layout, system } = compiled
  const stride = layout.words + successorExtra
  const out = new Int32Array(system.steps.length * stride)
  const queue = [from.slice()]
  const seen = new Set([from.join()])
  for (const row of queue) {
    const end = program.run.expand(row, 0, out, 0)
    for (let at = 0; at < end; at += stride) {
      if (system.steps[out[at + layout.words]!]!.kind === 'program') return false
      const next = out.slice(at, at + layout.words)
      const key = next.join()
      if (seen.has(key)) continue
      if (seen.size >= mostStates) return false
      seen.add(key)
      queue.push(next)
    }
  }
  return true
}
