import { always, canReach, onStep, type Property, sometimes } from '../checker/index.ts'
import {
  dutiesOf,
  handlerOf,
  interrupterCell,
  placeOf,
  type SlotDesign,
  type SlotWorld,
  threadOf,
} from '../model/shim/exception-slot.ts'

/*
 * What is claimed of the exception handler of a process, whichever thread it runs on.
 */

export const slotClaims = {
  handler: 'the exception handler does not fault itself, on whatever thread',
  recovered: 'a fault in an access to guest memory that may fail is recovered',
  state: 'who interrupts a thread reads its state only while there is one',
  named: 'a handle is set only while the slot is, and the slot only while there is a state',
  running: 'a thread runs its guest with its slot and its handle set, and leaves nothing behind',
  still: 'a thread stands still while the exception handler runs on it',
  handled: 'an exception can always be dealt with',
} as const

export function slotProperties({ managed, others }: SlotWorld, design: SlotDesign): readonly Property[] {
  const duties = dutiesOf(design)
  return [
    always(
      slotClaims.handler,
      { thread: [...managed, ...others] },
      { reads: ({ thread }) => ({ handler: handlerOf(thread) }), holds: ({ handler }) => handler.value !== 'recursing' },
    ),
    always(
      slotClaims.recovered,
      { thread: managed },
      { reads: ({ thread }) => ({ handler: handlerOf(thread) }), holds: ({ handler }) => handler.value !== 'passed' },
    ),
    always(
      slotClaims.state,
      {},
      { reads: () => ({ interrupter: interrupterCell }), holds: ({ interrupter }) => interrupter.value !== 'astray' },
    ),
    always(
      slotClaims.named,
      { thread: managed },
      {
        reads: ({ thread }) => ({ place: placeOf(thread) }),
        holds: ({ place: { context } }) => (!context.handle || context.slot) && (!context.slot || context.state),
      },
    ),
    always(
      slotClaims.running,
      { thread: managed },
      {
        reads: ({ thread }) => ({ thread: threadOf(thread), place: placeOf(thread) }),
        holds: ({ thread, place: { context } }) => {
          if (duties[thread.context.done] === 'run') return context.slot && context.handle
          return thread.context.done < duties.length || !(context.slot || context.handle || context.state)
        },
      },
    ),
    onStep(
      slotClaims.still,
      { thread: managed },
      {
        reads: ({ thread }) => ({ thread: threadOf(thread), handler: handlerOf(thread) }),
        holds: (before, after) => before.thread.context.done === after.thread.context.done || before.handler.value === 'idle',
      },
    ),
    canReach(
      slotClaims.handled,
      { thread: [...managed, ...others] },
      { reads: ({ thread }) => ({ handler: handlerOf(thread) }), goal: ({ handler }) => handler.value !== 'entered' },
    ),
    sometimes(
      'a thread comes to its end',
      { thread: managed },
      { reads: ({ thread }) => ({ thread: threadOf(thread) }), holds: ({ thread }) => thread.context.done === duties.length },
    ),
    sometimes(
      'a fault is handled on a thread without a slot',
      { thread: design.task === 'after-slot' ? [...managed, ...others] : others },
      {
        reads: ({ thread }) => ({ handler: handlerOf(thread), place: placeOf(thread) }),
        holds: ({ handler, place }) => handler.value === 'entered' && !place.context.slot,
      },
    ),
  ]
}
