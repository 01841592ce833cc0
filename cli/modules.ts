import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isScenario } from '../checker/define/told-apart.ts'
import { messageOf } from '../checker/errors.ts'
import { InputError, type Scenario, scenario } from '../checker/index.ts'
import type { Io } from './io.ts'
import { shellWord } from './report/text.ts'

const origins = new WeakMap<Scenario, string>()

/** The module that a scenario comes from, as it was named; none for LiteBox's own. */
export const originOf = (known: Scenario): string | undefined => origins.get(known)

/** What a command line must add to know this scenario: nothing for LiteBox's own. */
export const fromOption = (known: Scenario): string => {
  const origin = originOf(known)
  return origin === undefined ? '' : ` --from ${shellWord(origin)}`
}

/**
 * The scenarios that a user's ES modules export: by default, by name, or in arrays, in the order of the exports.
 *
 * @throws InputError for a module that does not load, one without a scenario, or a name that is taken, in one line.
 */
export async function scenariosOf(
  paths: readonly string[],
  taken: readonly Scenario[],
  onStranded: Io['onStranded'],
): Promise<Scenario[]> {
  const owners = new Map(taken.map(({ name }) => [name, 'LiteBox']))
  const found = new Set<Scenario>()
  for (const path of paths) {
    const own = (await exportsOf(path, onStranded)).flat().filter(isScenario)
    if (own.length === 0)
      throw new InputError(`'--from ${path}' exports no scenario; write 'export const mine = scenario({ ... })'`)
    for (const one of own) {
      if (found.has(one)) continue
      validate(one, path)
      found.add(one)
      origins.set(one, path)
      const owner = owners.get(one.name)
      if (owner !== undefined)
        throw new InputError(`'--from ${path}' names a scenario '${one.name}', and so does ${owner}; give it another name`)
      owners.set(one.name, path)
    }
  }
  return [...found]
}

async function exportsOf(path: string, onStranded: Io['onStranded']): Promise<unknown[]> {
  const file = resolve(path)
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new InputError(`'--from ${path}' is no file; give the path of an ES module`)
  let deaf = (): void => {}
  // Without a listener, Node would end the process without a word.
  const stranded = new Promise<never>((_, reject) => {
    deaf = onStranded(() =>
      reject(new Error("what it awaits at its top level never settles; let it settle, or take that 'await' away")),
    )
  })
  try {
    return Object.values((await Promise.race([import(pathToFileURL(file).href), stranded])) as object)
  } catch (thrown) {
    throw new InputError(`'--from ${path}' does not load: ${loadingError(thrown)}`, { cause: thrown })
  } finally {
    deaf()
  }
}

/** What Node says of a module that does not load, and what can be done where that is known. */
function loadingError(thrown: unknown): string {
  const { code } = thrown instanceof Error ? (thrown as NodeJS.ErrnoException) : {}
  const message = messageOf(thrown)
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && message.includes('.ts'))
    return `Node ${process.versions.node} runs no TypeScript; use Node 22.18 or newer, or compile it first`
  if (code === 'ERR_MODULE_NOT_FOUND' && message.includes("'litebox-model'"))
    return "it imports 'litebox-model', which is not installed beside it; run 'npm install litebox-model' there"
  return thrown instanceof SyntaxError ? `${message}; 'node --check' shows where` : message
}

/** The module may have been made with another copy of the package, or by hand: it is checked by this one. */
function validate(found: Scenario, path: string): void {
  try {
    scenario(found)
  } catch (thrown) {
    throw new InputError(`'--from ${path}': ${messageOf(thrown)}`, { cause: thrown })
  }
}
