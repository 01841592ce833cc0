import type { PlatformKnob } from '../../scenarios/platform-knobs.ts'

/** docs/knobs.md: where each design alternative of the platforms can be turned, and what the source does. */
export function knobsText(knobs: readonly PlatformKnob[]): string {
  const areas = [...new Set(knobs.map(({ area }) => area))]
  return areas
    .flatMap((area) => [
      `## ${area[0]!.toUpperCase()}${area.slice(1)}`,
      '',
      '| alternative | scenario and knob | the source | otherwise |',
      '|---|---|---|---|',
      ...knobs.filter((knob) => knob.area === area).map(rowOf),
      '',
    ])
    .join('\n')
    .trimEnd()
}

const rowOf = ({ question, scenario, knob, design, snapshot, others }: PlatformKnob): string => {
  const otherwise = others.map((value) => `\`${value}\``).join(', ')
  return `| ${question} | ${scenario}: \`${knob}\` | \`${snapshot}\` (\`${design}\`) | ${otherwise || 'another platform'} |`
}
