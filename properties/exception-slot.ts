import { always, type Property, sometimes } from '../checker/index.ts'
import { handlerOf, interrupterCell, placeOf, type SlotDesign, type SlotWorld } from '../model/shim/exception-slot.ts'

/*
 * What is claimed of the exception handler of a process, whichever thread it runs on.
 */

export const slotClaims = {
  handler: 'the exception handler does not fault itself, on whatever thread',
  recovered: 'a fault in an access to guest memory that may fail is recovered',
  state: 'who interrupts a thread reads its state only while there is one',
} as const

export const slotProperties = ({ managed, others }: SlotWorld, { task }: SlotDesign): readonly Property[] => [
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
  sometimes(
    'a fault is handled on a thread without a slot',
    { thread: task === 'after-slot' ? [...managed, ...others] : others },
    {
      reads: ({ thread }) => ({ handler: handlerOf(thread), place: placeOf(thread) }),
      holds: ({ handler, place }) => handler.value === 'entered' && !place.context.slot,
    },
  ),
]
