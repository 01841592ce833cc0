import { type Rule, rule } from '../../checker/index.ts'
import type { Cpus } from '../platform/cpu.ts'
import type { Translation } from './tlb.ts'

/*
 * Guest threads that read and write memory, on any core in ring 3, at any time.
 *
 * Models: one access as the step in which it goes through what the core's TLB holds. A read that finds nothing held is
 * a fill and then a read. A write needs a dirty entry; the walk that makes one is a step of its own, since the
 * page-table entry may change between the walk and the store. A fault drops what the faulting core holds for the page
 * (Intel SDM volume 3, "Operations that Invalidate TLBs").
 *
 * Leaves out: data, store buffers (a flush drains the flushed core's stores first), and what LiteBox does about the
 * fault. The accesses count as environment: the guest is not trusted, and that it could go on reading for ever is no
 * progress of LiteBox.
 */

/** The rules whose steps reach memory through a TLB entry, for properties that are asked on accesses. */
export const reads = ['guest.read']
export const writes = ['guest.write']

export const guestAccess = ({ cores, pages, tlb, entry, cpu }: Translation & Cpus): readonly Rule[] => [
  rule(
    'guest.read',
    { core: cores, page: pages },
    {
      kind: 'environment',
      source: 'Intel SDM volume 3, "Details of TLB Use": an access may use any cached translation',
      needed: true,
      actor: ({ core }) => core,
      sees: ({ core }) => ({ cpu: cpu(core) }),
      sends: ({ core, page }) => ({ tlb: tlb(core, page) }),
    },
  ).does({
    when: {
      inUserMode: ({ cpu }) => cpu.value === 'user',
      cached: ({ tlb }) => tlb.value === 'cached',
    },
    events: () => ({ tlb: { type: 'READ' } }),
  }),
  rule(
    'guest.write',
    { core: cores, page: pages },
    {
      kind: 'environment',
      source: 'Intel SDM volume 3, "Accessed and Dirty Flags": a write through a dirty translation does not walk',
      needed: true,
      actor: ({ core }) => core,
      sees: ({ core }) => ({ cpu: cpu(core) }),
      sends: ({ core, page }) => ({ tlb: tlb(core, page) }),
    },
  ).does({
    when: {
      inUserMode: ({ cpu }) => cpu.value === 'user',
      writable: ({ tlb }) => tlb.context.writable,
      dirty: ({ tlb }) => tlb.context.dirty,
    },
    events: () => ({ tlb: { type: 'WRITE' } }),
  }),
  rule(
    'guest.walkToWrite',
    { core: cores, page: pages },
    {
      kind: 'environment',
      source: 'Intel SDM volume 3, "Accessed and Dirty Flags": the first write sets the dirty flag in the entry',
      needed: true,
      actor: ({ core }) => core,
      sees: ({ core }) => ({ cpu: cpu(core) }),
      sends: ({ core, page }) => ({ tlb: tlb(core, page), entry: entry(core, page) }),
    },
  ).does({
    when: {
      inUserMode: ({ cpu }) => cpu.value === 'user',
      notYetDirty: ({ tlb }) => !tlb.context.dirty,
      present: ({ entry }) => entry.value === 'present',
      writable: ({ entry }) => entry.context.writable,
    },
    events: ({ entry }) => ({
      tlb: { type: 'FILL', frame: entry.context.frame, writable: true, dirty: true },
      entry: { type: 'MARK_DIRTY' },
    }),
  }),
  rule(
    'guest.fault',
    { core: cores, page: pages },
    {
      kind: 'environment',
      source: 'Intel SDM volume 3, "Operations that Invalidate TLBs": a page fault invalidates the faulting address',
      actor: ({ core }) => core,
      sees: ({ core, page }) => ({ cpu: cpu(core), entry: entry(core, page) }),
      sends: ({ core, page }) => ({ tlb: tlb(core, page) }),
    },
  ).does({
    when: {
      inUserMode: ({ cpu }) => cpu.value === 'user',
      cached: ({ tlb }) => tlb.value === 'cached',
      writeMustWalk: ({ tlb }) => !(tlb.context.writable && tlb.context.dirty),
      writeRefused: ({ entry }) => !entry.context.writable,
    },
    events: () => ({ tlb: { type: 'DROP' } }),
  }),
]
