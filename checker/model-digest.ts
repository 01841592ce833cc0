import { createHash } from 'node:crypto'
import type { AnyStateMachine } from 'xstate'
import { type Choice, choiceText } from './define/assign.ts'
import type { Shape } from './define/shape.ts'
import type { Instance, System } from './define/system.ts'
import { Semantics } from './semantics/semantics.ts'

/**
 * What a model is, as a digest of its parts. Two systems with equal digests have the same names, cells, charts, steps,
 * footprints, claims and initial states, and their guards, events and predicates the same text. What a function reaches
 * through its closure no text shows; whoever leans on a digest asks the functions again where that matters.
 */
export interface ModelDigest {
  /** SHA-256 over all parts, in hexadecimal. */
  readonly digest: string
  /** A short digest of each part under a name for the reader: `rule 'unmap.clear'`. */
  readonly parts: Readonly<Record<string, string>>
}

/** The digest of a design's system. @throws ModelError when the system cannot be evaluated at all. */
export function modelDigest(choice: Choice, system: System): ModelDigest {
  const descriptions = Object.entries(partsOf(choice, system)).map(([name, part]) => [name, described(part)] as const)
  return {
    digest: sha256(descriptions.map(([name, text]) => `${name}\n${text}\n`).join('')),
    parts: Object.fromEntries(descriptions.map(([name, text]) => [name, sha256(text).slice(0, 12)])),
  }
}

/** The first part in which a model differs from the one that was recorded. */
export function firstDifference(recorded: ModelDigest, now: ModelDigest): string | undefined {
  if (recorded.digest === now.digest) return undefined
  const names = [...Object.keys(now.parts), ...Object.keys(recorded.parts)]
  return names.find((name) => recorded.parts[name] !== now.parts[name]) ?? 'the order of its parts'
}

/** Whether a value that was read from a file has the form of a digest. */
export function isModelDigest(value: unknown): value is ModelDigest {
  if (typeof value !== 'object' || value === null) return false
  const { digest, parts } = value as { readonly [K in keyof ModelDigest]?: unknown }
  return typeof digest === 'string' && typeof parts === 'object' && parts !== null
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

function partsOf(choice: Choice, system: System): Record<string, unknown> {
  const semantics = new Semantics(system)
  const initial = semantics.initial()
  const parts: Record<string, unknown> = {
    'the scenario': [choice.scenario.name, choiceText(choice), choice.knobs],
    'what is interchangeable': system.interchangeable,
    'the fairness': system.fairness,
  }
  const charts = [...new Set(system.cells.map(({ machine }) => machine))]
  for (const [cell, { name, machine, of, role, references }] of system.cells.entries())
    parts[`cell '${name}'`] = [cell, charts.indexOf(machine), of, role, references, semantics.textOf(cell, initial[cell]!)]
  for (const [at, machine] of charts.entries()) parts[`chart ${at + 1} ('${machine.id}')`] = chartOf(machine)
  for (const rule of system.rules) {
    const steps = system.steps.filter((step) => step.rule === rule)
    parts[`rule '${rule.name}'`] = [
      ...[rule.kind, rule.needed, Object.entries(rule.when), rule.events],
      steps.map(({ index, label, at, actor, shape, heard, waits }) => [index, label, at, actor, shapeOf(shape), heard, waits]),
    ]
  }
  for (const [owner, property] of system.properties.entries()) {
    const claim = Object.entries(property).filter(([key]) => !inInstances.has(key))
    parts[`property '${property.name}'`] = [claim, instancesOf(system.instances.filter((one) => one.owner === owner))]
  }
  if (system.final !== undefined) parts['the final states'] = [system.final.ending.holds, instancesOf(system.final.instances)]
  for (const { bound, instances } of system.bounds)
    parts[`bound '${bound.name}'`] = [bound.limit, bound.hit, instancesOf(instances)]
  return parts
}

/** What of a property shows itself in its instances, and where its text stands. */
const inInstances: ReadonlySet<string> = new Set(['axes', 'where', 'reads', 'definedAt'])

const chartOf = ({ config, implementations }: AnyStateMachine): unknown => [config, implementations]
const shapeOf = ({ cells, slots }: Shape): unknown => [cells, slots]
const instancesOf = (instances: readonly Instance[]): unknown =>
  instances.map(({ label, at, shape }) => [label, at, shapeOf(shape)])

/** What XState hangs on every action of its own making: its code, not the model's. */
const ofXState = 'resolve'

/** A text for a value, functions included: keys sorted, a function as its source and what hangs on it. */
function described(value: unknown, above: readonly unknown[] = []): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) return String(value)
  if (above.includes(value)) return 'itself'
  const inside = [...above, value]
  if (Array.isArray(value)) return `[${value.map((part) => described(part, inside)).join(',')}]`
  const fields = Object.entries(value)
    .filter(([key]) => key !== ofXState)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, part]) => `${JSON.stringify(key)}:${described(part, inside)}`)
  return `${typeof value === 'function' ? JSON.stringify(String(value)) : ''}{${fields.join(',')}}`
}
