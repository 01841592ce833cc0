/**
 * What a scenario assumes of its schedulers. Weak: a step that is enabled for ever is taken. Strong: a step that is
 * enabled again and again is taken. `rule` means some step of the rule, `actor` some program step of the actor.
 */
export type Fairness = { readonly strength: 'weak' | 'strong' } & (
  | { readonly step: string }
  | { readonly rule: string }
  | { readonly actor: string }
)

type Target<F> = F extends { readonly strength: unknown } ? Omit<F, 'strength'> : never

/** Weak fairness of a step, a rule or an actor: `weak({ actor: 'cpu0' })`. */
export const weak = (target: Target<Fairness>): Fairness => ({ strength: 'weak', ...target }) as Fairness
/** Strong fairness of a step, a rule or an actor: `strong({ rule: 'lock.acquire' })`. */
export const strong = (target: Target<Fairness>): Fairness => ({ strength: 'strong', ...target }) as Fairness

export const fairnessName = (fairness: Fairness): string =>
  'step' in fairness ? fairness.step : 'rule' in fairness ? fairness.rule : fairness.actor

/** As reports print it: `weak: cpu0, futex.wake; strong: lock.acquire`, or `none`. */
export function fairnessText(all: readonly Fairness[]): string {
  const parts = (['weak', 'strong'] as const).flatMap((strength) => {
    const names = all.filter((fairness) => fairness.strength === strength).map(fairnessName)
    return names.length === 0 ? [] : [`${strength}: ${names.join(', ')}`]
  })
  return parts.length === 0 ? 'none' : parts.join('; ')
}
