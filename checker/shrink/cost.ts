import type { Step, System } from '../define/system.ts'

/** How often another actor moves than the one before: the context switches of a run. */
export function switchesOf({ steps }: System, run: readonly number[]): number {
  let switches = 0
  for (let at = 1; at < run.length; at++) if (steps[run[at]!]!.actor !== steps[run[at - 1]!]!.actor) switches++
  return switches
}

/** How far down their lists a step's parameters stand: 0 where each is the first of its list. */
export const weightOf = ({ rule, at }: Step): number =>
  Object.entries(rule.axes).reduce((sum, [name, values]) => sum + values.indexOf(at[name]!), 0)

export const weightOfRun = ({ steps }: System, run: readonly number[]): number =>
  run.reduce((sum, step) => sum + weightOf(steps[step]!), 0)

/** Whether one run is better told than another: fewer steps, then fewer switches, then smaller parameters, then earlier steps. */
export function isBetter(system: System, one: readonly number[], other: readonly number[]): boolean {
  const of = (run: readonly number[]): number[] => [run.length, switchesOf(system, run), weightOfRun(system, run), ...run]
  const [a, b] = [of(one), of(other)]
  const at = a.findIndex((value, index) => value !== b[index])
  return at >= 0 && a[at]! < b[at]!
}
