import { InputError, type Scenario } from '../../checker/index.ts'
import type { Mutation } from '../../checker/mutate/scenario.ts'
import { type Score, scoreOf } from '../../checker/mutate/score.ts'
import { choose } from '../../checker/suggest.ts'
import { builtIn } from '../../checker/verdict.ts'
import { survivors } from '../../properties/mutants/index.ts'
import { type ExitCode, exit } from '../exit.ts'
import { coloursOf, type Io } from '../io.ts'
import { crewOf } from '../parallel/crew.ts'
import { Estimate } from '../progress.ts'
import { mutationJson, mutationText, scoresText } from '../report/mutation.ts'
import { counted } from '../report/text.ts'
import { scenarioOf } from '../selection.ts'

export interface MutateOptions {
  readonly names: readonly string[]
  readonly design?: string
  readonly maxStates?: number
  readonly jobs?: number
  readonly json?: true
}

/** Makes mutants of designs that hold, and says which properties notice them. */
export async function mutateCommand(scenarios: readonly Scenario[], options: MutateOptions, io: Io): Promise<ExitCode> {
  const { names, design, maxStates, jobs } = options
  const named = names.map((name) => scenarioOf(scenarios, name))
  const wanted = named.length === 0 ? scenarios : scenarios.filter((scenario) => named.includes(scenario))
  const [only] = wanted
  if (design !== undefined && (wanted.length !== 1 || only === undefined))
    throw new InputError("'--design' is for one scenario; name it before the option")
  if (design !== undefined) choose(`design of scenario '${only!.name}'`, design, Object.keys(only!.designs))
  let interrupted = false
  const deaf = io.onInterrupt(() => {
    interrupted = true
  })
  const estimate = new Estimate(io, 'mutants')
  const threads = Math.min(jobs ?? io.cores, wanted.length)
  const crew = crewOf('mutate', wanted, maxStates === undefined ? {} : { states: maxStates }, io, threads)
  const found: { mutation: Mutation; score: Score }[] = []
  try {
    await crew.run(
      wanted.map((scenario) => ({ scenario: scenario.name, ...(design !== undefined && { design }) })),
      (_, mutation) => {
        const score = scoreOf(mutation, survivors, Object.values(builtIn))
        found.push({ mutation, score })
        if (options.json) io.out(`${mutationJson(mutation, score)}\n`)
        estimate.show(found.length, wanted.length)
      },
      () => interrupted || io.deserted(),
    )
  } finally {
    deaf()
    estimate.clear()
    await crew.close()
  }
  const left = wanted.length - found.length
  if (interrupted && left > 0) io.err(`litebox-model: interrupted; ${counted(left, 'scenario')} not mutated\n`)
  const colours = coloursOf(io)
  if (!options.json && found.length > 0) {
    const details = found.flatMap(({ mutation, score }) => [...mutationText(mutation, score, wanted.length === 1, colours), ''])
    io.out(`${[...details, ...scoresText(found)].join('\n')}\n`)
  }
  if (left > 0) return exit.bounded
  return found.every(({ score }) => score.idle.length === 0 && score.unexplained.length === 0) ? exit.met : exit.unmet
}
