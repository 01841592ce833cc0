import { createHash } from 'node:crypto'
import { InputError } from './errors.ts'

/*
 * The container of every file that is written to be read again: a line that names its kind and format, a line of JSON,
 * bytes, and a line with the SHA-256 digest of all that stands before it. The digest finds what was cut off, damaged or
 * edited; it is no signature, and whoever writes a whole new file writes a fitting digest too.
 */

export type SealedKind = 'certificate' | 'checkpoint'

/** The format in which this program writes, and the only one it reads. */
const format = 1
const trailerBytes = 'sha256 '.length + 64 + 1
/** Digests are fed in pieces: one piece of two gigabytes is more than Node takes. */
const piece = 1 << 26

const firstLine = (kind: SealedKind): string => `litebox-model ${kind} ${format}\n`

/** The bytes of a file, in pieces. */
export function* sealed(kind: SealedKind, header: object, body: Iterable<Uint8Array>): Generator<Uint8Array> {
  const digest = createHash('sha256')
  const put = (bytes: Uint8Array): Uint8Array => {
    digest.update(bytes)
    return bytes
  }
  yield put(Buffer.from(`${firstLine(kind)}${JSON.stringify(header)}\n`))
  for (const bytes of body) yield put(bytes)
  yield Buffer.from(`sha256 ${digest.digest('hex')}\n`)
}

/**
 * Opens a file.
 *
 * @throws InputError for a file of another kind or format, or one that is not as it was written.
 */
export function unsealed(kind: SealedKind, bytes: Uint8Array): { readonly header: unknown; readonly body: Uint8Array } {
  const text = (from: number, to: number): string => Buffer.from(bytes.subarray(from, to)).toString('utf8')
  const begins = /^litebox-model ([a-z]+) ([0-9]+)\n/.exec(text(0, 64))
  if (begins?.[1] !== kind) throw new InputError(`it is no ${kind} of litebox-model${begins ? ` but a ${begins[1]}` : ''}`)
  if (Number(begins[2]) !== format)
    throw new InputError(`it is written in format ${begins[2]}, and this program reads format ${format} only`)
  const end = bytes.length - trailerBytes
  const digest = createHash('sha256')
  for (let at = 0; at < end; at += piece) digest.update(bytes.subarray(at, Math.min(at + piece, end)))
  const damaged = new InputError(
    `it is not as it was written: its digest does not fit, so it was cut off, damaged or tampered with`,
  )
  if (end < begins[0].length || text(end, bytes.length) !== `sha256 ${digest.digest('hex')}\n`) throw damaged
  const lineEnd = bytes.indexOf(10, begins[0].length)
  if (lineEnd < 0 || lineEnd >= end) throw damaged
  try {
    return { header: JSON.parse(text(begins[0].length, lineEnd)), body: bytes.subarray(lineEnd + 1, end) }
  } catch {
    throw damaged
  }
}

const wordsAtOnce = 1 << 16

/** 32-bit words as little-endian bytes, in pieces: what is written is the same on every machine. */
export function* bytesOf(words: Int32Array, from: number, to: number): Generator<Uint8Array> {
  for (let at = from; at < to; at += wordsAtOnce) {
    const view = new DataView(new ArrayBuffer(Math.min(wordsAtOnce, to - at) * 4))
    for (let byte = 0; byte < view.byteLength; byte += 4) view.setInt32(byte, words[at + byte / 4]!, true)
    yield new Uint8Array(view.buffer)
  }
}

/** The words that `bytesOf` wrote into `words`, from their `first` on. */
export function readWords(bytes: Uint8Array, words: Int32Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, words.length * 4)
  for (let word = 0; word < words.length; word++) words[word] = view.getInt32(word * 4, true)
}
