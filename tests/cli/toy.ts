import { setup } from 'xstate'
import {
  always,
  bound,
  cell,
  finalWhen,
  leadsTo,
  type Rule,
  rule,
  type Scenario,
  scenario,
  sometimes,
  system,
  update,
} from '../../checker/index.ts'

const lockMachine = setup({
  types: {
    context: {} as { owner: string },
    events: {} as { type: 'ACQUIRE'; core: string } | { type: 'SEIZE'; core: string } | { type: 'RELEASE' },
  },
}).createMachine({
  id: 'lock',
  context: { owner: 'nobody' },
  initial: 'free',
  states: {
    free: {
      on: {
        ACQUIRE: { target: 'held', actions: update((lock, event) => void (lock.owner = event.core)) },
        SEIZE: { target: 'held', actions: update((lock, event) => void (lock.owner = event.core)) },
      },
    },
    held: {
      on: {
        SEIZE: { actions: update((lock, event) => void (lock.owner = event.core)) },
        RELEASE: { target: 'free', actions: update((lock) => void (lock.owner = 'nobody')) },
      },
    },
  },
})

const coreMachine = setup({
  types: { events: {} as { type: 'WANT' } | { type: 'LOOK' } | { type: 'ENTER' } | { type: 'LEAVE' } | { type: 'GO' } },
}).createMachine({
  id: 'core',
  initial: 'outside',
  states: {
    outside: { on: { WANT: 'wanting' } },
    wanting: { on: { LOOK: 'looked', ENTER: 'inside', WANT: 'wanting' } },
    looked: { on: { ENTER: 'inside' } },
    inside: { on: { LEAVE: 'left' } },
    left: { on: { GO: 'gone' } },
    gone: {},
  },
})

/** Two or three cores and one lock: a design for each verdict that a search can reach. */
export const lockScenario: Scenario = scenario({
  name: 'one-lock',
  story: 'Some cores want one lock. Left out: everything else.',
  knobs: {
    acquire: ['atomic', 'look-then-seize', 'spinning', 'never'],
    release: ['once', 'never', 'twice'],
    cores: [2, 3],
  },
  sizes: { small: { cores: 2 }, full: { cores: 3 } },
  designs: {
    atomic: {
      story: 'The lock is taken in one step.',
      knobs: { acquire: 'atomic', release: 'once' },
      bugs: ['TOY-01'],
      expect: { small: { verdict: 'holds', states: 15 }, full: { verdict: 'holds', states: 54 } },
    },
    racing: {
      story: 'A core looks whether the lock is free, then takes it. The faulty twin of `atomic`.',
      knobs: { acquire: 'look-then-seize', release: 'once' },
      bugs: ['TOY-01'],
      expect: {
        small: {
          verdict: 'unhandled',
          states: 28,
          violations: { 'two cores are never inside together': 6, 'no deadlock': 7, 'every event is handled': 8 },
        },
      },
    },
    forgetful: {
      story: 'Who leaves keeps the lock.',
      knobs: { acquire: 'atomic', release: 'never' },
      expect: { small: { verdict: 'deadlock', states: 12, violations: { 'no deadlock': 4 } } },
    },
    shy: {
      story: 'Nobody ever takes the lock.',
      knobs: { acquire: 'never', release: 'once' },
      expect: { small: { verdict: 'unwitnessed', states: 4, unwitnessed: ['a core is inside'], asleep: ['core.leave'] } },
    },
    twofold: {
      story: 'The lock is released twice.',
      knobs: { acquire: 'atomic', release: 'twice' },
      expect: { small: { verdict: 'unhandled', states: 17, violations: { 'every event is handled': 4, 'no deadlock': 6 } } },
    },
    spinning: {
      story: 'A core that finds the lock held looks again, and no scheduler is assumed fair.',
      knobs: { acquire: 'spinning', release: 'once' },
      expect: { small: { verdict: 'violated', states: 15, violations: { 'a core that wants the lock gets it': 4 } } },
    },
    unexpected: {
      story: 'Nobody wrote down what to expect.',
      knobs: { acquire: 'look-then-seize', release: 'never' },
      expect: {},
    },
  },
  build: ({ acquire, release, cores: count }) => {
    const cores = Array.from({ length: count }, (_, at) => `cpu${at}`)
    const lock = cell('lock', lockMachine)
    const core = (name: string) => cell(`core.${name}`, coreMachine)
    const source = 'litebox/src/toy.rs: enter'
    const actor = ({ name }: { readonly name: string }): string => name
    const want = rule('core.want', { name: cores }, { actor, sends: ({ name }) => ({ core: core(name) }) }).does({
      when: { outside: ({ core }) => core.value === 'outside' },
      events: () => ({ core: { type: 'WANT' } }),
    })
    const acquireAtOnce = rule(
      'core.acquire',
      { name: cores },
      { actor, source, sends: ({ name }) => ({ core: core(name), lock }), waitsFor: ['lock'] },
    ).does({
      when: { wanting: ({ core }) => core.value === 'wanting' },
      events: (_, { name }) => ({ core: { type: 'ENTER' }, lock: { type: 'ACQUIRE', core: name } }),
    })
    const look = rule(
      'core.look',
      { name: cores },
      { actor, source, sees: () => ({ lock }), sends: ({ name }) => ({ core: core(name) }) },
    ).does({
      when: { wanting: ({ core }) => core.value === 'wanting', free: ({ lock }) => lock.value === 'free' },
      events: () => ({ core: { type: 'LOOK' } }),
    })
    const seize = rule('core.seize', { name: cores }, { actor, source, sends: ({ name }) => ({ core: core(name), lock }) }).does({
      when: { looked: ({ core }) => core.value === 'looked' },
      events: (_, { name }) => ({ core: { type: 'ENTER' }, lock: { type: 'SEIZE', core: name } }),
    })
    const spin = rule(
      'core.spin',
      { name: cores },
      { actor, source, sees: () => ({ lock }), sends: ({ name }) => ({ core: core(name) }) },
    ).does({
      when: { wanting: ({ core }) => core.value === 'wanting', held: ({ lock }) => lock.value === 'held' },
      events: () => ({ core: { type: 'WANT' } }),
    })
    const leave = rule('core.leave', { name: cores }, { actor, source, sends: ({ name }) => ({ core: core(name), lock }) }).does({
      when: { inside: ({ core }) => core.value === 'inside' },
      events: () => ({ core: { type: 'LEAVE' }, lock: { type: 'RELEASE' } }),
    })
    const keep = rule('core.leave', { name: cores }, { actor, source, sends: ({ name }) => ({ core: core(name) }) }).does({
      when: { inside: ({ core }) => core.value === 'inside' },
      events: () => ({ core: { type: 'LEAVE' } }),
    })
    const again = rule(
      'core.leaveAgain',
      { name: cores },
      { actor, source, sends: ({ name }) => ({ core: core(name), lock }) },
    ).does({
      when: { left: ({ core }) => core.value === 'left' },
      events: () => ({ core: { type: 'GO' }, lock: { type: 'RELEASE' } }),
    })
    const entering: Record<typeof acquire, Rule[]> = {
      atomic: [acquireAtOnce],
      'look-then-seize': [look, seize],
      spinning: [acquireAtOnce, spin],
      never: [],
    }
    return system({
      cells: [lock, ...cores.map(core)],
      rules: [want, ...entering[acquire], release === 'never' ? keep : leave, ...(release === 'twice' ? [again] : [])],
      properties: [
        always(
          'two cores are never inside together',
          { one: cores, other: cores },
          {
            where: ({ one, other }) => one < other,
            reads: ({ one, other }) => ({ one: core(one), other: core(other) }),
            holds: ({ one, other }) => !(one.value === 'inside' && other.value === 'inside'),
          },
        ),
        sometimes(
          'a core is inside',
          { name: cores },
          { reads: ({ name }) => ({ core: core(name) }), holds: ({ core }) => core.value === 'inside' },
        ),
        ...(acquire === 'spinning'
          ? [
              leadsTo(
                'a core that wants the lock gets it',
                { name: cores },
                {
                  reads: ({ name }) => ({ core: core(name) }),
                  from: ({ core }) => core.value === 'wanting',
                  to: ({ core }) => core.value === 'inside',
                },
              ),
            ]
          : []),
      ],
      final: finalWhen(
        { name: cores },
        {
          reads: ({ name }) => ({ core: core(name) }),
          holds: ({ core }) => core.value === 'left' || core.value === 'gone' || acquire === 'never',
        },
      ),
    })
  },
})

const counter = setup({ types: { context: {} as { count: number }, events: {} as { type: 'ADD' } } }).createMachine({
  id: 'counter',
  context: { count: 0 },
  initial: 'counting',
  states: { counting: { on: { ADD: { actions: update((counter) => void counter.count++) } } } },
})

/** Counters: a bound that is hit, models that are wrong, and a space too large to search. */
export const counterScenario: Scenario = scenario({
  name: 'counters',
  story: 'Counters that count. Left out: what they count.',
  knobs: { fault: ['none', 'throws', 'lies', 'unbuildable', 'ill-named'], limit: [3, 200], counters: [1, 5] },
  sizes: { small: { limit: 3, counters: 1 }, full: { limit: 200, counters: 5 } },
  designs: {
    plain: {
      story: 'Counts to the bound.',
      knobs: { fault: 'none' },
      expect: { small: { verdict: 'holds', states: 4, within: ['count=3'] } },
    },
    throwing: { story: 'A guard throws.', knobs: { fault: 'throws' }, expect: {} },
    lying: { story: 'A guard answers differently when it is asked again.', knobs: { fault: 'lies' }, expect: {} },
    unbuildable: { story: 'The system names a cell that it does not list.', knobs: { fault: 'unbuildable' }, expect: {} },
    'ill-named': { story: 'A rule has a name that no rule may have.', knobs: { fault: 'ill-named' }, expect: {} },
  },
  build: ({ fault, limit, counters: count }) => {
    let asked = 0
    const names = Array.from({ length: count }, (_, at) => `c${at}`)
    const counterOf = (name: string) => cell(`counter.${name}`, counter)
    return system({
      cells: fault === 'unbuildable' ? [] : names.map(counterOf),
      rules: [
        rule(
          fault === 'ill-named' ? 'count up' : 'counter.add',
          { name: names },
          { actor: ({ name }) => name, sends: ({ name }) => ({ counter: counterOf(name) }) },
        ).does({
          when: {
            below: ({ counter }) => {
              if (fault === 'throws' && counter.context.count === 2) throw new Error('the guard\nfell over')
              if (fault === 'lies' && counter.context.count === 2) return asked++ === 0
              return counter.context.count < limit
            },
          },
          events: () => ({ counter: { type: 'ADD' } }),
        }),
      ],
      bounds: [
        bound(
          'count',
          limit,
          { name: names },
          {
            reads: ({ name }) => ({ counter: counterOf(name) }),
            hit: ({ counter }) => counter.context.count === limit,
          },
        ),
      ],
      final: finalWhen(
        { name: names },
        { reads: ({ name }) => ({ counter: counterOf(name) }), holds: ({ counter }) => counter.context.count === limit },
      ),
    })
  },
})

export const toys: readonly Scenario[] = [lockScenario, counterScenario]
