import { cell, finalWhen, type Scenario, type System, scenario, system, weak } from '../checker/index.ts'
import { isThere, type SnpNetworkDesign, type SnpThreads, snpThreadRules } from '../model/shim/snp-network.ts'
import { snpNetwork as networkChart, snpProcess, snpThread } from '../model/shim/snp-thread.ts'
import { networkClaims, networkProperties } from '../properties/snp-network.ts'
import type { Claim } from './claim.ts'
import { snpNetworkDesigns } from './snp/network-designs.ts'

const knobs = {
  /** How long the network interacts before it looks whether all threads have exited. */
  inner: ['until-wait', 'bounded'],
  /** What it looks for. */
  ends: ['no-threads', 'drained'],
  /** When a thread is counted out: before it drops its task, or after. */
  lower: ['before-drop', 'after-drop'],
  /** Whether an interrupt brings a thread that computes into the shim. */
  interrupts: ['none', 'delivered'],
  /** What becomes of the start arguments of a thread that the host refuses. */
  refusal: ['leaks', 'reclaims'],
  /** What the network thread does if the host comes back to it. */
  comesBack: ['panics', 'halts'],
  threads: [2, 3],
} as const

function build({ threads: count, ...design }: SnpNetworkDesign & { readonly threads: number }): System {
  const threads = Array.from({ length: count }, (_, at) => `thread${at}`)
  const world: SnpThreads = {
    ...design,
    threads,
    thread: (thread) => cell(thread, snpThread, { input: { leader: thread === threads[0] } }),
    process: cell('process', snpProcess),
    network: cell('network', networkChart),
  }
  return system({
    cells: [...threads.map(world.thread), world.process, world.network],
    rules: snpThreadRules(world),
    properties: networkProperties(world),
    // A guest may compute for ever; that a process ends is judged by the properties.
    final: finalWhen(
      {},
      {
        reads: () => ({ all: threads.map(world.thread), network: world.network }),
        holds: ({ all, network }) =>
          !['looking', 'interacting'].includes(network.value as string) || all.some(({ value }) => isThere(value)),
      },
    ),
    fairness: [
      ...[...threads, 'network'].map((actor) => weak({ actor })),
      // The host answers in the end when it is asked for a thread.
      ...threads.slice(1).map((child) => weak({ step: `host.agree(${child})` })),
    ],
  })
}

export const snpNetwork: Scenario = scenario({
  name: 'snp-network',
  story:
    'Threads of the SNP guest start, are refused, call, compute and end; a loop serves the network while any of them runs. ' +
    'Does the process end when it should, and the network with it, and not before? The host starts threads when it likes, ' +
    'and a peer sends when it likes. Left out: how the count of threads is kept (`thread-life-active-count`).',
  knobs,
  sizes: { small: { threads: 2 }, full: { threads: 3 } },
  designs: snpNetworkDesigns,
  build,
})

const said = (quote: string, property: string): Claim => ({
  article: 'sev-snp-runner',
  quote,
  scenario: snpNetwork.name,
  property,
})

export const snpNetworkClaims: readonly Claim[] = [
  said('Return values CallAgainImmediately or WaitOnDeviceOrSocketInteraction drive the polling loop', networkClaims.ends),
  said('ensuring asynchronous network I/O does not block VM termination', networkClaims.ends),
  said('The loop continues until all threads exit', networkClaims.lives),
  said('managing page faults, system calls, thread scheduling, network I/O, and clean VM termination', networkClaims.sent),
  said('ExitThread to terminate the thread', networkClaims.noticed),
  said('terminates and returns control to the host', networkClaims.halts),
  said('The runner manages guest threads through structures defined in snp_impl.rs', networkClaims.leaked),
]
