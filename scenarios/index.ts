import type { Scenario } from '../checker/index.ts'
import { channelClose } from './channel-close.ts'
import { confusedDeputy } from './confused-deputy.ts'
import { delegation } from './delegation.ts'
import { endOfBootGate } from './end-of-boot.ts'
import { exceptionCallback } from './exception-callback.ts'
import { exceptionSlot } from './exception-slot.ts'
import { frameHeap } from './frame-heap.ts'
import { frameHeapBoot } from './frame-heap-boot.ts'
import { frameHeapReuse } from './frame-heap-reuse.ts'
import { fsBase } from './fs-base.ts'
import { futexWake } from './futex-wake.ts'
import { futexWakeJoin } from './futex-wake-join.ts'
import { futexWakeLockables } from './futex-wake-lockables.ts'
import { futexWakeSome } from './futex-wake-some.ts'
import { guestWindow } from './guest-window.ts'
import { guestWindowWindows } from './guest-window-windows.ts'
import { kernelFaults } from './kernel-fault.ts'
import { kexec } from './kexec.ts'
import { litmus } from './litmus.ts'
import { mutex } from './mutex.ts'
import { pageManager } from './page-manager.ts'
import { pageManagerHost } from './page-manager-host.ts'
import { pageManagerProtect } from './page-manager-protect.ts'
import { pageManagerRemap } from './page-manager-remap.ts'
import { pageManagerStack } from './page-manager-stack.ts'
import { pageManagerWindows } from './page-manager-windows.ts'
import { pageManagerWindowsReplace } from './page-manager-windows-replace.ts'
import { pageTableLife } from './page-table-life.ts'
import { patchPlan } from './patch-plan.ts'
import { patchUnload } from './patch-unload.ts'
import { physicalPointers } from './physical-pointer.ts'
import { physicalPointerOverlap } from './physical-pointer-overlap.ts'
import { physicalPointerTable } from './physical-pointer-table.ts'
import { platformMultiplexer } from './platform-multiplexer.ts'
import { pointerErrors } from './pointer-errors.ts'
import { punchthrough } from './punchthrough.ts'
import { punchthroughClone } from './punchthrough-clone.ts'
import { punchthroughEntry } from './punchthrough-entry.ts'
import { punchthroughGsBase } from './punchthrough-gs-base.ts'
import { punchthroughOptee } from './punchthrough-optee.ts'
import { punchthroughRevocation } from './punchthrough-revocation.ts'
import { rawMutex } from './raw-mutex.ts'
import { rawMutexWakeBits } from './raw-mutex-wake-bits.ts'
import { remapShootdown } from './remap-shootdown.ts'
import { ringAllocation } from './ring-allocation.ts'
import { ringBuffer } from './ring-buffer.ts'
import { rwlock } from './rwlock.ts'
import { schedulerScenario } from './scheduler.ts'
import { sessionFailures } from './session-failures.ts'
import { sessionRecycling } from './session-recycling.ts'
import { sessions } from './sessions.ts'
import { sharedMemoryRegistration } from './shared-memory-registration.ts'
import { sharedMemoryUse } from './shared-memory-use.ts'
import { sharedTables } from './shared-tables.ts'
import { shootdown } from './shootdown.ts'
import { snpBoot } from './snp-boot.ts'
import { snpFaults } from './snp-faults.ts'
import { snpGhcb } from './snp-ghcb.ts'
import { snpNetwork } from './snp-network.ts'
import { snpRequests } from './snp-requests.ts'
import { syscallRewriting } from './syscall-rewriting.ts'
import { textPatch } from './text-patch.ts'
import { threadLife } from './thread-life.ts'
import { threadLifeActiveCount } from './thread-life-active-count.ts'
import { threadLifeAttach } from './thread-life-attach.ts'
import { timedBlock } from './timed-block.ts'
import { unmapShootdown } from './unmap-shootdown.ts'
import { upperLevelCaches } from './upper-level-caches.ts'
import { vmap } from './vmap.ts'
import { vmapReuse } from './vmap-reuse.ts'
import { vtlProtection } from './vtl-protection.ts'
import { vtlFirstEntry, vtlSwitch } from './vtl-switch.ts'
import { waitWake } from './wait-wake.ts'
import { waitWakeInterrupt } from './wait-wake-interrupt.ts'

/** Every scenario, in the order in which they are listed, checked and reported. */
export const scenarios: readonly Scenario[] = [
  unmapShootdown,
  shootdown,
  upperLevelCaches,
  remapShootdown,
  pageTableLife,
  sharedTables,
  pageManager,
  pageManagerProtect,
  pageManagerRemap,
  pageManagerStack,
  pageManagerHost,
  pageManagerWindows,
  pageManagerWindowsReplace,
  frameHeap,
  frameHeapReuse,
  frameHeapBoot,
  physicalPointers,
  physicalPointerOverlap,
  physicalPointerTable,
  pointerErrors,
  kernelFaults,
  vmap,
  vmapReuse,
  vtlProtection,
  confusedDeputy,
  kexec,
  textPatch,
  patchUnload,
  endOfBootGate,
  ringAllocation,
  ringBuffer,
  waitWake,
  waitWakeInterrupt,
  rawMutex,
  rawMutexWakeBits,
  mutex,
  timedBlock,
  channelClose,
  rwlock,
  futexWake,
  futexWakeJoin,
  futexWakeLockables,
  futexWakeSome,
  threadLife,
  threadLifeAttach,
  threadLifeActiveCount,
  guestWindow,
  guestWindowWindows,
  exceptionSlot,
  exceptionCallback,
  schedulerScenario,
  sessions,
  sessionFailures,
  sessionRecycling,
  sharedMemoryRegistration,
  sharedMemoryUse,
  punchthrough,
  punchthroughRevocation,
  punchthroughEntry,
  punchthroughClone,
  punchthroughOptee,
  punchthroughGsBase,
  fsBase,
  syscallRewriting,
  patchPlan,
  platformMultiplexer,
  vtlSwitch,
  vtlFirstEntry,
  snpGhcb,
  snpFaults,
  snpBoot,
  snpNetwork,
  snpRequests,
  delegation,
  litmus,
]
