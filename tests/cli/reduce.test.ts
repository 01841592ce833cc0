import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scenarios } from '../../scenarios/index.ts'
import { ensureBuild } from '../../tools/ensure-build.mjs'
import { root } from '../generated.ts'
import { capture } from './capture.ts'

test('--reduce leaves states out, and JSON says so', async () => {
  const { out } = await capture('check one-lock --design atomic --reduce all --json')
  expect(JSON.parse(out)).toMatchObject({ verdict: 'holds', reduction: 'por', shortest: false, met: true })
})

test('what is asked for and cannot be done is told with the reason', async () => {
  const { out } = await capture('check one-lock --design atomic --reduce symmetry')
  expect(out).toContain('symmetry is off: no interchangeable things are declared')
})

test('--safety leaves claims on executions out, names them, and compares no expectation', async () => {
  const { out } = await capture('check one-lock --design spinning --safety')
  expect(out).toContain('left out, for safety only: a core that wants the lock gets it')
  const json = await capture('check one-lock --design spinning --safety --json')
  expect(JSON.parse(json.out)).toMatchObject({ expected: null, met: null })
})

test('--audit compares each reduction with plain search', async () => {
  const { code, out } = await capture('check one-lock --design atomic --audit')
  expect(code).toBe(0)
  expect(out).toMatch(/one-lock {2}atomic +por +15 +\d+ {2}agrees/)
  expect(out).toContain('1 of 1 reduced search agree with plain search')
})

test('--safety is heard by threads too, which search many designs at once', async () => {
  ensureBuild()
  const line = ['check', 'delegation', '--safety', '--json']
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli/main.js'), ...line], { encoding: 'utf8' })
  const { code, out } = await capture(line, { scenarios })
  expect({ code: status, out: stdout, err: stderr }).toEqual({ code, out, err: '' })
  expect(out).not.toContain('"met":true')
})

test.for([
  ['check one-lock --audit --reporter junit=/tmp/none', "options '--audit' and '--reporter' do not go together"],
  ['check one-lock --audit --workers 2', "options '--audit' and '--workers' do not go together"],
  ['check one-lock --reduce symetry', "'symetry'"],
  ['check one-lock --design atomic --reduce all --certificate /tmp/none', "use 'none' or 'symmetry'"],
  ['check one-lock --design atomic --safety --certificate /tmp/none', "'--safety' makes another model"],
])('%s is refused in one line', async ([command, why]) => {
  const { code, err } = await capture(command!)
  expect(code).toBe(2)
  expect(err).toContain(why)
  expect(err.trim().split('\n')).toHaveLength(1)
})
