/*
 * The design alternatives of LiteBox's platforms, and the knob of the scenario in which each can be turned.
 */

export interface PlatformKnob {
  /** Its number among the alternatives of the platforms. */
  readonly id: number
  readonly area:
    | 'punchthrough'
    | 'interrupts'
    | 'VTL switch and delegation'
    | 'threads on SNP'
    | 'host and boot of SNP'
    | 'Windows, rewriter, multiplexer'
  readonly question: string
  readonly scenario: string
  readonly knob: string
  /** The design that takes the source as it is in this. */
  readonly design: string
  /** What the source does. */
  readonly snapshot: string
  /** What else can be chosen. */
  readonly others: readonly string[]
}

type Row = readonly [id: number, question: string, at: string, design: string, snapshot: string, others: readonly string[]]

const inArea = (area: PlatformKnob['area'], rows: readonly Row[]): readonly PlatformKnob[] =>
  rows.map(([id, question, at, design, snapshot, others]) => {
    const [scenario = '', knob = ''] = at.split('.')
    return { id, area, question, scenario, knob, design, snapshot, others }
  })

const punchthrough = inArea('punchthrough', [
  [1, 'what holds a token to its use', 'punchthrough.token', 'snapshot', 'affine', ['linear', 'scoped']],
  [2, 'where a token has an effect', 'punchthrough.binding', 'snapshot', 'executing-thread', ['asking-thread']],
  [2, 'whether a token is bound to a core and a visit', 'punchthrough-optee.binding', 'snapshot', 'none', ['core-and-visit']],
  [3, 'how long a token may be kept', 'punchthrough.delay', 'snapshot-interface', 'arbitrary', ['immediate']],
  [4, 'what is granted', 'punchthrough.policy', 'snapshot', 'always', ['denies-some']],
  [5, 'what a caller does when it is denied', 'punchthrough.denial', 'snapshot', 'panic', ['errno']],
  [6, 'what OP-TEE does with an execution that fails', 'punchthrough-optee.failure', 'snapshot', 'discard', ['propagate']],
  [7, 'where the FS base is kept: kernels', 'punchthrough-entry.platform', 'snapshot-kernel', 'linux-kernel', []],
  [7, 'where the FS base is kept: Linux', 'punchthrough-entry.platform', 'snapshot-linux', 'linux-userland', []],
  [7, 'where the FS base is kept: Windows', 'punchthrough-entry.platform', 'snapshot-windows', 'windows-userland', []],
  [7, 'which exits capture the FS base', 'punchthrough-entry.capture', 'snapshot-linux', 'on-system-call', ['on-every-exit']],
])

const interrupts = inArea('interrupts', [
  [
    8,
    'when an entry looks for an interrupt: Linux',
    'guest-window.test',
    'snapshot-rewriter',
    'after-set',
    ['before-set', 'none'],
  ],
  [
    8,
    'when an entry looks for an interrupt: Windows',
    'guest-window-windows.test',
    'snapshot-tso',
    'none',
    ['after-set', 'before-set'],
  ],
  [
    9,
    'the flag of the guest when an interrupt pends: Linux',
    'guest-window.pending',
    'snapshot-rewriter',
    'leaves-flag',
    ['clears-flag'],
  ],
  [
    9,
    'the flag of the guest after a redirection: Windows',
    'guest-window-windows.redirect',
    'snapshot-tso',
    'leaves-flag',
    ['clears-flag'],
  ],
  [10, 'what part of the entry the handler knows: Linux', 'guest-window.range', 'snapshot-rewriter', 'whole-entry', ['none']],
  [
    10,
    'what part of the entry the interrupter knows: Windows',
    'guest-window-windows.range',
    'snapshot-tso',
    'popping',
    ['whole-entry'],
  ],
  [
    11,
    'whether a suspended thread has stopped when its flag is read',
    'guest-window-windows.order',
    'snapshot-tso',
    'flags-first',
    ['context-first'],
  ],
  [12, 'whether an interrupt is sent again', 'guest-window.latch', 'snapshot-rewriter', 'single-shot', ['resend']],
  [13, 'when a pending interrupt is forgotten', 'guest-window.forget', 'snapshot-rewriter', 'before-shim', ['after-shim']],
  [
    14,
    'what lies between the exit flag and the look at the state',
    'wait-wake-interrupt.fence',
    'snapshot-tso',
    'none',
    ['full'],
  ],
  [15, 'in which handlers the interrupt is masked', 'guest-window.mask', 'snapshot-rewriter', 'exceptions', ['all-handlers']],
])

const vtl = inArea('VTL switch and delegation', [
  [29, 'when a core that enters VTL1 sets its bit', 'vtl-switch.bit', 'snapshot', 'after-save', ['before-save', 'calls-only']],
  [29, 'when the bit of a core that boots is set', 'vtl-first-entry.bootBit', 'snapshot', 'before-loop', ['before-start']],
  [32, 'how a core comes to its data', 'vtl-first-entry.slots', 'snapshot', 'by-arrival', ['by-arrival-locked', 'by-core']],
  [32, 'on whose stack a core boots', 'vtl-first-entry.bootStack', 'snapshot', 'one-for-all', ['one-each']],
  [35, 'what a panic leaves of a lock', 'delegation.programPanic', 'snapshot', 'keeps-lock', ['poisons-lock', 'never']],
  [
    33,
    'who serves what the platform does not understand',
    'delegation.shape',
    'snapshot',
    'runner-loop',
    ['upcall', 'shim-method'],
  ],
])

const threads = inArea('threads on SNP', [
  [36, 'who counts a new thread', 'thread-life-active-count.raise', 'snapshot', 'child', ['parent']],
  [37, 'when a thread is counted out', 'thread-life-active-count.lower', 'snapshot', 'before-drop', ['after-drop']],
  [38, 'what becomes of a thread that the host refuses', 'thread-life.refusal', 'snapshot-snp', 'leak', ['reclaim']],
  [
    41,
    'when the network loop returns',
    'thread-life-active-count.networkExit',
    'snapshot',
    'count',
    ['count-and-drained', 'host-signal'],
  ],
])

const host = inArea('host and boot of SNP', [
  [39, 'whether the status of a request is read', 'snp-requests.status', 'snapshot', 'ignored', ['checked']],
  [
    39,
    'what becomes of a request that was not served',
    'snp-requests.retry',
    'snapshot',
    'never',
    ['resends-fresh', 'resends-same', 'gives-up'],
  ],
  [
    40,
    'how the shim is published',
    'snp-boot.publication',
    'snapshot',
    'in-order',
    ['reordered', 'in-parts', 'hoisted', 'release-acquire'],
  ],
  [42, 'what becomes of a fault of the program', 'snp-faults.delivery', 'snapshot', 'terminate', ['signal']],
  [43, 'what a thread does to which the host comes back', 'snp-faults.refusal', 'snapshot-refused', 'panics', ['halts']],
])

const windows = inArea('Windows, rewriter, multiplexer', [
  [
    44,
    'how pages are allocated',
    'page-manager-windows.allocate',
    'snapshot',
    'query-then-act',
    ['placeholders', 'under-global-lock'],
  ],
  [45, 'what `wake_one` answers', 'rwlock.wakeOne', 'snapshot-windows', 'always', ['count', 'never']],
  [46, 'what becomes of a system call without room', 'syscall-rewriting.unpatchable', 'snapshot', 'abort-file', ['skip', 'trap']],
  [47, 'what the loader does without a trampoline', 'syscall-rewriting.missing', 'snapshot', 'accept', ['reject']],
  [48, 'what the platform is kept in', 'platform-multiplexer.cell', 'snapshot', 'once-ref', ['once-lock', 'per-instance']],
])

/** Every alternative of the platforms that concerns punchthroughs, threads, VTL switches, SNP's host, and the way into the guest. */
export const platformKnobs: readonly PlatformKnob[] = [...punchthrough, ...interrupts, ...vtl, ...threads, ...host, ...windows]
