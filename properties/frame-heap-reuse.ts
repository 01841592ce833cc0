import { always, onStep, type Property, sometimes } from '../checker/index.ts'
import { newOwners, type Reuse } from '../model/memory/frame-content.ts'

/*
 * What is claimed of a frame that goes from one owner to the next.
 */

/** What each owner relies on: the heap on its links, the processor on its tables, Rust on its objects, a guest on its page. */
const owners = ['nobody', ...newOwners] as const
const relying = {
  nobody: 'the list of free frames holds what the heap wrote',
  otherGuest: "a guest's page holds what that guest wrote",
  pageTable: 'a page-table page holds what LiteBox wrote',
  rustHeap: 'a Rust object holds what Rust wrote',
} as const

/** M-I1, by consequence. */
export const ownersKeepTheirContents = ({ frames, frame, content }: Reuse): readonly Property[] =>
  owners.map((owner) =>
    always(
      relying[owner],
      { frame: frames },
      {
        reads: ({ frame: name }) => ({ frame: frame(name), content: content(name) }),
        holds: ({ frame: { context }, content: { context: found } }) =>
          context.owner !== owner || (owner === 'nobody' ? found.holds === 'links' : found.holds !== 'strays'),
      },
    ),
  )

export const newPagesAreEmpty = ({ frames, content }: Reuse): Property =>
  onStep(
    'a page that a guest is given holds nothing but zeroes',
    { frame: frames },
    {
      on: ['heap.take'],
      reads: ({ frame: name }) => ({ content: content(name) }),
      holds: (_, { content }, { at }, { frame }) =>
        at.frame !== frame || at.owner !== 'otherGuest' || content.context.holds === 'zeroes',
    },
  )

/** M-I2. */
export const rustAloneGivesUpItsMemory = ({ frame, rusts }: Reuse): Property =>
  always(
    'the frame of a live Rust object is in no other hands',
    {},
    { reads: () => ({ frame: frame(rusts) }), holds: ({ frame }) => frame.context.owner === 'rustHeap' },
  )

export const framesAreTaken = ({ guests, frame }: Reuse): Property =>
  sometimes(
    'a frame of the guest has a new owner',
    { owner: newOwners },
    { reads: () => ({ frame: frame(guests) }), holds: ({ frame }, { owner }) => frame.context.owner === owner },
  )

export const translationsOutliveEntries = ({ cores, pages, tlb, entry }: Reuse): Property =>
  sometimes(
    'a core could still write through a translation whose entry is gone',
    { core: cores, page: pages },
    {
      reads: ({ core, page }) => ({ tlb: tlb(core, page), entry: entry(core, page) }),
      holds: ({ tlb, entry }) => tlb.context.dirty && entry.value === 'absent',
    },
  )
