import type { Fairness } from '../define/fairness.ts'
import type { System } from '../define/system.ts'
import type { Edges } from '../search/edges.ts'
import { components } from './components.ts'

/** A fairness assumption, and for each step whether it is one of those it speaks of. */
export interface Assumption {
  readonly fairness: Fairness
  readonly targets: readonly boolean[]
}

export const assumptionsOf = (system: System): Assumption[] =>
  system.fairness.map((fairness) => ({
    fairness,
    targets: system.steps.map((step) =>
      'step' in fairness
        ? step.label === fairness.step
        : 'rule' in fairness
          ? step.rule.name === fairness.rule
          : step.actor === fairness.actor && step.kind === 'program',
    ),
  }))

/** What a set of states, closed under its own inner edges, says of one assumption. */
interface Tally {
  /** Some inner edge takes a target. */
  taken: boolean
  /** In some state a target is enabled and would change the state. */
  enabled: boolean
  /** In some state no target is. */
  disabled: boolean
}

/** Whether a component that satisfies nothing else breaks the assumption. */
const breaks = ({ fairness }: Assumption, { taken, enabled, disabled }: Tally): boolean =>
  !taken && (fairness.strength === 'weak' ? !disabled : enabled)

export interface FairComponentsOptions {
  readonly edges: Edges
  readonly states: number
  readonly assumptions: readonly Assumption[]
  readonly starts: Iterable<number>
  readonly within: (state: number) => boolean
  /** A set of states around which some fair execution can go for ever, or one state in which an execution ends. */
  readonly onFair: (members: Int32Array) => void
  /** An assumption that ruled a cycle out. */
  readonly onRuledOut: (assumption: number) => void
}

/**
 * Every maximal set of states, reachable from `starts` inside the subgraph, in which a fair execution can stay.
 *
 * A component satisfies weak fairness of a target if in some state the target is disabled, or some inner edge takes it;
 * strong fairness if the target is enabled nowhere, or some inner edge takes it. Where a component breaks strong
 * assumptions only, its states without their targets enabled are searched again (Emerson and Lei): a smaller set may do.
 */
export function fairComponents(options: FairComponentsOptions): void {
  const { edges, states, assumptions, onFair, onRuledOut } = options
  // The set that each state was last found in; the sets of one round of refinement are searched together.
  const zone = new Int32Array(states)
  let zones = 0
  const claim = (members: Int32Array): number => {
    zones++
    for (const state of members) zone[state] = zones
    return zones
  }
  let within = (to: number, _from: number): boolean => options.within(to)
  let starts: Iterable<number> = options.starts
  for (;;) {
    const again: Int32Array[] = []
    const onComponent = (members: Int32Array): void => {
      const id = claim(members)
      const found = look(edges, assumptions, members, (state) => zone[state] === id)
      if (found === 'passes') return
      const broken = found === 'ends' ? [] : assumptions.flatMap((one, at) => (breaks(one, found[at]!) ? [at] : []))
      if (broken.length === 0) {
        onFair(members)
        return
      }
      for (const at of broken) onRuledOut(at)
      if (broken.some((at) => assumptions[at]!.fairness.strength === 'weak')) return
      again.push(members.filter((state) => !broken.some((at) => isEnabled(edges, assumptions[at]!, state))))
    }
    components({ edges, states, starts, within, onComponent })
    if (again.length === 0) return
    for (const rest of again) claim(rest)
    starts = again.flatMap((rest) => [...rest])
    within = (to, from) => zone[to] === zone[from]
  }
}

/** Whether a target of the assumption is enabled in `state` and would change it. */
export function isEnabled(edges: Edges, { targets }: Assumption, state: number): boolean {
  const count = edges.load(state)
  for (let nth = 0; nth < count; nth++) if (targets[edges.step(nth)] && edges.target(nth) !== state) return true
  return false
}

/** The tallies of a component; `passes` where no edge stays inside, `ends` where no edge exists at all. */
function look(
  edges: Edges,
  assumptions: readonly Assumption[],
  members: Int32Array,
  inside: (state: number) => boolean,
): readonly Tally[] | 'passes' | 'ends' {
  const tallies = assumptions.map((): Tally => ({ taken: false, enabled: false, disabled: false }))
  const enabled = new Uint8Array(assumptions.length)
  let [inner, any] = [false, false]
  for (const state of members) {
    enabled.fill(0)
    const count = edges.load(state)
    for (let nth = 0; nth < count; nth++) {
      any = true
      const [step, target] = [edges.step(nth), edges.target(nth)]
      const stays = inside(target)
      if (stays) inner = true
      for (let at = 0; at < assumptions.length; at++) {
        if (!assumptions[at]!.targets[step]) continue
        if (stays) tallies[at]!.taken = true
        if (target !== state) enabled[at] = 1
      }
    }
    if (inner && assumptions.length === 0) return tallies
    for (let at = 0; at < assumptions.length; at++)
      if (enabled[at] === 1) tallies[at]!.enabled = true
      else tallies[at]!.disabled = true
  }
  if (inner) return tallies
  return any ? 'passes' : 'ends'
}
