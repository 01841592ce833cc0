import { type AnyCell, always, type Cell, type CellOf, leadsTo, onStep, type Property } from '../checker/index.ts'
import { loaded, type Memory } from '../model/platform/memory-order.ts'
import { held } from '../model/platform/shared-word.ts'
import { inGuest, type interrupter, interruptFlag, state, thread } from '../model/shim/guest-window.ts'
import { hasHandle } from '../model/shim/guest-window-shim.ts'

/*
 * What is claimed of single steps around the guest: who may take one at all, and what a flag or word says after it.
 */

export interface WindowSteps {
  readonly memory: Memory
  readonly self: Cell<string, unknown, unknown>
  readonly interrupter: CellOf<typeof interrupter>
  /** The handlers over the thread. */
  readonly handlers: readonly AnyCell[]
  /** What stops the thread, and its handlers with it, in the phase `stopped`. */
  readonly stops: readonly AnyCell[]
  /** The step in which the platform acts on the thread for the one who interrupts. */
  readonly call: string
}

export const guestWindowStepClaims = {
  still: 'a thread stands still while a handler runs over it, and its handlers too while it is stopped',
  handle: 'nobody interrupts a thread whose handle is empty',
  marked: 'whoever calls the platform has marked the word of the thread as interrupted',
  word: 'the word of the thread says whether it runs its guest',
  forgotten: 'a thread that calls the shim has forgotten what interrupted it',
  taken: 'a handler that leaves the guest has cleared the flag of the guest before',
  sent: 'whoever calls the platform comes back',
} as const

const inHost: readonly string[] = ['announcing', 'leaving', 'dropping', 'terminated']
const towardsGuest: readonly string[] = ['announced', 'signalling', 'checkingExit', 'inGuest']

export const guestWindowSteps = ({ memory, self, interrupter, handlers, stops, call }: WindowSteps): readonly Property[] => [
  onStep(
    guestWindowStepClaims.still,
    {},
    {
      reads: () => ({ self, handlers, stops }),
      holds: (before, after, { actor }) => {
        const handled = after.handlers.some(({ value }, at) => value !== before.handlers[at]!.value)
        const moved = before.self.value !== after.self.value
        if (actor !== thread || !(moved || handled)) return true
        const isStopped = before.stops.some(({ value }) => value === 'stopped')
        return !isStopped && (handled || before.handlers.every(({ value }) => value === 'absent'))
      },
    },
  ),
  onStep(
    guestWindowStepClaims.handle,
    {},
    {
      on: [call],
      reads: () => ({ self }),
      holds: ({ self }) => hasHandle(self),
    },
  ),
  onStep(
    guestWindowStepClaims.marked,
    {},
    {
      on: ['interrupter.look'],
      reads: () => ({ interrupter, state: state.cell }),
      holds: (before, after) =>
        after.interrupter.value === 'sending'
          ? held(state, after.state) === 'interruptedGuest'
          : held(state, after.state) === held(state, before.state),
    },
  ),
  always(
    guestWindowStepClaims.word,
    {},
    {
      reads: () => ({ self, state: state.cell }),
      holds: (at) => {
        const says = held(state, at.state)
        if (inHost.includes(at.self.value)) return says === 'runningInHost'
        return !towardsGuest.includes(at.self.value) || says === 'runningInGuest' || says === 'interruptedGuest'
      },
    },
  ),
  onStep(
    guestWindowStepClaims.forgotten,
    {},
    {
      on: ['window.forget'],
      reads: () => ({ ports: memory.loadPorts(thread, interruptFlag) }),
      holds: (_, { ports }) => !loaded(interruptFlag, ports),
    },
  ),
  always(
    guestWindowStepClaims.taken,
    {},
    {
      reads: () => ({ handlers, ports: memory.loadPorts(thread, inGuest) }),
      holds: ({ handlers, ports }) => !loaded(inGuest, ports) || handlers.every(({ value }) => value !== 'leavingGuest'),
    },
  ),
  leadsTo(
    guestWindowStepClaims.sent,
    {},
    {
      reads: () => ({ interrupter }),
      from: ({ interrupter }) => interrupter.value === 'sending',
      to: ({ interrupter }) => interrupter.value !== 'sending',
    },
  ),
]
