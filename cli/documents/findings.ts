import { type Choice, choiceOf, type DesignResult, type PropertyResult, type Scenario } from '../../checker/index.ts'

/** A design checked at its small size. */
export type Checked = (choice: Choice) => DesignResult

/** A property that designs of the code as it is break. */
interface Finding {
  readonly scenario: Scenario
  readonly property: string
  /** The snapshot designs that break it, the shortest trace first. */
  readonly breaking: readonly (readonly [design: string, found: PropertyResult])[]
  /** Other designs that keep it, the one that changes fewest knobs first. */
  readonly mending: readonly (readonly [design: string, changes: readonly string[]])[]
}

const failing = new Set(['violated', 'deadlock', 'unhandled'])
const lengthOf = ({ run }: PropertyResult): number => (run === undefined ? 0 : run.stem.length + run.cycle.length)

/** FINDINGS.md: everything that the designs named `snapshot` violate, with a trace and the design that mends it. */
export function findingsText(scenarios: readonly Scenario[], checked: Checked): string {
  const all = scenarios.flatMap((scenario) => findingsOf(scenario, checked))
  const rows = all.map(({ scenario, property, breaking, mending }) => {
    const designs = breaking.map(([design, found]) => `${design} (${lengthOf(found)})`).join(', ')
    const bugs = [...new Set(breaking.flatMap(([design]) => scenario.designs[design]!.bugs ?? []))].join(', ')
    return `| ${scenario.name} | [${property}](#${anchor(scenario.name, property)}) | ${designs} | ${bugs} | ${mending[0]?.[0] ?? 'none yet'} |`
  })
  return [
    '| scenario | property | broken by (steps) | known as | mended by |',
    '|---|---|---|---|---|',
    ...rows,
    ...all.map((finding) => sectionOf(finding, checked)),
  ].join('\n')
}

function findingsOf(scenario: Scenario, checked: Checked): Finding[] {
  const designs = Object.keys(scenario.designs)
  const results = new Map(designs.map((design) => [design, checked(choiceOf(scenario, design, 'small'))]))
  const isSnapshot = (design: string): boolean => design === 'snapshot' || design.startsWith('snapshot-')
  const snapshots = designs.filter(isSnapshot)
  const keeps = (design: string, property: string): boolean =>
    results.get(design)!.check.properties.some(({ name, verdict }) => name === property && verdict === 'holds')
  const broken = new Map<string, [string, PropertyResult][]>()
  for (const design of snapshots)
    for (const property of results.get(design)!.check.properties)
      if (failing.has(property.verdict)) broken.set(property.name, [...(broken.get(property.name) ?? []), [design, property]])
  return [...broken].map(([property, breaking]) => {
    const shortest = breaking.toSorted(([, a], [, b]) => lengthOf(a) - lengthOf(b))
    const knobs = scenario.designs[shortest[0]![0]]!.knobs
    const mending = designs
      .filter((design) => !isSnapshot(design) && keeps(design, property))
      .map((design) => [design, changesFrom(knobs, scenario.designs[design]!.knobs)] as const)
      .sort(([, a], [, b]) => a.length - b.length)
    return { scenario, property, breaking: shortest, mending }
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
  const [design, { run }] = breaking[0]!
  const result = checked(choiceOf(scenario, design, 'small'))
  const { steps } = result.check.system
  const line = (index: number, at: number): string => {
    const step = steps[index]!
    return `${at + 1}. \`${step.actor}\` \`${step.label}\`${step.rule.source === undefined ? '' : ` — ${step.rule.source}`}`
  }
  const { stem, cycle } = run ?? { stem: [], cycle: [] }
  const trace = stem.map(line)
  const round =
    cycle.length === 0 ? [] : ['', 'and then for ever:', '', ...cycle.map((index, at) => line(index, at + stem.length))]
  const cures = mending.slice(0, 3).map(([name, changes]) => `\`${name}\` (${changes.join(', ') || 'same knobs'})`)
  return [
    '',
    `### <a id="${anchor(scenario.name, property)}"></a>${scenario.name}: ${property}`,
    '',
    `\`${design}\`: ${scenario.designs[design]!.story}`,
    '',
    ...(trace.length === 0 ? ['In the initial state.'] : trace),
    ...round,
    '',
    `Replay: \`npx litebox-model replay ${result.replays.get(property)}\``,
    '',
    `Mended by: ${cures.length === 0 ? 'no design of this scenario yet' : cures.join('; ')}.`,
  ].join('\n')
}
