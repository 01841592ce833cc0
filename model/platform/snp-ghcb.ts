import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'

/*
 * The GHCB: how it is negotiated and registered, and the debug prints that use the same register.
 *
 * Models: `litebox_platform_linux_kernel/src/host/snp/ghcb.rs: ghcb_msr_call, ghcb_prints, GhcbProtocol::setup_ghcb_page,
 * page_vc_proto`, and `litebox_runner_snp/src/main.rs: sandbox_kernel_init`. Each sequence saves the MSR, writes it, exits
 * to the hypervisor and restores it, in separate steps. A print is one exit here. Whether two threads of the guest share
 * the MSR depends on how the driver in VMPL0 runs them; where they do, it may switch between any two steps.
 *
 * Leaves out: the prints after the set-up; the text of a print and that it takes an exit for every six bytes; the fields of the page, of which one is
 * read once (`sw_exit_info_1`, which the hypervisor may set to anything: the set-up then fails or goes on, as it would);
 * and all other requests, which do not use the GHCB at this source (`snp-request.ts`).
 */

export type MsrWork = 'print' | 'negotiate' | 'register' | 'set' | 'use'
/** What the MSR holds: nothing yet, the page's address, a text or a request of a thread, or a hypervisor's response. */
export type MsrValue = string

export const msrUser = setup({
  types: {
    context: {} as {
      todo: MsrWork[]
      saved: MsrValue
      response: MsrValue
      /** Whether the hypervisor has refused it something. */
      refused: boolean
    },
    input: {} as { todo: readonly MsrWork[] },
    events: {} as
      | { type: 'LOCK' }
      | { type: 'SAVE'; value: MsrValue }
      | { type: 'WRITE' }
      | { type: 'EXIT'; refused: boolean }
      | { type: 'READ'; value: MsrValue }
      | { type: 'RESTORE'; good: boolean }
      | { type: 'DONE'; good: boolean }
      | { type: 'TERMINATE' },
  },
  guards: {
    isPrint: ({ context }) => context.todo[0] === 'print',
    isSet: ({ context }) => context.todo[0] === 'set',
    isUse: ({ context }) => context.todo[0] === 'use',
    isOver: ({ context }) => context.todo.length === 0,
    isGood: (_, { good }: { good: boolean }) => good,
  },
  actions: {
    next: update((user) => {
      user.todo.shift()
      user.saved = 'none'
      user.response = 'none'
    }),
  },
}).createMachine({
  id: 'msrUser',
  context: ({ input }) => ({ todo: [...input.todo], saved: 'none', response: 'none', refused: false }),
  initial: 'choosing',
  states: {
    choosing: { always: [{ guard: 'isOver', target: 'done' }, { target: 'waiting' }] },
    waiting: { on: { LOCK: 'starting' } },
    starting: {
      always: [{ guard: 'isSet', target: 'setting' }, { guard: 'isUse', target: 'exiting' }, { target: 'saving' }],
    },
    saving: {
      on: {
        SAVE: {
          target: 'writing',
          actions: update((user, { value }) => {
            user.saved = value
          }),
        },
      },
    },
    writing: { on: { WRITE: 'exiting' } },
    setting: { on: { DONE: { target: 'choosing', actions: 'next' } } },
    exiting: {
      on: {
        EXIT: [
          {
            guard: 'isPrint',
            target: 'restoring',
          },
          {
            target: 'reading',
            actions: update((user, { refused }) => {
              user.refused ||= refused
            }),
          },
        ],
      },
    },
    reading: {
      on: {
        READ: {
          target: 'restoring',
          actions: update((user, { value }) => {
            user.response = value
          }),
        },
        DONE: [
          { guard: { type: 'isGood', params: ({ event }) => event }, target: 'choosing', actions: 'next' },
          { target: 'failing' },
        ],
      },
    },
    restoring: {
      on: {
        RESTORE: [
          { guard: { type: 'isGood', params: ({ event }) => event }, target: 'choosing', actions: 'next' },
          { target: 'failing' },
        ],
      },
    },
    failing: { on: { TERMINATE: 'terminated' } },
    terminated: {},
    done: {},
  },
})

/** The GHCB MSR; `lock` is held through each sequence, where there is one. */
export const ghcbMsr = setup({
  types: {
    context: {} as { value: MsrValue; holder: string },
    events: {} as { type: 'WRITE'; value: MsrValue } | { type: 'LOCK'; holder: string } | { type: 'UNLOCK'; value: MsrValue },
  },
}).createMachine({
  id: 'ghcbMsr',
  context: { value: 'initial', holder: 'nobody' },
  initial: 'there',
  states: { there: {} },
  on: {
    WRITE: {
      actions: update((msr, { value }) => {
        msr.value = value
      }),
    },
    LOCK: {
      actions: update((msr, { holder }) => {
        msr.holder = holder
      }),
    },
    UNLOCK: {
      actions: update((msr, { value }) => {
        msr.value = value
        msr.holder = 'nobody'
      }),
    },
  },
})

/** What the hypervisor has been told and has agreed to. */
export const ghcbHypervisor = setup({
  types: {
    context: {} as { version: 'none' | 'spoken' | 'foreign'; page: 'none' | 'own' | 'other' },
    events: {} as { type: 'ANSWER'; response: MsrValue } | { type: 'KEEP' },
  },
}).createMachine({
  id: 'ghcbHypervisor',
  context: { version: 'none', page: 'none' },
  initial: 'there',
  states: { there: {} },
  on: {
    KEEP: { actions: [] },
    ANSWER: {
      actions: update((hypervisor, { response }) => {
        if (response === 'info.spoken') hypervisor.version = 'spoken'
        if (response === 'info.foreign') hypervisor.version = 'foreign'
        if (response === 'registered.own') hypervisor.page = 'own'
        if (response === 'registered.other') hypervisor.page = 'other'
      }),
    },
  },
})

export interface GhcbDesign {
  readonly adversary: 'none' | 'hypervisor'
  /** Whether the driver runs threads of the guest on one MSR. */
  readonly msr: 'shared' | 'per-thread'
  /** What a lock covers, if there is one; the last: also the print that says why the set-up failed, which needs it. */
  readonly sequences: 'bare' | 'locked' | 'locked-through-failure'
  /** What is checked of the answer to the negotiation: its code only, or the versions in it too. */
  readonly version: 'code-only' | 'checked'
  /** Whether the address in the answer to the registration is compared. */
  readonly address: 'compared' | 'unchecked'
  readonly order: 'register-first' | 'use-first'
}

export interface Ghcb extends GhcbDesign {
  readonly threads: readonly string[]
  readonly user: (thread: string) => CellOf<typeof msrUser>
  readonly msrOf: (thread: string) => CellOf<typeof ghcbMsr>
  readonly hypervisor: CellOf<typeof ghcbHypervisor>
}

const source = (symbol: string): string => `litebox_platform_linux_kernel/src/host/snp/ghcb.rs: ${symbol}`

/** What a thread puts into the MSR for what it has to do next. */
export const written = (thread: string, work: MsrWork | undefined): MsrValue =>
  work === 'print' ? `text.${thread}` : work === 'set' || work === 'use' ? 'page' : (work ?? 'none')

/** Whether the guest takes this response for what it asked. */
export const satisfies = (design: GhcbDesign, work: MsrWork | undefined, response: MsrValue): boolean => {
  if (work === 'negotiate') return response === 'info.spoken' || (response === 'info.foreign' && design.version === 'code-only')
  if (work === 'register')
    return response === 'registered.own' || (response === 'registered.other' && design.address === 'unchecked')
  return true
}

const responses = ['info.spoken', 'info.foreign', 'registered.own', 'registered.other', 'used', 'nonsense', 'none'] as const

/** What the hypervisor may answer to what it finds in the MSR. */
function answers({ adversary }: GhcbDesign, found: MsrValue, page: string, response: (typeof responses)[number]): boolean {
  if (found.startsWith('text.')) return response === 'none'
  if (found === 'negotiate')
    return response === 'info.spoken' || (adversary === 'hypervisor' && (response === 'info.foreign' || response === 'nonsense'))
  if (found === 'register')
    return (
      response === 'registered.own' ||
      (adversary === 'hypervisor' && (response === 'registered.other' || response === 'nonsense'))
    )
  // A page that it knows, or whatever is left in the register.
  return found === 'page' && page !== 'none'
    ? response === 'used' || (adversary === 'hypervisor' && response === 'nonsense')
    : response === 'nonsense'
}

export const ghcbRules = (world: Ghcb): readonly Rule[] => {
  const { threads, user, msrOf, hypervisor, sequences } = world
  const actor = ({ thread }: { readonly thread: string }): string => thread
  const both = ({ thread }: { readonly thread: string }) => ({ user: user(thread), msr: msrOf(thread) })
  const isLocked = sequences !== 'bare'
  return [
    rule('msr.begin', { thread: threads }, { source: source('ghcb_prints, ghcb_msr_call'), actor, sends: both }).does({
      when: {
        waiting: ({ user }) => user.value === 'waiting',
        free: ({ msr }) => !isLocked || msr.context.holder === 'nobody',
      },
      events: (_, { thread }) => ({ user: { type: 'LOCK' }, msr: { type: 'LOCK', holder: isLocked ? thread : 'nobody' } }),
    }),
    rule(
      'msr.save',
      { thread: threads },
      {
        source: source('rdmsr'),
        actor,
        sees: ({ thread }) => ({ msr: msrOf(thread) }),
        sends: ({ thread }) => ({ user: user(thread) }),
      },
    ).does({
      when: { saving: ({ user }) => user.value === 'saving' },
      events: ({ msr }) => ({ user: { type: 'SAVE', value: msr.context.value } }),
    }),
    rule('msr.write', { thread: threads }, { source: source('wrmsr'), needed: true, actor, sends: both }).does({
      when: { writing: ({ user }) => user.value === 'writing' },
      events: ({ user }, { thread }) => ({
        user: { type: 'WRITE' },
        msr: { type: 'WRITE', value: written(thread, user.context.todo[0]) },
      }),
    }),
    rule('msr.set', { thread: threads.slice(0, 1) }, { source: source('setup_ghcb_page, wrmsr'), actor, sends: both }).does({
      when: { setting: ({ user }) => user.value === 'setting' },
      events: () => ({ user: { type: 'DONE', good: true }, msr: { type: 'UNLOCK', value: 'page' } }),
    }),
    rule(
      'msr.exit',
      { thread: threads, response: responses },
      { source: source('vc_vmgexit'), needed: true, actor, sends: (at) => ({ ...both(at), hypervisor }) },
    ).does({
      when: {
        exiting: ({ user }) => user.value === 'exiting',
        anAnswer: ({ msr, hypervisor }, { response }) => answers(world, msr.context.value, hypervisor.context.page, response),
      },
      events: ({ msr }, { response }) => ({
        user: { type: 'EXIT', refused: response === 'nonsense' && ['negotiate', 'register', 'page'].includes(msr.context.value) },
        msr: { type: 'WRITE', value: response === 'none' || msr.context.value === 'page' ? msr.context.value : response },
        hypervisor: { type: 'ANSWER', response },
      }),
    }),
    rule(
      'msr.read',
      { thread: threads.slice(0, 1) },
      {
        source: source('ghcb_msr_call, rdmsr'),
        actor,
        sees: ({ thread }) => ({ msr: msrOf(thread) }),
        sends: ({ thread }) => ({ user: user(thread) }),
      },
    ).does({
      when: {
        reading: ({ user }) => user.value === 'reading',
        aCall: ({ user }) => user.context.todo[0] !== 'use',
      },
      events: ({ msr }) => ({ user: { type: 'READ', value: msr.context.value } }),
    }),
    rule('page.judge', { thread: threads.slice(0, 1) }, { source: source('page_vc_proto'), actor, sends: both }).does({
      when: { reading: ({ user }) => user.value === 'reading', aUse: ({ user }) => user.context.todo[0] === 'use' },
      events: ({ user, msr }) => ({
        user: { type: 'DONE', good: !user.context.refused },
        msr: { type: 'UNLOCK', value: msr.context.value },
      }),
    }),
    rule('msr.restore', { thread: threads }, { source: source('wrmsr, restore'), needed: true, actor, sends: both }).does({
      when: { restoring: ({ user }) => user.value === 'restoring' },
      events: ({ user: { context } }) => {
        const good = satisfies(world, context.todo[0], context.response)
        const keepsLock = !good && sequences === 'locked-through-failure'
        return {
          user: { type: 'RESTORE', good },
          msr: { type: keepsLock ? 'WRITE' : 'UNLOCK', value: context.saved },
        }
      },
    }),
    rule(
      'runner.terminate',
      { thread: threads.slice(0, 1) },
      {
        source: 'litebox_runner_snp/src/main.rs: sandbox_kernel_init, SM_TERM_NO_GHCB',
        actor,
        sees: ({ thread }) => ({ msr: msrOf(thread) }),
        sends: ({ thread }) => ({ user: user(thread) }),
      },
    ).does({
      when: {
        failing: ({ user }) => user.value === 'failing',
        canPrint: ({ msr }) => msr.context.holder !== 'boot',
      },
      events: () => ({ user: { type: 'TERMINATE' } }),
    }),
  ]
}
