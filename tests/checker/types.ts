import { setup } from 'xstate'
import {
  always,
  type CellOf,
  cell,
  finalWhen,
  leadsTo,
  onStep,
  rule,
  type System,
  scenario,
  sometimes,
  update,
} from '../../checker/index.ts'

/*
 * What the compiler refuses and infers. Nothing here is run: `tsc` fails when a line under `@ts-expect-error` is
 * accepted, and when one of the `Same` constants below is not what inference yields.
 */

const door = setup({
  types: {
    context: {} as { opened: number; by: 'ann' | 'bob' | null },
    input: {} as { opened: number },
    events: {} as { type: 'OPEN'; by: 'ann' | 'bob' } | { type: 'CLOSE' } | { type: 'COUNT'; opened: number },
  },
}).createMachine({
  id: 'door',
  context: ({ input }) => ({ opened: input.opened, by: null }),
  initial: 'closed',
  states: {
    closed: { on: { OPEN: { target: 'open', actions: update((context, event) => void (context.by = event.by)) } } },
    open: { on: { CLOSE: 'closed' } },
  },
})

const lamp = setup({ types: { events: {} as { type: 'TOGGLE' } } }).createMachine({
  id: 'lamp',
  initial: 'dark',
  states: { dark: { on: { TOGGLE: 'lit' } }, lit: { on: { TOGGLE: 'dark' } } },
})

const engine = setup({ types: { events: {} as { type: 'GO' } } }).createMachine({
  id: 'engine',
  type: 'parallel',
  states: {
    left: { initial: 'idle', states: { idle: { on: { GO: 'busy' } }, busy: {} } },
    right: { initial: 'cold', states: { cold: { on: { GO: 'warm' } }, warm: {} } },
  },
})

const rooms = ['hall', 'loft'] as const
const doorOf = (room: (typeof rooms)[number]): CellOf<typeof door> => cell(`door.${room}`, door, { input: { opened: 0 } })
const hallDoor = doorOf('hall')
const hallLamp = cell('lamp.hall', lamp)
const motor = cell('motor', engine)

const oneDoor = () => rule('door.move', { room: rooms }, { actor: () => 'ann', sends: ({ room }) => ({ door: doorOf(room) }) })
const allDoors = () => rule('door.all', {}, { actor: () => 'ann', sends: () => ({ doors: rooms.map(doorOf) }) })
const doorAndLamp = () =>
  rule('door.light', {}, { actor: () => 'ann', sees: () => ({ lamp: hallLamp }), sends: () => ({ door: hallDoor }) })

/** True where both types are the same type, not merely assignable to one another; `any` is the same as `any` only. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** One receiver: what its events may be. */
export const singleReceivers = {
  'the events that the receiver has are accepted': () => [
    oneDoor().does({ events: () => ({ door: { type: 'CLOSE' } }) }),
    oneDoor().does({ events: () => ({ door: { type: 'OPEN', by: 'ann' } }) }),
    oneDoor().does({
      events: ({ door }) => ({ door: door.value === 'open' ? { type: 'CLOSE' } : { type: 'OPEN', by: 'bob' } }),
    }),
    oneDoor().does({
      events: ({ door }) => (door.value === 'open' ? { door: { type: 'CLOSE' } } : { door: { type: 'COUNT', opened: 1 } }),
    }),
  ],
  'an event that it does not have is refused': () =>
    oneDoor().does({
      // @ts-expect-error SLAM is no event of the door
      events: () => ({ door: { type: 'SLAM' } }),
    }),
  'in one arm of a ternary as well': () =>
    oneDoor().does({
      // @ts-expect-error SLAM is no event of the door
      events: ({ door }) => ({ door: door.value === 'open' ? { type: 'CLOSE' } : { type: 'SLAM' } }),
    }),
  'and where the ternary is around the whole record': () =>
    oneDoor().does({
      // @ts-expect-error SLAM is no event of the door
      events: ({ door }) => (door.value === 'open' ? { door: { type: 'CLOSE' } } : { door: { type: 'SLAM' } }),
    }),
  'an event of another cell is refused': () =>
    oneDoor().does({
      // @ts-expect-error TOGGLE is an event of the lamp
      events: () => ({ door: { type: 'TOGGLE' } }),
    }),
  'a payload of the wrong type is refused': () =>
    oneDoor().does({
      // @ts-expect-error `opened` is a number
      events: () => ({ door: { type: 'COUNT', opened: 'twice' } }),
    }),
  'a literal payload that is not in the union is refused': () =>
    oneDoor().does({
      // @ts-expect-error `by` is 'ann' or 'bob'
      events: () => ({ door: { type: 'OPEN', by: 'eve' } }),
    }),
  'a missing payload is refused': () =>
    oneDoor().does({
      // @ts-expect-error OPEN says by whom
      events: () => ({ door: { type: 'OPEN' } }),
    }),
  'a payload field that the event does not have is refused': () =>
    oneDoor().does({
      // @ts-expect-error CLOSE has no payload
      events: () => ({ door: { type: 'CLOSE', by: 'ann' } }),
    }),
  'a payload field in one arm of a ternary as well': () =>
    oneDoor().does({
      // @ts-expect-error CLOSE has no payload
      events: ({ door }) => ({ door: door.value === 'open' ? { type: 'CLOSE', by: 'ann' } : { type: 'OPEN', by: 'ann' } }),
    }),
  'and where the ternary is around the whole record, too': () => [
    oneDoor().does({
      // @ts-expect-error CLOSE has no payload
      events: ({ door }) => (door.value === 'open' ? { door: { type: 'CLOSE', by: 'ann' } } : { door: { type: 'CLOSE' } }),
    }),
    oneDoor().does({
      events: ({ door }) =>
        // @ts-expect-error CLOSE has no payload
        door.value === 'open' ? { door: { type: 'CLOSE', by: 'ann' } } : { door: { type: 'OPEN', by: 'ann' } },
    }),
  ],
  'a receiver that hears nothing is refused': () =>
    oneDoor().does({
      // @ts-expect-error the door hears nothing
      events: () => ({}),
    }),
  'a key that is no receiver is refused': () =>
    oneDoor().does({
      // @ts-expect-error `lamp` is no receiver
      events: () => ({ door: { type: 'CLOSE' }, lamp: { type: 'TOGGLE' } }),
    }),
  'a key that is no receiver in one arm of a ternary as well': () =>
    oneDoor().does({
      events: ({ door }) =>
        // @ts-expect-error `lamp` is no receiver
        door.value === 'open' ? { door: { type: 'CLOSE' } } : { door: { type: 'CLOSE' }, lamp: { type: 'TOGGLE' } },
    }),
  'a cell that is only seen hears nothing': () =>
    doorAndLamp().does({
      // @ts-expect-error `lamp` is seen, not sent to
      events: () => ({ door: { type: 'CLOSE' }, lamp: { type: 'TOGGLE' } }),
    }),
  'several events for one receiver are refused': () =>
    oneDoor().does({
      // @ts-expect-error one receiver hears one event
      events: () => ({ door: [{ type: 'CLOSE' }] }),
    }),
}

/** Several receivers under one name. */
export const broadcastReceivers = {
  'one event for all, or one each': () => [
    allDoors().does({ events: () => ({ doors: { type: 'CLOSE' } }) }),
    allDoors().does({ events: () => ({ doors: rooms.map(() => ({ type: 'OPEN', by: 'ann' }) as const) }) }),
    allDoors().does({ events: () => ({ doors: [{ type: 'CLOSE' }, { type: 'OPEN', by: 'bob' }] }) }),
    allDoors().does({
      events: ({ doors }) => ({ doors: doors[0]?.value === 'open' ? { type: 'CLOSE' } : { type: 'OPEN', by: 'ann' } }),
    }),
  ],
  'an event that the receivers do not have is refused': () =>
    allDoors().does({
      // @ts-expect-error SLAM is no event of the doors
      events: () => ({ doors: { type: 'SLAM' } }),
    }),
  'in a list as well': () =>
    allDoors().does({
      // @ts-expect-error SLAM is no event of the doors
      events: () => ({ doors: [{ type: 'CLOSE' }, { type: 'SLAM' }] }),
    }),
  'and in one arm of a ternary': () =>
    allDoors().does({
      // @ts-expect-error SLAM is no event of the doors
      events: ({ doors }) => ({ doors: doors.length > 1 ? { type: 'CLOSE' } : { type: 'SLAM' } }),
    }),
  'a payload of the wrong type is refused': () =>
    allDoors().does({
      // @ts-expect-error `opened` is a number
      events: () => ({ doors: { type: 'COUNT', opened: null } }),
    }),
  'a payload of the wrong type in a list is refused': () =>
    allDoors().does({
      // @ts-expect-error `opened` is a number
      events: () => ({ doors: [{ type: 'COUNT', opened: null }, { type: 'CLOSE' }] }),
    }),
  'a payload field that the event does not have is refused': () =>
    allDoors().does({
      // @ts-expect-error CLOSE has no payload
      events: () => ({ doors: { type: 'CLOSE', by: 'ann' } }),
    }),
  'a payload field that the event does not have in a list is refused': () =>
    allDoors().does({
      // @ts-expect-error CLOSE has no payload
      events: () => ({ doors: [{ type: 'CLOSE', by: 'ann' }, { type: 'CLOSE' }] }),
    }),
  'a payload field that the event does not have in a list that is mapped is refused': () =>
    allDoors().does({
      // @ts-expect-error CLOSE has no payload
      events: () => ({ doors: rooms.map(() => ({ type: 'CLOSE', by: 'ann' }) as const) }),
    }),
  'an event that the receivers do not have in a list that is mapped is refused': () =>
    allDoors().does({
      // @ts-expect-error SLAM is no event of the doors
      events: () => ({ doors: rooms.map(() => ({ type: 'SLAM' }) as const) }),
    }),
  'a payload field where a ternary chooses between one event and a list is refused': () =>
    allDoors().does({
      // @ts-expect-error CLOSE has no payload
      events: ({ doors }) => ({ doors: doors.length > 1 ? { type: 'CLOSE' } : [{ type: 'CLOSE', by: 'ann' }] }),
    }),
  'a key that is no receiver is refused': () =>
    allDoors().does({
      // @ts-expect-error `door` is no receiver
      events: () => ({ doors: { type: 'CLOSE' }, door: { type: 'CLOSE' } }),
    }),
}

/** What guards, events and claims are handed. */
export const views = {
  'a phase is one of the literals of the chart': () =>
    oneDoor().does({
      when: {
        exact: ({ door }) => {
          const phases: Same<typeof door.value, 'open' | 'closed'> = true
          const context: Same<typeof door.context, { opened: number; by: 'ann' | 'bob' | null }> = true
          return phases && context
        },
      },
      events: ({ door }) => {
        const phases: Same<typeof door.value, 'open' | 'closed'> = true
        return { door: phases ? { type: 'CLOSE' } : { type: 'COUNT', opened: 0 } }
      },
    }),
  'a broadcast is seen as a list': () =>
    allDoors().does({
      when: {
        exact: ({ doors }) => {
          const phases: Same<(typeof doors)[number]['value'], 'open' | 'closed'> = true
          return phases
        },
      },
      events: () => ({ doors: { type: 'CLOSE' } }),
    }),
  'parallel phases are a record of literals': () =>
    always(
      'the engine is cold',
      {},
      {
        reads: () => ({ motor }),
        holds: ({ motor }) => {
          const phases: Same<typeof motor.value, { left: 'idle' | 'busy'; right: 'cold' | 'warm' }> = true
          return phases && motor.value.left === 'idle'
        },
      },
    ),
  'parameters are literals': () =>
    oneDoor().does({
      when: {
        exact: (_, { room }) => {
          const room_: Same<typeof room, 'hall' | 'loft'> = true
          return room_
        },
      },
      events: () => ({ door: { type: 'CLOSE' } }),
    }),
  'a phase that does not exist is refused in a guard': () =>
    oneDoor().does({
      // @ts-expect-error a door is open or closed
      when: { ajar: ({ door }) => door.value === 'ajar' },
      events: () => ({ door: { type: 'CLOSE' } }),
    }),
  'a phase that does not exist is refused in a guard over a broadcast': () =>
    allDoors().does({
      // @ts-expect-error a door is open or closed
      when: { ajar: ({ doors }) => doors.some((door) => door.value === 'ajar') },
      events: () => ({ doors: { type: 'CLOSE' } }),
    }),
  'a phase that does not exist is refused in the events': () =>
    oneDoor().does({
      // @ts-expect-error a door is open or closed
      events: ({ door }) => ({ door: door.value === 'ajar' ? { type: 'CLOSE' } : { type: 'COUNT', opened: 1 } }),
    }),
  'a phase that does not exist is refused in a parallel region': () =>
    always(
      'the engine is hot',
      {},
      {
        reads: () => ({ motor }),
        // @ts-expect-error the right side is cold or warm
        holds: ({ motor }) => motor.value.right === 'hot',
      },
    ),
  'a cell outside the footprint is refused in a guard': () =>
    oneDoor().does({
      // @ts-expect-error the rule does not name the lamp
      when: { dark: ({ lamp }) => lamp.value === 'dark' },
      events: () => ({ door: { type: 'CLOSE' } }),
    }),
  'a cell outside the footprint is refused in the events': () =>
    oneDoor().does({
      // @ts-expect-error the rule does not name the lamp
      events: ({ lamp }) => ({ door: lamp.value === 'lit' ? { type: 'CLOSE' } : { type: 'COUNT', opened: 1 } }),
    }),
  'a context field that does not exist is refused': () =>
    oneDoor().does({
      // @ts-expect-error a door has no lock
      when: { locked: ({ door }) => door.context.locked === true },
      events: () => ({ door: { type: 'CLOSE' } }),
    }),
  'a machine without a context has no fields': () =>
    doorAndLamp().does({
      // @ts-expect-error the lamp has no context
      when: { bright: ({ lamp }) => lamp.context.watts > 5 },
      events: () => ({ door: { type: 'CLOSE' } }),
    }),
  'a parameter that does not exist is refused': () =>
    oneDoor().does({
      // @ts-expect-error the rule has no parameter `floor`
      when: { ground: (_, { floor }) => floor === 0 },
      events: () => ({ door: { type: 'CLOSE' } }),
    }),
  'a value that a parameter never has is refused': () =>
    oneDoor().does({
      // @ts-expect-error there is no attic
      when: { up: (_, { room }) => room === 'attic' },
      events: () => ({ door: { type: 'CLOSE' } }),
    }),
  'a view cannot be assigned to': () =>
    oneDoor().does({
      when: {
        // @ts-expect-error views are read-only
        forced: ({ door }) => (door.value = 'open') === 'open',
      },
      events: () => ({ door: { type: 'CLOSE' } }),
    }),
  'a conjunct that answers no boolean is refused': () =>
    oneDoor().does({
      // @ts-expect-error a number is no answer
      when: { opened: ({ door }) => door.context.opened },
      events: () => ({ door: { type: 'CLOSE' } }),
    }),
}

/** Footprints. */
export const footprints = {
  'a parameter that does not exist is refused in sends': () =>
    // @ts-expect-error there is no parameter `hall`
    rule('door.move', { room: rooms }, { actor: () => 'ann', sends: ({ hall }) => ({ door: doorOf(hall) }) }),
  'a parameter that a cell cannot be made from is refused in sees': () =>
    rule(
      'door.move',
      { floor: [0, 1] },
      {
        actor: () => 'ann',
        // @ts-expect-error a door is found by its room
        sees: ({ floor }) => ({ door: doorOf(floor) }),
        sends: () => ({ lamp: hallLamp }),
      },
    ),
  'what is no cell is refused in sends': () =>
    // @ts-expect-error a machine is no cell
    rule('door.move', {}, { actor: () => 'ann', sends: () => ({ door }) }),
  'what is no cell is refused in sees': () =>
    // @ts-expect-error a name is no cell
    rule('door.move', {}, { actor: () => 'ann', sees: () => ({ lamp: 'lamp.hall' }), sends: () => ({ door: hallDoor }) }),
  'waitsFor names a receiver': () => [
    rule('door.move', {}, { actor: () => 'ann', sends: () => ({ door: hallDoor }), waitsFor: ['door'] }),
    // @ts-expect-error the lamp is no receiver
    rule('door.move', {}, { actor: () => 'ann', sends: () => ({ door: hallDoor }), waitsFor: ['lamp'] }),
    rule(
      'door.move',
      {},
      // @ts-expect-error the lamp is seen, not sent to
      { actor: () => 'ann', sees: () => ({ lamp: hallLamp }), sends: () => ({ door: hallDoor }), waitsFor: ['lamp'] },
    ),
  ],
  'a kind is program or environment': () =>
    // @ts-expect-error there are two kinds
    rule('door.move', {}, { kind: 'magic', actor: () => 'ann', sends: () => ({ door: hallDoor }) }),
}

/** Cells. */
export const cells = {
  'references name keys of the context': () => [
    cell('door', door, { input: { opened: 0 }, references: { by: 'person' } }),
    // @ts-expect-error a door's context has no `owner`
    cell('door', door, { input: { opened: 0 }, references: { owner: 'person' } }),
  ],
  'the input is what the machine asks for': () => [
    // @ts-expect-error `opened` is a number
    cell('door', door, { input: { opened: 'twice' } }),
    // @ts-expect-error the input says how often the door was opened
    cell('door', door, { input: {} }),
  ],
}

/** Claims. */
export const claims = {
  'a phase that does not exist is refused in every kind of claim': () => [
    // @ts-expect-error a door is open or closed
    always('p', {}, { reads: () => ({ door: hallDoor }), holds: ({ door }) => door.value === 'ajar' }),
    // @ts-expect-error a door is open or closed
    sometimes('p', {}, { reads: () => ({ door: hallDoor }), holds: ({ door }) => door.value === 'ajar' }),
    // @ts-expect-error a door is open or closed
    onStep('p', {}, { reads: () => ({ door: hallDoor }), holds: (before) => before.door.value === 'ajar' }),
    leadsTo(
      'p',
      {},
      {
        reads: () => ({ door: hallDoor }),
        from: ({ door }) => door.value === 'open',
        // @ts-expect-error a door is open or closed
        to: ({ door }) => door.value === 'ajar',
      },
    ),
    // @ts-expect-error a door is open or closed
    finalWhen({}, { reads: () => ({ door: hallDoor }), holds: ({ door }) => door.value === 'ajar' }),
  ],
  'a cell that the claim does not read is refused': () =>
    // @ts-expect-error the lamp is not read
    always('p', {}, { reads: () => ({ door: hallDoor }), holds: ({ lamp }) => lamp.value === 'dark' }),
  'a parameter that does not exist is refused': () =>
    // @ts-expect-error there is no parameter `floor`
    always('p', { room: rooms }, { reads: ({ floor }) => ({ door: doorOf(floor) }), holds: () => true }),
}

declare const built: System
const expected = { small: { verdict: 'holds', states: 1 } } as const

/** Scenarios. */
export const scenarios = {
  'knobs are handed to `build` as literals': () =>
    scenario({
      name: 'house',
      story: 's',
      knobs: { free: ['before-flush', 'after-flush'], cores: [1, 2, 3] },
      sizes: { small: { cores: 1 }, full: { cores: 3 } },
      designs: { snapshot: { story: 's', knobs: { free: 'before-flush' }, expect: expected } },
      build: (knobs) => {
        const free: Same<typeof knobs.free, 'before-flush' | 'after-flush'> = true
        const cores: Same<typeof knobs.cores, 1 | 2 | 3> = true
        return free && cores ? built : built
      },
    }),
  'a knob that does not exist is refused in `build`': () =>
    scenario({
      name: 'house',
      story: 's',
      knobs: { free: ['before-flush', 'after-flush'], cores: [1, 2] },
      sizes: { small: { cores: 1 }, full: { cores: 2 } },
      designs: { snapshot: { story: 's', knobs: { free: 'before-flush' }, expect: expected } },
      // @ts-expect-error there is no knob `order`
      build: ({ order }) => (order === 'tso' ? built : built),
    }),
  'a knob value that does not exist is refused in `build`': () =>
    scenario({
      name: 'house',
      story: 's',
      knobs: { free: ['before-flush', 'after-flush'], cores: [1, 2] },
      sizes: { small: { cores: 1 }, full: { cores: 2 } },
      designs: { snapshot: { story: 's', knobs: { free: 'before-flush' }, expect: expected } },
      // @ts-expect-error memory is freed before the flush or after it
      build: ({ free }) => (free === 'never' ? built : built),
    }),
  'a knob that does not exist is refused in a design': () =>
    scenario({
      name: 'house',
      story: 's',
      knobs: { free: ['before-flush', 'after-flush'], cores: [1, 2] },
      sizes: { small: { cores: 1 }, full: { cores: 2 } },
      // @ts-expect-error there is no knob `order`
      designs: { snapshot: { story: 's', knobs: { free: 'before-flush', order: 'tso' }, expect: expected } },
      build: () => built,
    }),
  'a knob value that does not exist is refused in a design': () =>
    scenario({
      name: 'house',
      story: 's',
      knobs: { free: ['before-flush', 'after-flush'], cores: [1, 2] },
      sizes: { small: { cores: 1 }, full: { cores: 2 } },
      // @ts-expect-error memory is freed before the flush or after it
      designs: { snapshot: { story: 's', knobs: { free: 'never' }, expect: expected } },
      build: () => built,
    }),
  'a design that leaves a knob open is refused': () =>
    scenario({
      name: 'house',
      story: 's',
      knobs: { free: ['before-flush', 'after-flush'], cores: [1, 2] },
      sizes: { small: { cores: 1 }, full: { cores: 2 } },
      // @ts-expect-error the design says nothing of `free`
      designs: { snapshot: { story: 's', knobs: {}, expect: expected } },
      build: () => built,
    }),
  'a knob that does not exist is refused in a size': () =>
    scenario({
      name: 'house',
      story: 's',
      knobs: { free: ['before-flush', 'after-flush'], cores: [1, 2] },
      // @ts-expect-error there is no knob `pages`
      sizes: { small: { cores: 1, pages: 1 }, full: { cores: 2, pages: 2 } },
      designs: { snapshot: { story: 's', knobs: { free: 'before-flush' }, expect: expected } },
      build: () => built,
    }),
  'a knob value that does not exist is refused in a size': () =>
    scenario({
      name: 'house',
      story: 's',
      knobs: { free: ['before-flush', 'after-flush'], cores: [1, 2] },
      // @ts-expect-error there are one or two cores
      sizes: { small: { cores: 1 }, full: { cores: 3 } },
      designs: { snapshot: { story: 's', knobs: { free: 'before-flush' }, expect: expected } },
      build: () => built,
    }),
  'a size that leaves its knob open is refused': () =>
    scenario({
      name: 'house',
      story: 's',
      knobs: { free: ['before-flush', 'after-flush'], cores: [1, 2] },
      // @ts-expect-error the full size says nothing of `cores`
      sizes: { small: { cores: 1 }, full: {} },
      designs: { snapshot: { story: 's', knobs: { free: 'before-flush' }, expect: expected } },
      build: () => built,
    }),
  'a verdict that does not exist is refused': () =>
    scenario({
      name: 'house',
      story: 's',
      knobs: { free: ['before-flush', 'after-flush'], cores: [1, 2] },
      sizes: { small: { cores: 1 }, full: { cores: 2 } },
      designs: {
        // @ts-expect-error `passes` is no verdict
        snapshot: { story: 's', knobs: { free: 'before-flush' }, expect: { small: { verdict: 'passes', states: 1 } } },
      },
      build: () => built,
    }),
}
