import { type Rule, rule } from '../../checker/index.ts'
import { programCell, type Site, siteOf } from './program-text.ts'

/*
 * The rewriter, which goes through a program's system calls, and the loader, which maps what comes of it.
 *
 * Models: `litebox_syscall_rewriter/src/lib.rs: hook_syscalls_in_elf, hook_syscalls_in_section, hook_syscall_and_after,
 * hook_syscall_before_and_after`: one site after another, on a copy; a site without room ends it for the whole file. Around
 * it `litebox_runner_linux_on_windows_userland/src/lib.rs: run`, which rewrites only if asked to and unwraps the answer,
 * and `litebox_common_linux/src/loader.rs: parse_trampoline`, for which a file without a trampoline "is OK".
 *
 * Leaves out: files that were rewritten before, or by another version; libraries, which a program loads itself.
 */

export interface RewriterDesign {
  /** Who rewrites: the runner, the user ahead of time (and perhaps not at all), or nobody. */
  readonly rewriting: 'by-runner' | 'ahead' | 'never'
  /** What becomes of a system call without room. */
  readonly unpatchable: 'abort-file' | 'skip' | 'trap'
  /** What the loader does with a file that has no trampoline. */
  readonly missing: 'accept' | 'reject'
  /** Where a window ends: nowhere at another system call, at one, or at whatever another window has taken as well. */
  readonly window: 'across-calls' | 'within' | 'apart'
  /** What is searched: instructions in a row from the start, or every byte, and what is found elsewhere is refused. */
  readonly search: 'instructions' | 'bytes'
}

type Way = 'back' | 'forward' | 'over' | 'backOver' | 'none'

/** How a system call gives way to a jump: `over` and `backOver` overwrite part of the jump before it as well. */
function wayOf({ kind }: Site, { window }: RewriterDesign): Way {
  switch (kind) {
    case 'roomBefore':
      return 'back'
    case 'roomAfter':
    case 'lender':
      return 'forward'
    case 'first':
      return window === 'across-calls' ? 'forward' : 'none'
    case 'second':
      return window === 'across-calls' ? 'over' : 'forward'
    case 'borrower':
      return window === 'apart' ? 'none' : 'backOver'
    case 'noRoom':
    case 'hidden':
    case 'generated':
      return 'none'
  }
}

const source = 'litebox_syscall_rewriter/src/lib.rs'

/** The steps of the rewriter and the loader on a text, whose sites are in the order of their addresses. */
export function loading(text: readonly Site[], design: RewriterDesign): readonly Rule[] {
  const seen = text.filter(({ kind }) => kind !== 'hidden' && kind !== 'generated')
  const refused = design.search === 'bytes' && text.some(({ kind }) => kind === 'hidden')
  const rewritten = [
    start(),
    ...(refused ? [giveUpAtStart()] : [...patches(seen, design), finish(seen)]),
    ...whatThen(seen, design, refused),
  ]
  return [
    ...(design.rewriting === 'never' ? [] : rewritten),
    ...(design.rewriting === 'by-runner' ? [] : [takeOriginal(text)]),
    ...mapping(design),
  ]
}

const start = (): Rule =>
  rule(
    'rewriter.start',
    {},
    { source: `${source}: hook_syscalls_in_elf`, actor: () => 'rewriter', sends: () => ({ program: programCell }) },
  ).does({
    when: { original: ({ program }) => program.value === 'original' },
    events: () => ({ program: { type: 'START' } }),
  })

const symbols = {
  back: 'hook_syscalls_in_section',
  forward: 'hook_syscall_and_after',
  over: 'hook_syscall_and_after',
  backOver: 'hook_syscalls_in_section, replace_start',
} as const

function patches(seen: readonly Site[], design: RewriterDesign): readonly Rule[] {
  const nth = (name: string): number => seen.findIndex((site) => site.name === name)
  return (['back', 'forward', 'over', 'backOver'] as const).flatMap((way) => {
    const names = seen.filter((site) => wayOf(site, design) === way).map(({ name }) => name)
    const before = (name: string): readonly Site[] => (way === 'over' || way === 'backOver' ? [seen[nth(name) - 1]!] : [])
    return names.length === 0
      ? []
      : [
          rule(
            `rewriter.${way}`,
            { site: names },
            {
              source: `${source}: ${symbols[way]}`,
              needed: true,
              actor: () => 'rewriter',
              sends: ({ site }) => ({ program: programCell, site: siteOf(seen[nth(site)]!), before: before(site).map(siteOf) }),
            },
          ).does({
            when: {
              rewriting: ({ program }) => program.value === 'rewriting',
              itsTurn: ({ program }, { site }) => program.context.at === nth(site),
            },
            events: () => ({
              program: { type: 'NEXT' },
              site: { type: way === 'backOver' ? 'PATCH_ASTRAY' : 'PATCH' },
              before: { type: 'BREAK' },
            }),
          }),
        ]
  })
}

const finish = (seen: readonly Site[]): Rule =>
  rule(
    'rewriter.finish',
    {},
    { source: `${source}: hook_syscalls_in_elf`, actor: () => 'rewriter', sends: () => ({ program: programCell }) },
  ).does({
    when: {
      rewriting: ({ program }) => program.value === 'rewriting',
      atEnd: ({ program }) => program.context.at === seen.length,
    },
    events: () => ({ program: { type: 'FINISH' } }),
  })

const giveUpAtStart = (): Rule =>
  rule(
    'rewriter.giveUp',
    {},
    {
      source: 'hypothetical: a file with the bytes of a system call elsewhere is refused',
      needed: true,
      actor: () => 'rewriter',
      sends: () => ({ program: programCell }),
    },
  ).does({
    when: { rewriting: ({ program }) => program.value === 'rewriting' },
    events: () => ({ program: { type: 'GIVE_UP' } }),
  })

/** What becomes of a site without room, and of a file that could not be rewritten. */
function whatThen(seen: readonly Site[], design: RewriterDesign, refused: boolean): readonly Rule[] {
  const nth = (name: string): number => seen.findIndex((site) => site.name === name)
  const names = refused ? [] : seen.filter((site) => wayOf(site, design) === 'none').map(({ name }) => name)
  const gaveUp = refused || (names.length > 0 && design.unpatchable === 'abort-file')
  const sourceOf = {
    'abort-file': `${source}: hook_syscall_before_and_after, InsufficientBytesBeforeOrAfter`,
    skip: 'hypothetical: the system call is left as it is',
    trap: 'litebox_syscall_rewriter/src/lib.rs: patch_code_segment (pull request 810), ICEBP; HLT',
  }[design.unpatchable]
  const unpatchable = rule(
    `rewriter.${{ 'abort-file': 'giveUp', skip: 'skip', trap: 'trap' }[design.unpatchable]}`,
    { site: names },
    {
      source: sourceOf,
      needed: true,
      actor: () => 'rewriter',
      sends: ({ site }) => ({
        program: programCell,
        trapped: design.unpatchable === 'trap' ? [siteOf(seen[nth(site)]!)] : [],
      }),
    },
  ).does({
    when: {
      rewriting: ({ program }) => program.value === 'rewriting',
      itsTurn: ({ program }, { site }) => program.context.at === nth(site),
    },
    events: () => ({ program: { type: design.unpatchable === 'abort-file' ? 'GIVE_UP' : 'NEXT' }, trapped: { type: 'TRAP' } }),
  })
  const stop = rule(
    'runner.stop',
    {},
    {
      source: 'litebox_runner_linux_on_windows_userland/src/lib.rs: run, hook_syscalls_in_elf(..).unwrap()',
      needed: true,
      actor: () => 'runner',
      sends: () => ({ program: programCell }),
    },
  ).does({
    when: { gaveUp: ({ program }) => program.value === 'withoutRewriting' },
    events: () => ({ program: { type: 'REFUSE' } }),
  })
  return [...(names.length > 0 ? [unpatchable] : []), ...(gaveUp && design.rewriting === 'by-runner' ? [stop] : [])]
}

/** The copy is gone, and the user may run what there was before it. */
const takeOriginal = (text: readonly Site[]): Rule =>
  rule(
    'user.takeOriginal',
    {},
    {
      kind: 'environment',
      source: 'litebox_runner_linux_on_windows_userland/src/lib.rs: CliArgs::rewrite_syscalls, absent',
      needed: true,
      actor: () => 'user',
      sends: () => ({ program: programCell, sites: text.map(siteOf) }),
    },
  ).does({
    when: { unread: ({ program }) => program.value === 'original' || program.value === 'withoutRewriting' },
    events: () => ({ program: { type: 'TAKE_ORIGINAL' }, sites: { type: 'RESTORE' } }),
  })

function mapping({ rewriting, missing }: RewriterDesign): readonly Rule[] {
  const loader = 'litebox_common_linux/src/loader.rs: parse_trampoline'
  const step = (name: string, from: 'rewritten' | 'unrewritten', type: 'LOAD' | 'REFUSE', source: string): Rule =>
    rule(name, {}, { source, actor: () => 'loader', sends: () => ({ program: programCell }) }).does({
      when: { atHand: ({ program }) => program.value === from },
      events: () => ({ program: { type } }),
    })
  return [
    ...(rewriting === 'never' ? [] : [step('loader.mapRewritten', 'rewritten', 'LOAD', loader)]),
    ...(rewriting === 'by-runner'
      ? []
      : [
          missing === 'accept'
            ? step('loader.accept', 'unrewritten', 'LOAD', `${loader}, "No trampoline found, which is OK"`)
            : step('loader.reject', 'unrewritten', 'REFUSE', 'hypothetical: a file without a trampoline is refused'),
        ]),
  ]
}
