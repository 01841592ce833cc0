import type { AnyAssignment } from '../define/scenario.ts'
import type { VerdictName } from '../verdict.ts'
import type { Row } from './answer.ts'
import { within } from './variation.ts'

/** Whether an assignment makes all its properties hold: the whole space was searched, and nothing fails in it. */
export const suffices = ({ verdict, complete }: Row): boolean => verdict === 'holds' && complete

const undecided = ({ verdict }: Row): boolean => verdict === 'bounded'
const sameUnder = (one: Row, other: Row): boolean => within(one.under, other.under)
const smaller = (one: Row, other: Row): boolean =>
  Object.keys(one.changes).length < Object.keys(other.changes).length && within(one.changes, other.changes)

/**
 * Whether a row is a minimal set of changes: it suffices, and no smaller part of it does. Undefined where a limit left a
 * smaller part undecided. `rows` holds every smaller part that was searched.
 */
export function isMinimal(row: Row, rows: readonly Row[]): boolean | undefined {
  if (!suffices(row)) return undecided(row) ? undefined : false
  const parts = rows.filter((other) => sameUnder(other, row) && smaller(other, row))
  if (parts.some(suffices)) return false
  return parts.some(undecided) ? undefined : true
}

/** The minimal sets of changes under one policy, in the order of the rows. */
export const minimalSets = (rows: readonly Row[], under: AnyAssignment): Row[] => {
  const own = rows.filter((row) => within(under, row.under))
  const sufficient = own.filter(suffices)
  // Of sufficient ones only sufficient parts matter; undecided parts are told apart by `isMinimal`.
  return sufficient.filter((row) => !sufficient.some((other) => smaller(other, row)))
}

/** What one change does to the base, by the names of properties. */
export interface Effect {
  readonly change: AnyAssignment
  /** Hold in the base and fail here, with the length of the shortest trace. */
  readonly breaks: readonly { readonly name: string; readonly verdict: VerdictName; readonly steps: number | null }[]
  /** Fail in the base and hold here. */
  readonly mends: readonly string[]
  /** Asked of the base and not of this one: it excludes what they are about. */
  readonly unasked: readonly string[]
  /** Where a limit, or the model, left it open. */
  readonly open: boolean
  /** Whether the answers, the states and the transitions are all those of the base. */
  readonly idle: boolean
}

/** What each knob alone breaks or mends under a policy. */
export function effectsOf(rows: readonly Row[], under: AnyAssignment): Effect[] {
  const own = rows.filter((row) => within(under, row.under))
  const base = own.find(({ changes }) => Object.keys(changes).length === 0)
  if (base === undefined) return []
  const before = new Map(base.properties.map(({ name, verdict }) => [name, verdict]))
  return own
    .filter(({ changes }) => Object.keys(changes).length === 1)
    .map((row) => {
      const after = new Map(row.properties.map(({ name, verdict }) => [name, verdict]))
      return {
        change: row.changes,
        breaks: row.properties.filter(({ name, verdict }) => fails(verdict) && !fails(before.get(name) ?? 'holds')),
        mends: [...before.keys()].filter((name) => fails(before.get(name)!) && after.get(name) === 'holds'),
        unasked: row.properties.length === 0 ? [] : [...before.keys()].filter((name) => !after.has(name)),
        open: !row.complete,
        idle: row.complete && base.complete && sameAnswer(row, base),
      }
    })
}

const fails = (verdict: VerdictName): boolean => verdict !== 'holds' && verdict !== 'bounded'
const sameAnswer = (one: Row, other: Row): boolean =>
  one.states === other.states &&
  one.transitions === other.transitions &&
  JSON.stringify(one.properties) === JSON.stringify(other.properties)
