/** The model itself is wrong: a chart that may not be, a cell that is not listed, a guard that throws. Exit code 2. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
}

/** The question is wrong: an unknown name, a number out of range, a replay string that does not fit. Exit code 2. */
export class InputError extends Error {
  override readonly name = 'InputError'
}

/** The message of whatever was thrown, on one line. */
export const messageOf = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\s*\n\s*/g, ' ')

/** A value that was not expected, on one line. */
export function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return `a ${typeof value} that is not JSON`
  }
}
