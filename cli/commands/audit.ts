import { systemOf } from '../../checker/define/assign.ts'
import { messageOf } from '../../checker/errors.ts'
import { type Choice, Explorer, InputError, ModelError, type Scenario } from '../../checker/index.ts'
import { auditReduction } from '../../checker/reduce/audit.ts'
import { planOf, type ReductionName, reductionNames } from '../../checker/reduce/reduction.ts'
import { type ExitCode, exit, worstExit } from '../exit.ts'
import { coloursOf, type Io } from '../io.ts'
import { columns } from '../report/table.ts'
import { counted, grouped, indented } from '../report/text.ts'
import { choicesOf } from '../selection.ts'
import type { CheckOptions } from './check.ts'

const unused = [
  ['first', '--first'],
  ['maxDepth', '--max-depth'],
  ['maxMemory', '--max-memory'],
  ['maxPreemptions', '--max-preemptions'],
  ['time', '--time'],
  ['workers', '--workers'],
  ['checkpoint', '--checkpoint'],
  ['every', '--every'],
  ['resume', '--resume'],
  ['certificate', '--certificate'],
  ['stats', '--stats'],
  ['reporter', '--reporter'],
] as const

/** How one reduction of one design compares with plain search. */
interface Comparison {
  readonly scenario: string
  readonly design: string
  readonly reduction: ReductionName
  readonly plain: number
  readonly reduced: number
  /** Null where a limit ended one of the two searches. */
  readonly agrees: boolean | null
  readonly differences: readonly string[]
}

/** @throws InputError naming an option that an audit has no use for. */
function refuseWithAudit(options: object): void {
  for (const [name, flag] of unused)
    if (name in options) throw new InputError(`options '--audit' and '${flag}' do not go together; leave one of them out`)
}

/** Searches every chosen design plainly and with each reduction that it allows, and compares the answers. */
export async function audit(scenarios: readonly Scenario[], options: CheckOptions, io: Io): Promise<ExitCode> {
  refuseWithAudit(options)
  const choices = choicesOf(scenarios, {
    names: options.names,
    design: options.design,
    sets: options.set,
    size: options.size ?? 'small',
  })
  const all: Comparison[] = []
  const codes: ExitCode[] = []
  for (const choice of choices) {
    if (io.deserted()) break
    try {
      const found = comparisonsOf(choice, options)
      all.push(...found)
      for (const one of found) {
        if (options.json) io.out(`${JSON.stringify(one)}\n`)
        codes.push(one.agrees === null ? exit.bounded : one.agrees ? exit.met : exit.unmet)
      }
    } catch (thrown) {
      if (!(thrown instanceof ModelError)) throw thrown
      io.err(`litebox-model: ${choice.scenario.name}, ${choice.base}: ${messageOf(thrown)}\n`)
      codes.push(exit.refused)
    }
    await io.breathe()
  }
  if (!options.json) io.out(`${table(all, choices.length, io).join('\n')}\n`)
  return worstExit(codes)
}

function comparisonsOf(choice: Choice, { reduce, safety, maxStates }: CheckOptions): Comparison[] {
  const system = systemOf(choice)
  const budget = { ...(safety && { safetyOnly: true }), ...(maxStates !== undefined && { states: maxStates }) }
  const plainly = new Explorer(system, budget).run()
  const asked = reduce === undefined || reduce === 'none' ? reductionNames : [reduce]
  // What a design does not allow is what another reduction does already.
  const allowed = asked.filter((name) => name !== 'none' && planOf(plainly.compiled.system, name).name === name)
  return allowed.map((name) => {
    const { plain, reduced, differences } = auditReduction(system, name, budget, plainly)
    const isOpen = !plain.complete || (!reduced.complete && reduced.limit !== undefined)
    return {
      scenario: choice.scenario.name,
      design: choice.base,
      reduction: name,
      plain: plain.states,
      reduced: reduced.states,
      agrees: isOpen ? null : differences.length === 0,
      differences,
    }
  })
}

function table(all: readonly Comparison[], designs: number, io: Io): string[] {
  const colours = coloursOf(io)
  const rows = all.map(({ scenario, design, reduction, plain, reduced, agrees }) => [
    scenario,
    design,
    reduction,
    grouped(plain),
    grouped(reduced),
    agrees === null ? colours.yellow('ended by a limit') : agrees ? colours.green('agrees') : colours.red('differs'),
  ])
  const differing = all.filter(({ differences }) => differences.length > 0)
  const without = designs - new Set(all.map(({ scenario, design }) => `${scenario} ${design}`)).size
  return [
    ...columns(['scenario', 'design', 'reduction', 'states', 'kept', 'answer'], rows, ['left', 'left', 'left', 'right', 'right']),
    ...differing.flatMap(({ scenario, design, reduction, differences }) => [
      '',
      `${scenario}, ${design}, ${reduction}:`,
      ...indented(differences),
    ]),
    '',
    `${all.filter(({ agrees }) => agrees).length} of ${counted(all.length, 'reduced search').replace('searchs', 'searches')} agree with plain search${without === 0 ? '' : `; ${counted(without, 'design')} allow none`}`,
  ]
}
