import { finalWhen, type Scenario, type System, scenario, system } from '../checker/index.ts'
import { type GuestBases, guestOf, keptOf, registerOf } from '../model/punchthrough/guest-base.ts'
import { guestBaseRules } from '../model/punchthrough/guest-base-rules.ts'
import { entryClaimNames, entryProperties } from '../properties/punchthrough-entry.ts'
import type { Claim } from './claim.ts'

const knobs = {
  platform: ['linux-userland', 'windows-userland', 'linux-kernel'],
  /** Which ways out of the guest keep what they find in the register. */
  capture: ['never', 'on-system-call', 'on-every-exit'],
  /** Whether guests write their base by an instruction, too. */
  writes: ['by-request', 'by-instruction-too'],
  /** Whether guests ask for bases that no user may have. */
  values: ['of-users', 'any'],
  /** What is refused: nothing; what Linux refuses; or what is no address of code, which is more. */
  check: ['none', 'as-linux', 'as-code-address'],
  /** How execve takes the base from the old program. */
  execve: ['never', 'clears-directly', 'clears-by-token', 'unimplemented'],
  /** Whether rt_sigreturn goes back through the entry, or leaves for the guest by itself. */
  sigreturn: ['through-entry', 'direct', 'direct-after-restoring'],
  threads: [1, 2],
} as const

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

function build({ threads: count, ...choice }: Choice): System {
  const threads = ['thread0', 'thread1'].slice(0, count)
  const world: GuestBases = { ...choice, threads }
  return system({
    cells: threads.flatMap((thread) => [guestOf(thread), registerOf(thread), keptOf(thread)]),
    rules: guestBaseRules(world),
    properties: entryProperties(world),
    final: finalWhen(
      {},
      {
        reads: () => ({ guests: threads.map(guestOf) }),
        holds: ({ guests }) => guests.some(({ value }) => value === 'hostStopped' || value === 'hostExposed'),
      },
    ),
  })
}

/** The platforms of the source, with guests that set their base by arch_prctl, to addresses of users. */
const guests = { writes: 'by-request', values: 'of-users', check: 'none', execve: 'never', sigreturn: 'through-entry' } as const
const linux = { ...guests, platform: 'linux-userland', capture: 'on-system-call' } as const
const windows = { ...guests, platform: 'windows-userland', capture: 'never' } as const
const kernel = { ...guests, platform: 'linux-kernel', capture: 'never' } as const

export const punchthroughEntry: Scenario = scenario({
  name: 'punchthrough-entry',
  story:
    'A guest sets its FS base, is interrupted, calls and is entered again, on platforms that keep the base in a variable, ' +
    'in the register, or in both. Does it always run with its own, and can a base that it asks for harm the host? ' +
    'Leaves out the scheduler of Windows (fs-base), OP-TEE (punchthrough-optee) and new threads (punchthrough-clone).',
  knobs,
  sizes: { small: { threads: 1 }, full: { threads: 2 } },
  designs: {
    'snapshot-linux': {
      story: 'Linux userland: the variable rules, a system call saves the register to it, and every entry loads it.',
      knobs: linux,
      expect: { small: { verdict: 'holds', states: 27 }, full: { verdict: 'holds', states: 729 } },
    },
    'snapshot-windows': {
      story: 'Windows userland: the variable rules, and the register is written with it and at every entry.',
      knobs: windows,
      expect: { small: { verdict: 'holds', states: 27 }, full: { verdict: 'holds', states: 729 } },
    },
    'snapshot-kernel': {
      story: 'The Linux-kernel platform, for SNP: the register rules, and nobody else touches it.',
      knobs: kernel,
      expect: { small: { verdict: 'holds', states: 27 }, full: { verdict: 'holds', states: 729 } },
    },
    'snapshot-linux-execve': {
      story:
        'execve on Linux userland: `clear_guest_thread_local_storage` writes the variable without asking for a token, so ' +
        'who audits punchthroughs does not see it.',
      knobs: { ...linux, execve: 'clears-directly' },
      expect: {
        small: { verdict: 'violated', states: 30, violations: { [entryClaimNames.token]: 6 } },
        full: { verdict: 'violated', states: 900, violations: { [entryClaimNames.token]: 6 } },
      },
    },
    'snapshot-windows-execve': {
      story: 'execve on Windows userland: the variable and the register are written without a token.',
      knobs: { ...windows, execve: 'clears-directly' },
      expect: {
        small: { verdict: 'violated', states: 30, violations: { [entryClaimNames.token]: 6 } },
        full: { verdict: 'violated', states: 900, violations: { [entryClaimNames.token]: 6 } },
      },
    },
    'snapshot-kernel-execve': {
      story: 'execve on the Linux-kernel platform: nobody has implemented it there, and the host panics.',
      knobs: { ...kernel, execve: 'unimplemented' },
      expect: {
        small: { verdict: 'violated', states: 33, violations: { [entryClaimNames.stops]: 2 } },
        full: { verdict: 'violated', states: 1089, violations: { [entryClaimNames.stops]: 2 } },
      },
    },
    'execve-by-token': {
      story: 'execve that asks for a base of zero like everybody else.',
      knobs: { ...kernel, execve: 'clears-by-token' },
      expect: { small: { verdict: 'holds', states: 36 }, full: { verdict: 'holds', states: 1296 } },
    },
    'snapshot-linux-wrfsbase': {
      story:
        'A guest on Linux userland that writes its base by the instruction: a system call saves it, but an exception or ' +
        'an interrupt does not, and the next entry loads what was kept before.',
      knobs: { ...linux, writes: 'by-instruction-too' },
      expect: {
        small: { verdict: 'violated', states: 67, violations: { [entryClaimNames.own]: 3, [entryClaimNames.found]: 6 } },
        full: { verdict: 'violated', states: 4489, violations: { [entryClaimNames.own]: 3, [entryClaimNames.found]: 6 } },
      },
    },
    'linux-captured-on-every-exit': {
      story: 'Every way out saves the register.',
      knobs: { ...linux, writes: 'by-instruction-too', capture: 'on-every-exit' },
      expect: { small: { verdict: 'holds', states: 31 }, full: { verdict: 'holds', states: 961 } },
    },
    'snapshot-windows-wrfsbase': {
      story: 'The same guest on Windows userland, where no way out saves the register.',
      knobs: { ...windows, writes: 'by-instruction-too' },
      expect: {
        small: { verdict: 'violated', states: 99, violations: { [entryClaimNames.own]: 3, [entryClaimNames.found]: 4 } },
        full: { verdict: 'violated', states: 9801, violations: { [entryClaimNames.own]: 3, [entryClaimNames.found]: 4 } },
      },
    },
    'windows-captured-on-every-exit': {
      story:
        'Every way out saves the register on Windows, too. It would do, if the register were not cleared behind the ' +
        "guest's back: see the design `captured-at-every-exit` of fs-base.",
      knobs: { ...windows, writes: 'by-instruction-too', capture: 'on-every-exit' },
      expect: { small: { verdict: 'holds', states: 31 }, full: { verdict: 'holds', states: 961 } },
    },
    'snapshot-kernel-wrfsbase': {
      story: 'The same guest on the Linux-kernel platform: what it writes stays where it is.',
      knobs: { ...kernel, writes: 'by-instruction-too' },
      expect: { small: { verdict: 'holds', states: 27 }, full: { verdict: 'holds', states: 729 } },
    },
    'sigreturn-with-host-base': {
      story:
        'Linux userland when rt_sigreturn was a punchthrough: it runs with the base of the host and never comes back, so ' +
        'the guest goes on with the base of the host.',
      knobs: { ...linux, sigreturn: 'direct' },
      bugs: ['LB-45'],
      expect: {
        small: {
          verdict: 'violated',
          states: 63,
          violations: { [entryClaimNames.own]: 2, [entryClaimNames.host]: 2, [entryClaimNames.found]: 5 },
        },
        full: {
          verdict: 'violated',
          states: 3969,
          violations: { [entryClaimNames.own]: 2, [entryClaimNames.host]: 2, [entryClaimNames.found]: 5 },
        },
      },
    },
    'sigreturn-restored-first': {
      story: 'Pull request 461: the base of the guest is loaded before the call that does not return.',
      knobs: { ...linux, sigreturn: 'direct-after-restoring' },
      bugs: ['LB-45'],
      expect: { small: { verdict: 'holds', states: 30 }, full: { verdict: 'holds', states: 900 } },
    },
    'snapshot-linux-any-base': {
      story:
        'A guest on Linux userland that asks for any number. A non-canonical base faults in the entry, where the thread ' +
        'counts as in its guest: the registers of the host are saved as those of the guest, for its signal handler.',
      knobs: { ...linux, values: 'any' },
      bugs: ['LB-45'],
      expect: {
        small: { verdict: 'violated', states: 77, violations: { [entryClaimNames.permitted]: 4, [entryClaimNames.exposed]: 4 } },
        full: { verdict: 'violated', states: 5929, violations: { [entryClaimNames.permitted]: 4, [entryClaimNames.exposed]: 4 } },
      },
    },
    'snapshot-windows-any-base': {
      story: "The same on Windows userland: the token writes the register at once, and the fault is nobody's.",
      knobs: { ...windows, values: 'any' },
      bugs: ['LB-45'],
      expect: {
        small: { verdict: 'violated', states: 80, violations: { [entryClaimNames.permitted]: 3, [entryClaimNames.stops]: 3 } },
        full: { verdict: 'violated', states: 6400, violations: { [entryClaimNames.permitted]: 3, [entryClaimNames.stops]: 3 } },
      },
    },
    'snapshot-kernel-any-base': {
      story: 'The same on the Linux-kernel platform: a general protection fault of the kernel ends the virtual machine.',
      knobs: { ...kernel, values: 'any' },
      bugs: ['LB-45'],
      expect: {
        small: { verdict: 'violated', states: 80, violations: { [entryClaimNames.permitted]: 3, [entryClaimNames.stops]: 3 } },
        full: { verdict: 'violated', states: 6400, violations: { [entryClaimNames.permitted]: 3, [entryClaimNames.stops]: 3 } },
      },
    },
    'checked-as-code-address': {
      story:
        'Pull request 994 as it was reviewed: bases are held to the limit of code addresses, which refuses the last page ' +
        'that Linux gives to users.',
      knobs: { ...kernel, values: 'any', check: 'as-code-address' },
      bugs: ['LB-45'],
      expect: {
        small: { verdict: 'violated', states: 90, violations: { [entryClaimNames.accepted]: 3 } },
        full: { verdict: 'violated', states: 8100, violations: { [entryClaimNames.accepted]: 3 } },
      },
    },
    'checked-as-linux': {
      story: 'The limit that Linux uses, and an error for what is beyond it.',
      knobs: { ...kernel, values: 'any', check: 'as-linux' },
      bugs: ['LB-45'],
      expect: { small: { verdict: 'holds', states: 60 }, full: { verdict: 'holds', states: 3600 } },
    },
    'checked-as-linux-userland': {
      story: 'The same check on Linux userland.',
      knobs: { ...linux, values: 'any', check: 'as-linux' },
      bugs: ['LB-45'],
      expect: { small: { verdict: 'holds', states: 60 }, full: { verdict: 'holds', states: 3600 } },
    },
  },
  build,
})

export const punchthroughEntryClaims: readonly Claim[] = [
  {
    article: 'punchthrough',
    quote: 'Every host interaction must pass through the get_punchthrough_token_for() method',
    scenario: punchthroughEntry.name,
    property: entryClaimNames.token,
  },
  {
    article: 'punchthrough',
    quote: 'a safe, non-blocking pathway to request platform-specific capabilities',
    scenario: punchthroughEntry.name,
    property: entryClaimNames.stops,
  },
  {
    article: 'punchthrough',
    quote: 'platform-agnostic and available on all LiteBox targets, including Linux, OP-TEE, and Windows',
    scenario: punchthroughEntry.name,
    property: entryClaimNames.own,
  },
  {
    article: 'punchthrough',
    quote: 'querying the current FS base address',
    scenario: punchthroughEntry.name,
    property: entryClaimNames.found,
  },
  {
    article: 'linux-on-windows',
    quote:
      'invoked via the PunchthroughToken mechanism to ensure correct context switching between Linux guest code and Windows host code',
    scenario: punchthroughEntry.name,
    property: entryClaimNames.own,
  },
]
