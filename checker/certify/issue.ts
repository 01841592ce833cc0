import { type Choice, choiceText } from '../define/assign.ts'
import { modelDigest } from '../model-digest.ts'
import { bytesOf, sealed } from '../sealed.ts'
import type { Explorer } from '../search/explorer.ts'
import type { CertificateHeader } from './certificate.ts'

/**
 * The certificate of a finished search, in pieces: every state that was reached, and of which model they are. Whether
 * its properties hold is not written down; the verifier finds that out.
 */
export function certificateOf(choice: Choice, explorer: Explorer): Generator<Uint8Array> {
  const { name: reduction } = explorer.reduction
  if (!explorer.complete || reduction === 'por' || reduction === 'all')
    throw new TypeError('only a search that left no orbit of states out has a certificate')
  const { system, layout, interner, semantics } = explorer.compiled
  const { rows, count } = explorer.store
  const header: CertificateHeader = {
    scenario: choice.scenario.name,
    choice: choiceText(choice),
    model: modelDigest(choice, system),
    reduction,
    cells: system.cells.map(({ name }, cell) => ({
      name,
      field: { word: layout.word[cell]!, shift: layout.shift[cell]!, bits: layout.bits[cell]! },
      locals: interner.locals[cell]!.map((local) => semantics.textOf(cell, local)),
    })),
    words: layout.words,
    states: count,
  }
  return sealed('certificate', header, bytesOf(rows, 0, count * layout.words))
}
