import module, { type Builder, type TestCase } from 'junit-report-builder'
import type { DesignReport, PropertyReport, Report } from './report.ts'
import { counterexampleLines } from './trace.ts'

/** Its types speak of a default export; what Node imports of it is the builder itself. */
const builder = module as unknown as Builder

/**
 * JUnit XML as Jenkins and others read it: a suite for each scenario × design, a case for each property, and one for what
 * the design answers as a whole. What a limit left open is an error: never a pass. No times are written, so that the same
 * answers give the same bytes.
 */
export function junitXml({ command, designs }: Report): string {
  const root = builder.newBuilder().name(`litebox-model ${command}`)
  for (const design of designs) {
    const suite = root.testSuite().name(`${design.scenario.name}, ${design.design}`)
    const className = `${design.scenario.name}.${design.design}`
    for (const property of design.properties) caseOf(suite.testCase().className(className).name(property.name), property)
    wholeCase(suite.testCase().className(className).name('answers as expected'), design)
  }
  // The schema of Jenkins knows no `skipped` here, and nothing is ever skipped.
  return `${root.build().replace(/(<testsuites[^>]*?) skipped="0"/, '$1')}\n`
}

function caseOf(junit: TestCase, { outcome, sentence, counterexample, verdict, position }: PropertyReport): void {
  const details = [
    ...(position === undefined ? [] : [`defined at ${position.file}:${position.line}`]),
    ...(counterexample === undefined ? [] : counterexampleLines(counterexample)),
  ].join('\n')
  switch (outcome) {
    case 'passed':
      if (counterexample?.command !== undefined) junit.standardOutput(`${sentence}\nreplay: ${counterexample.command}`)
      return
    case 'failed':
      junit.failure(sentence, verdict).stacktrace(`${sentence}\n${details}`)
      return
    case 'undecided':
      junit.error(sentence, verdict, details)
      return
    default:
      outcome satisfies never
  }
}

/** Verdict, counts and all else that an expectation holds. */
function wholeCase(junit: TestCase, { complaints, verdictText, expected, code, counts }: DesignReport): void {
  const found = `${verdictText}${expected === undefined ? '' : `; expected ${expected}`}`
  const details = [found, ...complaints, ...Object.entries(counts).map(([what, count]) => `${what}: ${count}`)].join('\n')
  if (code === 0) junit.standardOutput(details)
  else if (code === 1) junit.failure(complaints[0] ?? found, 'unmet').stacktrace(details)
  else junit.error(complaints[0] ?? found, code === 2 ? 'error' : 'bounded', details)
}
