import { always, canReach, onStep, type Property, sometimes } from '../checker/index.ts'
import { type PatchWorld, pageCell } from '../model/memory/patch-plan.ts'
import { textGuestCell } from '../model/platform/syscall-execution.ts'
import { rewritingClaims } from './syscall-rewriting.ts'

/*
 * What is claimed of a page whose system calls are patched when it becomes executable.
 */

export const patchPlanClaims = {
  plan: 'a patch plan is applied only to the mapping that it was made for',
  host: rewritingClaims.host,
  knows: 'a call of mmap knows which mapping it has made',
  noted: 'a patching that begins is noted for its file, and for no other',
  returns: 'a call of mmap or mprotect can always return',
  served: 'a guest whose call was served can always go on',
} as const

export const patchPlanProperties = ({ threads, thread, files, state }: PatchWorld): readonly Property[] => [
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
  onStep(
    patchPlanClaims.knows,
    {},
    {
      on: ['mmap.replace'],
      reads: () => ({ call: thread(threads[1]), page: pageCell }),
      holds: (_, { call, page: { context } }) =>
        call.context.plan === (context.source === 'nobody' ? 0 : context.generation) && call.context.file === context.source,
    },
  ),
  onStep(
    patchPlanClaims.noted,
    { thread: threads, file: files },
    {
      on: ['patch.begin'],
      reads: ({ thread: name, file }) => ({ call: thread(name), state: state(file) }),
      holds: (before, after, { at }, { thread, file }) =>
        at.thread !== thread ||
        after.state.context.patched ===
          (before.call.context.file === file ? before.call.context.plan : before.state.context.patched),
    },
  ),
  canReach(
    patchPlanClaims.returns,
    { thread: threads },
    { reads: ({ thread: name }) => ({ call: thread(name) }), goal: ({ call }) => call.value === 'outside' },
  ),
  canReach(
    patchPlanClaims.served,
    {},
    { reads: () => ({ guest: textGuestCell }), goal: ({ guest }) => guest.value === 'running' },
  ),
  sometimes(
    'a patched page serves a system call',
    {},
    { reads: () => ({ guest: textGuestCell }), holds: ({ guest }) => guest.value === 'inShim' },
  ),
]
