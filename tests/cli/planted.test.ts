import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../generated.ts'

const parts = ['checker', 'model', 'properties', 'scenarios', 'cli', 'tests', 'tools', 'regressions']
const files = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'vitest.config.ts']

/** The flush before a failed move returns, and what becomes of it in the copy. */
const sound = "flushesFailure: failure === 'flushed'"
const fault = 'flushesFailure: false'
const property = 'once remap has returned, no core holds a translation that the page table no longer gives'

interface Ended {
  readonly code: number | null
  readonly out: string
}

describe('a fault planted in a copy of a scenario', () => {
  let copy: string
  let suite: Ended
  const run = (...args: string[]): Ended => {
    // Of a run inside a run nothing is inherited but what finds the programs.
    const { PATH } = process.env
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: copy,
      encoding: 'utf8',
      env: { PATH, NO_COLOR: '1' },
    })
    return { code: status, out: stdout + stderr }
  }
  const vitest = (...args: string[]): Ended => run('node_modules/vitest/vitest.mjs', 'run', ...args)

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'litebox-model-'))
    for (const part of [...parts, ...files]) cpSync(join(root, part), join(copy, part), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir')
    const file = join(copy, 'scenarios/remap-shootdown.ts')
    const text = readFileSync(file, 'utf8')
    expect(text).toContain(sound)
    writeFileSync(file, text.replace(sound, fault))
    suite = vitest('properties/remap-shootdown.test.ts')
  }, 120_000)
  afterAll(() => rmSync(copy, { recursive: true, force: true }))

  test('fails the suite, with the property, the trace, the source symbols and a command that replays it', () => {
    expect(suite.code).toBe(1)
    expect(suite.out).toContain(`remap-shootdown > failure-flushed > '${property}' holds`)
    expect(suite.out).toMatch(/remap-shootdown, failure-flushed: '[^']+' is violated in \d+ steps; expected to hold/)
    expect(suite.out).toContain('litebox_platform_lvbs/src/arch/x86/mm/paging.rs: remap_pages')
  })

  test('is reproduced by the command, with the same trace, which is a shortest one', { timeout: 120_000 }, () => {
    const printed = new RegExp(
      `failure-flushed: '${property}' is violated in (\\d+) steps[^]*?\\n([^]*?)replay: npx litebox-model (.*)\\n`,
    )
    const [, steps, told, command] = printed.exec(suite.out)!
    expect(run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--noCheck')).toEqual({ code: 0, out: '' })
    const replayed = run('dist/cli/main.js', ...command!.split(' '))
    expect(replayed.code).toBe(0)
    const trace = told!.split('\n').filter((line) => /^ +\d* *[|*] /.test(line))
    const again = replayed.out.split('\n').filter((line) => /^ +\d* *[|*] /.test(line))
    expect(trace.length).toBeGreaterThan(Number(steps))
    expect(again).toEqual(trace)
    const shortest = run('dist/cli/main.js', 'check', 'remap-shootdown', '--design', 'failure-flushed', '--json')
    expect(shortest.code).toBe(1)
    const { properties } = JSON.parse(shortest.out) as { properties: { name: string; steps: string[] }[] }
    expect(properties.find(({ name }) => name === property)!.steps).toHaveLength(Number(steps))
  })

  test('leaves regression files, which the suite replays, and which fail as long as the fault is there', {
    timeout: 120_000,
  }, () => {
    const saved = readdirSync(join(copy, 'regressions')).filter((file) => !readdirSync(join(root, 'regressions')).includes(file))
    expect(saved.length).toBeGreaterThan(0)
    for (const file of saved) expect(file).toMatch(/^remap-shootdown-[0-9a-z]+\.replay$/)
    const failing = vitest('properties/regressions.test.ts')
    expect(failing.code).toBe(1)
    for (const file of saved) expect(failing.out).toContain(`${file} still fails`)
  })
})
