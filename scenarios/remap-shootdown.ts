import { cell, finalWhen, type Property, type System, scenario, system } from '../checker/index.ts'
import { frame } from '../model/memory/frame.ts'
import { pageTableEntry } from '../model/memory/page-table.ts'
import { relocation } from '../model/memory/relocation.ts'
import { faultsAfterFailure, type MovingPlan, type MovingWorld, moving } from '../model/memory/relocation-rules.ts'
import { speculation, tlbEntry } from '../model/memory/tlb.ts'
import {
  claims,
  coresAgree,
  faultsMapWhatTheyTake,
  framesHaveOneAddress,
  holesAreFilled,
  movedPagesArrive,
  refusedBeforehandMeansUnchanged,
  remapFailsHalfWay,
  remapSucceeds,
  staleTranslationsAreGone,
} from '../properties/relocation.ts'

const knobs = {
  /** When old translations are dropped: each page on the own core, or the old range on every core at the end. */
  flush: ['each', 'all'],
  /** What a failure undoes. */
  undoing: ['nothing', 'that-page', 'every-page'],
  /** Whether a failure is reported before or after a flush on every core. */
  failure: ['unflushed', 'flushed'],
  /** When it shows that a page cannot be moved: when its turn comes, or before the first is. */
  refusing: ['half-way', 'beforehand'],
  cores: [2, 3],
} as const

type Plan = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

const planOf = ({ flush, undoing, failure, refusing }: Plan): MovingPlan => ({
  flush,
  undoing,
  flushesFailure: failure === 'flushed',
  refusing,
})

/** Whether a failure may leave an old address without its page. */
const leavesHoles = ({ undoing, refusing }: Plan): boolean => refusing === 'half-way' && undoing !== 'every-page'

function worldOf(plan: Plan): MovingWorld {
  const [from, to] = [
    ['old0', 'old1'],
    ['new0', 'new1'],
  ]
  return {
    cores: Array.from({ length: plan.cores }, (_, at) => `cpu${at}`),
    pages: [...from, ...to],
    caller: 'cpu0',
    from,
    to,
    spare: 'spare',
    spareFrame: cell('frame.spare', frame, { input: { owner: 'nobody' } }),
    call: cell('call', relocation, {
      input: { pages: from.length, ...planOf(plan) },
      references: { flushed: { set: 'core' } },
    }),
    tlb: (core, page) => cell(`tlb.${core}.${page}`, tlbEntry, { of: { core, page } }),
    entry: (_, page) =>
      cell(`entry.${page}`, pageTableEntry, {
        input: from.includes(page) ? { frame: `frame${from.indexOf(page)}`, writable: true } : 'absent',
      }),
  }
}

function build(plan: Plan): System {
  const world = worldOf(plan)
  const { call, cores, pages, caller, entry, tlb, spareFrame } = world
  return system({
    cells: [
      call,
      ...pages.map((page) => entry(caller, page)),
      ...cores.flatMap((core) => pages.map((page) => tlb(core, page))),
      spareFrame,
    ],
    rules: [...speculation(world), ...moving(world, planOf(plan)), ...(leavesHoles(plan) ? [faultsAfterFailure(world)] : [])],
    // Pages are not: the call goes over them in their order.
    interchangeable: { core: cores.filter((core) => core !== caller) },
    properties: propertiesOf(plan, world),
    final: finalWhen(
      {},
      { reads: () => ({ call }), holds: ({ call }) => call.value === 'returned' || call.value === 'unchanged' },
    ),
  })
}

const propertiesOf = (plan: Plan, world: MovingWorld): readonly Property[] => [
  staleTranslationsAreGone(world),
  coresAgree(world),
  movedPagesArrive(world),
  framesHaveOneAddress(world),
  ...(plan.refusing === 'half-way' ? [] : [refusedBeforehandMeansUnchanged(world)]),
  ...(leavesHoles(plan) ? [faultsMapWhatTheyTake(world), holesAreFilled(world)] : []),
  remapSucceeds(world),
  ...(plan.refusing === 'half-way' ? [remapFailsHalfWay(world)] : []),
]

const snapshot = { flush: 'all', undoing: 'nothing', failure: 'unflushed', refusing: 'half-way' } as const

export const remapShootdown = scenario({
  name: 'remap-shootdown',
  story:
    'A guest moves its memory to other addresses with mremap while another core runs the same guest. Page by page the ' +
    'old entry is cleared and the new one written; the flush comes at the end. In the middle a page may be refused, ' +
    'because its new address is occupied or no memory for a page table is left. What do the TLBs hold then? The caller ' +
    'changes its list of memory areas after a success only. Left out: what a failure leaves in the page table and in ' +
    'that list (`page-manager-remap`), the lock, and the set of cores that a flush reaches (`shootdown`).',
  knobs,
  sizes: { small: { cores: 2 }, full: { cores: 3 } },
  designs: {
    snapshot: {
      story:
        '`remap_pages` of the LVBS platform: at the first refusal it returns, without undoing what it has moved and ' +
        'without any flush. The old addresses are still in TLBs. The guest, which believes that nothing has happened, ' +
        'touches an old address, is given an empty page there, and from then on two cores see different memory at one ' +
        "address. Nobody sees what is not the guest's own. On this platform an occupied address is the only reason: " +
        'running out of memory panics.',
      knobs: snapshot,
      expect: {
        small: { verdict: 'violated', states: 1092, violations: { [claims.forgotten]: 5, [claims.agreed]: 7 } },
        full: { verdict: 'violated', states: 14168, violations: { [claims.forgotten]: 5, [claims.agreed]: 7 } },
      },
    },
    'snapshot-snp': {
      story:
        '`remap_pages` of the Linux-kernel platform: the same, with one invlpg after each moved page, on the own core ' +
        'only (LB-02), and none for the page that was refused. Here a host that gives no memory is enough, and on SNP ' +
        'the host is not trusted.',
      knobs: { ...snapshot, flush: 'each' },
      bugs: ['LB-02'],
      expect: {
        small: { verdict: 'violated', states: 732, violations: { [claims.forgotten]: 5, [claims.agreed]: 7 } },
        full: { verdict: 'violated', states: 8184, violations: { [claims.forgotten]: 5, [claims.agreed]: 7 } },
      },
    },
    'that-page-restored': {
      story:
        'What later sources do: the page that was refused is put back. The pages before it have moved, and the return ' +
        'is still without a flush.',
      knobs: { ...snapshot, undoing: 'that-page' },
      expect: {
        small: { verdict: 'violated', states: 992, violations: { [claims.forgotten]: 8, [claims.agreed]: 10 } },
        full: { verdict: 'violated', states: 12800, violations: { [claims.forgotten]: 8, [claims.agreed]: 10 } },
      },
    },
    'failure-flushed': {
      story:
        'The snapshot with a flush before the error is returned: whatever is left of the page table, all cores see the ' +
        'same. The faulty twin is `snapshot`.',
      knobs: { ...snapshot, failure: 'flushed' },
      expect: { small: { verdict: 'holds', states: 808 }, full: { verdict: 'holds', states: 10784 } },
    },
    undone: {
      story:
        'Everything that was moved is moved back, and nothing is flushed, since the old entries are what they were. But ' +
        'the new ones were there for a while, and a core may have walked ahead to them.',
      knobs: { ...snapshot, undoing: 'every-page' },
      expect: {
        small: { verdict: 'violated', states: 928, violations: { [claims.forgotten]: 10 } },
        full: { verdict: 'violated', states: 11904, violations: { [claims.forgotten]: 10 } },
      },
    },
    'undone-and-flushed': {
      story: 'Everything is moved back, and both ranges are flushed before the error is returned. The faulty twin is `undone`.',
      knobs: { ...snapshot, undoing: 'every-page', failure: 'flushed' },
      expect: { small: { verdict: 'holds', states: 976 }, full: { verdict: 'holds', states: 12736 } },
    },
    'refused-beforehand': {
      story:
        'First everything that can be refused: the new addresses are free and have their tables. Then the move, which ' +
        'cannot fail. The faulty twin is `snapshot`.',
      knobs: { ...snapshot, refusing: 'beforehand' },
      expect: { small: { verdict: 'holds', states: 624 }, full: { verdict: 'holds', states: 9408 } },
    },
  },
  build,
})
