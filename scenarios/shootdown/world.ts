import { finalWhen, type Property, type System, system } from '../../checker/index.ts'
import type { TargetedWorld } from '../../model/memory/targeted-unmap-rules.ts'
import { cellsOf, fairnessOf, newOwners, type Plan, rulesOf, vtl1AddressSpace } from '../../model/memory/vtl1-address-space.ts'
import {
  callersEditTables,
  callReturns,
  callsEnd,
  coresCanLeave,
  framesAreReused,
  freedFramesAreForgotten,
  lostMemoryIsOutOfReach,
  requestsNameSomebody,
  returnMeansForgotten,
  staleTranslationsExist,
  storesAreLate,
  walksBeforeTheBit,
} from '../../properties/targeted-shootdown.ts'

export const knobs = {
  /** When frames go back to the heap. `never`: they are VTL0's. */
  free: ['before-flush', 'after-flush', 'never'],
  /** Whom the flush is meant for. `mask-and-entering`: also a core that has been resumed and has not set its bit yet. */
  scope: ['local', 'mask', 'mask-and-entering', 'all'],
  /** What is done about other cores: the hypervisor flushes them, or the call waits until they have left VTL1 once. */
  means: ['hypercall', 'quarantine'],
  /** Whether the caller asks first if it is alone, and then flushes itself only: two loads of the mask, or one. */
  fastPath: ['on', 'off'],
  /** How the mask is read: by a plain load, by one that is called sequentially consistent, or after a full fence. */
  maskOrder: ['relaxed', 'seq-cst', 'fenced'],
  /** Whether a core that enters sets its bit after the flush of its entry, or before a write of CR3. */
  entryOrder: ['flush-then-register', 'register-then-flush'],
  /** What an entry into VTL1 does to the translations that VTL1 left in the TLB. */
  entryTlb: ['emptied', 'kept'],
  /** Whether the other cores have started before, or start while the call runs. */
  arrival: ['running', 'starting'],
  /** Who registers a core that starts. No effect on cores that have started. */
  bootRegistration: ['when-started', 'at-once', 'by-boot-core'],
  /** Whether the caller is a core like the others, or starts itself: not registered, and at first without hypercalls. */
  caller: ['serving', 'starting', 'starting-unready'],
  /** Whether the hypervisor may answer a flush with an error, and what the caller does then. */
  hypervisor: ['obeys', 'may-refuse'],
  refusal: ['local-flush', 'keep-frames', 'retry', 'stop'],
  memory: ['sc', 'tso'],
  cores: [2, 3],
  pages: [1, 2],
} as const

export function build(plan: Plan): System {
  const world = vtl1AddressSpace(plan)
  return system({
    cells: cellsOf(world),
    rules: rulesOf(plan, world),
    // Pages are not: the call goes over them in their order.
    interchangeable: { core: world.others },
    properties: [...claimed(plan, world), ...witnesses(plan, world)],
    final: finalWhen(
      {},
      { reads: () => ({ call: world.call }), holds: ({ call }) => call.value === 'returned' || call.value === 'stopped' },
    ),
    fairness: fairnessOf(plan, world),
    bounds: world.memory.bounds,
  })
}

const claimed = ({ free, means, scope, caller }: Plan, world: TargetedWorld): readonly Property[] => [
  ...(free === 'never' ? [] : [freedFramesAreForgotten(world), ...lostMemoryIsOutOfReach(world)]),
  returnMeansForgotten(world),
  ...(means === 'hypercall' && scope !== 'local' && caller !== 'starting-unready' ? [requestsNameSomebody(world)] : []),
  callersEditTables(world),
  coresCanLeave(world),
  callsEnd(world),
]

const witnesses = ({ free, memory }: Plan, world: TargetedWorld): readonly Property[] => [
  callReturns(world),
  walksBeforeTheBit(world),
  staleTranslationsExist(world),
  ...(memory === 'tso' ? [storesAreLate(world)] : []),
  ...(free === 'never' ? [] : [framesAreReused(world, newOwners)]),
]
