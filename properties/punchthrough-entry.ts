import { always, onStep, type Property, sometimes } from '../checker/index.ts'
import { forbiddenBases, type GuestBases, guestOf, placeOf, registerOf } from '../model/punchthrough/guest-base.ts'

export const entryClaimNames = {
  own: 'a guest runs with its own FS base',
  host: 'a guest never runs with the base of the host',
  found: 'a guest that reads its FS base reads its own',
  permitted: 'only a base that a guest may have gets into the register',
  accepted: 'no base is refused that Linux accepts',
  stops: 'no request of a guest stops the host',
  exposed: 'the registers of the host never become those of the guest',
  token: 'in the host the base of a guest changes by a token only',
} as const

export const entryProperties = (world: GuestBases): readonly Property[] => [
  ...running(world),
  ...requests(world),
  ...witnesses(world),
]

const running = ({ threads }: GuestBases): readonly Property[] => [
  always(
    entryClaimNames.own,
    { thread: threads },
    {
      reads: ({ thread }) => ({ guest: guestOf(thread), register: registerOf(thread) }),
      holds: ({ guest, register }) => guest.value !== 'inGuest' || register.context.base === guest.context.own,
    },
  ),
  always(
    entryClaimNames.host,
    { thread: threads },
    {
      reads: ({ thread }) => ({ guest: guestOf(thread), register: registerOf(thread) }),
      holds: ({ guest, register }) => guest.value !== 'inGuest' || register.context.base !== 'host',
    },
  ),
  always(
    entryClaimNames.permitted,
    { thread: threads },
    {
      reads: ({ thread }) => ({ register: registerOf(thread) }),
      holds: ({ register }) => !forbiddenBases.some((base) => base === register.context.base),
    },
  ),
  always(
    entryClaimNames.exposed,
    { thread: threads },
    { reads: ({ thread }) => ({ guest: guestOf(thread) }), holds: ({ guest }) => guest.value !== 'hostExposed' },
  ),
]

const requests = (world: GuestBases): readonly Property[] => [
  always(
    entryClaimNames.found,
    { thread: world.threads },
    {
      reads: ({ thread }) => ({ guest: guestOf(thread) }),
      holds: ({ guest }) => guest.context.found === 'nothing' || guest.context.found === guest.context.own,
    },
  ),
  ...(world.check === 'none'
    ? []
    : [
        always(
          entryClaimNames.accepted,
          { thread: world.threads },
          { reads: ({ thread }) => ({ guest: guestOf(thread) }), holds: ({ guest }) => !guest.context.refused },
        ),
      ]),
  always(
    entryClaimNames.stops,
    { thread: world.threads },
    { reads: ({ thread }) => ({ guest: guestOf(thread) }), holds: ({ guest }) => guest.value !== 'hostStopped' },
  ),
  onStep(
    entryClaimNames.token,
    { thread: world.threads },
    {
      reads: ({ thread }) => ({ guest: guestOf(thread), place: placeOf(world, thread) }),
      holds: (before, after, { rule }) =>
        before.guest.value === 'inGuest' || before.place.context.base === after.place.context.base || rule === 'request.use',
    },
  ),
]

const witnesses = ({ threads }: GuestBases): readonly Property[] => [
  sometimes(
    'a guest runs with a base that it has set',
    { thread: threads },
    {
      reads: ({ thread }) => ({ guest: guestOf(thread), register: registerOf(thread) }),
      holds: ({ guest, register }) => guest.value === 'inGuest' && register.context.base === 'second',
    },
  ),
  sometimes(
    'a guest reads a base that it has set',
    { thread: threads },
    { reads: ({ thread }) => ({ guest: guestOf(thread) }), holds: ({ guest }) => guest.context.found === 'first' },
  ),
]
