import { certificateOf } from '../checker/certify/issue.ts'
import { type Choice, type DesignResult, type Explorer, InputError } from '../checker/index.ts'
import type { CheckOptions } from './commands/check.ts'
import { type ExitCode, exit } from './exit.ts'
import { refuseUnwritable } from './files.ts'
import { writePieces } from './pieces.ts'

/** The certificate that was asked for: of one design, when its search is finished. */
export class CertificateRequest {
  /** Why there is none, and what that makes of the exit code. */
  refused: { readonly why: string; readonly code: ExitCode } | undefined
  readonly #path: string

  /** @throws InputError when the selection is not one design, or the file cannot be written. */
  constructor(
    path: string,
    choices: readonly Choice[],
    { first, reduce = 'none', safety }: Pick<CheckOptions, 'first' | 'reduce' | 'safety'>,
  ) {
    if (first)
      throw new InputError("'--first' ends a search early, and a certificate holds every state: leave out one of the two")
    if (reduce === 'por' || reduce === 'all')
      throw new InputError(
        `'--reduce ${reduce}' leaves states out that nothing stands for, and a certificate needs them: use 'none' or 'symmetry'`,
      )
    if (safety)
      throw new InputError("'--safety' makes another model of it, which a certificate does not name: leave out one of the two")
    if (choices.length !== 1)
      throw new InputError(
        `a certificate is of one design, and ${choices.length} are chosen: name a scenario and one of its designs with --design`,
      )
    refuseUnwritable(path)
    this.#path = path
  }

  /** Writes the certificate of a finished search, or notes why there is none. */
  take(choice: Choice, explorer: Explorer, { check }: DesignResult): void {
    const path = this.#path
    if (check.message !== undefined)
      this.refused = { why: `no certificate is written to '${path}': ${check.message}`, code: exit.refused }
    else if (!check.complete)
      this.refused = {
        why: `no certificate is written to '${path}': the limit '${check.limit}' ended the search, and a certificate holds every state`,
        code: exit.bounded,
      }
    else
      try {
        writePieces(path, certificateOf(choice, explorer))
      } catch (thrown) {
        if (!(thrown instanceof InputError)) throw thrown
        this.refused = { why: thrown.message, code: exit.refused }
      }
  }
}
