import { always, onStep, type Property, sometimes } from '../checker/index.ts'
import { type PatchWorld, pageCell } from '../model/memory/patch-plan.ts'
import { textGuestCell } from '../model/platform/syscall-execution.ts'
import { rewritingClaims } from './syscall-rewriting.ts'

/*
 * What is claimed of a page whose system calls are patched when it becomes executable.
 */

export const patchPlanClaims = {
  plan: 'a patch plan is applied only to the mapping that it was made for',
  host: rewritingClaims.host,
} as const

export const patchPlanProperties = ({ threads, thread }: PatchWorld): readonly Property[] => [
  onStep(
    patchPlanClaims.plan,
    { thread: threads },
    {
      on: ['patch.write'],
      reads: ({ thread: name }) => ({ call: thread(name), page: pageCell }),
      holds: ({ call, page }, _, { at }, { thread }) => at.thread !== thread || call.context.plan === page.context.generation,
    },
  ),
  always(patchPlanClaims.host, {}, { reads: () => ({ guest: textGuestCell }), holds: ({ guest }) => guest.value !== 'onHost' }),
  sometimes(
    'a patched page serves a system call',
    {},
    { reads: () => ({ guest: textGuestCell }), holds: ({ guest }) => guest.value === 'inShim' },
  ),
]
