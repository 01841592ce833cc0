// Defining a model.

// Asking about it.
export { type CheckResult, checkSystem, type PropertyResult, type Run } from './check.ts'
export { type Choice, choiceOf } from './define/assign.ts'
export { type AnyCell, type Cell, type CellOf, cell, type Local } from './define/cell.ts'
export { type Fairness, strong, weak } from './define/fairness.ts'
export { always, canReach, eventually, infinitelyOften, leadsTo, onStep, type Property, sometimes } from './define/property.ts'
export { type Rule, rule } from './define/rule.ts'
export { type Design, type Expectation, type Scenario, type Size, scenario } from './define/scenario.ts'
export { bound, finalWhen, type System, type SystemDefinition, system } from './define/system.ts'
export { update } from './define/update.ts'
export { checkDesign, type DesignResult } from './design.ts'
export { InputError, ModelError } from './errors.ts'
export { explorePlainly, type ReferenceResult } from './reference.ts'
export { type Replay, replay } from './replay/replay.ts'
export type { Budget } from './search/budget.ts'
export { Explorer } from './search/explorer.ts'
export { type VerdictName, worst } from './verdict.ts'
