import { type Choice, choiceOf, type DesignResult, type Scenario } from '../../checker/index.ts'
import { answersTo } from './expected.ts'

/** A design checked at its small size. */
export type Checked = (choice: Choice) => DesignResult

/** A property that designs of LiteBox's own code break. */
interface Finding {
  readonly scenario: Scenario
  readonly property: string
  /** The designs of that code that break it, the shortest trace first. */
  readonly breaking: readonly { readonly design: string; readonly steps: number }[]
  /** Other designs that keep it, the one that changes fewest knobs first. */
  readonly mending: readonly { readonly design: string; readonly changes: readonly string[] }[]
}

/**
 * FINDINGS.md: everything that the designs named `snapshot` violate, with a trace and the design that mends it; and what
 * designs of other versions violate that the snapshot does not.
 */
export function findingsText(scenarios: readonly Scenario[], checked: Checked): string {
  const atSnapshot = scenarios.flatMap((scenario) => findingsOf(scenario, isSnapshot, []))
  const elsewhere = scenarios.flatMap((scenario) =>
    findingsOf(
      scenario,
      isOtherVersion,
      atSnapshot.filter((finding) => finding.scenario === scenario).map(({ property }) => property),
    ),
  )
  return [
    ...tableOf(atSnapshot),
    ...atSnapshot.map((finding) => sectionOf(finding, checked)),
    '',
    '## In other versions of the code',
    '',
    'What pull requests and versions before and after the snapshot break, in the designs that bear their names, where no ' +
      'design of the snapshot does.',
    '',
    ...tableOf(elsewhere),
    ...elsewhere.map((finding) => sectionOf(finding, checked)),
  ].join('\n')
}

const tableOf = (findings: readonly Finding[]): readonly string[] => [
  '| scenario | property | broken by (steps) | bugs the design carries | mended by |',
  '|---|---|---|---|---|',
  ...findings.map(({ scenario, property, breaking, mending }) => {
    const designs = breaking.map(({ design, steps }) => `${design} (${steps})`).join(', ')
    const bugs = [...new Set(breaking.flatMap(({ design }) => scenario.designs[design]!.bugs ?? []))].join(', ')
    const link = `[${property}](#${anchor(scenario.name, property)})`
    return `| ${scenario.name} | ${link} | ${designs} | ${bugs} | ${mending[0]?.design ?? 'none yet'} |`
  }),
]

const isSnapshot = (design: string): boolean => design === 'snapshot' || design.startsWith('snapshot-')
const isOtherVersion = (design: string): boolean => /^(pr-|pull-request-|upstream-)/.test(design)

/** The properties, but for those already told, that some design of the kind breaks. */
function findingsOf(scenario: Scenario, isOfKind: (design: string) => boolean, told: readonly string[]): Finding[] {
  const broken = new Set(
    Object.entries(scenario.designs)
      .filter(([design]) => isOfKind(design))
      .flatMap(([, { expect }]) => Object.keys(expect.small?.violations ?? {})),
  )
  return [...broken]
    .filter((property) => !told.includes(property))
    .map((property) => {
      const { breaking, keeping } = answersTo(scenario, property)
      const own = breaking.filter(({ design }) => isOfKind(design))
      const { knobs } = scenario.designs[own[0]!.design]!
      const mending = keeping
        .filter((design) => !isOfKind(design))
        .map((design) => ({ design, changes: changesFrom(knobs, scenario.designs[design]!.knobs) }))
        .sort((a, b) => a.changes.length - b.changes.length)
      return { scenario, property, breaking: own, mending }
    })
}

const changesFrom = (from: Readonly<Record<string, unknown>>, to: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(to).flatMap(([knob, value]) => (from[knob] === value ? [] : [`${knob}=${value}`]))

const anchor = (scenario: string, property: string): string =>
  `${scenario}-${property}`
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')

function sectionOf({ scenario, property, breaking, mending }: Finding, checked: Checked): string {
  const { design } = breaking[0]!
  const { check, replays } = checked(choiceOf(scenario, design, 'small'))
  const { stem, cycle } = check.properties.find(({ name }) => name === property)?.run ?? { stem: [], cycle: [] }
  const line = (index: number, at: number): string => {
    const step = check.system.steps[index]!
    return `${at + 1}. \`${step.actor}\` \`${step.label}\`${step.rule.source === undefined ? '' : ` — ${step.rule.source}`}`
  }
  const round =
    cycle.length === 0 ? [] : ['', 'and then for ever:', '', ...cycle.map((index, at) => line(index, at + stem.length))]
  const cures = mending.slice(0, 3).map(({ design, changes }) => `\`${design}\` (${changes.join(', ')})`)
  return [
    '',
    `### <a id="${anchor(scenario.name, property)}"></a>${scenario.name}: ${property}`,
    '',
    `\`${design}\`: ${scenario.designs[design]!.story}`,
    '',
    ...(stem.length + cycle.length === 0 ? ['In the initial state.'] : stem.map(line)),
    ...round,
    '',
    `Replay: \`npx litebox-model replay ${replays.get(property)}\``,
    '',
    `Mended by: ${cures.length === 0 ? 'no design of this scenario yet' : cures.join('; ')}.`,
  ].join('\n')
}
