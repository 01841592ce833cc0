import { cell, finalWhen, type Scenario, type System, scenario, system, weak } from '../checker/index.ts'
import { bootEntry, bootMachine, bootParameters, bootStatics } from '../model/platform/snp-boot.ts'
import { type Boot, type BootDesign, bootRules, type EntryName, programOf } from '../model/platform/snp-boot-rules.ts'
import { bootClaims, bootProperties } from '../properties/snp-boot.ts'
import type { Claim } from './claim.ts'
import { snpBootDesigns } from './snp/boot-designs.ts'

const knobs = {
  /** Whether an entry point looks what has run before it. */
  order: ['unchecked', 'checked'],
  /** Whether the boot parameters are parsed where they are, or in a copy. */
  parameters: ['in-place', 'copied-first'],
  host: ['leaves-parameters', 'rewrites-parameters'],
  /** What invalid parameters do. */
  invalid: ['terminate', 'panic'],
  /** When the shim is published. */
  shim: ['before-load', 'after-load'],
  /** How the accesses to the shim were compiled. */
  publication: ['in-order', 'reordered', 'in-parts', 'hoisted', 'release-acquire'],
  /** Whether the host comes back to an entry point that has returned to it. */
  returns: ['final', 'resumed'],
  runs: [1, 2],
} as const

const names: readonly EntryName[] = ['kernel', 'process', 'network']

function build({ runs, ...design }: BootDesign & { readonly runs: number }): System {
  const world: Boot = {
    ...design,
    names,
    runs,
    entry: (name) => cell(`entry.${name}`, bootEntry, { input: { program: programOf(design, name as EntryName) } }),
    statics: cell('statics', bootStatics),
    parametersCell: cell('parameters', bootParameters),
    machine: cell('machine', bootMachine),
  }
  return system({
    cells: [...names.map(world.entry), world.statics, world.parametersCell, world.machine],
    rules: bootRules(world),
    properties: bootProperties(world),
    // The network waits for a process that the host may never run.
    final: finalWhen(
      { name: names },
      {
        reads: ({ name }) => ({ entry: world.entry(name), machine: world.machine, statics: world.statics }),
        holds: ({ entry, machine, statics }, { name }) =>
          machine.value === 'ended' ||
          entry.value !== 'running' ||
          (name === 'network' && entry.context.at === 0 && statics.context.shim === 'none'),
      },
    ),
    fairness: names.map((name) => weak({ actor: name })),
  })
}

export const snpBoot: Scenario = scenario({
  name: 'snp-boot',
  story:
    'The host runs three entry points of the SNP guest when it likes: the kernel, the process, the network. Does each find ' +
    'what it needs, in statics that are plain memory, and in boot parameters that the host may change? Left out: an entry ' +
    'point that is run while it runs.',
  knobs,
  sizes: { small: { runs: 1 }, full: { runs: 2 } },
  designs: snpBootDesigns,
  build,
})

const said = (quote: string, property: string): Claim => ({ article: 'sev-snp-runner', quote, scenario: snpBoot.name, property })

export const snpBootClaims: readonly Claim[] = [
  said('follows a strict three-phase boot process', bootClaims.order),
  said(
    'Invokes HostSnpInterface::return_to_host to trigger a VM-exit, allowing the host to complete kernel setup',
    bootClaims.returned,
  ),
  said('After the host resumes the VM, execution continues at sandbox_process_start', bootClaims.order),
  said('Parses argv and environment variables from boot_params', bootClaims.used),
  said('parse_args(boot_params).expect("invalid args")', bootClaims.reason),
  said('SM_TERM_INVALID_PARAM for boot parameter errors', bootClaims.reason),
  said('Load the guest ELF and store the shim globally', bootClaims.shim),
]
