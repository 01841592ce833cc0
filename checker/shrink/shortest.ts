import { truth } from '../compile/codes.ts'
import type { Local } from '../define/cell.ts'
import type { Explorer } from '../search/explorer.ts'
import { weightOf } from './cost.ts'
import { stepJudge, type Target } from './target.ts'

/** One switch weighs more than all parameters of a run. */
const switchCost = 1 << 20
const never = 0x7fffffff

/** The length of the shortest run to the target that the search has met, or undefined. Of a deadlock only a complete search tells. */
export function lengthOfShortest(explorer: Explorer, target: Target): number | undefined {
  const sighting =
    target === 'unhandled'
      ? explorer.findings.unhandled
      : target === 'deadlock'
        ? undefined
        : explorer.findings.violations.get(target)
  if (sighting !== undefined) return explorer.runTo(sighting).steps.length
  if (target !== 'deadlock' || !explorer.complete) return undefined
  const stuck = explorer.idle.find((state) => isDeadlock(explorer, state))
  return stuck === undefined ? undefined : explorer.depthOf(stuck)
}

/** Whether the search knows every run of this length. */
export const knowsAll = (explorer: Explorer, length: number): boolean =>
  explorer.complete || (explorer.depth >= length && explorer.expanded >= explorer.levels[length]!)

/**
 * Of all runs of this length to the target, which must be shortest ones, one with the fewest context switches, of those one
 * with the smallest parameters, and of those the least by step indices. Every state on a shortest run lies one level behind
 * the last, so that one pass over the levels, the last first, tells for each state and actor what the best rest of a run
 * costs that this actor begins.
 */
export function bestOfShortest(explorer: Explorer, target: Target, length: number): number[] {
  const { system } = explorer.compiled
  const actors = [...new Set(system.steps.map(({ actor }) => actor))]
  const actorOf = Int32Array.from(system.steps, ({ actor }) => actors.indexOf(actor))
  const weights = Int32Array.from(system.steps, weightOf)
  const ends = endingsOf(explorer, target)
  const levelStart = (level: number): number => explorer.levels[level] ?? explorer.store.count
  const levelEnd = (level: number): number => levelStart(level + 1)
  const costs = new Int32Array(levelEnd(length) * actors.length).fill(never)
  const reached = new Uint8Array(levelEnd(length))
  /** What the rest of a run costs behind a step of `actor` into a state: nothing where the run ends there. */
  const restBehind = (state: number, actor: number): number => {
    if (reached[state] === 1) return 0
    let least = never
    for (let next = 0; next < actors.length; next++) {
      const cost = costs[state * actors.length + next]!
      if (cost !== never) least = Math.min(least, cost + (next === actor ? 0 : switchCost))
    }
    return least
  }
  /** Visits each step that a run may take from a state of this level, with what the run costs from there on. */
  const moves = (state: number, level: number, visit: (step: number, to: number, cost: number) => void): void => {
    if (level === length - 1) for (const step of ends.steps(state)) visit(step, -1, weights[step]!)
    explorer.successors(state, (step, to) => {
      if (to < levelStart(level + 1) || to >= levelEnd(level + 1)) return
      const rest = restBehind(to, actorOf[step]!)
      if (rest !== never) visit(step, to, rest + weights[step]!)
    })
  }
  for (let state = levelStart(length); state < levelEnd(length); state++) if (ends.at(state)) reached[state] = 1
  for (let level = length - 1; level >= 0; level--)
    for (let state = levelStart(level); state < levelEnd(level); state++)
      moves(state, level, (step, _, cost) => {
        const at = state * actors.length + actorOf[step]!
        costs[at] = Math.min(costs[at]!, cost)
      })
  const run: number[] = []
  for (let [state, last] = [0, -1]; run.length < length; ) {
    let [best, chosen, next] = [never, -1, -1]
    moves(state, run.length, (step, to, cost) => {
      const whole = cost + (last === -1 || last === actorOf[step]! ? 0 : switchCost)
      if (whole < best || (whole === best && step < chosen)) [best, chosen, next] = [whole, step, to]
    })
    run.push(chosen)
    ;[state, last] = [next, actorOf[chosen]!]
  }
  return run
}

/** Which states end a run to the target, and which steps from a state do so themselves. */
function endingsOf(explorer: Explorer, target: Target): { at: (state: number) => boolean; steps: (state: number) => number[] } {
  const { compiled, store } = explorer
  const { claims, system, semantics } = compiled
  const locals = (state: number): Local[] => compiled.localsOf(store.rows, state * compiled.layout.words)
  if (target === 'deadlock') return { at: (state) => isDeadlock(explorer, state), steps: () => [] }
  if (target === 'unhandled')
    return {
      at: () => false,
      steps: (state) => {
        const here = locals(state)
        const kindOf = (step: (typeof system.steps)[number]) =>
          semantics.fire(
            step,
            step.shape.cells.map((cell) => here[cell]!),
          ).kind
        return system.steps.filter((step) => kindOf(step) === 'unhandled').map(({ index }) => index)
      },
    }
  if (system.properties[target]!.kind === 'onStep') {
    const judge = stepJudge(semantics, target)
    return {
      at: () => false,
      steps: (state) => {
        const found: number[] = []
        explorer.successors(state, (index, to) => {
          const step = system.steps[index]!
          if (to >= 0 && judge.asked(step) && judge.breaks(step, locals(state), locals(to))) found.push(index)
        })
        return found
      },
    }
  }
  const own = [...claims.keys()].filter((at) => claims[at]!.role === 'always' && claims[at]!.owner === target)
  return {
    at: (state) => own.some((at) => compiled.program.run.claims[at]!(store.rows, state * compiled.layout.words) === truth.false),
    steps: () => [],
  }
}

/** Whether a state of a finished search is non-final and environment steps alone never enable a program step. */
function isDeadlock(explorer: Explorer, state: number): boolean {
  if (explorer.isFinal(state)) return false
  const { steps } = explorer.compiled.system
  const closure = new Set([state])
  for (const at of closure) {
    let moves = false
    explorer.successors(at, (step, to) => {
      moves ||= to < 0 || steps[step]!.kind === 'program'
      closure.add(to)
    })
    if (moves) return false
  }
  return true
}
