import { always, leadsTo, type Property, sometimes } from '../checker/index.ts'
import { isThere, type SnpThreads } from '../model/shim/snp-network.ts'

export const networkClaims = {
  lives: 'the network is served until every thread has dropped its task',
  sent: 'what a thread has sent leaves the machine before the network ends',
  ends: 'the network ends once every thread has gone',
  noticed: 'the threads of a process that is to end come to their end',
  leaked: 'no thread is counted that will never run',
  halts: 'the network thread does nothing after it has returned',
} as const

export const networkProperties = ({ threads, thread, process, network }: SnpThreads): readonly Property[] => {
  const all = { reads: () => ({ all: threads.map(thread), network, process }) }
  const isServing = (phase: unknown): boolean => phase === 'looking' || phase === 'interacting'
  return [
    always(
      networkClaims.lives,
      {},
      {
        ...all,
        holds: ({ all, network }) => isServing(network.value) || all.every(({ value }) => !isThere(value)),
      },
    ),
    always(
      networkClaims.sent,
      {},
      {
        ...all,
        holds: ({ network, process }) => isServing(network.value) || process.context.toSend === 0,
      },
    ),
    leadsTo(
      networkClaims.ends,
      {},
      {
        ...all,
        from: ({ all }) => all.every(({ value }) => !isThere(value)),
        to: ({ network }) => !isServing(network.value),
      },
    ),
    leadsTo(
      networkClaims.noticed,
      {},
      {
        ...all,
        from: ({ process }) => process.context.ending,
        to: ({ all }) => all.every(({ value }) => !isThere(value)),
      },
    ),
    always(
      networkClaims.leaked,
      { thread: threads.slice(1) },
      {
        reads: ({ thread: one }) => ({ thread: thread(one) }),
        holds: ({ thread }) => thread.value !== 'leaked',
      },
    ),
    always(networkClaims.halts, {}, { reads: () => ({ network }), holds: ({ network }) => network.value !== 'panicked' }),
    sometimes(
      'a process is to end while a thread of it computes',
      {},
      { ...all, holds: ({ all, process }) => process.context.ending && all.some(({ value }) => value === 'computing') },
    ),
    sometimes(
      'every thread has gone and the network has returned',
      {},
      {
        ...all,
        holds: ({ all, network }) => all.every(({ value }) => !isThere(value)) && network.value === 'returned',
      },
    ),
  ]
}
