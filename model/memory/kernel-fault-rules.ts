import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type { FaultKind, kernelCode, kernelFault, kernelStackRecord, threadFlag } from './kernel-fault.ts'

/*
 * Threads that come and go on a core, and what its page-fault handler does at any of those moments.
 *
 * Models: see `kernel-fault.ts`. The order of entry and exit is the source's, for the flag that of the fix and two others.
 * A fault of a copy ends in the exception table; a debug build asserts that there was none
 * (`litebox_shim_optee/src/ptr.rs: debug_assert!(result.is_ok())`).
 *
 * Leaves out: faults that are nobody's (they panic in every design), and the locks that the shim takes in the handler.
 */

export interface KernelFaultDesign {
  /** Whose context a fault in the kernel uses: the recorded one, always; only while the flag is set; none. */
  readonly context: 'recorded' | 'flagged' | 'none'
  readonly record: 'kept' | 'zeroed'
  readonly flag: 'per-core' | 'shared'
  readonly entry: 'record-first' | 'flag-first'
  readonly exit: 'flag-first' | 'pop-first' | 'flag-kept'
  readonly build: 'release' | 'debug'
  /** Where a copy may fault: while calls are decoded and threads served, or at every step. */
  readonly faults: 'in-copies' | 'anywhere'
}

export interface KernelFaultWorld {
  readonly cores: readonly string[]
  readonly code: (core: string) => CellOf<typeof kernelCode>
  readonly record: (core: string) => CellOf<typeof kernelStackRecord>
  readonly flag: (core: string) => CellOf<typeof threadFlag>
  readonly fault: (core: string) => CellOf<typeof kernelFault>
}

const lvbs = (symbol: string): string => `litebox_platform_lvbs/src/lib.rs: ${symbol}`
const kinds: readonly FaultKind[] = ['copy', 'thread-page']

export const kernelFaultRules = (world: KernelFaultWorld, design: KernelFaultDesign): readonly Rule[] => [
  ...threads(world, design),
  ...faults(world, design),
  ...handler(world, design),
]

const threads = ({ cores, code, record, flag, fault }: KernelFaultWorld, design: KernelFaultDesign): Rule[] => {
  const each = { core: cores }
  const flagged = design.context === 'flagged'
  const [early, late] = [flagged && design.entry === 'flag-first', flagged && design.entry === 'record-first']
  const [cleared, clearedLate] = [flagged && design.exit === 'flag-first', flagged && design.exit === 'pop-first']
  const popsLate = design.exit !== 'pop-first'
  const gone = { type: design.record === 'zeroed' ? 'ZERO' : 'POP' } as const
  const running = (phase: string) => ({
    due: ({ code }: { readonly code: { readonly value: unknown } }): boolean => code.value === phase,
    noFault: ({ fault }: { readonly fault: { readonly value: unknown } }): boolean => fault.value === 'none',
  })
  return [
    rule('thread.push', each, {
      source: lvbs('run_thread_arch, "push rdi"'),
      needed: true,
      actor: ({ core }) => core,
      sees: ({ core }) => ({ fault: fault(core) }),
      sends: ({ core }) => ({ code: code(core), flags: early ? [flag(core)] : [] }),
    }).does({ when: running('decoding'), events: () => ({ code: { type: 'ENTER' }, flags: { type: 'SET' } }) }),
    rule('thread.record', each, {
      source: lvbs('run_thread_arch, "mov gs:[cur_kernel_sp], rsp"'),
      needed: true,
      actor: ({ core }) => core,
      sees: ({ core }) => ({ fault: fault(core) }),
      sends: ({ core }) => ({ code: code(core), record: record(core) }),
    }).does({ when: running('entering'), events: () => ({ code: { type: 'PROCEED' }, record: { type: 'RECORD' } }) }),
    rule('thread.begin', each, {
      source: lvbs('run_thread_arch, init_handler'),
      needed: true,
      actor: ({ core }) => core,
      sees: ({ core }) => ({ fault: fault(core) }),
      sends: ({ core }) => ({ code: code(core), flags: late ? [flag(core)] : [] }),
    }).does({ when: running('recorded'), events: () => ({ code: { type: 'PROCEED' }, flags: { type: 'SET' } }) }),
    rule('thread.end', each, {
      source: lvbs('run_thread_arch, "done"'),
      needed: true,
      actor: ({ core }) => core,
      sees: ({ core }) => ({ fault: fault(core) }),
      sends: ({ core }) => ({
        code: code(core),
        flags: cleared ? [flag(core)] : [],
        records: popsLate ? [] : [record(core)],
      }),
    }).does({
      when: running('inThread'),
      events: () => ({ code: { type: 'LEAVE' }, flags: { type: 'CLEAR' }, records: gone }),
    }),
    rule('thread.return', each, {
      source: lvbs('run_thread_arch, "ret"'),
      needed: true,
      actor: ({ core }) => core,
      sees: ({ core }) => ({ fault: fault(core) }),
      sends: ({ core }) => ({
        code: code(core),
        flags: clearedLate ? [flag(core)] : [],
        records: popsLate ? [record(core)] : [],
      }),
    }).does({
      when: running('leaving'),
      events: () => ({ code: { type: 'PROCEED' }, flags: { type: 'CLEAR' }, records: gone }),
    }),
  ]
}

const faults = ({ cores, code, fault }: KernelFaultWorld, { faults }: KernelFaultDesign): Rule[] => {
  const copies = faults === 'anywhere' ? ['decoding', 'entering', 'recorded', 'inThread', 'leaving'] : ['decoding', 'inThread']
  const places: Readonly<Record<FaultKind, readonly string[]>> = { copy: copies, 'thread-page': ['inThread'] }
  return [
    rule(
      'fault.raise',
      { core: cores, kind: kinds },
      {
        kind: 'environment',
        source: 'a peer unmaps a page under a copy, or the thread names a page that has no frame yet',
        needed: true,
        actor: ({ core }) => core,
        sees: ({ core }) => ({ code: code(core) }),
        sends: ({ core }) => ({ fault: fault(core) }),
      },
    ).does({
      when: {
        none: ({ fault }) => fault.value === 'none',
        touches: ({ code }, { kind }) => places[kind].includes(code.value),
      },
      events: (_, { kind }) => ({ fault: { type: 'RAISE', kind } }),
    }),
  ]
}

/** What the handler asks first: whether the fault is raised, and whether it goes by the record. */
const asking = ({ record, flag }: KernelFaultWorld, { context }: KernelFaultDesign) => ({
  raised: { raised: ({ fault }: { readonly fault: { readonly value: unknown } }): boolean => fault.value === 'raised' },
  seen: (core: string) => ({ records: [record(core)], flags: context === 'flagged' ? [flag(core)] : [] }),
  uses: (flags: readonly { readonly value: unknown }[]): boolean =>
    context !== 'none' && flags.every(({ value }) => value === 'set'),
})

const handler = (world: KernelFaultWorld, design: KernelFaultDesign): Rule[] => {
  const { cores, code, fault } = world
  const each = { core: cores }
  const { raised, seen, uses } = asking(world, design)
  return [
    ...(design.context === 'none' ? [] : withContext(world, design)),
    ...(design.context === 'recorded'
      ? []
      : [
          rule('handler.goWithout', each, {
            source: 'later versions: a handler for faults in the kernel without a thread (PR #710)',
            needed: true,
            actor: ({ core }) => core,
            sees: ({ core }) => seen(core),
            sends: ({ core }) => ({ fault: fault(core) }),
          }).does({
            when: { ...raised, goesWithout: ({ flags }) => !uses(flags) },
            events: () => ({ fault: { type: 'SKIP_SHIM' } }),
          }),
        ]),
    rule('handler.fixUp', each, {
      source: 'litebox/src/mm/exception_table.rs: search_exception_tables',
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ fault: fault(core) }),
    }).does({
      when: { unclaimed: ({ fault }) => fault.value === 'unclaimed' },
      events: () => ({ fault: { type: 'FIX_UP' } }),
    }),
    rule('copy.fail', each, {
      source: 'litebox_shim_optee/src/ptr.rs: read_at_offset, CopyFailed',
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ fault: fault(core), codes: design.build === 'debug' ? [code(core)] : [] }),
    }).does({
      when: { fixedUp: ({ fault }) => fault.value === 'fixedUp' },
      events: () => ({
        fault: { type: design.build === 'debug' ? 'ASSERT' : 'RESUME' },
        codes: { type: 'STOP' },
      }),
    }),
  ]
}

/** The way through the shim of the thread that the record leads to. */
const withContext = (world: KernelFaultWorld, design: KernelFaultDesign): Rule[] => {
  const { cores, code, fault } = world
  const each = { core: cores }
  const { raised, seen, uses } = asking(world, design)
  return [
    rule('handler.loadContext', each, {
      source: lvbs('kernel_exception_callback, exception_handler, call_shim'),
      needed: true,
      actor: ({ core }) => core,
      sees: ({ core }) => seen(core),
      sends: ({ core }) => ({ fault: fault(core) }),
    }).does({
      when: {
        ...raised,
        uses: ({ flags }) => uses(flags),
        leadsSomewhere: ({ records }) => records.every(({ value }) => value !== 'null'),
      },
      events: () => ({ fault: { type: 'CALL_SHIM' } }),
    }),
    rule('handler.followNull', each, {
      source: lvbs('kernel_exception_callback, "mov rdi, [rdi]"'),
      actor: ({ core }) => core,
      sees: ({ core }) => seen(core),
      sends: ({ core }) => ({ fault: fault(core), code: code(core) }),
    }).does({
      when: {
        ...raised,
        uses: ({ flags }) => uses(flags),
        null: ({ records }) => records.some(({ value }) => value === 'null'),
      },
      events: () => ({ fault: { type: 'FOLLOW_NULL' }, code: { type: 'STOP' } }),
    }),
    rule('handler.servePage', each, {
      source: 'litebox/src/mm/mod.rs: handle_page_fault',
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ fault: fault(core) }),
    }).does({
      when: {
        inShim: ({ fault }) => fault.value === 'inShim',
        itsPage: ({ fault }) => fault.context.kind === 'thread-page',
      },
      events: () => ({ fault: { type: 'SERVE' } }),
    }),
    rule('handler.disown', each, {
      source: 'litebox/src/mm/mod.rs: handle_page_fault, "Invalid address"',
      needed: design.context === 'recorded',
      actor: ({ core }) => core,
      sends: ({ core }) => ({ fault: fault(core) }),
    }).does({
      when: {
        inShim: ({ fault }) => fault.value === 'inShim',
        kernelAddress: ({ fault }) => fault.context.kind === 'copy',
      },
      events: () => ({ fault: { type: 'SKIP_SHIM' } }),
    }),
  ]
}
