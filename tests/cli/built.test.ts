import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scenarios } from '../../scenarios/index.ts'
import { ensureBuild } from '../../tools/ensure-build.mjs'
import { expectGenerated, root } from '../generated.ts'
import { capture } from './capture.ts'

const bin = join(root, 'dist/cli/main.js')
const endless = join(root, 'tests/cli/endless.mjs')
const readme = (): string => readFileSync(join(root, 'README.md'), 'utf8')
/** The part of the README with a whole scenario and its suite. */
const howToWrite = (): string => readme().slice(readme().indexOf('## Write a scenario'))

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function run(args: readonly string[], options: { readonly input?: string; readonly cwd?: string } = {}): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', ...options })
  return { code: status, out: stdout, err: stderr }
}

beforeAll(() => ensureBuild(), 120_000)

describe('the built command', () => {
  test('prints its help without arguments, and its version', () => {
    expect(run([bin])).toEqual({ code: 0, out: run([bin, '--help']).out, err: '' })
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    expect(run([bin, '--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })

  test('refuses in one line what is asked wrongly', () => {
    expect(run([bin, 'check', 'unmap-shootdwn'])).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(/^litebox-model: [^\n]*did you mean 'unmap-shootdown'[^\n]*\n$/),
    })
  })

  test('prints the same bytes in every process, and those of this one', async () => {
    for (const args of [
      ['check', 'unmap-shootdown', '--design', 'snapshot', '--stats'],
      ['check', 'litmus', '--json'],
      ['show', 'litmus'],
    ]) {
      const { code, out, err } = run([bin, ...args])
      expect(err).toBe('')
      expect(run([bin, ...args])).toEqual({ code, out, err })
      expect(await capture(args, { scenarios })).toEqual({ code, out, err })
    }
  })

  test('reads what is typed at a replay', async () => {
    const { out } = await capture('check unmap-shootdown --design snapshot --json', { scenarios })
    const { replay, steps } = JSON.parse(out) as { replay: string; steps: string[] }
    const replayed = run([bin, 'replay', replay, '--interactive'], { input: 'forward\nenabled\nquit\n' })
    expect(replayed).toMatchObject({ code: 0, err: '' })
    expect(replayed.out).toContain(steps[0])
    expect(replayed.out).toContain('<- the next of this run')
  })

  test('takes no offence at a reader that goes away', () => {
    const { stdout, stderr, status } = spawnSync(
      'bash',
      ['-c', 'set -o pipefail; "$0" "$1" check litmus --json | head -n 1', process.execPath, bin],
      { encoding: 'utf8' },
    )
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
    expect(stdout.split('\n')).toHaveLength(2)
  })
})

test('Ctrl-C ends a search as bounded, with what was covered, and skips what is left', async () => {
  const child = spawn(process.execPath, [endless, 'check', '--json'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (err === '') setTimeout(() => child.kill('SIGINT'), 200)
    err += text
  })
  const code = await new Promise((ended) => child.on('close', ended))
  expect({ code, err }).toEqual({ code: 3, err: 'listening\nlitebox-model: interrupted; 1 design not searched\n' })
  const line = JSON.parse(out)
  expect(line).toMatchObject({ scenario: 'endless', design: 'only', verdict: 'bounded', complete: false })
  expect(line.states).toBeGreaterThan(1)
})

describe('the package', () => {
  let consumer: string
  beforeAll(() => {
    consumer = mkdtempSync(join(tmpdir(), 'litebox-model-'))
    mkdirSync(join(consumer, 'node_modules'))
    symlinkSync(root, join(consumer, 'node_modules/litebox-model'), 'dir')
    for (const name of ['xstate', 'vitest', 'fast-check', '@fast-check'])
      symlinkSync(join(root, 'node_modules', name), join(consumer, 'node_modules', name), 'dir')
    writeFileSync(join(consumer, 'package.json'), '{ "type": "module" }')
  })
  afterAll(() => rmSync(consumer, { recursive: true, force: true }))

  test('runs the scenario of the README, and its types are complete', () => {
    const [, code, printed] = /```ts\n([\s\S]*?)```[\s\S]*?```\n([\s\S]*?)```/.exec(howToWrite())!
    writeFileSync(join(consumer, 'room.ts'), code!)
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    const flags = [
      '--strict',
      '--noUncheckedIndexedAccess',
      '--target',
      'es2023',
      '--module',
      'nodenext',
      '--skipLibCheck',
      'false',
    ]
    expect(run([compiler, ...flags, 'room.ts'], { cwd: consumer })).toEqual({ code: 0, out: '', err: '' })
    expect(run(['room.js'], { cwd: consumer })).toEqual({ code: 0, out: printed, err: '' })
  })

  test('gives Vitest its matchers and fast-check its arbitraries, typed, and a fault is found and leaves its run behind', {
    timeout: 60_000,
  }, () => {
    const [, suite] = [...howToWrite().matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!)
    const added = [
      "test('faulty', () => expect(choiceOf(room, 'racing', 'small')).toHold('two cores are never inside together'))",
      '// @ts-expect-error: steps are a number',
      "export const wrong = () => expect(choiceOf(room, 'racing', 'small')).toBeViolated('p', { steps: '4' })",
    ]
    writeFileSync(join(consumer, 'room.test.ts'), `${suite}${added.join('\n')}\n`)
    const [, schedules] = /```ts\n(import [^\n]*'@fast-check\/vitest'[\s\S]*?)```/.exec(readme())!
    writeFileSync(join(consumer, 'schedules.test.ts'), schedules!)
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    const flags = ['--noEmit', '--strict', '--target', 'es2023', '--module', 'nodenext', '--skipLibCheck']
    expect(run([compiler, ...flags, 'room.test.ts', 'schedules.test.ts'], { cwd: consumer })).toEqual({
      code: 0,
      out: '',
      err: '',
    })
    const { code, out, err } = run([join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', consumer], { cwd: consumer })
    expect(code).toBe(1)
    expect(stripVTControlCharacters(out)).toContain('1 failed | 5 passed')
    expect(err).toMatch(/replay: npx litebox-model replay lb1\.room\.racing\./)
    expect(readdirSync(join(consumer, 'regressions'))).toHaveLength(1)
  })

  test('places what it finds at lines of TypeScript that lie in the repository', () => {
    const { out } = run([bin, 'check', 'unmap-shootdown', '--design', 'snapshot', '--reporter', 'sarif'], { cwd: consumer })
    const places = [...out.matchAll(/"uri": "([^"]+)"[^}]*\}[^}]*"startLine": (\d+)/g)].map(
      ([, file, line]) => [file!, Number(line)] as const,
    )
    expect(places.length).toBeGreaterThan(20)
    for (const [file, line] of places) {
      expect(file).toMatch(/^(model|properties|scenarios)\/.*\.ts$/)
      const text = readFileSync(join(root, file), 'utf8').split('\n')[line - 1]
      expect(text).toMatch(/rule\(|always\(|onStep\(|leadsTo\(|eventually\(|scenario\(/)
    }
  })

  test('writes what the workflow in the README hands on', () => {
    const [, workflow] = /```yaml\n([\s\S]*?)```/.exec(readme())!
    const [, command] = /npx litebox-model (check [^\n]*)/.exec(workflow!)!
    const { code, out, err } = run([bin, ...command!.replace('check', 'check litmus').split(' ')], { cwd: consumer })
    expect({ code, out, err }).toEqual({ code: 0, out: expect.stringMatching(/^\d+ of \d+ designs as expected\n$/), err: '' })
    for (const file of ['junit.xml', 'models.sarif', 'models.html']) {
      expect(workflow!.split(file).length).toBeGreaterThan(2)
      expect(readFileSync(join(consumer, file), 'utf8')).not.toBe('')
    }
  })

  test('holds the build and the documents, and nothing else', () => {
    const { status, stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(status).toBe(0)
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }]
    const paths = files.map(({ path }) => path)
    for (const path of [
      'dist/checker/index.js',
      'dist/checker/index.d.ts',
      'dist/cli/main.js',
      'README.md',
      'ARCHITECTURE.md',
      'LICENSE',
    ])
      expect(paths).toContain(path)
    expect(
      paths.filter((path) => !/^(dist\/.*\.(js|js\.map|d\.ts)|docs\/.*\.md|[A-Z]+(\.md)?|package\.json)$/.test(path)),
    ).toEqual([])
  })
})

test('the trace in the README is what the command prints', async () => {
  const { out } = await capture('check unmap-shootdown --design snapshot', { scenarios })
  const property = 'a frame owned by the Rust heap is reached by no core through a stale translation'
  const from = out.indexOf(`violated in`, out.lastIndexOf('\n', out.indexOf(`: ${property}(`)))
  const [block] = out.slice(from).split('\n\n')
  const lines = block!
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^ {2}/, ''))
  const command = lines.pop()!.replace(/^replay: /, '')
  expectGenerated('README.md', 'trace', ['```', ...lines, '```'].join('\n'))
  const { out: replayed, code } = await capture(command.replace('npx litebox-model ', ''), { scenarios })
  expect(code).toBe(0)
  const last = replayed
    .trimEnd()
    .split('\n')
    .filter((line) => line.includes(property))
  expectGenerated('README.md', 'replay', ['```', `$ ${command}`, '...', ...last, '```'].join('\n'))
})
