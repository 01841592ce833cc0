import type { Scenario } from '../checker/index.ts'
import { confusedDeputy } from './confused-deputy.ts'
import { futexWake } from './futex-wake.ts'
import { futexWakeJoin } from './futex-wake-join.ts'
import { futexWakeLockables } from './futex-wake-lockables.ts'
import { futexWakeSome } from './futex-wake-some.ts'
import { kexec } from './kexec.ts'
import { litmus } from './litmus.ts'
import { pageManager } from './page-manager.ts'
import { pageManagerHost } from './page-manager-host.ts'
import { pageManagerProtect } from './page-manager-protect.ts'
import { pageManagerRemap } from './page-manager-remap.ts'
import { pageManagerStack } from './page-manager-stack.ts'
import { physicalPointers } from './physical-pointer.ts'
import { rawMutex } from './raw-mutex.ts'
import { rawMutexWakeBits } from './raw-mutex-wake-bits.ts'
import { shootdown } from './shootdown.ts'
import { unmapShootdown } from './unmap-shootdown.ts'
import { upperLevelCaches } from './upper-level-caches.ts'
import { vtlProtection } from './vtl-protection.ts'
import { waitWake } from './wait-wake.ts'
import { waitWakeInterrupt } from './wait-wake-interrupt.ts'

/** Every scenario, in the order in which they are listed, checked and reported. */
export const scenarios: readonly Scenario[] = [
  unmapShootdown,
  shootdown,
  upperLevelCaches,
  pageManager,
  pageManagerProtect,
  pageManagerRemap,
  pageManagerStack,
  pageManagerHost,
  physicalPointers,
  vtlProtection,
  kexec,
  confusedDeputy,
  waitWake,
  waitWakeInterrupt,
  rawMutex,
  rawMutexWakeBits,
  futexWake,
  futexWakeJoin,
  futexWakeLockables,
  futexWakeSome,
  litmus,
]
