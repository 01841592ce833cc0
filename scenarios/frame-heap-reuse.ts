import { cell, finalWhen, type System, scenario, system } from '../checker/index.ts'
import { frame } from '../model/memory/frame.ts'
import { frameContent, type Reuse, type ReuseDesign, release, reuse } from '../model/memory/frame-content.ts'
import { guestAccess } from '../model/memory/guest-access.ts'
import { pageTableEntry } from '../model/memory/page-table.ts'
import { speculation, tlbEntry } from '../model/memory/tlb.ts'
import { type Cpus, cpu } from '../model/platform/cpu.ts'
import {
  framesAreTaken,
  newPagesAreEmpty,
  ownersKeepTheirContents,
  rustAloneGivesUpItsMemory,
  translationsOutliveEntries,
} from '../properties/frame-heap-reuse.ts'

const knobs = {
  /** Whether the frame goes back to the heap before its translation is flushed, and where it is flushed. */
  free: ['before-flush', 'after-flush'],
  flush: ['all', 'local'],
  /** When a frame is zeroed. */
  zeroing: ['at-allocation', 'at-free', 'never'],
  /** What munmap may be asked for. */
  munmap: ['any-address', 'task-range'],
  /** How many other cores run the guest. */
  cores: [1, 2],
} as const

interface Knobs extends ReuseDesign {
  readonly cores: number
}

function world(knobs: Knobs): Reuse & Cpus {
  const [guests, rusts] = ['frame0', 'frame1']
  return {
    guests,
    rusts,
    frames: [guests, rusts],
    cores: Array.from({ length: knobs.cores }, (_, at) => `cpu${at + 1}`),
    pages: ['page0'],
    frame: (name) => cell(`frame.${name}`, frame, { input: { owner: name === guests ? 'guest' : 'rustHeap' } }),
    content: (name) => cell(`content.${name}`, frameContent, { input: { holds: name === guests ? 'guest' : 'object' } }),
    entry: (_, page) => cell(`entry.${page}`, pageTableEntry, { input: { frame: guests, writable: true } }),
    kernelEntry: cell('entry.kernel', pageTableEntry, { input: { frame: rusts, writable: true } }),
    tlb: (core, page) => cell(`tlb.${core}.${page}`, tlbEntry),
    cpu: (core) => cell(`cpu.${core}`, cpu),
    call: cell('munmap', release),
  }
}

function build(knobs: Knobs): System {
  const all = world(knobs)
  const { cores, pages, frames, call } = all
  return system({
    cells: [
      call,
      all.kernelEntry,
      ...pages.map((page) => all.entry(cores[0]!, page)),
      ...cores.flatMap((core) => [all.cpu(core), ...pages.map((page) => all.tlb(core, page))]),
      ...frames.flatMap((name) => [all.frame(name), all.content(name)]),
    ],
    rules: [...reuse(all, knobs), ...speculation(all), ...guestAccess(all)],
    properties: [
      ...ownersKeepTheirContents(all),
      newPagesAreEmpty(all),
      rustAloneGivesUpItsMemory(all),
      framesAreTaken(all),
      translationsOutliveEntries(all),
    ],
    final: finalWhen({}, { reads: () => ({ call }), holds: ({ call }) => call.value === 'done' }),
  })
}

const guarded = { free: 'after-flush', flush: 'all', zeroing: 'at-allocation', munmap: 'task-range' } as const

export const frameHeapReuse = scenario({
  name: 'frame-heap-reuse',
  story:
    'A guest unmaps a page on one core while it goes on writing on others, and the heap gives the frame to whoever asks ' +
    'next: another guest, a page table, Rust. What does the new owner find in it, and does it stay that way? Left out: ' +
    'more than one page, and what comes of a page table or a list of free frames that a guest has written.',
  knobs,
  sizes: { small: { cores: 1 }, full: { cores: 2 } },
  designs: {
    'snapshot-lvbs': {
      story:
        'unmap_pages of the LVBS platform gives the frame back before it flushes. Even a frame that nobody has taken yet ' +
        'can be hit: the list of free frames runs through it. (No system call of a TA leads to munmap with an address of ' +
        'its choice.)',
      knobs: { ...guarded, free: 'before-flush' },
      bugs: ['LB-01'],
      expect: {
        small: {
          verdict: 'violated',
          states: 35,
          violations: {
            'the list of free frames holds what the heap wrote': 4,
            "a guest's page holds what that guest wrote": 5,
            'a page-table page holds what LiteBox wrote': 5,
            'a Rust object holds what Rust wrote': 5,
          },
        },
        full: {
          verdict: 'violated',
          states: 97,
          violations: {
            'the list of free frames holds what the heap wrote': 4,
            "a guest's page holds what that guest wrote": 5,
            'a page-table page holds what LiteBox wrote': 5,
            'a Rust object holds what Rust wrote': 5,
          },
        },
      },
    },
    'snapshot-snp': {
      story:
        'The Linux-kernel platform gives the frame back before it flushes, flushes its own core only, and lets the guest ' +
        "call munmap for any address: for one of LiteBox's own the entry is cleared and the frame given to the heap.",
      knobs: { free: 'before-flush', flush: 'local', zeroing: 'at-allocation', munmap: 'any-address' },
      bugs: ['LB-01', 'LB-02'],
      expect: {
        small: {
          verdict: 'violated',
          states: 235,
          violations: {
            'the list of free frames holds what the heap wrote': 4,
            "a guest's page holds what that guest wrote": 5,
            'a page-table page holds what LiteBox wrote': 5,
            'a Rust object holds what Rust wrote': 5,
            'the frame of a live Rust object is in no other hands': 1,
          },
        },
        full: {
          verdict: 'violated',
          states: 785,
          violations: {
            'the list of free frames holds what the heap wrote': 4,
            "a guest's page holds what that guest wrote": 5,
            'a page-table page holds what LiteBox wrote': 5,
            'a Rust object holds what Rust wrote': 5,
            'the frame of a live Rust object is in no other hands': 1,
          },
        },
      },
    },
    'free-after-flush': {
      story: 'The order of PR #848, a flush that reaches every core, zeroing at allocation, and munmap within the task.',
      knobs: guarded,
      bugs: ['LB-01', 'LB-02'],
      expect: {
        small: { verdict: 'holds', states: 12, asleep: ['guest.scribble'] },
        full: { verdict: 'holds', states: 26, asleep: ['guest.scribble'] },
      },
    },
    'zeroed-at-free': {
      story:
        'Zeroing moved to where frames are given back, so that allocation is quick: the first bytes of the next page are ' +
        "then a pointer of the heap's.",
      knobs: { ...guarded, zeroing: 'at-free' },
      expect: {
        small: {
          verdict: 'violated',
          states: 12,
          violations: { 'a page that a guest is given holds nothing but zeroes': 4 },
          asleep: ['guest.scribble'],
        },
        full: {
          verdict: 'violated',
          states: 26,
          violations: { 'a page that a guest is given holds nothing but zeroes': 4 },
          asleep: ['guest.scribble'],
        },
      },
    },
    'never-zeroed': {
      story: 'No zeroing at all.',
      knobs: { ...guarded, zeroing: 'never' },
      expect: {
        small: {
          verdict: 'violated',
          states: 12,
          violations: { 'a page that a guest is given holds nothing but zeroes': 4 },
          asleep: ['guest.scribble'],
        },
        full: {
          verdict: 'violated',
          states: 26,
          violations: { 'a page that a guest is given holds nothing but zeroes': 4 },
          asleep: ['guest.scribble'],
        },
      },
    },
    'any-address': {
      story: 'Only munmap is as on the Linux-kernel platform.',
      knobs: { ...guarded, munmap: 'any-address' },
      expect: {
        small: {
          verdict: 'violated',
          states: 60,
          violations: { 'the frame of a live Rust object is in no other hands': 1 },
          asleep: ['guest.scribble'],
        },
        full: {
          verdict: 'violated',
          states: 130,
          violations: { 'the frame of a live Rust object is in no other hands': 1 },
          asleep: ['guest.scribble'],
        },
      },
    },
  },
  build,
})
