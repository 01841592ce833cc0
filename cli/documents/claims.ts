import { choiceOf, type Scenario } from '../../checker/index.ts'
import type { Claim } from '../../scenarios/claim.ts'
import type { Checked } from './findings.ts'

const articles: Readonly<Record<Claim['article'], string>> = {
  punchthrough: 'The punchthrough article',
  'linux-on-windows': 'The article on Linux programs on Windows',
  'sev-snp-runner': 'The article on the SEV-SNP runner',
  'pr-556-upcall': 'The review of PR #556 (upcalls)',
  'pr-817-physical-pointers': 'The review of PR #817 (physical pointers)',
}

/** CLAIMS.md: what was written about LiteBox, against the designs for which it is so and those for which it is not. */
export function claimsText(claims: readonly Claim[], scenarios: readonly Scenario[], checked: Checked): string {
  return Object.entries(articles)
    .flatMap(([article, title]) => {
      const own = claims.filter((claim) => claim.article === article)
      if (own.length === 0) return []
      const rows = own.map((claim) => rowOf(claim, scenarios.find(({ name }) => name === claim.scenario)!, checked))
      return [
        `## ${title}`,
        '',
        '| it says | property | holds for | broken by, shortest counterexample |',
        '|---|---|---|---|',
        ...rows,
        '',
      ]
    })
    .join('\n')
    .trimEnd()
}

function rowOf({ quote, property }: Claim, scenario: Scenario, checked: Checked): string {
  const holding: string[] = []
  const breaking: { design: string; steps: number; labels: string; replay: string }[] = []
  for (const design of Object.keys(scenario.designs)) {
    const { check, replays } = checked(choiceOf(scenario, design, 'small'))
    const found = check.properties.find(({ name }) => name === property)
    if (found === undefined) continue
    if (found.verdict === 'holds') holding.push(`\`${design}\``)
    else if (found.run !== undefined) {
      const steps = [...found.run.stem, ...found.run.cycle]
      const labels = steps.map((index) => check.system.steps[index]!.label).join(' · ')
      breaking.push({ design, steps: steps.length, labels, replay: replays.get(property) ?? '' })
    }
  }
  const shortest = breaking.toSorted((a, b) => a.steps - b.steps)[0]
  const counterexample =
    shortest === undefined
      ? 'none'
      : `${breaking.map(({ design, steps }) => `\`${design}\` (${steps})`).join(', ')}<br>${shortest.labels}<br>\`${shortest.replay}\``
  return `| ${quote} | ${scenario.name}: ${property} | ${holding.join(', ') || 'none'} | ${counterexample} |`
}
