import { type Certificate, readCertificate } from '../../checker/certify/certificate.ts'
import { unfolded } from '../../checker/certify/unfold.ts'
import { type Verification, Verifier } from '../../checker/certify/verifier.ts'
import { type Choice, choiceFromText, choiceText, systemOf } from '../../checker/define/assign.ts'
import { InputError, ModelError, type Scenario, type System } from '../../checker/index.ts'
import { firstDifference, modelDigest } from '../../checker/model-digest.ts'
import { type ExitCode, exit } from '../exit.ts'
import { coloursOf, type Io } from '../io.ts'
import { readBytes } from '../pieces.ts'
import { Estimate } from '../progress.ts'
import { verificationText } from '../report/verification.ts'
import { scenarioOf } from '../selection.ts'

/** How many states are confirmed between two looks at the terminal. */
const slice = 1 << 14

/**
 * Verifies a certificate with today's model.
 *
 * @throws InputError for a file that is no certificate, was tampered with, or is of another model.
 */
export async function verify(scenarios: readonly Scenario[], file: string, io: Io): Promise<ExitCode> {
  const bytes = readBytes(file)
  try {
    const certificate = readCertificate(bytes)
    const choice = choiceOf(scenarios, certificate)
    const system = systemOf(choice)
    refuseForeign(choice, system, certificate)
    const whole = certificate.header.reduction === 'symmetry' ? unfolded(system, certificate) : certificate
    const found = await run(new Verifier(system, whole), new Estimate(io, `verify ${choice.scenario.name} ${choice.base}`), io)
    if (found === undefined) {
      io.err('litebox-model: interrupted; nothing is verified\n')
      return exit.bounded
    }
    io.out(`${verificationText(choice, system, found, certificate.header.states, coloursOf(io)).join('\n')}\n`)
    return found.claims.some(({ failure }) => failure !== undefined) ? exit.unmet : exit.met
  } catch (thrown) {
    if (!(thrown instanceof InputError) && !(thrown instanceof ModelError)) throw thrown
    throw new InputError(`the certificate '${file}' is refused: ${thrown.message}`, { cause: thrown })
  }
}

const choiceOf = (scenarios: readonly Scenario[], { header }: Certificate): Choice =>
  choiceFromText(scenarioOf(scenarios, header.scenario), header.choice)

function refuseForeign(choice: Choice, system: System, { header }: Certificate): void {
  const different = firstDifference(header.model, modelDigest(choice, system))
  if (different === undefined) return
  throw new InputError(`it is of another model: ${different} of ${header.scenario}, ${choiceText(choice)}, is not what it was`)
}

/** Runs to the end; undefined where it was interrupted. */
async function run(verifier: Verifier, progress: Estimate, io: Io): Promise<Verification | undefined> {
  let interrupted = false
  const deaf = io.onInterrupt(() => {
    interrupted = true
  })
  try {
    while (!verifier.done && !interrupted) {
      verifier.advance(slice)
      progress.show(verifier.confirmed, verifier.states)
      await io.breathe()
    }
    return interrupted ? undefined : verifier.conclude()
  } finally {
    deaf()
    progress.clear()
  }
}
