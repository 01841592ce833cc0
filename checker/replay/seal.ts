import type { Semantics } from '../semantics/semantics.ts'
import { lastState, stateText, type Walk } from './walk.ts'

const prime = 0x100000001b3n
const offset = 0xcbf29ce484222325n

/** FNV-1a over UTF-16 code units, 64 bits, in base 36: 13 characters at most. */
export function hashText(text: string): string {
  let hash = offset
  for (let at = 0; at < text.length; at++) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at))) * prime)
  return hash.toString(36)
}

/**
 * What makes a replay string honest: a hash of the labels of the steps (a last step that is refused included) and of
 * the state they lead to. A changed model that still takes the same indices is found out by it.
 */
export function sealOf(semantics: Semantics, walked: Walk): string {
  const labels = walked.taken.map(({ step }) => step.label)
  if (walked.refused !== undefined) labels.push(`!${walked.refused.step.label}`)
  return hashText(`${labels.join('\n')}\n\n${stateText(semantics, lastState(walked))}`)
}
