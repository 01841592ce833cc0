import type { Instance, Step, System } from '../define/system.ts'
import { truth } from './codes.ts'

export type Role = 'always' | 'sometimes' | 'from' | 'to' | 'goal' | 'bound' | 'final'

/** One predicate over the cells of one instance. `owner` indexes `properties`, or `bounds` for the role `bound`. */
export interface Claim {
  readonly role: Role
  readonly owner: number
  /** The index of its instance among the system's instances; for `bound` and `final`, among their own. */
  readonly nth: number
  readonly instance: Instance
  readonly predicate: (view: never, at: never) => boolean
}

/** Every state predicate of a system, in the order of definition. */
export function claimsOf(system: System): Claim[] {
  const claims: Claim[] = []
  for (const [nth, instance] of system.instances.entries()) {
    const property = system.properties[instance.owner]!
    const add = (role: Role, predicate: Claim['predicate']): void =>
      void claims.push({ role, owner: instance.owner, nth, instance, predicate })
    switch (property.kind) {
      case 'always':
      case 'sometimes':
        add(property.kind, property.holds)
        break
      case 'leadsTo':
        add('from', property.from)
        add('to', property.to)
        break
      case 'eventually':
      case 'infinitelyOften':
      case 'canReach':
        add('goal', property.goal)
        break
      case 'onStep':
        break
      default:
        property satisfies never
    }
  }
  for (const [owner, { bound, instances }] of system.bounds.entries())
    for (const [nth, instance] of instances.entries()) claims.push({ role: 'bound', owner, nth, instance, predicate: bound.hit })
  for (const [nth, instance] of (system.final?.instances ?? []).entries())
    claims.push({ role: 'final', owner: 0, nth, instance, predicate: system.final!.ending.holds })
  return claims
}

/** The answer that settles a claim while the search goes on; 0 for one that is not asked then. */
export const settlingAnswer = ({ role }: Claim): number => {
  if (role === 'always') return truth.false
  return role === 'sometimes' || role === 'bound' ? truth.true : 0
}

/** Which claims are to be asked after a step: those asked while the search goes on that read a cell which it writes. */
export const watchedBy = ({ shape, receivers }: Step, claims: readonly Claim[]): number[] => {
  const written = shape.cells.slice(0, receivers)
  return [...claims.keys()].filter(
    (at) => settlingAnswer(claims[at]!) !== 0 && claims[at]!.instance.shape.cells.some((cell) => written.includes(cell)),
  )
}
