import module, { type Builder, type TestCase } from 'junit-report-builder'
import { type DesignReport, leftOut, type PropertyReport, type Report } from './report.ts'
import { counterexampleLines } from './trace.ts'

/** Its types speak of a default export; what Node imports of it is the builder itself. */
const builder = module as unknown as Builder

/**
 * JUnit XML as Jenkins and others read it: a suite for each scenario × design, a case for each property, and one for what
 * the design answers as a whole. What a limit left open is an error, and what
 * random runs left open is skipped: never a pass. No times are written, so that the same
 * answers give the same bytes.
 */
export function junitXml({ command, decides, skipped, designs }: Report): string {
  const root = builder.newBuilder().name(`litebox-model ${command}`)
  for (const design of designs) {
    const suite = root.testSuite().name(`${design.scenario.name}, ${design.design}`)
    const className = `${design.scenario.name}.${design.design}`
    for (const property of design.properties) caseOf(suite.testCase().className(className).name(property.name), property, decides)
    wholeCase(suite.testCase().className(className).name('answers as expected'), design, decides)
  }
  if (skipped > 0)
    root.testSuite().name('interrupted').testCase().name('every design is searched').error(leftOut(skipped), 'bounded')
  // The schema of Jenkins knows no `skipped` here.
  return `${root.build().replace(/(<testsuites[^>]*?) skipped="\d+"/, '$1')}\n`
}

function caseOf(junit: TestCase, property: PropertyReport, decides: boolean): void {
  const { outcome, sentence, counterexample, verdict, position } = property
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
      if (decides) junit.error(sentence, verdict, details)
      else junit.skipped()
      return
    default:
      outcome satisfies never
  }
}

/** Verdict, counts and all else that an expectation holds. */
function wholeCase(junit: TestCase, design: DesignReport, decides: boolean): void {
  const { complaints, verdictText, expected, code, counts } = design
  const found = `${verdictText}${expected === undefined ? '' : `; expected ${expected}`}`
  const details = [found, ...complaints, ...Object.entries(counts).map(([what, count]) => `${what}: ${count}`)].join('\n')
  if (code === 0) junit.standardOutput(details)
  else if (code === 1) junit.failure(complaints[0] ?? found, 'unmet').stacktrace(details)
  else if (code === 3 && !decides) junit.skipped()
  else junit.error(complaints[0] ?? found, code === 2 ? 'error' : 'bounded', details)
}
