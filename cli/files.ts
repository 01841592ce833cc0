import {
  accessSync,
  appendFileSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { InputError, messageOf } from '../checker/errors.ts'

/**
 * Refuses a path that cannot be written, before any work is done for it.
 *
 * @throws InputError in one line that says why.
 */
export function refuseUnwritable(path: string): void {
  const folder = dirname(path)
  const refuse = (why: string): never => {
    throw new InputError(`cannot write '${path}': ${why}`)
  }
  if (basename(path) === '' || path.endsWith('/')) refuse('it names no file')
  if (!existsSync(folder)) refuse(`there is no folder '${folder}'`)
  if (!statSync(folder).isDirectory()) refuse(`'${folder}' is no folder`)
  if (existsSync(path) && statSync(path).isDirectory()) refuse('it is a folder')
  try {
    if (isPlain(path)) {
      writeFileSync(asideOf(path), '')
      rmSync(asideOf(path))
    } else accessSync(path, constants.W_OK)
  } catch {
    refuse('it may not be written')
  }
}

/** A file to be written. */
export interface Written {
  readonly path: string
  readonly text: string
}

/**
 * Writes whole files, all of them or none: beside their places first, and then moved. What is no plain file, such as
 * `/dev/stderr`, is written in place, last.
 *
 * @throws InputError in one line that says why.
 */
export function writeAll(files: readonly Written[]): void {
  for (const { path } of files) refuseUnwritable(path)
  const aside = files.filter(({ path }) => isPlain(path))
  let current = ''
  try {
    for (const { path, text } of aside) writeFileSync(asideOf((current = path)), text)
    for (const { path } of aside) renameSync(asideOf((current = path)), path)
    for (const { path, text } of files) if (!aside.some((file) => file.path === path)) writeFileSync((current = path), text)
  } catch (thrown) {
    for (const { path } of aside) rmSync(asideOf(path), { force: true })
    throw new InputError(`cannot write '${current}': ${messageOf(thrown)}`)
  }
}

/** Writes one whole file or nothing of it. @throws InputError in one line that says why. */
export const writeWhole = (path: string, text: string): void => writeAll([{ path, text }])

/** Where a file is written before it is moved to its place. */
const asideOf = (path: string): string => join(dirname(path), `.${basename(path)}.${process.pid}`)

/** Makes a folder and those above it, where they are missing. */
export function ensureFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (thrown) {
    throw new InputError(`cannot make the folder '${path}': ${messageOf(thrown)}`)
  }
}

/** @throws InputError when there is no such file, or it cannot be read. */
export function readText(path: string): string {
  if (!existsSync(path)) throw new InputError(`there is no file '${path}'`)
  if (statSync(path).isDirectory()) throw new InputError(`'${path}' is a folder, not a file`)
  try {
    return readFileSync(path, 'utf8')
  } catch (thrown) {
    throw new InputError(`cannot read '${path}': ${messageOf(thrown)}`)
  }
}

/** Whether something is a file that may be replaced, or nothing yet. */
const isPlain = (path: string): boolean => !existsSync(path) || statSync(path).isFile()

/** @throws InputError in one line that says why the file could not be added to. */
export function appendTo(path: string, text: string): void {
  try {
    appendFileSync(path, text)
  } catch (thrown) {
    throw new InputError(`cannot write '${path}': ${messageOf(thrown)}`)
  }
}
