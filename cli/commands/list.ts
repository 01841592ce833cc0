import { systemOf } from '../../checker/define/assign.ts'
import { choiceOf, type Scenario } from '../../checker/index.ts'
import { type ExitCode, exit } from '../exit.ts'
import { type Colours, coloursOf, type Io } from '../io.ts'
import { indented, wrapped } from '../report/text.ts'

const width = 96

/** Lists every scenario: its story, designs, knobs, and as JSON the names of its properties too. */
export function list(scenarios: readonly Scenario[], options: { readonly json?: true }, io: Io): ExitCode {
  const { bold } = coloursOf(io)
  const lines = scenarios.flatMap((scenario) => (options.json ? [jsonLine(scenario)] : entry(scenario, bold)))
  io.out(lines.map((line) => `${line}\n`).join(''))
  return exit.met
}

const entry = (scenario: Scenario, bold: Colours['bold']): string[] => [
  bold(scenario.name),
  ...indented([
    ...wrapped(scenario.story, width),
    ...wrapped(`designs: ${Object.keys(scenario.designs).join(', ')}`, width),
    ...wrapped(`knobs: ${knobsText(scenario)}`, width),
  ]),
]

const knobsText = (scenario: Scenario): string =>
  Object.entries(scenario.knobs)
    .map(([knob, values]) => `${knob}=${values.join('|')}`)
    .join(', ')

const jsonLine = (scenario: Scenario): string =>
  JSON.stringify({
    scenario: scenario.name,
    designs: Object.keys(scenario.designs),
    knobs: scenario.knobs,
    properties: propertiesOf(scenario),
  })

/** The names of all properties that some design is asked about, in the order in which they are met. */
function propertiesOf(scenario: Scenario): string[] {
  const names = Object.keys(scenario.designs).flatMap((design) =>
    systemOf(choiceOf(scenario, design, 'small')).properties.map(({ name }) => name),
  )
  return [...new Set(names)]
}
