import { finalWhen, type Scenario, type System, scenario, system } from '../checker/index.ts'
import { pageUserOf, replacedPageOf, replacementRules, replacingCell } from '../model/memory/windows-replacement.ts'
import { replacementClaims, replacementProperties } from '../properties/windows-replacement.ts'
import type { Claim } from './claim.ts'

const knobs = {
  /** By two calls of the system a region; the same with the other threads of the guest suspended; or in one, as on Linux. */
  replace: ['decommit-then-commit', 'threads-suspended', 'at-once'],
  /** What an access does that finds no page: it is a signal, or it waits for the page manager and is tried again. */
  fault: ['signal', 'waits-for-manager'],
  /** How many regions Windows sees in the range: pages with different rights are different regions. */
  regions: [1, 2],
  users: [1, 2],
} as const

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

function build({ regions, users: count, ...design }: Choice): System {
  const users = ['thread0', 'thread1'].slice(0, count)
  const world = { users, regions: regions === 1 ? [['page0', 'page1']] : [['page0'], ['page1']] }
  return system({
    cells: [replacingCell, ...world.regions.flat().map(replacedPageOf), ...users.map(pageUserOf)],
    rules: replacementRules(world, design),
    properties: replacementProperties(world),
    final: finalWhen({}, { reads: () => ({ call: replacingCell }), holds: ({ call }) => call.value === 'returned' }),
  })
}

const snapshot = { replace: 'decommit-then-commit', fault: 'signal', regions: 1 } as const

export const pageManagerWindowsReplace: Scenario = scenario({
  name: 'page-manager-windows-replace',
  story:
    'One thread of a guest maps over pages that another uses. Linux replaces them in one; on Windows they are decommitted, ' +
    'and committed afterwards. Leaves out whose the pages are, which is the scenario page-manager-windows.',
  knobs,
  sizes: { small: { users: 1 }, full: { users: 2 } },
  designs: {
    snapshot: {
      story: 'Pages of one region: who touches them between the two calls is sent a signal for memory that it has mapped.',
      knobs: snapshot,
      expect: {
        small: {
          verdict: 'violated',
          states: 10,
          violations: { 'no access to a page that is being replaced is a fault of the guest': 3 },
        },
        full: {
          verdict: 'violated',
          states: 24,
          violations: { 'no access to a page that is being replaced is a fault of the guest': 3 },
        },
      },
    },
    'snapshot-two-regions': {
      story: 'Pages with different rights, and so two regions: the first is new while the second is still old.',
      knobs: { ...snapshot, regions: 2 },
      expect: {
        small: {
          verdict: 'violated',
          states: 23,
          violations: {
            'no access to a page that is being replaced is a fault of the guest': 3,
            'who has seen a new page of a replacement sees no old one any more': 5,
          },
        },
        full: {
          verdict: 'violated',
          states: 97,
          violations: {
            'no access to a page that is being replaced is a fault of the guest': 3,
            'who has seen a new page of a replacement sees no old one any more': 5,
          },
        },
      },
    },
    'faults-wait': {
      story: 'A fault is believed only under the lock of the page manager, and tried again until then. One region.',
      knobs: { ...snapshot, fault: 'waits-for-manager' },
      expect: { small: { verdict: 'holds', states: 10 }, full: { verdict: 'holds', states: 24 } },
    },
    'faults-wait-two-regions': {
      story: 'The same with two regions: no fault, and still an old page after a new one.',
      knobs: { ...snapshot, fault: 'waits-for-manager', regions: 2 },
      expect: {
        small: {
          verdict: 'violated',
          states: 23,
          violations: { 'who has seen a new page of a replacement sees no old one any more': 5 },
        },
        full: {
          verdict: 'violated',
          states: 97,
          violations: { 'who has seen a new page of a replacement sees no old one any more': 5 },
        },
      },
    },
    'threads-suspended': {
      story: 'The other threads of the guest are suspended for the length of the call.',
      knobs: { ...snapshot, replace: 'threads-suspended', regions: 2 },
      expect: {
        small: { verdict: 'holds', states: 8, asleep: ['guest.fault'] },
        full: { verdict: 'holds', states: 10, asleep: ['guest.fault'] },
      },
    },
    'as-on-linux': {
      story: 'What the guest was promised: one step for all pages.',
      knobs: { ...snapshot, replace: 'at-once', regions: 2 },
      expect: {
        small: { verdict: 'holds', states: 6, asleep: ['guest.fault'] },
        full: { verdict: 'holds', states: 10, asleep: ['guest.fault'] },
      },
    },
  },
  build,
})

export const windowsReplaceClaims: readonly Claim[] = [
  {
    article: 'linux-on-windows',
    quote: 'Memory operations are mapped directly to Windows virtual memory APIs',
    scenario: 'page-manager-windows-replace',
    property: replacementClaims.fault,
  },
  {
    article: 'linux-on-windows',
    quote: 'effectively translating Linux calls to Windows',
    scenario: 'page-manager-windows-replace',
    property: replacementClaims.order,
  },
  {
    article: 'linux-on-windows',
    quote: 'allocate_pages using VirtualAlloc2',
    scenario: 'page-manager-windows',
    property: 'a call that succeeds has committed its pages for the guest alone',
  },
  {
    article: 'linux-on-windows',
    quote: 'All state lives in user-mode: Memory is allocated with Windows virtual-memory APIs',
    scenario: 'page-manager-windows',
    property: 'LiteBox commits and decommits only pages of its own reservations',
  },
  {
    article: 'linux-on-windows',
    quote: 'Page queries use VirtualQuery to inspect memory regions',
    scenario: 'page-manager-windows',
    property: 'no call of the guest stops LiteBox',
  },
]
