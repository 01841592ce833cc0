import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { setup } from 'xstate'
import { always, canReach, cell, checkSystem, leadsTo, rule, type SystemDefinition, system, update } from '../../checker/index.ts'
import { auditReduction } from '../../checker/reduce/audit.ts'
import { lastState, walk } from '../../checker/replay/walk.ts'
import { Semantics } from '../../checker/semantics/semantics.ts'
import { sparsePlan, sparseSystem } from './sparse-system.ts'

const lock = setup({
  types: { context: {} as { holder: string; queue: string[] }, events: {} as { type: 'TAKE' | 'WAIT' | 'DROP'; who: string } },
}).createMachine({
  id: 'lock',
  context: { holder: 'nobody', queue: [] },
  initial: 'open',
  states: {
    open: {
      on: {
        TAKE: { actions: update((lock, { who }) => void (lock.holder = who)) },
        WAIT: { actions: update((lock, { who }) => void lock.queue.push(who)) },
        DROP: { actions: update((lock) => void (lock.holder = lock.queue.shift() ?? 'nobody')) },
      },
    },
  },
})
const user = setup({ types: { events: {} as { type: 'GO' } } }).createMachine({
  id: 'user',
  initial: 'idle',
  states: { idle: { on: { GO: 'waiting' } }, waiting: { on: { GO: 'done' } }, done: {} },
})

const names = ['ann', 'bob', 'cid']
const references = { holder: 'user', queue: 'user' } as const
const theLock = cell('lock', lock, { references })
const userOf = (name: string) => cell(`user.${name}`, user, { of: { user: name } })

/** Users queue up for a lock; `more` changes the definition. */
const queueing = (more: Partial<SystemDefinition> = {}, favourite?: string): SystemDefinition => ({
  cells: [theLock, ...names.map(userOf)],
  rules: [
    rule(
      'user.ask',
      { name: names },
      { actor: ({ name }) => name, sends: ({ name }) => ({ user: userOf(name), lock: theLock }) },
    ).does({
      when: { idle: ({ user }) => user.value === 'idle' },
      events: ({ lock }, { name }) => ({
        user: { type: 'GO' },
        lock: { type: lock.context.holder === 'nobody' || name === favourite ? 'TAKE' : 'WAIT', who: name },
      }),
    }),
    rule(
      'user.leave',
      { name: names },
      { actor: ({ name }) => name, sends: ({ name }) => ({ user: userOf(name), lock: theLock }) },
    ).does({
      when: { waiting: ({ user }) => user.value === 'waiting', holds: ({ lock }, { name }) => lock.context.holder === name },
      events: (_, { name }) => ({ user: { type: 'GO' }, lock: { type: 'DROP', who: name } }),
    }),
  ],
  interchangeable: { user: names },
  properties: [
    always(
      'nobody is done while another waits',
      { one: names, other: names },
      {
        where: ({ one, other }) => one !== other,
        reads: ({ one, other }) => ({ one: userOf(one), other: userOf(other) }),
        holds: ({ one, other }) => !(one.value === 'done' && other.value === 'waiting'),
      },
    ),
  ],
  ...more,
})

describe('lists of things, in their order', () => {
  test('are renamed item by item, and every state folded away is one that plain search reaches', () => {
    const { plain, reduced, differences } = auditReduction(system(queueing()), 'symmetry')
    expect(differences).toEqual([])
    expect([plain.states, reduced.states]).toEqual([38, 10])
  })

  test('a counterexample is a run of the system itself, in its own names, as short as the plain one', () => {
    const [plain, reduced] = [checkSystem(system(queueing())), checkSystem(system(queueing()), { reduce: 'symmetry' })]
    const [shortest, found] = [plain.properties[0]!, reduced.properties[0]!]
    expect(found).toMatchObject({ verdict: 'violated', instance: expect.stringContaining('nobody is done') })
    expect(found.run!.stem).toHaveLength(shortest.run!.stem.length)
    const semantics = new Semantics(reduced.system)
    const walked = walk(semantics, found.run!.stem)
    expect(walked.refused).toBeUndefined()
    const instance = reduced.system.instances.find(({ label }) => label === found.instance)!
    const property = reduced.system.properties[0]!
    const seen = instance.shape.cells.map((one) => lastState(walked)[one]!)
    expect(property.kind === 'always' && semantics.holds(instance, property.holds, seen)).toBe(false)
  })
})

describe('symmetry is checked, not trusted', () => {
  const verdictOf = (definition: SystemDefinition) => checkSystem(system(definition), { reduce: 'symmetry' })

  test('a rule that favours one thing', () => {
    expect(verdictOf(queueing({}, 'bob'))).toMatchObject({
      verdict: 'asymmetric',
      message: expect.stringMatching(/^rule 'user.ask' .* tells users ann and bob apart/),
    })
  })

  test('a property of one thing alone', () => {
    const claim = always(
      'ann is not done',
      {},
      { reads: () => ({ ann: userOf('ann') }), holds: ({ ann }) => ann.value !== 'done' },
    )
    expect(verdictOf(queueing({ properties: [claim] }))).toMatchObject({
      verdict: 'asymmetric',
      message:
        "property 'ann is not done' names other cells than 'ann is not done' does: users ann and bob are not interchangeable",
      properties: [],
    })
  })

  test('a reference that is not declared', () => {
    const silent = cell('lock', lock, { references: { holder: 'user' } })
    const definition = queueing()
    expect(verdictOf({ ...definition, cells: [silent, ...names.map(userOf)] }).verdict).toBe('asymmetric')
  })

  test('a cell that belongs to nobody, and stands for one thing', () => {
    expect(verdictOf({ ...queueing(), cells: [theLock, cell('user.ann', user), userOf('bob'), userOf('cid')] })).toMatchObject({
      verdict: 'asymmetric',
      message: expect.stringContaining("cell 'user.bob' has no counterpart"),
    })
  })

  test('rules that lie about their things, at random: each is found out, or makes no difference', () => {
    const met = { asymmetric: 0, alike: 0 }
    const told = fc.property(sparsePlan({ things: [2, 3], lies: true }), (plan) => {
      const lying = sparseSystem(plan)
      const plain = checkSystem(lying, { states: 1500 })
      if (!plain.complete || !plan.rules.some(({ favours }) => favours)) return
      const { reduced, differences } = auditReduction(lying, 'symmetry')
      if (reduced.verdict === 'asymmetric') met.asymmetric++
      else {
        met.alike++
        expect(differences).toEqual([])
      }
    })
    fc.assert(told, { seed: 5, numRuns: 60 })
    expect(met.asymmetric).toBeGreaterThan(10)
    expect(met.alike).toBeGreaterThan(5)
  })
})

describe('claims on what comes later', () => {
  const everyone = { reads: () => ({ all: names.map(userOf) }) }
  const done = canReach(
    'everyone can be done',
    {},
    { ...everyone, goal: ({ all }) => all.every(({ value }) => value === 'done') },
  )
  const mine = canReach(
    'each can be done',
    { name: names },
    { reads: ({ name }) => ({ it: userOf(name) }), goal: ({ it }) => it.value === 'done' },
  )
  const served = leadsTo(
    'who waits is served',
    { name: names },
    {
      reads: ({ name }) => ({ it: userOf(name) }),
      from: ({ it }) => it.value === 'waiting',
      to: ({ it }) => it.value === 'done',
    },
  )

  test('a canReach of all things together is decided over folded states', () => {
    expect(auditReduction(system(queueing({ properties: [done] })), 'symmetry')).toMatchObject({
      reduction: 'symmetry',
      differences: [],
      reduced: { states: 10, properties: [{ verdict: 'holds' }, {}, {}] },
    })
  })

  test.for([
    [mine, "symmetry is off: 'each can be done(ann)' is a claim on what comes later (canReach) of one thing among others"],
    [served, "symmetry is off: 'who waits is served' is a claim on what comes later (leadsTo)"],
  ] as const)('others switch the reduction off, and it says so', ([claim, why]) => {
    const result = checkSystem(system(queueing({ properties: [claim] })), { reduce: 'symmetry' })
    expect(result).toMatchObject({ states: 38, reduction: { name: 'none', refused: [why] } })
  })

  test('left out on request, they are named', () => {
    const result = checkSystem(system(queueing({ properties: [served] })), { reduce: 'symmetry', safetyOnly: true })
    expect(result).toMatchObject({ states: 10, leftOut: ['who waits is served'], reduction: { name: 'symmetry' } })
  })
})
