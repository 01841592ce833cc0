import { type Rule, rule } from '../../checker/index.ts'
import { held } from '../platform/shared-word.ts'
import type { TargetedWorld } from './targeted-unmap-rules.ts'
import { isAtWork, isInside } from './vtl-presence.ts'

/*
 * What the hardware of the cores in VTL1 does with the page tables, and what they read through it.
 *
 * Models: a core in VTL1 walks when it pleases, also in the instructions before its bit is set and after it is cleared;
 * a walk reads memory, never a store buffer, not even its own; a core that is at work reads through what its TLB holds
 * (Intel SDM volume 3, "Details of TLB Use").
 *
 * Leaves out: upper levels (`paging-structure-cache.ts`), the accessed and dirty bits, and walks of VTL1's tables by a core
 * that is in VTL0, which has none of them in CR3.
 */

/** The rules whose steps reach memory through a TLB entry. */
export const reads = ['core.read']

export const walksInVtl1 = ({ cores, pages, vp, tlb, entry }: TargetedWorld): readonly Rule[] => [
  rule(
    'tlb.fill',
    { core: cores, page: pages },
    {
      kind: 'environment',
      source: 'Intel SDM volume 3, "Details of TLB Use": speculation may cache translations, of present entries only',
      needed: true,
      actor: ({ core }) => core,
      sees: ({ core, page }) => ({ vp: vp(core), entry: entry(page).cell }),
      sends: ({ core, page }) => ({ tlb: tlb(core, page) }),
    },
  ).does({
    when: {
      empty: ({ tlb }) => tlb.value === 'empty',
      inside: ({ vp }) => isInside(vp.value),
      present: ({ entry: local }, { page }) => held(entry(page), local) !== 'absent',
    },
    events: ({ entry: local }, { page }) => ({
      tlb: { type: 'FILL', frame: held(entry(page), local), writable: false, dirty: false },
    }),
  }),
  rule(
    'tlb.evict',
    { core: cores, page: pages },
    {
      kind: 'environment',
      source: 'Intel SDM volume 3, "Operations that Invalidate TLBs": the processor is free to invalidate more at any time',
      actor: ({ core }) => core,
      sends: ({ core, page }) => ({ tlb: tlb(core, page) }),
    },
  ).does({
    when: { cached: ({ tlb }) => tlb.value === 'cached' },
    events: () => ({ tlb: { type: 'DROP' } }),
  }),
  rule(
    'core.read',
    { core: cores, page: pages },
    {
      kind: 'environment',
      source: 'Intel SDM volume 3, "Details of TLB Use": an access may use any cached translation',
      needed: true,
      actor: ({ core }) => core,
      sees: ({ core }) => ({ vp: vp(core) }),
      sends: ({ core, page }) => ({ tlb: tlb(core, page) }),
    },
  ).does({
    when: {
      atWork: ({ vp }) => isAtWork(vp.value),
      cached: ({ tlb }) => tlb.value === 'cached',
    },
    events: () => ({ tlb: { type: 'READ' } }),
  }),
]
