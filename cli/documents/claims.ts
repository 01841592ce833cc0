import { choiceOf, type Scenario } from '../../checker/index.ts'
import type { Claim } from '../../scenarios/claim.ts'
import { answersTo } from './expected.ts'
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
  const { breaking, keeping } = answersTo(scenario, property)
  const holding = keeping.map((design) => `\`${design}\``).join(', ')
  return `| ${quote} | ${scenario.name}: ${property} | ${holding || 'none'} | ${counterexample(scenario, property, breaking, checked)} |`
}

function counterexample(
  scenario: Scenario,
  property: string,
  breaking: readonly { readonly design: string; readonly steps: number }[],
  checked: Checked,
): string {
  if (breaking.length === 0) return 'none'
  const { check, replays } = checked(choiceOf(scenario, breaking[0]!.design, 'small'))
  const { stem, cycle } = check.properties.find(({ name }) => name === property)!.run!
  const labels = [...stem, ...cycle].map((index) => check.system.steps[index]!.label).join(' · ')
  const designs = breaking.map(({ design, steps }) => `\`${design}\` (${steps})`).join(', ')
  return `${designs}<br>${labels}<br>\`${replays.get(property)}\``
}
