import { type Rule, rule } from '../../checker/index.ts'
import { badBase, type CloneTls, childBaseOf, childOf, descriptor, parentBase, parentOf } from './clone-tls.ts'

/*
 * How a parent passes a base to its children, and how they set it: see `clone-tls.ts`.
 *
 * Leaves out what is left out there.
 */

const process = 'litebox_shim_linux/src/syscalls/process.rs'

export const cloneRules = (world: CloneTls): readonly Rule[] => [
  fill(world),
  spawn(world),
  ...(refusesInParent(world) ? [refuse(world)] : []),
  leave,
  ...(world.argument === 'given' ? [reuse] : []),
  ...(world.argument === 'given' && world.setter === 'child' ? setByChild(world) : [run(world)]),
]

/** Whether the parent itself finds out that a base cannot be. */
export const refusesInParent = ({ check, setter, values, argument }: CloneTls): boolean =>
  argument === 'given' && values === 'any' && (check === 'parent' || setter === 'parent')

const fill = ({ children, argument, values }: CloneTls): Rule =>
  rule(
    'guest.fillDescriptor',
    { child: children, base: argument === 'absent' ? ['nothing'] : values === 'any' ? ['own', badBase] : ['own'] },
    {
      kind: 'environment',
      source: 'the guest of the parent, before clone',
      actor: () => 'parent',
      sends: () => ({ parent: parentOf, descriptor }),
    },
  ).does({
    when: {
      inGuest: ({ parent }) => parent.value === 'inGuest',
      isNext: ({ parent }, { child }) => children[parent.context.children] === child,
    },
    events: (_, { child, base }) => ({
      parent: { type: 'FILL' },
      descriptor: { type: 'WRITE', base: base === 'own' ? child : base },
    }),
  })

const spawn = (world: CloneTls): Rule =>
  rule(
    'clone.spawn',
    { child: world.children },
    {
      source: `${process}: Task::do_clone`,
      needed: true,
      actor: () => 'parent',
      sees: () => ({ descriptor }),
      sends: ({ child }) => ({ parent: parentOf, child: childOf(child), base: childBaseOf(child) }),
    },
  ).does({
    when: {
      calling: ({ parent }) => parent.value === 'calling',
      isNext: ({ parent }, { child }) => world.children[parent.context.children] === child,
      accepted: ({ descriptor }) => !refusesInParent(world) || descriptor.context.base !== badBase,
    },
    events: ({ descriptor, base }) => ({
      parent: { type: 'SPAWN' },
      child: {
        type: 'BEGIN',
        expected: world.argument === 'given' ? descriptor.context.base : parentBase,
        passed: world.reader === 'parent' ? descriptor.context.base : 'a pointer',
      },
      base: { type: 'WRITE', base: bornWith(world, descriptor.context.base, base.context.base) },
    }),
  })

/** The base that a thread has before it has done anything. */
const bornWith = ({ argument, setter, fresh }: CloneTls, passed: string, before: string): string =>
  argument === 'given' && setter === 'parent' ? passed : fresh === 'inherited' ? parentBase : before

const refuse = ({ children }: CloneTls): Rule =>
  rule(
    'clone.refuse',
    { child: children },
    {
      source: `${process}: Task::do_clone, with a check before the thread is spawned`,
      needed: true,
      actor: () => 'parent',
      sees: () => ({ descriptor }),
      sends: () => ({ parent: parentOf }),
    },
  ).does({
    when: {
      calling: ({ parent }) => parent.value === 'calling',
      isNext: ({ parent }, { child }) => children[parent.context.children] === child,
      isBad: ({ descriptor }) => descriptor.context.base === badBase,
    },
    events: () => ({ parent: { type: 'FAIL' } }),
  })

const leave: Rule = rule(
  'clone.return',
  {},
  { source: `${process}: Task::do_clone, Ok`, actor: () => 'parent', sends: () => ({ parent: parentOf }) },
).does({
  when: { spawned: ({ parent }) => parent.value === 'spawned' },
  events: () => ({ parent: { type: 'RETURN' } }),
})

const reuse: Rule = rule(
  'guest.reuseDescriptor',
  {},
  {
    kind: 'environment',
    source: 'the guest of the parent, after clone',
    actor: () => 'parent',
    sees: () => ({ parent: parentOf }),
    sends: () => ({ descriptor }),
  },
).does({
  when: {
    inGuest: ({ parent }) => parent.value === 'inGuest',
    isFilled: ({ descriptor }) => descriptor.context.base !== 'nothing',
  },
  events: () => ({ descriptor: { type: 'WRITE', base: 'nothing' } }),
})

const run = ({ children }: CloneTls): Rule =>
  rule(
    'child.run',
    { child: children },
    {
      source: `${process}: init_thread_context, without CLONE_SETTLS`,
      actor: ({ child }) => child,
      sends: ({ child }) => ({ child: childOf(child) }),
    },
  ).does({
    when: { starting: ({ child }) => child.value === 'starting' },
    events: () => ({ child: { type: 'RUN' } }),
  })

const setByChild = (world: CloneTls): readonly Rule[] => [
  rule(
    'child.grant',
    { child: world.children },
    {
      source: `${process}: init_thread_context, get_punchthrough_token_for`,
      actor: ({ child }) => child,
      sends: ({ child }) => ({ child: childOf(child) }),
    },
  ).does({
    when: { starting: ({ child }) => child.value === 'starting' },
    events: () => ({ child: { type: 'GRANT' } }),
  }),
  rule(
    'child.set',
    { child: world.children },
    {
      source: `${process}: init_thread_context, execute`,
      needed: true,
      actor: ({ child }) => child,
      sees: () => ({ descriptor }),
      sends: ({ child }) => ({ child: childOf(child), base: childBaseOf(child) }),
    },
  ).does({
    when: {
      setting: ({ child }) => child.value === 'setting',
      possible: ({ child, descriptor }) => found(world, child.context.passed, descriptor.context.base) !== badBase,
    },
    events: ({ child, descriptor }) => ({
      child: { type: 'SET' },
      base: { type: 'WRITE', base: found(world, child.context.passed, descriptor.context.base) },
    }),
  }),
  ...(world.values === 'any' && !refusesInParent(world) ? [fail(world)] : []),
]

/** What the child sets: what it was given, or what it finds at the address that it was given. */
const found = ({ reader }: CloneTls, passed: string, held: string): string => (reader === 'parent' ? passed : held)

const ending = { none: 'FAULT', 'child-unwraps': 'PANIC', 'child-exits': 'EXIT', parent: 'EXIT' } as const

const fail = (world: CloneTls): Rule =>
  rule(
    'child.fail',
    { child: world.children },
    {
      source: `${process}: init_thread_context, ${world.check === 'child-exits' ? 'with the error propagated' : 'unwrap'}`,
      actor: ({ child }) => child,
      sees: () => ({ descriptor }),
      sends: ({ child }) => ({ child: childOf(child) }),
    },
  ).does({
    when: {
      setting: ({ child }) => child.value === 'setting',
      impossible: ({ child, descriptor }) => found(world, child.context.passed, descriptor.context.base) === badBase,
    },
    events: () => ({ child: { type: ending[world.check] } }),
  })
