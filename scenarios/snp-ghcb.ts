import { cell, finalWhen, type Scenario, type System, scenario, system, weak } from '../checker/index.ts'
import {
  type Ghcb,
  type GhcbDesign,
  ghcbHypervisor,
  ghcbMsr,
  ghcbRules,
  type MsrWork,
  msrUser,
} from '../model/platform/snp-ghcb.ts'
import { ghcbClaims, ghcbProperties } from '../properties/snp-ghcb.ts'
import type { Claim } from './claim.ts'
import { ghcbDesigns } from './snp/ghcb-designs.ts'

const knobs = {
  adversary: ['none', 'hypervisor'],
  /** Whether two threads of the guest run on one GHCB MSR. */
  msr: ['shared', 'per-thread'],
  /** Whether a lock is held from saving the MSR to restoring it. */
  sequences: ['bare', 'locked', 'locked-through-failure'],
  /** What is checked of the answer to the negotiation. */
  version: ['code-only', 'checked'],
  /** Whether the address in the answer to the registration is compared with the one that was asked for. */
  address: ['compared', 'unchecked'],
  order: ['register-first', 'use-first'],
  printers: [1, 2],
} as const

const setUp: Readonly<Record<GhcbDesign['order'], readonly MsrWork[]>> = {
  'register-first': ['print', 'negotiate', 'register', 'set', 'use'],
  'use-first': ['print', 'negotiate', 'set', 'use', 'register'],
}

function build({ printers, ...design }: GhcbDesign & { readonly printers: number }): System {
  const threads = ['boot', ...Array.from({ length: printers }, (_, at) => `printer${at}`)]
  const world: Ghcb = {
    ...design,
    threads,
    user: (thread) =>
      cell(`user.${thread}`, msrUser, { input: { todo: thread === 'boot' ? setUp[design.order] : ['print', 'print'] } }),
    msrOf: (thread) => cell(design.msr === 'shared' ? 'msr' : `msr.${thread}`, ghcbMsr),
    hypervisor: cell('hypervisor', ghcbHypervisor),
  }
  const msrs = design.msr === 'shared' ? [world.msrOf('boot')] : threads.map(world.msrOf)
  return system({
    cells: [...threads.map(world.user), ...msrs, world.hypervisor],
    rules: ghcbRules(world),
    properties: ghcbProperties(world),
    final: finalWhen(
      { thread: threads },
      {
        reads: ({ thread }) => ({ user: world.user(thread), boot: world.user('boot') }),
        holds: ({ user, boot }) => user.value === 'done' || boot.value === 'terminated',
      },
    ),
    fairness: threads.map((thread) => weak({ actor: thread })),
  })
}

export const snpGhcb: Scenario = scenario({
  name: 'snp-ghcb',
  story:
    'The SNP guest negotiates and registers its GHCB through an MSR, and other threads print through the same MSR at any ' +
    'time. Does the set-up get its own answers, and is what it goes on with agreed? Left out: the text of a print, and the ' +
    'fields of the page.',
  knobs,
  sizes: { small: { printers: 1 }, full: { printers: 2 } },
  designs: ghcbDesigns,
  build,
})

const said = (quote: string, property: string): Claim => ({ article: 'sev-snp-runner', quote, scenario: snpGhcb.name, property })

export const snpGhcbClaims: readonly Claim[] = [
  said(
    'Validates and maps the GHCB page via GhcbProtocol::setup_ghcb_page, establishing the encrypted communication channel',
    ghcbClaims.page,
  ),
  said('the sole communication channel between the encrypted guest and the host VMM', ghcbClaims.registered),
  said('making debug messages visible to the host without breaking encryption boundaries', ghcbClaims.own),
  said(
    'Fatal errors (invalid boot parameters, missing GHCB, unhandled exceptions) invoke HostSnpInterface::terminate',
    ghcbClaims.ended,
  ),
  said('ensures that all host interactions follow AMD SEV-SNP security specifications', ghcbClaims.version),
]
