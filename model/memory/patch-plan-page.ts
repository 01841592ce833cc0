import { type Rule, rule } from '../../checker/index.ts'
import { textGuestCell } from '../platform/syscall-execution.ts'
import { type PatchDesign, type PatchWorld, pageCell } from './patch-plan.ts'

/*
 * What happens to the page itself: its bytes are read, patched and written back, and guests run and write them.
 *
 * Models: the second half of `litebox_shim_linux/src/syscalls/mm.rs: maybe_patch_exec_segment` (pull request 810), each
 * access to the page a step, since nothing keeps guests from it; and guests, which run whatever is executable.
 *
 * Leaves out: see `patch-plan.ts`.
 */

const source = 'litebox_shim_linux/src/syscalls/mm.rs (pull request 810)'

export interface PatchGuest {
  /** Whether guests write to the page whenever they can, or only what they generate themselves. */
  readonly guest: 'well-behaved' | 'writes-at-will'
  /** What a raw system call meets. */
  readonly behind: 'nothing' | 'filter'
}

export function rewritingThePage(
  { threads, thread }: Pick<PatchWorld, 'threads' | 'thread'>,
  design: PatchDesign,
): readonly Rule[] {
  const patch = `${source}: maybe_patch_exec_segment`
  const protect = (name: string, phase: string, rights: 'write' | 'execute', type: 'LOOSENED' | 'TIGHTENED'): Rule =>
    rule(
      name,
      { thread: threads },
      {
        source: `${patch}, sys_mprotect_raw`,
        actor: ({ thread }) => thread,
        sends: ({ thread: name }) => ({ call: thread(name), page: pageCell }),
      },
    ).does({
      when: { itsTurn: ({ call }) => call.value === phase },
      events: () => ({ call: { type }, page: { type: 'PROTECT', rights } }),
    })
  const read = rule(
    'patch.read',
    { thread: threads },
    {
      source: `${patch}, to_owned_slice; patch_code_segment`,
      actor: ({ thread }) => thread,
      sees: () => ({ page: pageCell }),
      sends: ({ thread: name }) => ({ call: thread(name) }),
    },
  ).does({
    when: { reading: ({ call }) => call.value === 'reading' },
    events: ({ page }) => ({ call: { type: 'READ', bytes: page.context.bytes } }),
  })
  const write = rule(
    'patch.write',
    { thread: threads },
    {
      source: design.place === 'in-a-copy' ? 'hypothetical: the patched copy replaces the page' : `${patch}, copy_from_slice`,
      needed: true,
      where: ({ thread: name }) => name === threads[0] || design.replacement !== 'other-file',
      actor: ({ thread }) => thread,
      sends: ({ thread: name }) => ({ call: thread(name), page: pageCell }),
    },
  ).does({
    when: {
      writing: ({ call }) => call.value === 'writing',
      same: ({ call, page }) => design.check !== 'with-write' || call.context.plan === page.context.generation,
    },
    events: ({ call }) => {
      const bytes = call.context.buffered === 'empty' ? 'empty' : 'patched'
      return {
        call: { type: 'WROTE' },
        page: design.place === 'in-a-copy' ? { type: 'EXCHANGE', bytes, rights: 'execute' } : { type: 'WRITE', bytes },
      }
    },
  })
  const compare = (name: string, isSame: boolean, type: 'CHECKED' | 'ABANDON', phase: string): Rule =>
    rule(
      name,
      { thread: threads },
      {
        source: 'hypothetical: the generation of the mapping is compared with the plan',
        actor: ({ thread }) => thread,
        sees: () => ({ page: pageCell }),
        sends: ({ thread: name }) => ({ call: thread(name) }),
      },
    ).does({
      when: {
        itsTurn: ({ call }) => call.value === phase,
        compared: ({ call, page }) => (call.context.plan === page.context.generation) === isSame,
      },
      events: () => ({ call: { type } }),
    })
  const checks = {
    never: [],
    'before-write': [compare('patch.check', true, 'CHECKED', 'checking'), compare('patch.abandon', false, 'ABANDON', 'checking')],
    'with-write': [compare('patch.abandon', false, 'ABANDON', 'writing')],
  }[design.check]
  const around =
    design.place === 'in-a-copy'
      ? []
      : [
          protect('patch.loosen', 'loosening', 'write', 'LOOSENED'),
          protect('patch.tighten', 'tightening', 'execute', 'TIGHTENED'),
        ]
  return [...around, read, ...checks, write]
}

export function guests(
  { threads: [, mapper], thread }: PatchWorld,
  { guest, behind, replacement }: PatchDesign & PatchGuest,
): readonly Rule[] {
  const run = rule(
    'guest.call',
    {},
    {
      source: 'litebox_platform_linux_userland/src/lib.rs: syscall_callback',
      needed: true,
      actor: () => 'guest',
      sees: () => ({ page: pageCell }),
      sends: () => ({ guest: textGuestCell }),
    },
  ).does({
    when: {
      running: ({ guest }) => guest.value === 'running',
      executable: ({ page }) => page.context.rights === 'execute' && page.context.bytes !== 'empty',
    },
    events: ({ page }) => ({
      guest: { type: page.context.bytes === 'raw' && behind === 'nothing' ? 'REACH_HOST' : 'REACH_SHIM' },
    }),
  })
  const comeBack = rule(
    'guest.return',
    {},
    { source: 'litebox/src/shim.rs: ContinueOperation::Resume', actor: () => 'guest', sends: () => ({ guest: textGuestCell }) },
  ).does({
    when: { away: ({ guest }) => guest.value === 'inShim' || guest.value === 'onHost' },
    events: () => ({ guest: { type: 'RETURN' } }),
  })
  const write = rule(
    'guest.write',
    {},
    {
      source: 'the guest writes system calls into memory that it may write',
      actor: () => 'guest',
      sees: () => ({ mapper: thread(mapper) }),
      sends: () => ({ page: pageCell, guest: textGuestCell }),
    },
  ).does({
    when: {
      running: ({ guest }) => guest.value === 'running',
      writable: ({ page }) => page.context.rights === 'write' && page.context.bytes !== 'raw',
      generating: ({ page, mapper }) =>
        guest === 'writes-at-will' || (page.context.source === 'nobody' && mapper.value === 'outside'),
    },
    events: () => ({ page: { type: 'WRITE', bytes: 'raw' }, guest: { type: 'WRITE' } }),
  })
  return [run, comeBack, ...(guest === 'writes-at-will' || replacement === 'anonymous' ? [write] : [])]
}
