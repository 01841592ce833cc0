import { choiceOf, type Scenario } from '../../checker/index.ts'
import { expectedAnswer } from './expected.ts'
import type { Checked } from './findings.ts'

/** The three shapes: each as it was proposed or is, and with what the review and the models ask for. */
const shapes = [
  { title: 'loop in the runner', designs: ['snapshot', 'runner-loop-wakes'] },
  { title: 'registered upcall', designs: ['upcall-as-proposed', 'upcall-as-reviewed'] },
  { title: 'method of the shim', designs: ['shim-method', 'shim-method-registered'] },
] as const

/** docs/delegation.md: what each shape of delegation keeps and breaks, and every other design by what it breaks. */
export function delegationText(scenario: Scenario, checked: Checked): string {
  const compared = shapes.flatMap(({ designs }) => designs)
  const names = [...new Set(Object.keys(scenario.designs).flatMap((design) => claimsOf(scenario, design)))]
  const heads = shapes.flatMap(({ title, designs }) => designs.map((design) => `${title}: \`${design}\``))
  const rows = names.map(
    (property) => `| ${[property, ...compared.map((design) => cellOf(scenario, design, property))].join(' | ')} |`,
  )
  const others = Object.keys(scenario.designs).filter((design) => !compared.some((one) => one === design))
  return [
    `| property | ${heads.join(' | ')} |`,
    `|---|${heads.map(() => '---|').join('')}`,
    ...rows,
    '',
    'Shortest counterexamples:',
    ...compared.flatMap((design) => counterexamples(scenario, design, checked)),
    '',
    'Every other design of the scenario:',
    '',
    '| design | what it is | breaks (steps) |',
    '|---|---|---|',
    ...others.map((design) => `| \`${design}\` | ${scenario.designs[design]!.story} | ${brokenBy(scenario, design)} |`),
  ].join('\n')
}

const claimsOf = (scenario: Scenario, design: string): string[] =>
  scenario
    .build(choiceOf(scenario, design, 'small').knobs)
    .properties.filter(({ kind }) => kind !== 'sometimes')
    .map(({ name }) => name)

function cellOf(scenario: Scenario, design: string, property: string): string {
  const answer = expectedAnswer(scenario, design, property)
  return answer === undefined ? 'does not arise' : answer === 'holds' ? 'kept' : `**${answer} steps**`
}

function counterexamples(scenario: Scenario, design: string, checked: Checked): string[] {
  const { check, replays } = checked(choiceOf(scenario, design, 'small'))
  const label = (index: number): string => check.system.steps[index]!.label
  const broken = check.properties.filter(({ run, verdict }) => verdict === 'violated' && run !== undefined)
  return broken.flatMap(({ name, run }) => {
    const round = run!.cycle.length === 0 ? '' : ` · and for ever: ${run!.cycle.map(label).join(' · ')}`
    return ['', `- \`${design}\`, ${name}: ${run!.stem.map(label).join(' · ')}${round}`, `  \`${replays.get(name)}\``]
  })
}

function brokenBy(scenario: Scenario, design: string): string {
  const broken = Object.entries(scenario.designs[design]!.expect.small?.violations ?? {})
  return broken.map(([property, steps]) => `${property} (${steps})`).join('; ') || 'nothing'
}
