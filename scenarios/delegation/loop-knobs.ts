import type { DelegationDesign } from '../../model/platform/delegation.ts'

export const snapshot: DelegationDesign = {
  shape: 'runner-loop',
  presence: 'built-in',
  making: 'one-step',
  absent: 'refuses',
  afterRun: 'cleared',
  failure: 'returned',
  busy: 'to-caller',
  busyFound: 'first',
  validation: 'handler',
  parameters: 'by-value',
  handler: 'runs-program',
  program: 'ends',
  programPanic: 'keeps-lock',
  intercepts: 'platform',
  unwritten: 'panics',
  unsupported: 'answered',
  answer: 'may-fail',
}
/** The loop with every known fault of the snapshot mended. */
export const mended: DelegationDesign = {
  ...snapshot,
  unwritten: 'refused',
  unsupported: 'refused',
  answer: 'is-written',
  busy: 'on-wake',
  programPanic: 'never',
}
