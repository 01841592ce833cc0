/** Where a thing was defined: the stack of the call that defined it, as a text that is made only when it is read. */
export interface DefinedAt {
  readonly stack?: string
}

/**
 * Remembers who called `by`: one frame, which costs microseconds, and no text. Reports ask for it and nothing else does,
 * so that no answer depends on where a model's files lie.
 */
export function definedAt(by: (...given: never[]) => unknown): DefinedAt {
  const holder: DefinedAt = {}
  const before = Error.stackTraceLimit
  Error.stackTraceLimit = 1
  Error.captureStackTrace(holder, by)
  Error.stackTraceLimit = before
  return holder
}
