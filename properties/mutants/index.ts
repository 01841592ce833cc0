import type { Survivor } from '../../checker/index.ts'
import { memoryMutants } from './memory.ts'
import type { Kill } from './mutants.ts'
import { platformMutants } from './platform.ts'
import { punchthroughMutants } from './punchthrough.ts'
import { sessionMutants } from './sessions.ts'
import { shimMutants } from './shim.ts'
import { vtl1CallMutants } from './vtl1-calls.ts'
import { waitMutants } from './waits.ts'

const all = [memoryMutants, platformMutants, shimMutants, waitMutants, punchthroughMutants, sessionMutants, vtl1CallMutants]

export const kills: readonly Kill[] = all.flatMap((one) => one.kills)
export const survivors: readonly Survivor[] = all.flatMap((one) => one.survivors)
