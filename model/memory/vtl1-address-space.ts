import { type AnyCell, cell, type Fairness, type Rule, strong, weak } from '../../checker/index.ts'
import { type MemoryOrder, memory } from '../platform/memory-order.ts'
import { word } from '../platform/shared-word.ts'
import { frame, type Owner } from './frame.ts'
import { allocations } from './heap.ts'
import { fastPath, fence, hypercallToTargets, outwaiting, ownFlush, type Refusal, refusals, snapshot } from './targeted-flush.ts'
import { type Frees, type Means, type Scope, targetedUnmap } from './targeted-unmap.ts'
import { frameOf, type TargetedWorld, unmapping } from './targeted-unmap-rules.ts'
import { tlbEntry } from './tlb.ts'
import { type BootRegistration, type EntryOrder, type EntryTlb, starts, vtlCalls } from './vtl-entry.ts'
import { vtlPresence } from './vtl-presence.ts'
import { walksInVtl1 } from './vtl1-walks.ts'

/*
 * Several cores that come into VTL1 and leave it, and share a page table there, one of which takes mappings away: all
 * its cells and rules, put together from the other files of this folder.
 *
 * Models: page n is mapped to frame n before the call; `cpu0` stays in VTL1 and calls unmap once, for all pages; the
 * others come and go; the rest of LiteBox allocates what is given back. The pages are what several cores can share: the
 * windows onto VTL0 memory, whose tables all page tables have in common, or the memory of a trusted application that
 * two cores run at a time.
 *
 * Leaves out: a second caller, mappings that are made, and cores that run on different tables.
 */

export interface Plan {
  readonly free: Frees
  readonly scope: Scope
  readonly means: Means
  readonly fastPath: 'on' | 'off'
  readonly maskOrder: 'relaxed' | 'seq-cst' | 'fenced'
  readonly entryOrder: EntryOrder
  readonly entryTlb: EntryTlb
  /** Whether the other cores have started long ago, or start while the call runs. */
  readonly arrival: 'running' | 'starting'
  readonly bootRegistration: BootRegistration
  /** What the caller is: a core like the others, or one that starts itself, with or without hypercalls. */
  readonly caller: 'serving' | 'starting' | 'starting-unready'
  readonly hypervisor: 'obeys' | 'may-refuse'
  readonly refusal: Refusal
  readonly memory: MemoryOrder
  readonly cores: number
  readonly pages: number
}

/** Who may be given a frame that its owner has lost. */
export const newOwners: readonly Owner[] = ['rustHeap', 'otherGuest']

/** A core that cannot make hypercalls yet flushes itself and nobody else. */
const scopeOf = ({ caller, scope }: Plan): Scope => (caller === 'starting-unready' ? 'local' : scope)
const asksTheMask = (plan: Plan): boolean => scopeOf(plan) === 'mask' || scopeOf(plan) === 'mask-and-entering'
const testsAlone = (plan: Plan): boolean => asksTheMask(plan) && plan.fastPath === 'on' && plan.means === 'hypercall'

export function vtl1AddressSpace(plan: Plan): TargetedWorld {
  const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, at) => `${name}${at}`)
  const [cores, pages] = [numbered('cpu', plan.cores), numbered('page', plan.pages)]
  const caller = 'cpu0'
  const entry = (page: string) => word<string>(`entry.${page}`, frameOf(page))
  const input = {
    pages: pages.length,
    frees: plan.free,
    scope: scopeOf(plan),
    means: plan.means,
    fenced: plan.maskOrder === 'fenced',
    testsAlone: testsAlone(plan),
  }
  const serving = plan.caller === 'serving'
  const placed = (core: string) => {
    if (core === caller) return { begins: serving ? ('serving' as const) : ('booting' as const), listed: serving }
    return { begins: plan.arrival === 'running' ? ('outside' as const) : ('unstarted' as const), listed: false }
  }
  return {
    cores,
    caller,
    others: cores.filter((core) => core !== caller),
    pages,
    frames: pages.map(frameOf),
    call: cell('call', targetedUnmap, { input, references: { targets: { set: 'core' } } }),
    vp: (core) => cell(`vp.${core}`, vtlPresence, { input: placed(core), of: { core } }),
    tlb: (core, page) => cell(`tlb.${core}.${page}`, tlbEntry, { of: { core, page } }),
    frame: (name) => cell(`frame.${name}`, frame, { input: { owner: 'guest' } }),
    entry,
    // One entry more than the caller stores: the bound is never hit.
    memory: memory({ order: plan.memory, cores: [caller], words: pages.map(entry), capacity: pages.length + 1 }),
  }
}

export const cellsOf = (world: TargetedWorld): readonly AnyCell[] => [
  world.call,
  ...world.cores.flatMap((core) => [world.vp(core), ...world.pages.map((page) => world.tlb(core, page))]),
  ...world.frames.map(world.frame),
  ...world.memory.cells,
]

export function rulesOf(plan: Plan, world: TargetedWorld): readonly Rule[] {
  const scope = scopeOf(plan)
  const frees = plan.free !== 'never'
  return [
    ...world.memory.rules,
    ...walksInVtl1(world),
    ...vtlCalls(world, plan.entryOrder, plan.entryTlb),
    ...(plan.arrival === 'starting' ? starts(world, plan.bootRegistration) : []),
    ...unmapping(world, frees),
    ...(plan.maskOrder === 'fenced' ? [fence(world)] : []),
    ...(testsAlone(plan) ? fastPath(world, scope) : []),
    ...(testsAlone(plan) || scope === 'local' || plan.means === 'quarantine' ? [ownFlush(world)] : []),
    ...(scope === 'local' ? [] : [snapshot(world, scope)]),
    ...(scope === 'local' ? [] : plan.means === 'quarantine' ? outwaiting(world) : hypercallToTargets(world)),
    ...(plan.hypervisor === 'may-refuse' ? refusals(world, plan.refusal) : []),
    ...(frees ? allocations(world.frames, world.frame, newOwners) : []),
  ]
}

/** The caller and the hypervisor go on; with a quarantine the other cores do too, and whoever has left is seen to have. */
export const fairnessOf = (plan: Plan, world: TargetedWorld): readonly Fairness[] => [
  weak({ actor: world.caller }),
  ...world.memory.fairness,
  ...(plan.means === 'quarantine'
    ? [strong({ rule: 'quarantine.observe' }), ...world.others.map((core) => weak({ actor: core }))]
    : scopeOf(plan) === 'local'
      ? []
      : [weak({ rule: 'hypervisor.invalidate' })]),
]
