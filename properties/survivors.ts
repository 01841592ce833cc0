import type { Survivor } from '../checker/index.ts'

/**
 * Why a mutant may survive: what it does that the original never does, and why no claim of its scenario is about that.
 * A reason for a mutant that does not survive is refused by a test. What has no reason yet is listed beside that test.
 */
export const survivors: readonly Survivor[] = [
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
]
