import { setup } from 'xstate'
import { type CellOf, cell, type Rule, rule } from '../../checker/index.ts'
import { programCell, type Site, siteOf } from './program-text.ts'

/*
 * A guest that runs its text, and where each of its system calls ends.
 *
 * Models: the jump to `litebox_platform_linux_userland/src/lib.rs: syscall_callback` and its twin on Windows; a trap
 * instruction, which is an exception; and a raw system call, which the host executes unless a filter stands behind it:
 * `litebox_platform_linux_userland/src/syscall_intercept/systrap.rs: register_seccomp_filter`, whose list lets some calls
 * through by their number (`rt_sigreturn`, `sched_yield`, `sigaltstack`, `tgkill`, `setitimer`) and others by a number in
 * an argument that LiteBox passes with its own calls and that a guest may pass as well.
 *
 * Leaves out: what a call does, several threads (a text changes while it runs in `memory/patch-plan.ts`), and what a
 * program that has gone astray does next.
 */

export const textGuest = setup({
  types: {
    events: {} as { type: 'REACH_SHIM' } | { type: 'REACH_HOST' } | { type: 'STRAY' } | { type: 'RETURN' } | { type: 'WRITE' },
  },
}).createMachine({
  id: 'textGuest',
  initial: 'running',
  states: {
    running: { on: { REACH_SHIM: 'inShim', REACH_HOST: 'onHost', STRAY: 'astray', WRITE: 'running' } },
    inShim: { on: { RETURN: 'running' } },
    onHost: { on: { RETURN: 'running' } },
    // It runs bytes that nobody put there as code.
    astray: {},
  },
})

export const textGuestCell: CellOf<typeof textGuest> = cell('guest', textGuest)

export interface ExecutionDesign {
  /** What a raw system call meets: nothing; a filter that lets listed calls through; or one that lets none through. */
  readonly behind: 'nothing' | 'listing-filter' | 'filter'
  /** Whether the program jumps to addresses that it has computed. */
  readonly jumps: 'known' | 'computed-too'
}

export function executing(text: readonly Site[], { behind, jumps }: ExecutionDesign): readonly Rule[] {
  const named = new Map(text.map((site) => [site.name, site]))
  const at = (name: string): ReturnType<typeof siteOf> => siteOf(named.get(name)!)
  const entered = text.filter(({ kind }) => kind === 'roomBefore' || kind === 'roomAfter').map(({ name }) => name)
  return [
    calling(text, behind, at),
    ...(jumps === 'computed-too' ? [jumpingInto(entered, at)] : []),
    ...generating(text, at),
    rule(
      'guest.return',
      {},
      { source: 'litebox/src/shim.rs: ContinueOperation::Resume', actor: () => 'guest', sends: () => ({ guest: textGuestCell }) },
    ).does({
      when: { away: ({ guest }) => guest.value === 'inShim' || guest.value === 'onHost' },
      events: () => ({ guest: { type: 'RETURN' } }),
    }),
  ]
}

type SiteCell = (name: string) => ReturnType<typeof siteOf>

/** `call` says whether the filter's list, where there is one, lets the call through. */
const calling = (text: readonly Site[], behind: ExecutionDesign['behind'], at: SiteCell): Rule =>
  rule(
    'guest.call',
    { site: text.map(({ name }) => name), call: behind === 'listing-filter' ? ['unlisted', 'listed'] : ['any'] },
    {
      source: 'litebox_platform_windows_userland/src/lib.rs: syscall_callback; systrap.rs: sigsys_handler',
      actor: () => 'guest',
      sees: ({ site }) => ({ program: programCell, site: at(site) }),
      sends: () => ({ guest: textGuestCell }),
    },
  ).does({
    when: {
      loaded: ({ program }) => program.value === 'loaded',
      running: ({ guest }) => guest.value === 'running',
      there: ({ site }) => site.value !== 'absent',
    },
    events: ({ site }, { call }) => ({
      guest: {
        type:
          site.value === 'broken'
            ? 'STRAY'
            : site.value === 'raw' && (behind === 'nothing' || call === 'listed')
              ? 'REACH_HOST'
              : 'REACH_SHIM',
      },
    }),
  })

/** To the address of the system call that was replaced, or of the instruction after it. */
const jumpingInto = (sites: readonly string[], at: SiteCell): Rule =>
  rule(
    'guest.jumpInto',
    { site: sites },
    {
      source: 'litebox_syscall_rewriter/src/lib.rs: get_control_transfer_targets, near_branch_target only',
      actor: () => 'guest',
      sees: ({ site }) => ({ program: programCell, site: at(site) }),
      sends: () => ({ guest: textGuestCell }),
    },
  ).does({
    when: {
      loaded: ({ program }) => program.value === 'loaded',
      running: ({ guest }) => guest.value === 'running',
      replaced: ({ site }) => site.value === 'jump',
    },
    events: () => ({ guest: { type: 'STRAY' } }),
  })

function generating(text: readonly Site[], at: SiteCell): readonly Rule[] {
  const sites = text.filter(({ kind }) => kind === 'generated').map(({ name }) => name)
  if (sites.length === 0) return []
  return [
    rule(
      'guest.generate',
      { site: sites },
      {
        source: 'litebox_syscall_rewriter/src/lib.rs: code that is generated at run time, an explicit non-goal',
        needed: true,
        actor: () => 'guest',
        sees: () => ({ program: programCell }),
        sends: ({ site }) => ({ guest: textGuestCell, site: at(site) }),
      },
    ).does({
      when: {
        loaded: ({ program }) => program.value === 'loaded',
        running: ({ guest }) => guest.value === 'running',
        absent: ({ site }) => site.value === 'absent',
      },
      events: () => ({ guest: { type: 'WRITE' }, site: { type: 'GENERATE' } }),
    }),
  ]
}
