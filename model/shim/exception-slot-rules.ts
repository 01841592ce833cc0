import { type Rule, rule } from '../../checker/index.ts'
import {
  type Duty,
  dutiesOf,
  handlerOf,
  interrupterCell,
  placeOf,
  type SlotDesign,
  type SlotWorld,
  threadOf,
} from './exception-slot.ts'

/*
 * The steps of threads with a slot, of the exception handler, and of a thread that interrupts another.
 *
 * Models: see `exception-slot.ts`. The lock of a handle is held between `interrupter.lock` and `interrupter.read`.
 *
 * Leaves out: see `exception-slot.ts`.
 */

const source = 'litebox_platform_windows_userland/src/lib.rs'
const symbols: Readonly<Record<Duty, string>> = {
  setSlot: 'run_thread_inner, TlsSetValue',
  setHandle: 'ThreadHandle::run_with_handle',
  run: 'run_thread_arch',
  dropTask: 'thread_start, shim dropped',
  clearHandle: 'ThreadHandle::run_with_handle, defer',
  clearSlot: 'run_thread_inner, defer',
  freeState: 'run_thread_inner, tls_state',
}

export const slotRules = (world: SlotWorld, design: SlotDesign): readonly Rule[] => [
  ...living(world, design),
  ...faulting(world, design),
  ...handling(world, design),
  ...interrupting(world),
]

function living({ managed }: SlotWorld, design: SlotDesign): readonly Rule[] {
  const duties = dutiesOf(design)
  return duties.map((duty, at) =>
    rule(
      `thread.${duty}`,
      { thread: managed },
      {
        source: `${source}: ${symbols[duty]}`,
        needed: true,
        actor: ({ thread }) => thread,
        sees: ({ thread }) => ({ handler: handlerOf(thread), interrupter: interrupterCell }),
        sends: ({ thread }) => ({ thread: threadOf(thread), place: placeOf(thread) }),
      },
    ).does({
      when: {
        itsTurn: ({ thread }) => thread.context.done === at,
        unbroken: ({ handler }) => handler.value === 'idle',
        unlocked: ({ interrupter }) => duty !== 'clearHandle' || interrupter.value === 'idle',
      },
      events: () => ({
        thread: { type: 'NEXT' },
        place:
          duty === 'freeState'
            ? { type: 'FREE' }
            : duty === 'setSlot' || duty === 'clearSlot'
              ? { type: 'SET', what: 'slot', to: duty === 'setSlot' }
              : duty === 'setHandle' || duty === 'clearHandle'
                ? { type: 'SET', what: 'handle', to: duty === 'setHandle' }
                : { type: 'KEEP' },
      }),
    }),
  )
}

/** Fallible accesses to guest memory, while the shim runs and while the task is dropped; and other exceptions elsewhere. */
function faulting({ managed, others }: SlotWorld, design: SlotDesign): readonly Rule[] {
  const duties = dutiesOf(design)
  return [
    rule(
      'thread.fault',
      { thread: managed },
      {
        kind: 'environment',
        source: 'litebox_shim_linux/src/syscalls/process.rs: clear_child_tid, to memory that is not mapped',
        needed: true,
        actor: ({ thread }) => thread,
        sees: ({ thread }) => ({ thread: threadOf(thread) }),
        sends: ({ thread }) => ({ handler: handlerOf(thread) }),
      },
    ).does({
      when: {
        accesses: ({ thread }) => ['run', 'dropTask'].includes(duties[thread.context.done] ?? 'none'),
        idle: ({ handler }) => handler.value === 'idle',
      },
      events: () => ({ handler: { type: 'ENTER', cause: 'guestMemory' } }),
    }),
    rule(
      'thread.raise',
      { thread: others },
      {
        kind: 'environment',
        source: 'Windows: RaiseException on a thread of the process that never ran a guest',
        actor: ({ thread }) => thread,
        sees: () => ({ lives: managed.map(threadOf) }),
        sends: ({ thread }) => ({ handler: handlerOf(thread) }),
      },
    ).does({
      // Before that there is no slot, and the handler knows it.
      when: {
        slotAllocated: ({ lives }) => lives.some(({ context }) => context.done > 0),
        idle: ({ handler }) => handler.value === 'idle',
      },
      events: () => ({ handler: { type: 'ENTER', cause: 'foreign' } }),
    }),
  ]
}

function handling({ managed, others }: SlotWorld, { handler: design }: SlotDesign): readonly Rule[] {
  const threads = [...managed, ...others]
  return [
    rule(
      'handler.handle',
      { thread: threads },
      {
        source: `${source}: vectored_exception_handler, get_tls_ptr`,
        actor: ({ thread }) => thread,
        sees: ({ thread }) => ({ place: placeOf(thread) }),
        sends: ({ thread }) => ({ handler: handlerOf(thread) }),
      },
    ).does({
      when: { entered: ({ handler }) => handler.value === 'entered' },
      events: ({ place, handler }) => ({
        handler: {
          type: place.context.slot
            ? handler.context.cause === 'guestMemory'
              ? 'RECOVER'
              : 'PASS_ON'
            : design === 'unchecked'
              ? 'FAULT'
              : design === 'recovers' && handler.context.cause === 'guestMemory'
                ? 'RECOVER'
                : 'PASS_ON',
        },
      }),
    }),
  ]
}

const interrupting = ({ managed }: SlotWorld): readonly Rule[] => [
  rule(
    'interrupter.lock',
    {},
    {
      source: `${source}: ThreadHandle::interrupt`,
      actor: () => 'interrupter',
      sees: () => ({ target: placeOf(managed[0]!) }),
      sends: () => ({ interrupter: interrupterCell }),
    },
  ).does({
    when: { idle: ({ interrupter }) => interrupter.value === 'idle' },
    events: ({ target }) => ({ interrupter: { type: 'LOCK', alive: target.context.handle } }),
  }),
  rule(
    'interrupter.read',
    {},
    {
      source: `${source}: ThreadHandle::interrupt, "the target TLS state is accessible"`,
      needed: true,
      actor: () => 'interrupter',
      sees: () => ({ target: placeOf(managed[0]!) }),
      sends: () => ({ interrupter: interrupterCell }),
    },
  ).does({
    when: { locked: ({ interrupter }) => interrupter.value === 'locked' },
    events: ({ target }) => ({ interrupter: { type: 'READ', alive: target.context.state } }),
  }),
]
