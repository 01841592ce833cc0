import { finalWhen, type Scenario, type System, scenario, system } from '../checker/index.ts'
import { programCell, type Site, siteOf } from '../model/platform/program-text.ts'
import { executing, textGuestCell } from '../model/platform/syscall-execution.ts'
import { loading } from '../model/platform/syscall-rewriter.ts'
import { rewritingClaims, rewritingProperties } from '../properties/syscall-rewriting.ts'
import type { Claim } from './claim.ts'

const knobs = {
  /** What the text has beside system calls that can give way to a jump. */
  text: ['plain', 'without-room', 'in-a-row', 'room-shared', 'hidden', 'generated'],
  /** Whether the program jumps to addresses that it has computed. */
  jumps: ['known', 'computed-too'],
  /** Who rewrites: the runner, the user ahead of time (and perhaps not at all), or nobody. */
  rewriting: ['by-runner', 'ahead', 'never'],
  /** What becomes of a system call without room. */
  unpatchable: ['abort-file', 'skip', 'trap'],
  /** What the loader does with a file that has no trampoline. */
  missing: ['accept', 'reject'],
  /** Where a window of instructions ends: nowhere at another system call, at one, or at another window as well. */
  window: ['across-calls', 'within', 'apart'],
  /** What is searched for system calls: instructions, or every byte, and what is found elsewhere is refused. */
  search: ['instructions', 'bytes'],
  /** What a raw system call meets: nothing, a filter that lets listed calls through, or one that lets none through. */
  behind: ['nothing', 'listing-filter', 'filter'],
  /** How many sites of each kind the text has. */
  sites: [1, 2],
} as const

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

function textOf({ text, sites }: Choice): readonly Site[] {
  const times = (kind: Site['kind']): readonly Site[] =>
    Array.from({ length: sites }, (_, at) => ({ name: `${kind}${at}`, kind }))
  const pairs = (...kinds: readonly Site['kind'][]): readonly Site[] =>
    Array.from({ length: sites }, (_, at) => kinds.map((kind) => ({ name: `${kind}${at}`, kind }))).flat()
  const more = {
    plain: () => [],
    'without-room': () => times('noRoom'),
    'in-a-row': () => pairs('first', 'second'),
    'room-shared': () => pairs('lender', 'borrower'),
    hidden: () => times('hidden'),
    generated: () => times('generated'),
  }[text]()
  return [...times('roomBefore'), ...times('roomAfter'), ...more]
}

function build(choice: Choice): System {
  const text = textOf(choice)
  const isGivenUp =
    (choice.text === 'without-room' && choice.unpatchable === 'abort-file') ||
    (choice.text === 'hidden' && choice.search === 'bytes')
  return system({
    cells: [programCell, textGuestCell, ...text.map(siteOf)],
    rules: [...loading(text, choice), ...executing(text, choice)],
    properties: rewritingProperties(text, !isGivenUp),
    final: finalWhen(
      {},
      {
        reads: () => ({ program: programCell, guest: textGuestCell }),
        holds: ({ program, guest }) => program.value === 'refused' || guest.value === 'astray',
      },
    ),
  })
}

const snapshot = {
  text: 'plain',
  jumps: 'known',
  rewriting: 'by-runner',
  unpatchable: 'abort-file',
  missing: 'accept',
  window: 'across-calls',
  search: 'instructions',
  behind: 'nothing',
} as const
/** The default of the Linux runner: no rewriting, and a filter behind every call. */
const filtered = { ...snapshot, rewriting: 'never', behind: 'listing-filter' } as const

const { host, meaning, runs } = rewritingClaims

export const syscallRewriting: Scenario = scenario({
  name: 'syscall-rewriting',
  story:
    'A program makes system calls by an instruction that the host would execute. The rewriter replaces each by a jump into ' +
    'LiteBox where there is room, and a loader runs what it is given. For which texts does no system call reach the host? ' +
    'Leaves out libraries and memory that becomes executable later, which is the scenario patch-plan.',
  knobs,
  sizes: { small: { sites: 1 }, full: { sites: 2 } },
  designs: {
    snapshot: {
      story:
        'Linux programs on Windows with --rewrite-syscalls, nothing behind, and a text that was made for it: every system ' +
        'call has room, and the program jumps only where it says that it does.',
      knobs: snapshot,
      expect: { small: { verdict: 'holds', states: 7 }, full: { verdict: 'holds', states: 9 } },
    },
    'snapshot-ahead': {
      story:
        'What the command-line help recommends: the file has been rewritten before. Nothing says so, and the loader takes a ' +
        'file without a trampoline for "OK".',
      knobs: { ...snapshot, rewriting: 'ahead' },
      expect: {
        small: {
          verdict: 'violated',
          states: 10,
          violations: { [host]: 3 },
        },
        full: {
          verdict: 'violated',
          states: 12,
          violations: { [host]: 3 },
        },
      },
    },
    'missing-rejected': {
      story: 'The loader refuses a file without a trampoline where nothing stands behind it.',
      knobs: { ...snapshot, rewriting: 'ahead', missing: 'reject' },
      expect: {
        small: { verdict: 'violated', states: 9, violations: { [runs]: 2 } },
        full: { verdict: 'violated', states: 11, violations: { [runs]: 2 } },
      },
    },
    'snapshot-without-room': {
      story: 'One system call has no room: the rewriter gives up the whole file, and the runner unwraps that.',
      knobs: { ...snapshot, text: 'without-room' },
      expect: {
        small: {
          verdict: 'violated',
          states: 6,
          violations: { [runs]: 5 },
          asleep: ['rewriter.finish', 'loader.mapRewritten', 'guest.call', 'guest.return'],
        },
        full: {
          verdict: 'violated',
          states: 8,
          violations: { [runs]: 7 },
          asleep: ['rewriter.finish', 'loader.mapRewritten', 'guest.call', 'guest.return'],
        },
      },
    },
    'snapshot-ahead-without-room': {
      story: 'The rewriter has given up the file ahead of time, and the user runs it as it was.',
      knobs: { ...snapshot, text: 'without-room', rewriting: 'ahead' },
      expect: {
        small: {
          verdict: 'violated',
          states: 11,
          violations: { [host]: 3 },
          asleep: ['rewriter.finish', 'loader.mapRewritten'],
        },
        full: {
          verdict: 'violated',
          states: 13,
          violations: { [host]: 3 },
          asleep: ['rewriter.finish', 'loader.mapRewritten'],
        },
      },
    },
    'skipped-without-room': {
      story: 'A system call without room is left as it is.',
      knobs: { ...snapshot, text: 'without-room', unpatchable: 'skip' },
      expect: {
        small: {
          verdict: 'violated',
          states: 9,
          violations: { [host]: 7 },
        },
        full: {
          verdict: 'violated',
          states: 12,
          violations: { [host]: 10 },
        },
      },
    },
    'trapped-without-room': {
      story: 'A system call without room becomes a trap, as pull request 810 does it later: two bytes suffice.',
      knobs: { ...snapshot, text: 'without-room', unpatchable: 'trap' },
      expect: { small: { verdict: 'holds', states: 8 }, full: { verdict: 'holds', states: 11 } },
    },
    'snapshot-in-a-row': {
      story:
        'Two system calls in a row, the first of them jumped to. The search for room after the first goes across the second, ' +
        'and the jump of the second overwrites three bytes of the jump of the first.',
      knobs: { ...snapshot, text: 'in-a-row' },
      expect: {
        small: {
          verdict: 'violated',
          states: 10,
          violations: { [meaning]: 8 },
        },
        full: {
          verdict: 'violated',
          states: 14,
          violations: { [meaning]: 12 },
        },
      },
    },
    'window-within': {
      story: 'A window ends at another system call; the first of the two has no room then, and becomes a trap.',
      knobs: { ...snapshot, text: 'in-a-row', window: 'within', unpatchable: 'trap' },
      expect: { small: { verdict: 'holds', states: 9 }, full: { verdict: 'holds', states: 13 } },
    },
    'snapshot-room-shared': {
      story:
        'Two system calls with one instruction between them, the first of them jumped to. The instruction is room for both: ' +
        'the first gives way with what is after it, the second with what is before it, and overwrites what the first has put ' +
        'there.',
      knobs: { ...snapshot, text: 'room-shared' },
      expect: {
        small: {
          verdict: 'violated',
          states: 10,
          violations: { [meaning]: 8 },
        },
        full: {
          verdict: 'violated',
          states: 14,
          violations: { [meaning]: 12 },
        },
      },
    },
    'window-within-room-shared': {
      story: 'That a window ends at another system call does not help: it is none that the windows have in common.',
      knobs: { ...snapshot, text: 'room-shared', window: 'within', unpatchable: 'trap' },
      expect: {
        small: {
          verdict: 'violated',
          states: 10,
          violations: { [meaning]: 8 },
        },
        full: {
          verdict: 'violated',
          states: 14,
          violations: { [meaning]: 12 },
        },
      },
    },
    'windows-apart': {
      story: 'A window ends at what another has taken, too; the second of the two has no room then, and becomes a trap.',
      knobs: { ...snapshot, text: 'room-shared', window: 'apart', unpatchable: 'trap' },
      expect: { small: { verdict: 'holds', states: 9 }, full: { verdict: 'holds', states: 13 } },
    },
    'snapshot-computed-jumps': {
      story:
        'The program computes an address within a window, as a jump table does. The rewriter knows only targets that are ' +
        'written in an instruction.',
      knobs: { ...snapshot, jumps: 'computed-too' },
      expect: {
        small: {
          verdict: 'violated',
          states: 8,
          violations: { [meaning]: 6 },
        },
        full: {
          verdict: 'violated',
          states: 10,
          violations: { [meaning]: 8 },
        },
      },
    },
    'snapshot-hidden': {
      story: 'A program that means harm: the bytes of a system call within another instruction, and a jump to them.',
      knobs: { ...snapshot, text: 'hidden' },
      expect: {
        small: {
          verdict: 'violated',
          states: 8,
          violations: { [host]: 6 },
        },
        full: {
          verdict: 'violated',
          states: 10,
          violations: { [host]: 8 },
        },
      },
    },
    'bytes-searched': {
      story: 'The same program, and a rewriter that refuses a file in which the two bytes are anything but an instruction.',
      knobs: { ...snapshot, text: 'hidden', search: 'bytes' },
      expect: {
        small: {
          verdict: 'violated',
          states: 4,
          violations: { [runs]: 3 },
          asleep: ['loader.mapRewritten', 'guest.call', 'guest.return'],
        },
        full: {
          verdict: 'violated',
          states: 4,
          violations: { [runs]: 3 },
          asleep: ['loader.mapRewritten', 'guest.call', 'guest.return'],
        },
      },
    },
    'snapshot-generated': {
      story: 'A program that generates code, which the rewriter says is none of its goals.',
      knobs: { ...snapshot, text: 'generated' },
      expect: {
        small: {
          verdict: 'violated',
          states: 10,
          violations: { [host]: 7 },
        },
        full: {
          verdict: 'violated',
          states: 18,
          violations: { [host]: 9 },
        },
      },
    },
    'snapshot-filtered': {
      story:
        'Linux programs on Linux, as the runner does it unless it is told otherwise: nothing is rewritten, and every raw call ' +
        'is a signal; but for those on the list of the filter, and those with the number that LiteBox passes with its own.',
      knobs: filtered,
      expect: {
        small: {
          verdict: 'violated',
          states: 5,
          violations: { [host]: 3 },
        },
        full: {
          verdict: 'violated',
          states: 5,
          violations: { [host]: 3 },
        },
      },
    },
    'filter-without-list': {
      story: 'A filter that lets no call of the guest through holds whatever the text is, here one that generates code.',
      knobs: { ...filtered, text: 'generated', jumps: 'computed-too', behind: 'filter' },
      expect: {
        small: { verdict: 'holds', states: 6, asleep: ['guest.jumpInto'] },
        full: { verdict: 'holds', states: 10, asleep: ['guest.jumpInto'] },
      },
    },
    'rewritten-and-filtered': {
      story: 'A rewritten program with the filter of the snapshot behind it, which sees only what the rewriter has missed.',
      knobs: { ...snapshot, text: 'hidden', behind: 'listing-filter' },
      expect: {
        small: {
          verdict: 'violated',
          states: 8,
          violations: { [host]: 6 },
        },
        full: {
          verdict: 'violated',
          states: 10,
          violations: { [host]: 8 },
        },
      },
    },
    'trapped-and-filtered': {
      story: 'Both: rewritten where there is room, and a filter without a list for what the rewriter cannot see.',
      knobs: { ...snapshot, text: 'hidden', unpatchable: 'trap', behind: 'filter' },
      expect: { small: { verdict: 'holds', states: 7 }, full: { verdict: 'holds', states: 9 } },
    },
  },
  build,
})

const windows = (quote: string, property: string): Claim => ({
  article: 'linux-on-windows',
  quote,
  scenario: 'syscall-rewriting',
  property,
})

export const syscallRewritingClaims: readonly Claim[] = [
  windows('LiteBox intercepts Linux system calls at the binary level and redirects them to native Windows implementations', host),
  windows('locates every syscall instruction, and replaces it with a small trampoline', host),
  windows('The syscall instruction is rewritten to a trampoline before execution', host),
  windows('converting what would be a kernel trap into a function call', meaning),
  windows('This architecture allows unmodified Linux ELF binaries to run as standard Windows processes', runs),
  windows(
    "As long as the binary's system calls are supported by the shim, it will execute on Windows without modification",
    runs,
  ),
]
