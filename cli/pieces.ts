import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { InputError, messageOf } from '../checker/errors.ts'
import { refuseUnwritable } from './files.ts'

/*
 * Files too large for one string or one write. What is written appears whole under its name or not at all: it is
 * written aside and renamed, and what stood there before stays until then.
 */

/** Most bytes that one call of Node reads. */
const mostAtOnce = 1 << 30

/** @throws InputError when the file cannot be read. */
export function readBytes(path: string): Uint8Array {
  try {
    const file = openSync(path, 'r')
    try {
      const bytes = new Uint8Array(fstatSync(file).size)
      for (let at = 0; at < bytes.length; ) {
        const read = readSync(file, bytes, at, Math.min(bytes.length - at, mostAtOnce), at)
        if (read === 0) throw new Error('it became shorter while it was read')
        at += read
      }
      return bytes
    } finally {
      closeSync(file)
    }
  } catch (thrown) {
    throw new InputError(`cannot read '${path}': ${messageOf(thrown)}`, { cause: thrown })
  }
}

/** @throws InputError when the file cannot be written; nothing of it is left then. */
export function writePieces(path: string, pieces: Iterable<Uint8Array>): void {
  refuseUnwritable(path)
  const aside = `${path}.partial`
  try {
    const file = openSync(aside, 'w')
    try {
      for (const bytes of pieces) for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(aside, path)
  } catch (thrown) {
    rmSync(aside, { force: true })
    if (!(thrown instanceof Error) || !('syscall' in thrown)) throw thrown
    throw new InputError(`cannot write '${path}': ${messageOf(thrown)}`, { cause: thrown })
  }
}
