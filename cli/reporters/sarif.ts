import { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } from 'node-sarif-builder'
import type { Location, Result, ThreadFlowLocation } from 'sarif'
import { type Position, positionOf } from '../position.ts'
import { changesBetween } from '../report/change.ts'
import { version } from '../report/version.ts'
import type { Counterexample, DesignReport, PropertyReport, Report } from './report.ts'
import { ruleIdsOf } from './rule-ids.ts'

/**
 * SARIF 2.1.0: a result for each property that fails, at the TypeScript line that defines it, with the trace as a code
 * flow over the lines of the rules. What is otherwise than expected is an error; a violation that the design is listed
 * with is a note.
 */
export function sarifJson({ designs, decides }: Report): string {
  const run = new SarifRunBuilder().initSimple({ toolDriverName: 'litebox-model', toolDriverVersion: version() })
  const idOf = ruleIdsOf(
    designs.flatMap(({ scenario, properties }) =>
      [asExpected, ...properties.map(({ name }) => name)].map((name) => [scenario.name, name] as const),
    ),
  )
  /** A property is a rule of the tool, one for each scenario that claims it. */
  const rules = new Map<string, string>()
  const ruleFor = ({ scenario }: DesignReport, name: string): string => {
    const id = idOf(scenario.name, name)
    rules.set(id, name)
    return id
  }
  for (const design of designs) {
    for (const property of design.properties) {
      const isOpen = property.outcome === 'undecided' && decides
      if (property.counterexample === undefined && property.outcome !== 'failed' && !isOpen) continue
      run.addResult(resultOf(design, property, ruleFor(design, property.name)))
    }
    const [complaint] = design.complaints
    if (complaint === undefined || design.properties.some(({ outcome }) => outcome === 'failed')) continue
    run.addResult(wholeResult(design, complaint, ruleFor(design, asExpected)))
  }
  for (const [ruleId, shortDescriptionText] of rules)
    run.addRule(new SarifRuleBuilder().initSimple({ ruleId, shortDescriptionText }))
  const sarif = new SarifBuilder({ $schema: schema })
  sarif.addRun(run)
  return `${sarif.buildSarifJsonString({ indent: true })}\n`
}

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'
const asExpected = 'the design answers as expected'

function resultOf(design: DesignReport, property: PropertyReport, ruleId: string): SarifResultBuilder {
  const { counterexample, outcome, name, sentence, position } = property
  const builder = new SarifResultBuilder().initSimple({
    ruleId,
    level: outcome === 'passed' ? 'note' : outcome === 'failed' ? 'error' : 'warning',
    messageText: messageOf(design, `'${counterexample?.instance ?? name}' ${sentence}`, counterexample?.command),
  })
  const result = builder.result as Result
  if (position !== undefined) result.locations = [locationOf(position)]
  if (counterexample !== undefined && counterexample.story.walk.taken.length > 0) result.codeFlows = [codeFlowOf(counterexample)]
  result.partialFingerprints = { 'scenarioDesignProperty/v1': `${design.scenario.name}/${design.design}/${name}` }
  return builder
}

/** What no single property says: counts, steps never enabled, a model that could not be searched. */
function wholeResult(design: DesignReport, complaint: string, ruleId: string): SarifResultBuilder {
  const builder = new SarifResultBuilder().initSimple({
    ruleId,
    level: 'error',
    messageText: messageOf(design, complaint, undefined),
  })
  const position = positionOf(design.scenario.definedAt)
  if (position !== undefined) (builder.result as Result).locations = [locationOf(position)]
  return builder
}

const messageOf = ({ scenario, design }: DesignReport, sentence: string, command: string | undefined): string =>
  `${scenario.name}, ${design}: ${sentence}${command === undefined ? '' : `. Replay: ${command}`}`

/** The steps in their order, each at the line of its rule, with what it changed. */
function codeFlowOf({ story }: Counterexample) {
  const { system, walk, ending, cycle } = story
  const loop = walk.taken.length - cycle
  const told: ThreadFlowLocation[] = walk.taken.map(({ step, before, after }, at) => {
    const changes = changesBetween(system, before, after)
    const again = cycle > 0 && at === loop ? ' (from here on again and again, for ever)' : ''
    const text = [`${step.actor}: ${step.label}${again}`, ...(changes.length === 0 ? ['changes nothing'] : changes)].join('\n')
    return threadFlowLocation(text, positionOf(step.rule.definedAt), at)
  })
  if (ending !== undefined)
    told.push(
      threadFlowLocation(
        `${ending.step.actor}: ${ending.step.label}\ncannot be taken: ${ending.why}`,
        positionOf(ending.step.rule.definedAt),
        told.length,
      ),
    )
  return { threadFlows: [{ locations: told }] }
}

const threadFlowLocation = (text: string, position: Position | undefined, at: number): ThreadFlowLocation => ({
  executionOrder: at + 1,
  importance: 'essential',
  location: { ...(position && locationOf(position)), message: { text } },
})

const locationOf = ({ file, line, column }: Position): Location => ({
  physicalLocation: {
    artifactLocation: { uri: encodeURI(file), uriBaseId: '%SRCROOT%' },
    region: { startLine: line, startColumn: column },
  },
})
