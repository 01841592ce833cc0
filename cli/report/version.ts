import { createRequire } from 'node:module'

/** The version of this package. */
export const version = (): string => {
  const { version } = createRequire(import.meta.url)('litebox-model/package.json') as { version: string }
  return version
}
