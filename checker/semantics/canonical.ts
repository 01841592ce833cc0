import { ModelError } from '../errors.ts'

const plainJson = 'a context, event or input is plain JSON (null, booleans, finite numbers, strings, arrays, objects)'

/**
 * The canonical JSON text of a value: keys sorted, one text for one value. What JSON would lose or blur is refused.
 *
 * @throws ModelError naming the path of the first part that is not canonical JSON: −0, NaN, infinities, undefined,
 *   functions, symbols, big integers, holes, cycles, accessors, `toJSON`, and any prototype but plain objects and arrays.
 */
export function canonical(value: unknown, path = 'context', above: readonly object[] = []): string {
  const refuse = (what: string): never => {
    throw new ModelError(`${path} is ${what}; ${plainJson}`)
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return refuse(String(value))
    return Object.is(value, -0) ? refuse('-0') : String(value)
  }
  if (typeof value !== 'object') return refuse(typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`)
  if (above.includes(value)) return refuse('inside itself')
  if (Object.getOwnPropertySymbols(value).length > 0) return refuse('an object with symbol keys')
  const inside = [...above, value]
  if (Array.isArray(value)) return canonicalArray(value, path, inside, refuse)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null) return refuse('an object without a prototype')
  if (prototype !== Object.prototype) return refuse(`an instance of ${value.constructor?.name || 'an unnamed class'}`)
  return `{${ownKeys(value, path)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical((value as Record<string, unknown>)[key], `${path}.${key}`, inside)}`)
    .join(',')}}`
}

function canonicalArray(
  value: readonly unknown[],
  path: string,
  inside: readonly object[],
  refuse: (what: string) => never,
): string {
  if (Object.getPrototypeOf(value) !== Array.prototype) return refuse('an instance of an array subclass')
  for (let at = 0; at < value.length; at++) if (!Object.hasOwn(value, at)) return refuse('an array with holes')
  if (ownKeys(value, path).length > value.length) return refuse('an array with named keys')
  return `[${value.map((item, at) => canonical(item, `${path}[${at}]`, inside)).join(',')}]`
}

/** Own keys of a plain object or array, none of them an accessor, hidden or named `toJSON`. */
function ownKeys(value: object, path: string): string[] {
  const keys = Object.getOwnPropertyNames(value).filter((key) => !(Array.isArray(value) && key === 'length'))
  for (const key of keys) {
    const property = Object.getOwnPropertyDescriptor(value, key)!
    if (!('value' in property)) throw new ModelError(`${path}.${key} is an accessor; ${plainJson}`)
    if (!property.enumerable) throw new ModelError(`${path}.${key} is not enumerable; ${plainJson}`)
    if (key === 'toJSON') throw new ModelError(`${path}.toJSON would change what is stored; ${plainJson}`)
  }
  return keys
}

/** Freezes a value of canonical JSON, all the way down. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value)
    for (const part of Object.values(value)) deepFreeze(part)
  }
  return value
}
