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
