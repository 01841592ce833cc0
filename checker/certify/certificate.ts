import { InputError } from '../errors.ts'
import { isModelDigest, type ModelDigest } from '../model-digest.ts'
import { readWords, unsealed } from '../sealed.ts'

/*
 * The file format of certificates; `docs/certificates.md` describes it to those who read one with a program of their own.
 */

/** Where a cell's number stands in a row: in `bits` bits of word `word`, from bit `shift` on. */
export interface Field {
  readonly word: number
  readonly shift: number
  readonly bits: number
}

/** What stands before the rows. */
export interface CertificateHeader {
  readonly scenario: string
  /** The design, and the knobs set otherwise than in its small size, as in replay strings. */
  readonly choice: string
  readonly model: ModelDigest
  /** `none`: the set is closed as it stands. `symmetry`: so is what `unfolded` makes of it. */
  readonly reduction: 'none' | 'symmetry'
  /** For each cell of the system, in order: its name, its place in a row, and its local states as canonical text. */
  readonly cells: readonly { readonly name: string; readonly field: Field; readonly locals: readonly string[] }[]
  /** Length of a row in 32-bit words. */
  readonly words: number
  /** Number of rows. */
  readonly states: number
}

export interface Certificate {
  readonly header: CertificateHeader
  /** All rows, one after another. */
  readonly rows: Int32Array
}

/**
 * Reads a certificate.
 *
 * @throws InputError for a file that is none, is not as it was written, or contradicts itself.
 */
export function readCertificate(bytes: Uint8Array): Certificate {
  const { header, body } = unsealed('certificate', bytes)
  if (!isHeader(header)) throw new InputError('its header is not that of a certificate')
  const { words, states } = header
  if (body.length !== words * states * 4)
    throw new InputError(`it announces ${states} states of ${words} words and holds ${body.length} bytes of them`)
  const rows = new Int32Array(words * states)
  readWords(body, rows)
  return { header, rows }
}

type Unknown<T> = { readonly [K in keyof T]?: unknown }

function isHeader(value: unknown): value is CertificateHeader {
  if (typeof value !== 'object' || value === null) return false
  const { scenario, choice, model, reduction, cells, words, states } = value as Unknown<CertificateHeader>
  if (typeof scenario !== 'string' || typeof choice !== 'string' || !isModelDigest(model)) return false
  if (reduction !== 'none' && reduction !== 'symmetry') return false
  if (!isCount(words, 1, 1 << 16) || !isCount(states, 1, 2 ** 31) || !Array.isArray(cells)) return false
  return cells.every((cell) => isCell(cell, words)) && fieldsAreApart(cells, words)
}

const isCount = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most

function isCell(value: unknown, words: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { name, field, locals } = value as Unknown<CertificateHeader['cells'][number]>
  if (typeof name !== 'string' || typeof field !== 'object' || field === null || !Array.isArray(locals)) return false
  const { word, shift, bits } = field as Unknown<Field>
  if (!isCount(word, 0, words - 1) || !isCount(shift, 0, 31) || !isCount(bits, 1, 31) || shift + bits > 32) return false
  const fits = locals.length >= 1 && locals.length <= 2 ** bits
  return fits && locals.every((text) => typeof text === 'string') && new Set(locals).size === locals.length
}

/** Whether no bit of a row belongs to two cells. */
function fieldsAreApart(cells: CertificateHeader['cells'], words: number): boolean {
  const taken = new Set<number>()
  let bitsOfAll = 0
  for (const { field } of cells) {
    bitsOfAll += field.bits
    for (let bit = 0; bit < field.bits; bit++) taken.add(field.word * 32 + field.shift + bit)
  }
  return taken.size === bitsOfAll && bitsOfAll <= words * 32
}
