import { finalWhen, type Scenario, type System, scenario, system } from '../checker/index.ts'
import { cacheLock, pageCell, patchWorld } from '../model/memory/patch-plan.ts'
import { patchPlanRules } from '../model/memory/patch-plan-rules.ts'
import { textGuestCell } from '../model/platform/syscall-execution.ts'
import { patchPlanProperties } from '../properties/patch-plan.ts'

const knobs = {
  /** What the second thread puts at the address. */
  replacement: ['other-file', 'same-file-executable', 'anonymous'],
  /** Whether the lock of the cache is taken for each access, for a whole patching, or for every mmap and mprotect. */
  lock: ['per-step', 'across-patching', 'across-calls'],
  /** When the plan's mapping is compared with the one that is there. */
  check: ['never', 'before-write', 'with-write'],
  /** What becomes of the cache when a mapping is replaced. */
  replaced: ['keeps-state', 'clears-state'],
  /** Whether a mapping that is to be executable is so before it has been patched. */
  mapped: ['executable-first', 'patched-first'],
  /** What happens to memory of no file that becomes executable. */
  anonymous: ['unscanned', 'scanned'],
  /** Whether the page is made writable for the patching, or exchanged for a patched copy. */
  place: ['in-place', 'in-a-copy'],
  /** Whether guests write to the page whenever they can, or only what they generate themselves. */
  guest: ['well-behaved', 'writes-at-will'],
  /** What a raw system call meets. */
  behind: ['nothing', 'filter'],
  mmaps: [1, 2],
} as const

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

function build({ mmaps, guest, behind, ...design }: Choice): System {
  const world = patchWorld(design, mmaps)
  const { threads, thread, files, state } = world
  return system({
    cells: [pageCell, cacheLock, textGuestCell, ...files.map(state), ...threads.map(thread)],
    rules: patchPlanRules(world, { ...design, guest, behind }),
    properties: patchPlanProperties(world),
    final: finalWhen(
      {},
      { reads: () => ({ calls: threads.map(thread) }), holds: ({ calls }) => calls.every(({ value }) => value === 'outside') },
    ),
  })
}

/** As it was merged. */
const merged = {
  replacement: 'other-file',
  lock: 'per-step',
  check: 'never',
  replaced: 'keeps-state',
  mapped: 'executable-first',
  anonymous: 'unscanned',
  place: 'in-place',
  guest: 'well-behaved',
  behind: 'nothing',
} as const
/** One lock for mmap and mprotect, a cache that forgets what was replaced, and no page that runs before it is patched. */
const serialised = { ...merged, lock: 'across-calls', replaced: 'clears-state', mapped: 'patched-first' } as const

export const patchPlan: Scenario = scenario({
  name: 'patch-plan',
  story:
    'After the snapshot a page of a file is patched when it becomes executable: one thread calls mprotect, another maps ' +
    'something else at the same address, a third runs what is there. Is what runs always patched, and is only that patched ' +
    'which was meant? Leaves out trampolines, failures, and munmap.',
  knobs,
  sizes: { small: { mmaps: 1 }, full: { mmaps: 2 } },
  designs: {
    'pull-request-810': {
      story:
        'As merged: mprotect collects what the cache lists and drops its lock; mmap replaces a mapping and leaves the cache ' +
        'as it was. Issue 1268 has the sequential form.',
      knobs: merged,
      bugs: ['LB-19'],
      expect: {
        small: {
          verdict: 'violated',
          states: 82,
          violations: {
            'a patch plan is applied only to the mapping that it was made for': 9,
            'no system call instruction of the guest is executed by the host': 11,
          },
          asleep: ['patch.skip'],
        },
        full: {
          verdict: 'violated',
          states: 163,
          violations: {
            'a patch plan is applied only to the mapping that it was made for': 9,
            'no system call instruction of the guest is executed by the host': 11,
          },
          asleep: ['patch.skip'],
        },
      },
    },
    'cleared-on-replacement': {
      story: 'A mapping that is replaced leaves the cache, as one that is unmapped does. The plan has been made by then.',
      knobs: { ...merged, replaced: 'clears-state' },
      bugs: ['LB-19'],
      expect: {
        small: {
          verdict: 'violated',
          states: 127,
          violations: {
            'a patch plan is applied only to the mapping that it was made for': 9,
            'no system call instruction of the guest is executed by the host': 7,
          },
          asleep: ['patch.skip'],
        },
        full: {
          verdict: 'violated',
          states: 345,
          violations: {
            'a patch plan is applied only to the mapping that it was made for': 9,
            'no system call instruction of the guest is executed by the host': 7,
          },
          asleep: ['patch.skip'],
        },
      },
    },
    'checked-before-write': {
      story: 'The generation is compared before the bytes are written, and the page is replaced in between.',
      knobs: { ...merged, replaced: 'clears-state', check: 'before-write' },
      bugs: ['LB-19'],
      expect: {
        small: {
          verdict: 'violated',
          states: 128,
          violations: {
            'a patch plan is applied only to the mapping that it was made for': 10,
            'no system call instruction of the guest is executed by the host': 7,
          },
          asleep: ['patch.skip'],
        },
        full: {
          verdict: 'violated',
          states: 318,
          violations: {
            'a patch plan is applied only to the mapping that it was made for': 10,
            'no system call instruction of the guest is executed by the host': 7,
          },
          asleep: ['patch.skip'],
        },
      },
    },
    'checked-with-write': {
      story:
        'The generation is compared and the bytes are written in one: no plan is applied to another mapping. But mprotect ' +
        'then makes executable what is there by now, and nobody has patched that.',
      knobs: { ...merged, replaced: 'clears-state', check: 'with-write' },
      bugs: ['LB-19'],
      expect: {
        small: {
          verdict: 'violated',
          states: 109,
          violations: { 'no system call instruction of the guest is executed by the host': 7 },
          asleep: ['patch.skip'],
        },
        full: {
          verdict: 'violated',
          states: 277,
          violations: { 'no system call instruction of the guest is executed by the host': 7 },
          asleep: ['patch.skip'],
        },
      },
    },
    'upstream-locked-across-patching': {
      story:
        'A later upstream: the lock of the cache is held from the plan to the last write, so that no file is closed in ' +
        'between. mmap does not take it.',
      knobs: { ...merged, lock: 'across-patching', replaced: 'clears-state' },
      bugs: ['LB-19'],
      expect: {
        small: {
          verdict: 'violated',
          states: 105,
          violations: {
            'a patch plan is applied only to the mapping that it was made for': 9,
            'no system call instruction of the guest is executed by the host': 9,
          },
          asleep: ['patch.skip'],
        },
        full: {
          verdict: 'violated',
          states: 228,
          violations: {
            'a patch plan is applied only to the mapping that it was made for': 9,
            'no system call instruction of the guest is executed by the host': 9,
          },
          asleep: ['patch.skip'],
        },
      },
    },
    serialised: {
      story: 'One lock for every mmap and mprotect, from before the plan until after the rights are set.',
      knobs: serialised,
      bugs: ['LB-19'],
      expect: {
        small: { verdict: 'holds', states: 60, asleep: ['patch.skip'] },
        full: { verdict: 'holds', states: 112, asleep: ['patch.skip'] },
      },
    },
    'pull-request-810-executable': {
      story: 'As merged, and the second mapping is to be executable: mmap makes it so, and patches it afterwards.',
      knobs: { ...merged, replacement: 'same-file-executable' },
      expect: {
        small: {
          verdict: 'violated',
          states: 167,
          violations: {
            'a patch plan is applied only to the mapping that it was made for': 9,
            'no system call instruction of the guest is executed by the host': 3,
          },
        },
        full: {
          verdict: 'violated',
          states: 296,
          violations: {
            'a patch plan is applied only to the mapping that it was made for': 9,
            'no system call instruction of the guest is executed by the host': 3,
          },
        },
      },
    },
    'range-remembered': {
      story:
        'One lock for all, and patched before it runs; but the cache still says that this range of this file is patched, and ' +
        'other bytes of the file that are mapped there are skipped.',
      knobs: { ...serialised, replacement: 'same-file-executable', replaced: 'keeps-state' },
      expect: {
        small: {
          verdict: 'violated',
          states: 70,
          violations: { 'no system call instruction of the guest is executed by the host': 16 },
        },
        full: {
          verdict: 'violated',
          states: 150,
          violations: { 'no system call instruction of the guest is executed by the host': 15 },
        },
      },
    },
    'serialised-executable': {
      story: 'The same with a cache that forgets what was replaced.',
      knobs: { ...serialised, replacement: 'same-file-executable' },
      expect: {
        small: { verdict: 'holds', states: 74, asleep: ['patch.skip'] },
        full: { verdict: 'holds', states: 146, asleep: ['patch.skip'] },
      },
    },
    'anonymous-unscanned': {
      story: 'Memory of no file: the guest writes a system call, and mprotect finds nothing to patch. Issue 1006.',
      knobs: { ...serialised, replacement: 'anonymous' },
      expect: {
        small: {
          verdict: 'violated',
          states: 123,
          violations: { 'no system call instruction of the guest is executed by the host': 11 },
          asleep: ['patch.skip'],
        },
        full: {
          verdict: 'violated',
          states: 183,
          violations: { 'no system call instruction of the guest is executed by the host': 11 },
          asleep: ['patch.skip'],
        },
      },
    },
    'anonymous-scanned': {
      story:
        'Whatever becomes executable is searched, as issue 1006 is mended; in place, and so what is written between the ' +
        'search and the change of rights stays.',
      knobs: { ...serialised, replacement: 'anonymous', anonymous: 'scanned' },
      expect: {
        small: {
          verdict: 'violated',
          states: 275,
          violations: { 'no system call instruction of the guest is executed by the host': 15 },
          asleep: ['patch.skip'],
        },
        full: {
          verdict: 'violated',
          states: 390,
          violations: { 'no system call instruction of the guest is executed by the host': 15 },
          asleep: ['patch.skip'],
        },
      },
    },
    'anonymous-scanned-in-a-copy': {
      story: 'The same with a page that is exchanged for a searched copy.',
      knobs: { ...serialised, replacement: 'anonymous', anonymous: 'scanned', place: 'in-a-copy' },
      expect: {
        small: { verdict: 'holds', states: 178, asleep: ['patch.skip'] },
        full: { verdict: 'holds', states: 246, asleep: ['patch.skip'] },
      },
    },
    'written-while-patched': {
      story:
        'Everything in one lock, and a guest that writes to the page while it is writable for the patching: what it writes ' +
        'after the page was read is overwritten, and what it writes after that stays.',
      knobs: { ...serialised, guest: 'writes-at-will' },
      expect: {
        small: {
          verdict: 'violated',
          states: 87,
          violations: { 'no system call instruction of the guest is executed by the host': 10 },
          asleep: ['patch.skip'],
        },
        full: {
          verdict: 'violated',
          states: 162,
          violations: { 'no system call instruction of the guest is executed by the host': 10 },
          asleep: ['patch.skip'],
        },
      },
    },
    'patched-in-a-copy': {
      story: 'The same guest, and a page that is exchanged for a patched copy instead of being made writable.',
      knobs: { ...serialised, guest: 'writes-at-will', place: 'in-a-copy' },
      expect: {
        small: { verdict: 'holds', states: 54, asleep: ['patch.skip', 'guest.write'] },
        full: { verdict: 'holds', states: 102, asleep: ['patch.skip', 'guest.write'] },
      },
    },
    'pull-request-810-filtered': {
      story: 'As merged, with a filter behind every raw call: none reaches the host, and plans still hit other mappings.',
      knobs: { ...merged, behind: 'filter' },
      bugs: ['LB-19'],
      expect: {
        small: {
          verdict: 'violated',
          states: 80,
          violations: { 'a patch plan is applied only to the mapping that it was made for': 9 },
          asleep: ['patch.skip'],
        },
        full: {
          verdict: 'violated',
          states: 154,
          violations: { 'a patch plan is applied only to the mapping that it was made for': 9 },
          asleep: ['patch.skip'],
        },
      },
    },
  },
  build,
})
