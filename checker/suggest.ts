import { closest } from 'fastest-levenshtein'
import { InputError } from './errors.ts'

/**
 * The choice that was asked for.
 *
 * @throws InputError naming the nearest valid choice, and all of them where they are few.
 */
export function choose<T extends string>(what: string, word: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === word)
  if (found !== undefined) return found
  if (choices.length === 0) throw new InputError(`'${word}' is no ${what}, and there is no other`)
  const all = choices.length <= 12 ? ` (one of: ${choices.join(', ')})` : ''
  throw new InputError(`'${word}' is no ${what}; did you mean '${closest(word, choices)}'?${all}`)
}
