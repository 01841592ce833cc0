import { InputError } from '../checker/index.ts'

/** What a value option accepts. */
interface Range {
  readonly flag: string
  readonly least: number
  readonly most: number
  /** Fractions are welcome. Default: whole numbers only. */
  readonly fractions?: boolean
}

type Parse<T> = (text: string, previous: T | undefined) => T

/** Refuses an option that was given before. */
export const once =
  <T>(flag: string, parse: (text: string) => T): Parse<T> =>
  (text, previous) => {
    if (previous !== undefined) throw new InputError(`option '${flag}' is given twice; give it one value`)
    return parse(text)
  }

/** A number in a range, or an InputError that says what would be right. */
export const numberIn = ({ flag, least, most, fractions = false }: Range): Parse<number> =>
  once(flag, (text) => {
    const form = fractions ? /^[0-9]+(\.[0-9]+)?$/ : /^[0-9]+$/
    const value = form.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    const kind = fractions ? 'a number' : 'a whole number'
    const nearest = Number.isNaN(Number(text)) || text.trim() === '' ? undefined : Math.min(Math.max(Number(text), least), most)
    const hint = nearest === undefined ? '' : `; the nearest is ${fractions ? nearest : Math.round(nearest)}`
    throw new InputError(`option '${flag}' takes ${kind} from ${least} to ${most}, not '${text}'${hint}`)
  })

/** Every value of an option that may be repeated. */
export const collected = (text: string, before: readonly string[]): string[] => [...before, text]
