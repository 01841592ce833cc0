import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBuild } from '../../tools/ensure-build.mjs'
import { root } from '../generated.ts'

const bin = join(root, 'dist/cli/main.js')
const runsTypeScript = 'typescript' in process.features && process.features.typescript !== false

/** A light that is switched by one actor, and a property that one of its designs does not keep. */
const light = (name: string) => `{
  name: '${name}', story: 'A light.', knobs: { switching: ['on', 'both'] }, sizes: { small: {}, full: {} },
  designs: {
    once: { story: 'On.', knobs: { switching: 'on' }, expect: { small: { verdict: 'holds', states: 2 } } },
    twice: { story: 'On and off.', knobs: { switching: 'both' }, expect: {} },
  },
  build: ({ switching }) => {
    const lamp = cell('lamp', machine)
    const turn = (verb, from) =>
      rule('lamp.' + verb, {}, { actor: () => 'hand', sends: () => ({ lamp }) })
        .does({ when: { is: ({ lamp }) => lamp.value === from }, events: () => ({ lamp: { type: verb.toUpperCase() } }) })
    return system({
      cells: [lamp],
      rules: [turn('on', 'dark'), ...(switching === 'both' ? [turn('off', 'lit')] : [])],
      properties: [onStep('what is lit stays lit', {}, { reads: () => ({ lamp }), holds: (before) => before.lamp.value !== 'lit' })],
      final: finalWhen({}, { reads: () => ({ lamp }), holds: ({ lamp }) => lamp.value === 'lit' }),
    })
  },
}`
const opening = `
import { cell, finalWhen, onStep, rule, scenario, system } from 'litebox-model'
import { setup } from 'xstate'
const machine = setup({}).createMachine({
  id: 'lamp', initial: 'dark', states: { dark: { on: { ON: 'lit' } }, lit: { on: { OFF: 'dark' } } },
})
`

describe("scenarios of a user's own module, in a folder where the package is installed", () => {
  let folder: string
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text)
  const run = (line: string, cwd = folder) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...line.split(' ')], { cwd, encoding: 'utf8' })
    return { code: status, out: stdout, err: stderr }
  }

  beforeAll(() => {
    ensureBuild()
    folder = mkdtempSync(join(tmpdir(), 'litebox-model-from-'))
    mkdirSync(join(folder, 'node_modules'))
    for (const [name, path] of [
      ['litebox-model', root],
      ['xstate', join(root, 'node_modules/xstate')],
    ] as const)
      symlinkSync(path, join(folder, 'node_modules', name), 'dir')
    write('package.json', '{ "type": "module" }')
    write('named.mjs', `${opening}export const light = scenario(${light('light')})\nexport const helper = 7`)
    write('default.mjs', `${opening}export default scenario(${light('porch')})`)
    write(
      'array.mjs',
      `${opening}export const all = [scenario(${light('hall')}), scenario(${light('stairs')})]\nexport default all`,
    )
    write('twin.mjs', `${opening}export const light = scenario(${light('light')})`)
    write('taken.mjs', `${opening}export default scenario(${light('litmus')})`)
    write('by-hand.mjs', `${opening}export default ${light('By Hand')}`)
    write('empty.mjs', 'export const light = 7')
    write('broken.mjs', 'export const light = 7\nexport const = 8')
    write('throwing.mjs', "throw new Error('no\\nlight')")
    write('waiting.mjs', `${opening}await new Promise(() => {})\nexport default scenario(${light('late')})`)
    write('lost.mjs', "import './nowhere.mjs'")
    write('typed.ts', `${opening.replace('const machine', 'const machine: any')}export default scenario(${light('typed')})`)
  }, 120_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('are those that a command without names is about', () => {
    const { code, out } = run('list --json --from named.mjs --from default.mjs --from array.mjs')
    expect(code).toBe(0)
    const names = out
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { scenario: string }).scenario)
    expect(names).toEqual(['light', 'porch', 'hall', 'stairs'])
  })

  test("stand beside LiteBox's own where names are given", () => {
    expect(run('check light --json --from named.mjs')).toMatchObject({ code: 1, err: '' })
    expect(run('check litmus light --design once --from named.mjs').err).toContain("'once' is no design of scenario 'litmus'")
    expect(run('show light --from ./named.mjs')).toMatchObject({ code: 0, err: '' })
  })

  test('are checked and reported as all others, and their replay command runs as it is printed', () => {
    const { code, out } = run('check --design twice --from named.mjs')
    expect(code).toBe(1)
    const command = /replay: npx litebox-model (replay .*)/.exec(out)![1]!
    expect(command).toMatch(/ --from named\.mjs$/)
    expect(run(command)).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringContaining('fails after step 2: what is lit stays lit'),
    })
    expect(run('check --design once --from named.mjs')).toMatchObject({ code: 0, err: '' })
  })

  test('are asked for where a replay string names one and no module is given', () => {
    const said = "'light' is no scenario; did you mean 'litmus'?; one of your own is found with '--from <module>'"
    expect(run('replay lb1.light.once.0.a').err).toBe(`litebox-model: ${said}\n`)
    expect(run('check lihgt --from named.mjs').err).not.toContain('of your own')
  })

  test('may be TypeScript where Node runs it', () => {
    const { code, out, err } = run('list --from typed.ts')
    if (runsTypeScript) expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('typed') })
    else expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('runs no TypeScript; use Node 22.18') })
  })

  for (const [line, says] of [
    ['list --from nothing.mjs', "'--from nothing.mjs' is no file; give the path of an ES module"],
    ['list --from .', "'--from .' is no file; give the path of an ES module"],
    ['list --from broken.mjs', "'--from broken.mjs' does not load: Unexpected token '='; 'node --check' shows where"],
    ['list --from throwing.mjs', "'--from throwing.mjs' does not load: no light"],
    [
      'list --from waiting.mjs',
      "'--from waiting.mjs' does not load: what it awaits at its top level never settles; let it settle",
    ],
    ['list --from lost.mjs', "'--from lost.mjs' does not load: Cannot find module"],
    ['list --from empty.mjs', "'--from empty.mjs' exports no scenario; write 'export const mine = scenario({ ... })'"],
    ['list --from by-hand.mjs', "'--from by-hand.mjs': scenario 'By Hand': the name 'By Hand' must be kebab case"],
    ['list --from taken.mjs', "'--from taken.mjs' names a scenario 'litmus', and so does LiteBox; give it another name"],
    ['list --from named.mjs --from twin.mjs', "names a scenario 'light', and so does named.mjs; give it another name"],
    ['check lihgt --from named.mjs', "'lihgt' is no scenario; did you mean 'light'?"],
    ['list --from', "option '--from <module>' argument missing"],
  ] as const)
    test(`refuses in one line: ${line}`, () => {
      const { code, out, err } = run(line)
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toMatch(/^litebox-model: [^\n]+\n$/)
      expect(err).toContain(says)
    })

  test('says what is missing where the package is not installed', () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'litebox-model-elsewhere-'))
    try {
      writeFileSync(join(elsewhere, 'package.json'), '{}')
      writeFileSync(join(elsewhere, 'mine.mjs'), `${opening}export default scenario(${light('light')})`)
      expect(run('list --from mine.mjs', elsewhere)).toEqual({
        code: 2,
        out: '',
        err: "litebox-model: '--from mine.mjs' does not load: it imports 'litebox-model', which is not installed beside it; run 'npm install litebox-model' there\n",
      })
    } finally {
      rmSync(elsewhere, { recursive: true, force: true })
    }
  })
})
