import type { Mutants } from './mutants.ts'

/** Of the page tables, their shootdown, and who maps what. */
export const memoryMutants: Mutants = {
  kills: [],
  survivors: [
    {
      scenario: 'unmap-shootdown',
      mutant: 'receiver unmap.unlock/lock',
      reason: 'The lock stays held after the only call that takes it, and by then nobody else waits for it.',
    },
    {
      scenario: 'unmap-shootdown',
      mutant: 'receiver unmap.return/cpu',
      reason: "The caller's core never goes back to its guest. Nothing is claimed of what the caller does after the call.",
    },
    {
      scenario: 'unmap-shootdown',
      mutant: 'swap unmap.unlock unmap.return',
      reason: 'The core goes back before the lock is free. Both come after every flush, and nobody else waits for the lock.',
    },
    {
      scenario: 'unmap-shootdown',
      mutant: 'receiver ipi.acknowledge/cpu',
      reason: 'The core stays in its handler once it has acknowledged. What its guest could still have reached is flushed.',
    },
    {
      scenario: 'unmap-shootdown',
      mutant: 'receiver fault.return/cpu',
      reason: 'The core stays in its fault handler once that is done: its guest does less than it could.',
    },
  ],
}
