import { rewritingClaims } from '../properties/syscall-rewriting.ts'
import type { Claim } from './claim.ts'

/*
 * What the two articles on punchthroughs and on Windows say beside what stands in the files of single families.
 */

type Row = readonly [quote: string, scenario: string, property: string]

const punchthrough: readonly Row[] = [
  [
    'represents a temporary, mutable permission to execute a specific host call',
    'punchthrough',
    'a token acts on the thread that asked for it',
  ],
  ['such as setting the FS base register for TLS', 'punchthrough', 'a guest is entered with the base that it was told'],
  ['querying the current FS base address', 'punchthrough', 'a guest that reads its base reads the one that it was told'],
  [
    'inspect a Punchthrough request and decide whether to issue a token',
    'punchthrough-entry',
    'only a base that a guest may have gets into the register',
  ],
  [
    'It allows the guest to request a capability [...] that the host may grant via a token',
    'punchthrough-entry',
    'no base is refused that Linux accepts',
  ],
  [
    'exposing only a shared, auditable platform interface to guest code',
    'punchthrough-entry',
    'the registers of the host never become those of the guest',
  ],
  [
    'isolates guest workloads from the host platform through a strict, shared interface',
    'punchthrough-optee',
    'nothing that runs in user mode sees the base of another application',
  ],
  [
    'setting the thread-area register on 32-bit x86 systems',
    'punchthrough-clone',
    'no argument of clone makes a thread of the host fault or panic',
  ],
  ['restoring thread-local storage context', 'punchthrough-clone', 'a new thread starts with the base that was passed for it'],
]

const windows: readonly Row[] = [
  ['The handler also manages the FS-base register state', 'fs-base', 'an access through FS that was begun succeeds'],
  [
    'Thread creation uses Windows thread primitives via std::thread::Builder',
    'thread-life',
    'every thread that is counted runs or will be started',
  ],
  [
    'Spawns a Windows thread via ThreadProvider::spawn_thread that runs the shim entry point',
    'thread-life',
    'a thread that runs its guest has been initialised exactly once',
  ],
  [
    'ultimately resolve to Windows synchronization objects like WaitOnAddress',
    'rwlock',
    'a thread that asks for the lock gets it',
  ],
  [
    'ultimately resolve to Windows synchronization objects like WaitOnAddress',
    'mutex',
    'a thread that asks for the mutex gets it',
  ],
  [
    'WaitOnAddress for synchronization or QueryUnbiasedInterruptTimePrecise for timing',
    'timed-block',
    'a wait times out at its deadline or later',
  ],
  [
    'Everything runs in a normal process, making the approach lightweight, sandboxable',
    'syscall-rewriting',
    rewritingClaims.host,
  ],
  ['Everything runs in a normal process', 'guest-window-windows', 'host frames are not abandoned while they hold a lock'],
  ['can be executed by the Windows runner without further modification', 'syscall-rewriting', rewritingClaims.meaning],
]

const rows = (article: Claim['article'], all: readonly Row[]): readonly Claim[] =>
  all.map(([quote, scenario, property]) => ({ article, quote, scenario, property }))

export const articleClaims: readonly Claim[] = [...rows('punchthrough', punchthrough), ...rows('linux-on-windows', windows)]
