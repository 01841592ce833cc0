import { audit } from './compile/audit.ts'
import { type Choice, choiceText } from './define/assign.ts'
import { type System, safetyOf } from './define/system.ts'
import { InputError, ModelError } from './errors.ts'
import { firstDifference, isModelDigest, type ModelDigest, modelDigest } from './model-digest.ts'
import { planOf, type ReductionName } from './reduce/reduction.ts'
import { bytesOf, readWords, sealed, unsealed } from './sealed.ts'
import type { Budget } from './search/budget.ts'
import type { Explorer } from './search/explorer.ts'
import { explorerFrom, type Snapshot, snapshotOf } from './search/snapshot.ts'

/** What stands before the words of a snapshot. */
interface CheckpointHeader {
  /** The program that wrote it; another one may number, pack or search otherwise. */
  readonly program: string
  readonly scenario: string
  readonly choice: string
  readonly reduction: ReductionName
  readonly model: ModelDigest
  readonly state: Snapshot['state']
  /** How many words each part of the snapshot has. */
  readonly lengths: readonly number[]
}

/**
 * A search as it stands, as the pieces of a file; undefined where a limit left a state half expanded. `program` names
 * the version of the program, down to its code.
 */
export function checkpointOf(choice: Choice, explorer: Explorer, program: string): Generator<Uint8Array> | undefined {
  const snapshot = snapshotOf(explorer)
  if (snapshot === undefined) return undefined
  const { state, words } = snapshot
  const header: CheckpointHeader = {
    program,
    scenario: choice.scenario.name,
    choice: choiceText(choice),
    reduction: explorer.reduction.name,
    model: modelDigest(choice, explorer.compiled.system),
    state,
    lengths: words.map(({ length }) => length),
  }
  return sealed('checkpoint', header, bodyOf(words))
}

function* bodyOf(words: readonly Int32Array[]): Generator<Uint8Array> {
  for (const part of words) yield* bytesOf(part, 0, part.length)
}

/**
 * Goes on with a search. What was answered before is asked of today's model again, so that a change that no digest shows
 * is found out before the search goes on with answers of two models.
 *
 * @throws InputError for a file that is no checkpoint, is not as it was written, or is of another program, design or model.
 */
export function resume(bytes: Uint8Array, choice: Choice, system: System, program: string, budget: Budget): Explorer {
  const { header, body } = unsealed('checkpoint', bytes)
  if (!isHeader(header, body.length)) throw new InputError('its header is not that of a checkpoint')
  const { scenario, choice: text, model, reduction, program: writer, state, lengths } = header
  if (writer !== program) throw new InputError(`it was written by version ${writer}, and this is version ${program}`)
  const [recorded, asked] = [`${scenario}, ${text}`, `${choice.scenario.name}, ${choiceText(choice)}`]
  if (recorded !== asked) throw new InputError(`it is of ${recorded}, not of ${asked}`)
  const { name } = planOf(system, budget.reduce ?? 'none')
  if (reduction !== name)
    throw new InputError(`it is of a search with the reduction '${reduction}', and this one has the reduction '${name}'`)
  const different = firstDifference(model, modelDigest(choice, budget.safetyOnly ? safetyOf(system).system : system))
  if (different !== undefined) throw new InputError(`it is of another model: ${different} of ${asked} is not what it was`)
  const explorer = restored(system, { state, words: partsOf(body, lengths) }, budget)
  const changed = audit(explorer.compiled, explorer.stepClaims)
  if (changed !== undefined) throw new InputError(`it is of another model: ${changed} answers otherwise than it did`)
  return explorer
}

function restored(system: System, snapshot: Snapshot, budget: Budget): Explorer {
  try {
    return explorerFrom(system, snapshot, budget)
  } catch (thrown) {
    if (thrown instanceof ModelError) throw new InputError(`it is of another model: ${thrown.message}`, { cause: thrown })
    if (thrown instanceof TypeError || thrown instanceof RangeError)
      throw new InputError('it contradicts itself', { cause: thrown })
    throw thrown
  }
}

/** Whether a header has the form of one. What its state says is believed: nobody but this program seals such a file. */
function isHeader(value: unknown, bytes: number): value is CheckpointHeader {
  if (typeof value !== 'object' || value === null) return false
  const { program, scenario, choice, reduction, model, state, lengths } = value as { [K in keyof CheckpointHeader]?: unknown }
  const texts = [program, scenario, choice, reduction]
  if (!texts.every((text) => typeof text === 'string') || !Array.isArray(lengths)) return false
  if (!isModelDigest(model) || typeof state !== 'object' || state === null) return false
  return lengths.every((length) => Number.isInteger(length) && length >= 0) && lengths.reduce((a, b) => a + b, 0) * 4 === bytes
}

function partsOf(body: Uint8Array, lengths: readonly number[]): Int32Array[] {
  let at = 0
  return lengths.map((length) => {
    const words = new Int32Array(length)
    readWords(body.subarray(at, at + length * 4), words)
    at += length * 4
    return words
  })
}
