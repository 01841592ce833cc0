import { leadsTo, onStep, type Property } from '../checker/index.ts'
import type { timedWaitOf } from '../model/shim/timed-block.ts'

/*
 * What is claimed of a wait with a deadline.
 */

export const timedBlockProperties = (wait: ReturnType<typeof timedWaitOf>): readonly Property[] => [
  onStep(
    'a wait times out at its deadline or later',
    {},
    {
      on: ['host.timeOut'],
      reads: () => ({ wait }),
      holds: ({ wait }) => wait.context.deadline === 0,
    },
  ),
  leadsTo(
    'a wait ends once its deadline has passed',
    {},
    {
      reads: () => ({ wait }),
      from: ({ wait }) => wait.context.deadline === 0,
      to: ({ wait }) => wait.value === 'timedOut',
    },
  ),
]
