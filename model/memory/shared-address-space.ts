import { type AnyCell, type CellOf, cell, type Rule } from '../../checker/index.ts'
import { briefKernelVisits, cpu } from '../platform/cpu.ts'
import { spinlock } from '../platform/spinlock.ts'
import { localFlush } from './flush-local.ts'
import { frame, type Owner } from './frame.ts'
import { guestAccess } from './guest-access.ts'
import { allocations } from './heap.ts'
import { pageFault, pageFaults } from './page-fault.ts'
import { pageTableEntry } from './page-table.ts'
import { type Frees, revocation } from './revocation.ts'
import { shootdownRequest } from './shootdown.ts'
import { fallBackToLocalFlush, hypercallFlush, refusingHypervisor, retryOrStop } from './shootdown-hypercall.ts'
import { ipiFlush } from './shootdown-ipi.ts'
import { speculation, tlbEntry } from './tlb.ts'
import { rangesOf, revoking, type Unmapper } from './unmapper.ts'

/*
 * Several cores that run threads of one guest over one page table, one of which takes mappings away: all its cells and
 * rules, put together from the other files of this folder.
 *
 * Models: page n is mapped to frame n, writable, before the call; `cpu0` calls unmap or mprotect once, for all pages;
 * every core goes on reading and writing; the rest of LiteBox allocates what is given back.
 *
 * That several cores run one guest at a time is so on the Linux-kernel platform, where every guest thread is a virtual
 * processor; on LVBS one core at a time runs a trusted application at the snapshot, and the world here is that of an
 * application with threads.
 *
 * Leaves out: a second caller, cores that come into VTL1 or leave it, and cores that run on another page table.
 */

export interface Arrangement {
  readonly operation: 'unmap' | 'mprotect'
  readonly free: 'before-flush' | 'after-flush'
  readonly flush: 'per-page' | 'per-batch'
  readonly scope: 'local' | 'all'
  readonly mechanism: 'hypercall' | 'ipi'
  readonly hypervisor: 'obeys' | 'may-refuse'
  readonly refusal: 'local-flush' | 'retry-or-stop'
  readonly acknowledge: 'awaited' | 'not-awaited' | 'before-return'
  readonly lock: 'across-flush' | 'until-flush' | 'never'
  readonly interrupts: 'off-briefly' | 'off-for-lock'
  readonly cores: number
  readonly pages: number
}

export interface SharedAddressSpace extends Unmapper {
  readonly others: readonly string[]
  readonly fault: (core: string) => CellOf<typeof pageFault>
}

/** Who may be given a frame that the guest has lost. */
export const newOwners: readonly Owner[] = ['rustHeap', 'otherGuest']

export function sharedAddressSpace({ operation, free, flush, lock, acknowledge, ...size }: Arrangement): SharedAddressSpace {
  const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, at) => `${name}${at}`)
  const [cores, pages, frames] = [numbered('cpu', size.cores), numbered('page', size.pages), numbered('frame', size.pages)]
  const pagesPerFlush = flush === 'per-page' ? 1 : pages.length
  const frees: Frees = operation === 'mprotect' ? 'never' : free
  const caller = 'cpu0'
  return {
    operation,
    caller,
    cores,
    others: cores.filter((core) => core !== caller),
    pages,
    frames,
    ranges: rangesOf(pages, pagesPerFlush),
    platform: size.scope === 'local' ? 'linux_kernel' : 'lvbs',
    locks: lock !== 'never',
    settlesBeforeReturn: acknowledge === 'before-return',
    call: cell('call', revocation, { input: { pages: pages.length, pagesPerFlush, frees, holds: lock } }),
    lock: cell('lock', spinlock, { references: { holder: 'core' } }),
    cpu: (core) => cell(`cpu.${core}`, cpu, { of: { core } }),
    fault: (core) => cell(`fault.${core}`, pageFault, { of: { core } }),
    request: (core) => cell(`request.${core}`, shootdownRequest, { of: { core } }),
    tlb: (core, page) => cell(`tlb.${core}.${page}`, tlbEntry, { of: { core, page } }),
    entry: (_, page) =>
      cell(`entry.${page}`, pageTableEntry, { input: { frame: page.replace('page', 'frame'), writable: true } }),
    frame: (name) => cell(`frame.${name}`, frame, { input: { owner: 'guest' } }),
  }
}

export const cellsOf = (world: SharedAddressSpace): readonly AnyCell[] => [
  world.call,
  world.lock,
  ...world.cores.flatMap((core) => [world.cpu(core), world.request(core), ...world.pages.map((page) => world.tlb(core, page))]),
  ...world.pages.map((page) => world.entry(world.caller, page)),
  ...world.frames.map(world.frame),
  ...world.others.map(world.fault),
]

export const rulesOf = (arrangement: Arrangement, world: SharedAddressSpace): readonly Rule[] => [
  ...speculation(world),
  ...guestAccess(world),
  ...revoking(world),
  ...flushRules(arrangement, world),
  ...(world.operation === 'unmap' ? allocations(world.frames, world.frame, newOwners) : []),
  ...(arrangement.interrupts === 'off-for-lock' ? pageFaults(world, world.others) : briefKernelVisits(world, world.others)),
]

function flushRules({ scope, mechanism, hypervisor, refusal, acknowledge }: Arrangement, world: Unmapper): readonly Rule[] {
  if (scope === 'local') return localFlush(world)
  if (mechanism === 'ipi') return ipiFlush(world, acknowledge === 'awaited')
  if (hypervisor === 'obeys') return hypercallFlush(world)
  const answer = refusal === 'local-flush' ? fallBackToLocalFlush(world) : retryOrStop(world)
  return [...hypercallFlush(world), refusingHypervisor(world), ...answer]
}
