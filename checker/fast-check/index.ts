// litebox-model/fast-check: schedules and designs as arbitraries, for users of fast-check.
export { type DesignConstraints, design } from './design.ts'
export { type InterleavingConstraints, interleaving } from './interleaving.ts'
export type { Schedule } from './schedule.ts'
