import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import { drained, loaded, type Memory } from '../platform/memory-order.ts'
import { stored } from '../platform/shared-word.ts'
import { inGuest, type interrupter, interruptFlag, killer, savedContextCell, thread } from './guest-window.ts'
import { findNoHandle, hasHandle } from './guest-window-shim.ts'
import {
  continueContextCell,
  type suspender,
  suspensionCell,
  vectoredHandlerCell,
  type windowsThread,
} from './guest-window-windows.ts'

/*
 * How one thread of Windows userland interrupts another: suspend, look, redirect, resume.
 *
 * Models: `litebox_platform_windows_userland/src/lib.rs: ThreadHandle::interrupt`, by where it finds the instruction
 * pointer: in the popping of registers, in ntdll or this module, or elsewhere, which it takes for the guest. The flag of
 * the guest is cleared by nobody when a thread is redirected.
 *
 * Leaves out: what `guest-window-windows.ts` leaves out.
 */

export interface WindowsSuspend {
  readonly self: CellOf<typeof windowsThread>
  readonly interrupter: CellOf<typeof interrupter>
  readonly suspender: CellOf<typeof suspender>
  readonly memory: Memory
  /** Which instruction pointers are redirected without saving: the popping alone, or the entry from the flag on. */
  readonly range: 'popping' | 'whole-entry'
  /** What becomes of the flag of a thread that is redirected. */
  readonly redirect: 'leaves-flag' | 'clears-flag'
}

const source = 'litebox_platform_windows_userland/src/lib.rs: ThreadHandle::interrupt'

const entryWindow = {
  popping: ['popping'],
  'whole-entry': ['testing', 'calling', 'popping', 'continuing'],
} as const satisfies Record<WindowsSuspend['range'], readonly string[]>

/** Where the code of the phase lies. While it holds a lock the shim may be anywhere, in kernelbase or a copy of bytes. */
const liesElsewhere: readonly string[] = ['inGuest', 'signalling']

export const windowsSuspendRules = (world: WindowsSuspend): readonly Rule[] => [...looking(world), ...acting(world)]

const looking = ({ self, interrupter, suspender, memory }: WindowsSuspend): readonly Rule[] => [
  rule(
    'suspender.suspend',
    {},
    {
      source,
      actor: () => killer,
      sees: () => ({ self, interrupter }),
      sends: () => ({ suspender, suspension: suspensionCell }),
    },
  ).does({
    when: {
      sending: ({ interrupter }) => interrupter.value === 'sending',
      idle: ({ suspender }) => suspender.value === 'idle',
      there: ({ self }) => hasHandle(self),
    },
    events: () => ({ suspender: { type: 'SUSPEND' }, suspension: { type: 'REQUEST' } }),
  }),
  findNoHandle(self, interrupter, source),
  rule(
    'kernel.stop',
    {},
    {
      kind: 'environment',
      source: 'Windows, SuspendThread: the thread stops at the next interrupt of its processor',
      actor: () => 'kernel',
      sees: () => ({ own: memory.fencePorts(thread) }),
      sends: () => ({ suspension: suspensionCell }),
    },
  ).does({
    when: { requested: ({ suspension }) => suspension.value === 'requested', drained: ({ own }) => drained(own) },
    events: () => ({ suspension: { type: 'STOP' } }),
  }),
  rule(
    'suspender.writeFlag',
    {},
    {
      source,
      actor: () => killer,
      sends: () => ({ suspender, port: memory.storePort(killer, interruptFlag) }),
      waitsFor: ['port'],
    },
  ).does({
    when: { atWrite: ({ suspender }) => suspender.value === 'writingFlag' },
    events: () => ({ suspender: { type: 'WROTE_FLAG' }, port: stored(interruptFlag, true) }),
  }),
  rule(
    'suspender.readFlag',
    {},
    {
      source,
      actor: () => killer,
      sees: () => ({ ports: memory.loadPorts(killer, inGuest) }),
      sends: () => ({ suspender }),
    },
  ).does({
    when: { atRead: ({ suspender }) => suspender.value === 'readingFlag' },
    events: ({ ports }) => ({ suspender: { type: loaded(inGuest, ports) ? 'FOUND_GUEST' : 'FOUND_HOST' } }),
  }),
  rule(
    'suspender.readContext',
    {},
    {
      source: 'Windows, GetThreadContext: it waits until the thread has stopped',
      actor: () => killer,
      sees: () => ({ suspension: suspensionCell, own: memory.fencePorts(killer) }),
      sends: () => ({ suspender }),
    },
  ).does({
    when: {
      atContext: ({ suspender }) => suspender.value === 'readingContext',
      stopped: ({ suspension }) => suspension.value === 'stopped',
      drained: ({ own }) => drained(own),
    },
    events: () => ({ suspender: { type: 'READ_CONTEXT' } }),
  }),
  rule(
    'suspender.resume',
    {},
    {
      source,
      actor: () => killer,
      sees: () => ({ own: memory.fencePorts(killer) }),
      sends: () => ({ suspender, suspension: suspensionCell, interrupter }),
    },
  ).does({
    when: { resuming: ({ suspender }) => suspender.value === 'resuming', drained: ({ own }) => drained(own) },
    events: () => ({
      suspender: { type: 'RESUMED' },
      suspension: { type: 'RESUME' },
      interrupter: { type: 'SENT' },
    }),
  }),
]

const acting = ({ self, suspender, range, redirect }: WindowsSuspend): readonly Rule[] => {
  const isInEntry = (phase: unknown): boolean => entryWindow[range].some((one) => one === phase)
  const at = (name: string, where: (phase: unknown, handled: boolean) => boolean) => ({
    acting: ({ suspender }: { readonly suspender: { readonly value: unknown } }) => suspender.value === 'acting',
    [name]: (view: { readonly self: { readonly value: unknown }; readonly handler: { readonly value: unknown } }) =>
      where(view.self.value, view.handler.value !== 'absent'),
  })
  const flag = (found: boolean): boolean => found && redirect === 'leaves-flag'
  return [
    rule(
      'suspender.redirectEntry',
      {},
      {
        source: `${source}, case 1`,
        actor: () => killer,
        sees: () => ({ handler: vectoredHandlerCell }),
        sends: () => ({ suspender, self, inGuest: inGuest.cell }),
      },
    ).does({
      when: at('inEntry', (phase, handled) => !handled && isInEntry(phase)),
      events: (view) => ({
        suspender: { type: 'ACTED' },
        self: { type: 'REDIRECT' },
        inGuest: stored(inGuest, flag(view.inGuest.context.value === true)),
      }),
    }),
    rule(
      'suspender.patchContinuation',
      {},
      {
        source: `${source}, cases 2 and 3`,
        actor: () => killer,
        sees: () => ({ self, handler: vectoredHandlerCell }),
        sends: () => ({ suspender, continued: continueContextCell }),
      },
    ).does({
      when: at('inModule', (phase, handled) => handled || !(isInEntry(phase) || liesElsewhere.includes(String(phase)))),
      events: () => ({ suspender: { type: 'ACTED' }, continued: { type: 'PATCH' } }),
    }),
    rule(
      'suspender.redirectGuest',
      {},
      {
        source: `${source}, case 4`,
        actor: () => killer,
        sees: () => ({ handler: vectoredHandlerCell }),
        sends: () => ({ suspender, self, saved: savedContextCell, inGuest: inGuest.cell }),
      },
    ).does({
      when: at('elsewhere', (phase, handled) => !handled && liesElsewhere.includes(String(phase))),
      events: (view) => ({
        suspender: { type: 'ACTED' },
        self: { type: 'REDIRECT' },
        saved: { type: view.self.value === 'inGuest' ? 'SAVE_GUEST' : 'SAVE_HOST' },
        inGuest: stored(inGuest, flag(view.inGuest.context.value === true)),
      }),
    }),
  ]
}
