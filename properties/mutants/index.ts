import type { Survivor } from '../../checker/index.ts'
import { memoryMutants } from './memory.ts'
import type { Kill } from './mutants.ts'
import { platformMutants } from './platform.ts'
import { punchthroughMutants } from './punchthrough.ts'
import { sessionMutants } from './sessions.ts'
import { shimMutants } from './shim.ts'

const all = [memoryMutants, platformMutants, shimMutants, punchthroughMutants, sessionMutants]

export const kills: readonly Kill[] = all.flatMap((one) => one.kills)
export const survivors: readonly Survivor[] = all.flatMap((one) => one.survivors)
