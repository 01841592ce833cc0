import { type AnyCell, always, type Cell, leadsTo, type Property, sometimes } from '../checker/index.ts'
import { loaded, type Memory } from '../model/platform/memory-order.ts'
import { held } from '../model/platform/shared-word.ts'
import { exiting, inGuest, interruptFlag, savedContextCell, shimLock, thread } from '../model/shim/guest-window.ts'

/** A thread at the edge of its guest, on either platform. */
export interface WindowWorld {
  readonly memory: Memory
  readonly self: Cell<string, unknown, unknown>
  /** The handlers over the thread, and when one of them is at work. */
  readonly handlers: readonly AnyCell[]
  /** The phases in which the flag of the guest may be set: the guest, its entry window and its exit window. */
  readonly window: readonly string[]
}

export const guestWindowClaims = {
  reaches: 'a thread that must exit leaves its guest for good',
  context: 'host registers are never saved as the guest context',
  flag: 'the flag of the guest is set only in the guest and in its windows',
  frames: 'host frames are not abandoned while they hold a lock',
} as const

export const guestWindowProperties = ({ memory, self, handlers, window }: WindowWorld): readonly Property[] => [
  leadsTo(
    guestWindowClaims.reaches,
    {},
    {
      reads: () => ({ self, exiting: exiting.cell }),
      from: (at) => held(exiting, at.exiting),
      to: ({ self }) => self.value === 'terminated',
    },
  ),
  always(
    guestWindowClaims.context,
    {},
    { reads: () => ({ saved: savedContextCell }), holds: ({ saved }) => saved.value === 'guest' },
  ),
  always(
    guestWindowClaims.flag,
    {},
    {
      reads: () => ({ self, handlers, ports: memory.loadPorts(thread, inGuest) }),
      holds: (at) =>
        !loaded(inGuest, at.ports) || window.includes(at.self.value) || at.handlers.some(({ value }) => value !== 'absent'),
    },
  ),
  always(
    guestWindowClaims.frames,
    {},
    {
      reads: () => ({ self, lock: shimLock }),
      holds: ({ self, lock }) => lock.value === 'free' || self.value === 'signalling',
    },
  ),
  sometimes(
    'an interrupt is noted while the thread is in the shim',
    {},
    {
      reads: () => ({ self, interrupt: interruptFlag.cell }),
      holds: (at) => held(interruptFlag, at.interrupt) && at.self.value === 'checkingExit',
    },
  ),
  sometimes(
    'a guest that was told to exit still runs',
    {},
    {
      reads: () => ({ self, exiting: exiting.cell }),
      holds: (at) => held(exiting, at.exiting) && at.self.value === 'inGuest',
    },
  ),
  sometimes('a thread ends', {}, { reads: () => ({ self }), holds: ({ self }) => self.value === 'terminated' }),
  sometimes(
    'a thread holds a lock in the shim while an interrupt is noted',
    {},
    {
      reads: () => ({ lock: shimLock, interrupt: interruptFlag.cell }),
      holds: ({ lock, interrupt }) => lock.value === 'held' && held(interruptFlag, interrupt),
    },
  ),
]
