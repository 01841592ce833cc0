import { type Rule, rule } from '../../checker/index.ts'
import { forbiddenBases, type GuestBases, guestOf, isKept, keptOf, placeOf, registerOf, userBases } from './guest-base.ts'

/*
 * What happens to the FS base of a guest when it leaves, asks, and is entered again: see `guest-base.ts`.
 *
 * Leaves out what is left out there.
 */

const linux = 'litebox_platform_linux_userland/src/lib.rs'
const process = 'litebox_shim_linux/src/syscalls/process.rs'

export const guestBaseRules = (world: GuestBases): readonly Rule[] => [
  ...exits(world),
  ...requests(world),
  ...(world.execve === 'never' ? [] : [world.execve === 'clears-by-token' ? clearByToken(world) : clear(world)]),
  ...(world.sigreturn === 'through-entry' ? [] : [returnFromSignal(world)]),
  ...entries(world),
  ...(world.writes === 'by-instruction-too' ? [writeBase(world)] : []),
]

const basesOf = ({ values }: GuestBases): readonly string[] =>
  values === 'any' ? [...userBases, ...forbiddenBases] : ['first', 'second']

type Exit = 'systemCall' | 'interrupt'

/** What a way out does to the register and to what is kept. */
const out = ({ platform, capture }: GuestBases, exit: Exit, register: string, kept: string) => {
  const keeps = capture === 'on-every-exit' || (capture === 'on-system-call' && exit === 'systemCall')
  return {
    register: { type: 'WRITE', base: platform === 'linux-userland' ? 'host' : register },
    kept: { type: 'WRITE', base: keeps ? register : kept },
  } as const
}

const exits = (world: GuestBases): readonly Rule[] => [
  ask(world),
  leave(world, 'guest.askToRead', 'systemCall', { type: 'READ' }, 'the guest: arch_prctl(ARCH_GET_FS)'),
  leave(world, 'guest.isInterrupted', 'interrupt', { type: 'INTERRUPT' }, `${linux}: signal_handler_exit_guest`),
  ...(world.execve === 'never' ? [] : [leave(world, 'guest.exec', 'systemCall', { type: 'EXEC' }, 'the guest: execve')]),
  ...(world.sigreturn === 'through-entry'
    ? []
    : [leave(world, 'guest.endSignalHandler', 'systemCall', { type: 'RETURN_FROM_SIGNAL' }, 'the guest: rt_sigreturn')]),
]

const ask = (world: GuestBases): Rule =>
  rule(
    'guest.askToSet',
    { thread: world.threads, base: basesOf(world) },
    {
      kind: 'environment',
      source: 'the guest: arch_prctl(ARCH_SET_FS)',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ guest: guestOf(thread), register: registerOf(thread), kept: keptOf(thread) }),
    },
  ).does({
    when: { inGuest: ({ guest }) => guest.value === 'inGuest' },
    events: ({ register, kept }, { base }) => ({
      guest: { type: 'ASK', base },
      ...out(world, 'systemCall', register.context.base, kept.context.base),
    }),
  })

type Departure = { readonly type: 'READ' | 'INTERRUPT' | 'EXEC' | 'RETURN_FROM_SIGNAL' }

const leave = (world: GuestBases, name: string, exit: Exit, event: Departure, source: string): Rule =>
  rule(
    name,
    { thread: world.threads },
    {
      kind: 'environment',
      source,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ guest: guestOf(thread), register: registerOf(thread), kept: keptOf(thread) }),
    },
  ).does({
    when: { inGuest: ({ guest }) => guest.value === 'inGuest' },
    events: ({ register, kept }) => ({ guest: event, ...out(world, exit, register.context.base, kept.context.base) }),
  })

const isRefused = (check: GuestBases['check'], base: string): boolean =>
  check !== 'none' && (forbiddenBases.some((one) => one === base) || (check === 'as-code-address' && base === 'last-page'))

const requests = (world: GuestBases): readonly Rule[] => [
  rule(
    'request.grant',
    { thread: world.threads },
    {
      source: `${process}: Task::sys_arch_prctl, get_punchthrough_token_for`,
      needed: true,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ guest: guestOf(thread) }),
    },
  ).does({
    when: { asking: ({ guest }) => guest.value === 'asking' || guest.value === 'reading' },
    events: () => ({ guest: { type: 'GRANT' } }),
  }),
  ...(world.check === 'none' ? [] : [refuse(world)]),
  use(world),
  rule(
    'request.find',
    { thread: world.threads },
    {
      source: `${linux}: PunchthroughToken::execute, GetFsBase`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ place: placeOf(world, thread) }),
      sends: ({ thread }) => ({ guest: guestOf(thread) }),
    },
  ).does({
    when: { finding: ({ guest }) => guest.value === 'finding' },
    events: ({ place }) => ({ guest: { type: 'FIND', base: place.context.base } }),
  }),
  ...(world.values === 'any' && world.check === 'none' && world.platform !== 'linux-userland' ? [faultInHost(world)] : []),
]

const refuse = (world: GuestBases): Rule =>
  rule(
    'request.refuse',
    { thread: world.threads },
    {
      source: `${process}: Task::sys_arch_prctl, with the check of pull request 994`,
      needed: true,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ guest: guestOf(thread) }),
    },
  ).does({
    when: {
      setting: ({ guest }) => guest.value === 'setting',
      isForbidden: ({ guest }) => isRefused(world.check, guest.context.wanted),
    },
    events: ({ guest }) => ({
      guest: { type: 'REFUSE', wrongly: !forbiddenBases.some((base) => base === guest.context.wanted) },
    }),
  })

/** Where the processor itself refuses a base it is a fault of the host, if the host writes the register at once. */
const faultsInHost = ({ platform }: GuestBases, base: string): boolean =>
  platform !== 'linux-userland' && base === 'non-canonical'

/** Windows writes both places, Linux userland only what it keeps, and the kernel platform only the register. */
const use = (world: GuestBases): Rule =>
  rule(
    'request.use',
    { thread: world.threads },
    {
      source: `${linux}: PunchthroughToken::execute, SetFsBase`,
      needed: true,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({
        guest: guestOf(thread),
        places: [
          ...(isKept(world) ? [keptOf(thread)] : []),
          ...(world.platform === 'linux-userland' ? [] : [registerOf(thread)]),
        ],
      }),
    },
  ).does({
    when: {
      setting: ({ guest }) => guest.value === 'setting',
      accepted: ({ guest }) => !isRefused(world.check, guest.context.wanted),
      noFault: ({ guest }) => !faultsInHost(world, guest.context.wanted),
    },
    events: ({ guest }) => ({ guest: { type: 'SET' }, places: { type: 'WRITE', base: guest.context.wanted } }),
  })

const faultInHost = (world: GuestBases): Rule =>
  rule(
    'request.faultInHost',
    { thread: world.threads },
    {
      source:
        world.platform === 'linux-kernel'
          ? 'litebox_runner_snp/src/main.rs: int_handler'
          : 'litebox_platform_windows_userland/src/lib.rs: vectored_exception_handler, EXCEPTION_CONTINUE_SEARCH',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ guest: guestOf(thread) }),
    },
  ).does({
    when: {
      setting: ({ guest }) => guest.value === 'setting',
      faults: ({ guest }) => faultsInHost(world, guest.context.wanted),
    },
    events: () => ({ guest: { type: 'STOP' } }),
  })

const clear = (world: GuestBases): Rule =>
  rule(
    'execve.clear',
    { thread: world.threads },
    {
      source: `${process}: Task::sys_execve, clear_guest_thread_local_storage`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({
        guest: guestOf(thread),
        places:
          world.execve === 'unimplemented'
            ? []
            : [keptOf(thread), ...(world.platform === 'windows-userland' ? [registerOf(thread)] : [])],
      }),
    },
  ).does({
    when: { executing: ({ guest }) => guest.value === 'executing' },
    events: () => ({
      guest: { type: world.execve === 'unimplemented' ? 'STOP' : 'CLEARED' },
      places: { type: 'WRITE', base: 'zero' },
    }),
  })

const clearByToken = ({ threads }: GuestBases): Rule =>
  rule(
    'execve.ask',
    { thread: threads },
    {
      source: `${process}: Task::sys_execve, with a request instead of clear_guest_thread_local_storage`,
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ guest: guestOf(thread) }),
    },
  ).does({
    when: { executing: ({ guest }) => guest.value === 'executing' },
    events: () => ({ guest: { type: 'ASK', base: 'zero' } }),
  })

/** The call that does not return: it enters the guest by itself, with whatever base the register has. */
const returnFromSignal = ({ threads, sigreturn }: GuestBases): Rule =>
  rule(
    'signal.return',
    { thread: threads },
    {
      source: `${linux}: PunchthroughToken::execute, RtSigreturn, before pull request 524`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ kept: keptOf(thread) }),
      sends: ({ thread }) => ({ guest: guestOf(thread), register: registerOf(thread) }),
    },
  ).does({
    when: { returning: ({ guest }) => guest.value === 'returningFromSignal' },
    events: ({ kept, register }) => ({
      guest: { type: 'ENTER' },
      register: { type: 'WRITE', base: sigreturn === 'direct' ? register.context.base : kept.context.base },
    }),
  })

const entries = (world: GuestBases): readonly Rule[] => [
  rule(
    'guest.enter',
    { thread: world.threads },
    {
      source: `${linux}: switch_to_guest`,
      needed: true,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ kept: keptOf(thread) }),
      sends: ({ thread }) => ({ guest: guestOf(thread), register: registerOf(thread) }),
    },
  ).does({
    when: {
      answered: ({ guest }) => guest.value === 'answered',
      noFault: ({ kept }) => kept.context.base !== 'non-canonical',
    },
    events: ({ kept, register }) => ({
      guest: { type: 'ENTER' },
      register: { type: 'WRITE', base: isKept(world) ? kept.context.base : register.context.base },
    }),
  }),
  ...(world.platform === 'linux-userland' && world.values === 'any' && world.check === 'none' ? [faultAtEntry(world)] : []),
]

/** The handler looks at `in_guest`, which is set, and not at where the fault was. */
const faultAtEntry = ({ threads }: GuestBases): Rule =>
  rule(
    'guest.faultAtEntry',
    { thread: threads },
    {
      source: `${linux}: exception_signal_handler, on a fault in switch_to_guest`,
      actor: ({ thread }) => thread,
      sees: ({ thread }) => ({ kept: keptOf(thread) }),
      sends: ({ thread }) => ({ guest: guestOf(thread) }),
    },
  ).does({
    when: {
      answered: ({ guest }) => guest.value === 'answered',
      faults: ({ kept }) => kept.context.base === 'non-canonical',
    },
    events: () => ({ guest: { type: 'FAULT_AT_ENTRY' } }),
  })

const writeBase = ({ threads }: GuestBases): Rule =>
  rule(
    'guest.writeBase',
    { thread: threads, base: ['first', 'second'] },
    {
      kind: 'environment',
      source: 'the guest: wrfsbase',
      actor: ({ thread }) => thread,
      sends: ({ thread }) => ({ guest: guestOf(thread), register: registerOf(thread) }),
    },
  ).does({
    when: { inGuest: ({ guest }) => guest.value === 'inGuest', other: ({ guest }, { base }) => guest.context.own !== base },
    events: (_, { base }) => ({ guest: { type: 'WRITE', base }, register: { type: 'WRITE', base } }),
  })
