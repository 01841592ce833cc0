import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Certificate, readCertificate } from '../../checker/certify/certificate.ts'
import { certificateOf } from '../../checker/certify/issue.ts'
import { unfolded } from '../../checker/certify/unfold.ts'
import { type Verification, Verifier } from '../../checker/certify/verifier.ts'
import { conclude } from '../../checker/check.ts'
import { type Choice, choiceOf, Explorer, type System, scenario } from '../../checker/index.ts'
import { firstDifference, modelDigest } from '../../checker/model-digest.ts'
import { builtIn } from '../../checker/verdict.ts'
import { systemOf, systemPlan } from './random-system.ts'
import { sparsePlan, sparseSystem } from './sparse-system.ts'
import { twoPhaseCommit } from './two-phase-commit.ts'

/** A system as the only design of a scenario. */
const choiceFor = (system: System): Choice =>
  choiceOf(
    scenario({
      name: 'the-only-one',
      story: '',
      knobs: {},
      sizes: { small: {}, full: {} },
      designs: { only: { story: '', knobs: {}, expect: {} } },
      build: () => system,
    }),
    'only',
    'small',
  )

const certificateFor = (system: System, explorer: Explorer): Certificate =>
  readCertificate(Buffer.concat([...certificateOf(choiceFor(system), explorer)]))

function verified(system: System, certificate: Certificate): Verification {
  const verifier = new Verifier(system, certificate)
  while (!verifier.done) verifier.advance(7)
  return verifier.conclude()
}

/** The certificate without one of its states. */
function without({ header, rows }: Certificate, state: number): Certificate {
  const { words, states } = header
  const kept = new Int32Array(rows.length - words)
  kept.set(rows.subarray(0, state * words))
  kept.set(rows.subarray((state + 1) * words), state * words)
  return { header: { ...header, states: states - 1 }, rows: kept }
}

test('verifier and search agree on 50 random systems: what fails, in which state, and how many transitions there are', () => {
  const met = { proved: 0, always: 0, onStep: 0, deadlock: 0, unhandled: 0 }
  const agree = fc.property(systemPlan(), (plan) => {
    const system = systemOf(plan)
    const explorer = new Explorer(system).run()
    const result = conclude(explorer)
    const found = verified(system, certificateFor(system, explorer))
    expect(found).toMatchObject({ states: result.states, transitions: result.transitions })
    const failures = new Map(found.claims.map(({ name, failure }) => [name, failure]))
    for (const [owner, { name, kind }] of system.properties.entries()) {
      if (kind !== 'always' && kind !== 'onStep') {
        expect(found.unproved).toContainEqual(expect.objectContaining({ name, kind }))
        continue
      }
      const sighting = explorer.findings.violations.get(owner)
      expect([name, failures.get(name)?.state]).toEqual([name, sighting?.state])
      met[sighting === undefined ? 'proved' : kind]++
    }
    for (const [name, verdict] of [
      [builtIn.deadlock, 'deadlock'],
      [builtIn.unhandled, 'unhandled'],
    ] as const) {
      const failed = result.properties.some((property) => property.name === name && property.verdict === verdict)
      expect([name, failures.get(name) !== undefined]).toEqual([name, failed])
      if (failed) met[verdict]++
    }
    expect(failures.get(builtIn.unhandled)?.state).toBe(explorer.findings.unhandled?.state)
  })
  fc.assert(agree, { seed: 9, numRuns: 50 })
  for (const count of Object.values(met)) expect(count).toBeGreaterThan(2)
})

test('what a search up to symmetry found unfolds, on random systems, to exactly what the plain search finds', () => {
  let smaller = 0
  const same = fc.property(sparsePlan({ things: [2, 3] }), (plan) => {
    const [plain, folded] = [
      new Explorer(sparseSystem(plan), { states: 800 }),
      new Explorer(sparseSystem(plan), { reduce: 'symmetry' }),
    ]
    if (!plain.run().complete) return
    const system = sparseSystem(plan)
    const certificate = certificateFor(system, folded.run())
    if (certificate.header.states < plain.store.count) smaller++
    const whole = certificate.header.reduction === 'none' ? certificate : unfolded(system, certificate)
    const found = verified(system, whole)
    expect(found).toMatchObject({ states: plain.store.count, transitions: plain.transitions })
    const failed = new Map(conclude(plain).properties.map(({ name, verdict }) => [name, verdict]))
    for (const { name, failure } of found.claims)
      expect([name, failure === undefined]).toEqual([name, failed.get(name) === 'holds'])
    if (certificate.header.reduction === 'symmetry' && certificate.header.states < plain.store.count)
      expect(() => verified(system, certificate)).toThrow(/does not (hold|list)/)
  })
  fc.assert(same, { seed: 12, numRuns: 25 })
  expect(smaller).toBeGreaterThan(5)
})

test('none of the states tried can be left out of a certificate', () => {
  let tried = 0
  const refuse = fc.property(systemPlan(), (plan) => {
    const system = systemOf(plan)
    const certificate = certificateFor(system, new Explorer(system).run())
    const { states } = certificate.header
    for (const state of new Set([0, 1, states >> 1, states - 1].filter((state) => state < states))) {
      expect(() => verified(system, without(certificate, state))).toThrow(
        state === 0 ? /it does not hold the initial state/ : /leads from its state \d+ to a state that it does not hold/,
      )
      tried++
    }
  })
  fc.assert(refuse, { seed: 10, numRuns: 40 })
  expect(tried).toBeGreaterThan(80)
})

describe('a certificate that contradicts itself is refused', () => {
  const system = twoPhaseCommit(2)
  const certificate = certificateFor(system, new Explorer(system).run())
  const { header, rows } = certificate

  test('a state that is listed twice', () => {
    const twice = Int32Array.from([...rows, ...rows.subarray(0, header.words)])
    expect(() => new Verifier(system, { header: { ...header, states: header.states + 1 }, rows: twice })).toThrow(
      /state \d+ twice/,
    )
  })

  test('a number without a local state', () => {
    const wrong = rows.slice()
    const full = header.cells.find(({ field, locals }) => locals.length < 2 ** field.bits)!
    wrong[header.words + full.field.word]! |= (2 ** full.field.bits - 1) << full.field.shift
    expect(() => verified(system, { header, rows: wrong })).toThrow(/numbers a local state that it does not list|does not hold/)
  })

  test('a local state that no chart has, or that is not canonical', () => {
    const [first, ...others] = header.cells
    for (const text of ['{"value":"nowhere","context":{}}', '{ "value": "working", "context": {} }', 'nonsense']) {
      const cells = [{ ...first!, locals: [...first!.locals.slice(0, -1), text] }, ...others]
      expect(() => verified(system, { header: { ...header, cells }, rows })).toThrow()
    }
  })

  test('the cells of another system', () => {
    expect(() => new Verifier(twoPhaseCommit(3), certificate)).toThrow("its cells are not the model's")
  })
})

describe('the digest of a model', () => {
  const digestOf = (system: System) => modelDigest(choiceFor(system), system)

  test('is the same for a system that is built again', () => {
    expect(digestOf(twoPhaseCommit(3))).toEqual(digestOf(twoPhaseCommit(3)))
  })

  test('names the first part in which another system differs', () => {
    const system = twoPhaseCommit(3)
    const [rule, ...others] = system.rules
    const changed = { ...rule!, when: { ...rule!.when, never: () => false } }
    const steps = system.steps.map((step) => (step.rule === rule ? { ...step, rule: changed } : step))
    const other = { ...system, rules: [changed, ...others], steps }
    expect(firstDifference(digestOf(system), digestOf(other))).toBe(`rule '${rule!.name}'`)
    expect(firstDifference(digestOf(system), digestOf(system))).toBeUndefined()
    expect(firstDifference(digestOf(system), digestOf({ ...system, properties: [] }))).toMatch(/^property '/)
  })
})
