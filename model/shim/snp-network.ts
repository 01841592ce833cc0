import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type { snpNetwork, snpProcess, snpThread } from './snp-thread.ts'

/*
 * The steps of the SNP guest's threads and of its network, and what host and peer do to them.
 *
 * Models: what `snp-thread.ts` names. The advice of an interaction is to call again at once where it moved a packet, and
 * to wait where it did not; the source does not wait then, but goes round (`TODO: use timeout to wait on host events`). A
 * peer may send at any time. An interrupt, where it is delivered, brings a computing thread into the shim; at this source
 * the guest has no handler for one.
 *
 * Leaves out: timeouts, sockets (one message is sent, or not), and that the host may refuse an interrupt.
 */

export interface SnpNetworkDesign {
  /** Until when the network interacts before it looks whether all threads have exited. */
  readonly inner: 'until-wait' | 'bounded'
  /** What it looks for: that no thread is left, or that nothing is left to send either. */
  readonly ends: 'no-threads' | 'drained'
  /** When a thread is counted out: before it drops its task, or after. */
  readonly lower: 'before-drop' | 'after-drop'
  /** Whether an interrupt brings a thread into the shim. */
  readonly interrupts: 'none' | 'delivered'
  /** What becomes of the start arguments when the host refuses a thread. */
  readonly refusal: 'leaks' | 'reclaims'
  /** What the network thread does to which the host comes back. */
  readonly comesBack: 'panics' | 'halts'
}

export interface SnpThreads extends SnpNetworkDesign {
  /** The first is there from the start; it asks for the others. */
  readonly threads: readonly string[]
  readonly thread: (thread: string) => CellOf<typeof snpThread>
  readonly process: CellOf<typeof snpProcess>
  readonly network: CellOf<typeof snpNetwork>
}

const snp = 'litebox_platform_linux_kernel/src/host/snp/snp_impl.rs'
const shim = 'litebox_shim_linux/src/syscalls/process.rs'
const runner = 'litebox_runner_snp/src/main.rs: sandbox_tun_read_write'

/** Whether a thread runs or may still run. */
export const isThere = (phase: unknown): boolean =>
  phase !== 'unborn' && phase !== 'gone' && phase !== 'leaked' && phase !== 'attached'

export const snpThreadRules = (world: SnpThreads): readonly Rule[] => [...spawning(world), ...running(world), ...serving(world)]

const spawning = ({ threads, thread, process, refusal }: SnpThreads): readonly Rule[] => {
  const children = { child: threads.slice(1) }
  const leader = thread(threads[0]!)
  return [
    rule('thread.attach', children, {
      kind: 'environment',
      source: `${shim}: sys_clone, attach_thread`,
      actor: () => threads[0]!,
      sees: () => ({ parent: leader, process }),
      sends: ({ child }) => ({ child: thread(child) }),
    }).does({
      when: {
        unborn: ({ child }) => child.value === 'unborn',
        parentCalls: ({ parent }) => parent.value === 'calling',
        goesOn: ({ process }) => !process.context.ending,
      },
      events: () => ({ child: { type: 'ATTACH' } }),
    }),
    rule('host.agree', children, {
      kind: 'environment',
      source: `${snp}: spawn_thread, CLONE3`,
      actor: () => 'host',
      sends: ({ child }) => ({ child: thread(child) }),
    }).does({
      when: { attached: ({ child }) => child.value === 'attached' },
      events: () => ({ child: { type: 'AGREE' } }),
    }),
    rule('host.refuse', children, {
      kind: 'environment',
      source: `${snp}: spawn_thread, CLONE3 fails`,
      actor: () => 'host',
      sends: ({ child }) => ({ child: thread(child) }),
    }).does({
      when: { attached: ({ child }) => child.value === 'attached' },
      events: () => ({ child: { type: 'REFUSED', reclaimed: refusal === 'reclaims' } }),
    }),
    rule('thread.start', children, {
      source: `${snp}: thread_start, run_thread`,
      actor: ({ child }) => child,
      sends: ({ child }) => ({ child: thread(child) }),
    }).does({
      when: { agreed: ({ child }) => child.value === 'agreed' },
      events: () => ({ child: { type: 'START' } }),
    }),
  ]
}

const running = ({ threads, thread, process, interrupts }: SnpThreads): readonly Rule[] => {
  const each = { thread: threads }
  const actor = ({ thread }: { readonly thread: string }): string => thread
  const own = ({ thread: one }: { readonly thread: string }) => ({ thread: thread(one) })
  // The parent is in its call until the host has answered.
  const askedFor = ({ thread: one }: { readonly thread: string }) => (one === threads[0] ? threads.slice(1).map(thread) : [])
  const calls = { calling: ({ thread }: { readonly thread: { readonly value: unknown } }) => thread.value === 'calling' }
  return [
    rule('guest.compute', each, { kind: 'environment', source: `${snp}: switch_to_guest`, actor, sends: own }).does({
      when: { inGuest: ({ thread }) => thread.value === 'running' || thread.value === 'computing' },
      events: () => ({ thread: { type: 'COMPUTE' } }),
    }),
    rule('guest.call', each, { source: `${snp}: handle_syscall`, needed: true, actor, sends: own }).does({
      when: { running: ({ thread }) => thread.value === 'running' },
      events: () => ({ thread: { type: 'CALL' } }),
    }),
    ...(interrupts === 'delivered'
      ? [
          rule('thread.interrupt', each, {
            source: `${snp}: interrupt_thread, with a handler in the guest`,
            actor,
            sees: () => ({ process }),
            sends: own,
          }).does({
            when: { computing: ({ thread }) => thread.value === 'computing', wanted: ({ process }) => process.context.ending },
            events: () => ({ thread: { type: 'CALL' } }),
          }),
        ]
      : []),
    rule('thread.send', each, {
      kind: 'environment',
      source: 'litebox/src/net/mod.rs: send',
      actor,
      sees: own,
      sends: () => ({ process }),
    }).does({
      when: { ...calls, nothingYet: ({ process }) => process.context.toSend === 0 },
      events: () => ({ process: { type: 'SEND' } }),
    }),
    rule('thread.endProcess', each, {
      kind: 'environment',
      source: `${shim}: sys_exit_group`,
      needed: true,
      actor,
      sees: own,
      sends: () => ({ process }),
    }).does({
      when: { ...calls, notYet: ({ process }) => !process.context.ending },
      events: () => ({ process: { type: 'END' } }),
    }),
    rule('thread.return', each, {
      source: `${snp}: handle_syscall, ContinueOperation`,
      actor,
      sees: (at) => ({ process, children: askedFor(at) }),
      sends: own,
    }).does({
      when: { ...calls, answered: ({ children }) => children.every(({ value }) => value !== 'attached') },
      events: ({ process }) => ({ thread: { type: process.context.ending ? 'TERMINATE' : 'RETURN' } }),
    }),
    rule('thread.drop', each, { source: `${snp}: exit_thread, drop(tls)`, actor, sends: own }).does({
      when: { ending: ({ thread }) => thread.value === 'ending' },
      events: () => ({ thread: { type: 'DROP' } }),
    }),
  ]
}

const serving = ({ threads, thread, process, network, inner, ends, lower, comesBack }: SnpThreads): readonly Rule[] => {
  const look = {
    source: `${runner}, all_threads_exited`,
    actor: () => 'network',
    sees: () => ({ all: threads.map(thread), process }),
    sends: () => ({ network }),
  }
  const isOver = (all: readonly { readonly value: unknown }[], toSend: number): boolean =>
    all.every(({ value }) => !isThere(value) || (value === 'ending' && lower === 'before-drop')) &&
    (ends === 'no-threads' || toSend === 0)
  return [
    rule('network.goOn', {}, look).does({
      when: {
        looking: ({ network }) => network.value === 'looking',
        needed: ({ all, process }) => !isOver(all, process.context.toSend),
      },
      events: () => ({ network: { type: 'GO_ON' } }),
    }),
    rule('network.return', {}, { ...look, needed: true }).does({
      when: {
        looking: ({ network }) => network.value === 'looking',
        over: ({ all, process }) => isOver(all, process.context.toSend),
      },
      events: () => ({ network: { type: 'RETURN' } }),
    }),
    rule(
      'network.interact',
      {},
      {
        source: `${runner}, perform_network_interaction`,
        needed: true,
        actor: () => 'network',
        sends: () => ({ network, process }),
      },
    ).does({
      when: { interacting: ({ network }) => network.value === 'interacting' },
      events: ({ network, process }) => ({
        network: {
          type: 'INTERACT',
          again: network.context.arrived || process.context.toSend > 0,
          limit: inner === 'until-wait' ? 10 : 2,
        },
        process: { type: 'SENT' },
      }),
    }),
    rule(
      'peer.send',
      {},
      {
        kind: 'environment',
        source: `${snp}: receive_ip_packet, SNP_VMPL_TUN_READ_REQ`,
        actor: () => 'peer',
        sends: () => ({ network }),
      },
    ).does({
      when: {
        open: ({ network }) => network.value === 'looking' || network.value === 'interacting',
        nothingYet: ({ network }) => !network.context.arrived,
      },
      events: () => ({ network: { type: 'ARRIVE' } }),
    }),
    rule(
      'host.comeBack',
      {},
      { kind: 'environment', source: `${snp}: return_to_host, unreachable!`, actor: () => 'host', sends: () => ({ network }) },
    ).does({
      when: { returned: ({ network }) => network.value === 'returned' },
      events: () => ({ network: { type: 'COME_BACK', halts: comesBack === 'halts' } }),
    }),
  ]
}
