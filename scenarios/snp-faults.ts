import { cell, finalWhen, type Scenario, type System, scenario, strong, system, weak } from '../checker/index.ts'
import { type FaultDesign, type Faults, faultingThread, faultRules, snpMachine, vmemLock } from '../model/platform/snp-fault.ts'
import { snpFaultClaims, snpFaultProperties } from '../properties/snp-faults.ts'
import type { Claim } from './claim.ts'
import { snpFaultDesigns } from './snp/fault-designs.ts'

const knobs = {
  /** For which errors of the page manager the exception table is searched. */
  lookup: ['access-errors', 'all-errors'],
  /** What becomes of a fault of the guest's program that nothing mends. */
  delivery: ['terminate', 'signal'],
  /** What no memory for the page, and a write that was withheld, do in the handler. */
  unmendable: ['panics', 'is-an-error'],
  /** Whether kernel code copies guest memory while it holds the lock that the handler takes. */
  copies: ['outside-lock', 'under-lock'],
  /** Whether the host ends a machine that asks for it. */
  host: ['ends-machine', 'may-refuse'],
  /** What the guest does if it does not. */
  refusal: ['panics', 'halts'],
  threads: [1, 2],
} as const

function build({ threads: count, ...design }: FaultDesign & { readonly threads: number }): System {
  const threads = Array.from({ length: count }, (_, at) => `thread${at}`)
  const world: Faults = {
    ...design,
    threads,
    thread: (thread) => cell(thread, faultingThread),
    machine: cell('machine', snpMachine),
    lock: cell('vmem', vmemLock),
  }
  return system({
    cells: [...threads.map(world.thread), world.machine, world.lock],
    rules: faultRules(world),
    properties: snpFaultProperties(world),
    final: finalWhen(
      { thread: threads },
      {
        reads: ({ thread }) => ({ thread: world.thread(thread), machine: world.machine }),
        // Where the host ends what asks for its end, who waits for one that has asked waits no longer than for that.
        holds: ({ thread, machine }) =>
          machine.value === 'ended' ||
          (design.host === 'ends-machine' && machine.context.reason !== 'none') ||
          ['running', 'signalled', 'ending', 'halted'].includes(thread.value as string),
      },
    ),
    // The lock is fair: who waits for it again and again gets it.
    fairness: threads.flatMap((thread) => [weak({ actor: thread }), strong({ step: `handler.take(${thread})` })]),
  })
}

export const snpFaults: Scenario = scenario({
  name: 'snp-faults',
  story:
    'Threads of the SNP guest fault: in the program, in a copy that may fault, elsewhere in the kernel, and for reasons that ' +
    'a page mends or does not. Is what can be recovered recovered, and does a machine that must end end? Left out: TLBs, and ' +
    'vectors other than page faults, which all end the machine.',
  knobs,
  sizes: { small: { threads: 1 }, full: { threads: 2 } },
  designs: snpFaultDesigns,
  build,
})

const said = (quote: string, property: string): Claim => ({
  article: 'sev-snp-runner',
  quote,
  scenario: snpFaults.name,
  property,
})

export const snpFaultArticleClaims: readonly Claim[] = [
  said('queries the page_manager from the LinuxShim to resolve the fault', snpFaultClaims.decided),
  said('searches the exception table to determine if the fault is recoverable', snpFaultClaims.recovered),
  said('Unrecoverable faults trigger HostSnpInterface::terminate with SM_TERM_EXCEPTION', snpFaultClaims.reason),
  said(
    'Fatal errors (invalid boot parameters, missing GHCB, unhandled exceptions) invoke HostSnpInterface::terminate',
    snpFaultClaims.panic,
  ),
  said('forces the VMM to shut down the VM cleanly', snpFaultClaims.stops),
  said('provide granular error reporting to the host VMM', snpFaultClaims.reason),
]
