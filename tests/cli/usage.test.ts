import { describe, expect, test } from 'vitest'
import { capture } from './capture.ts'

/** Everything that may be asked wrongly, and the nearest right thing that the one line must name. */
const refused: readonly (readonly [line: string, says: string])[] = [
  ['chekc', "'chekc' is no command; did you mean 'check'?"],
  ['--fist', "'--fist' is no option of 'litebox-model'; did you mean '--help'?"],
  ['list --jsno', "'--jsno' is no option of 'list'; did you mean '--json'?"],
  ['help chekc', "'chekc' is no command; did you mean 'check'?"],
  ['list extra', "too many arguments for 'list'"],
  ['check --fist', "'--fist' is no option of 'check'; did you mean '--first'?"],
  ['check one-lok', "'one-lok' is no scenario; did you mean 'one-lock'?"],
  ['check one-lock counter', "'counter' is no scenario; did you mean 'counters'?"],
  ['check one-lock --design atomik', "'atomik' is no design of scenario 'one-lock'; did you mean 'atomic'?"],
  ['check one-lock counters --design atomic', "'atomic' is no design of scenario 'counters'"],
  ['check --design plane', "'plane' is no design; did you mean 'plain'?"],
  ['check one-lock --set', "option '--set <knob=value>' argument missing"],
  ['check one-lock --set acquire', "'--set acquire' has no '='; did you mean '--set acquire=<value>'?"],
  ['check --set aquire', "'--set aquire' has no '='; did you mean '--set acquire=<value>'?"],
  ['check one-lock --set aquire=never', "'aquire' is no knob of scenario 'one-lock'; did you mean 'acquire'?"],
  ['check --set aquire=never', "'aquire' is no knob; did you mean 'acquire'?"],
  ['check one-lock --set acquire=nevr', "'nevr' is no value of knob 'acquire'; did you mean 'never'?"],
  ['check --set acquire=nevr', "'nevr' is no value of knob 'acquire'; did you mean 'never'?"],
  ['check one-lock --set cores=7', "'7' is no value of knob 'cores'; did you mean '2'? (one of: 2, 3)"],
  ['check one-lock --set cores=2 --set cores=2', "knob 'cores' is set twice"],
  ['check --design atomic --design shy', "option '--design' is given twice"],
  ['check --size smal', "'smal' is no size; did you mean 'small'?"],
  ['check --size small --size full', "option '--size' is given twice"],
  ['check --max-states many', "option '--max-states' takes a whole number from 1 to 2147483647, not 'many'"],
  ['check --max-states 0', "not '0'; the nearest is 1"],
  ['check --max-states=-5', "not '-5'; the nearest is 1"],
  ['check --max-states 1.5', "not '1.5'; the nearest is 2"],
  ['check --max-states 99999999999', "not '99999999999'; the nearest is 2147483647"],
  ['check --max-states', "option '--max-states <n>' argument missing"],
  ['check --max-depth deep', "option '--max-depth' takes a whole number from 0 to 2147483647, not 'deep'"],
  ['check --max-memory 0', "option '--max-memory' takes a whole number from 1 to 1048576, not '0'; the nearest is 1"],
  ['check --time soon', "option '--time' takes a number from 0 to 31536000, not 'soon'"],
  ['check --time 1e9', "not '1e9'; the nearest is 31536000"],
  ['check --time 5 --time 6', "option '--time' is given twice"],
  ['replay', "missing required argument 'string'"],
  ['replay lb1.a b', "too many arguments for 'replay'"],
  ['replay nonsense', "a replay string begins with 'lb1.'; this one begins with 'nonsense'"],
  ['replay lb1.one-lock.atomic', 'a replay string has five parts'],
  ['replay lb1.one-lok.atomic.0.a', "'one-lok' is no scenario; did you mean 'one-lock'?"],
  ['replay lb1.one-lock.atomik.0.a', "'atomik' is no design of scenario 'one-lock'; did you mean 'atomic'?"],
  ['replay lb1.one-lock.atomic+cores=3+cores=2.0.a', "knob 'cores' is set twice"],
  ['replay lb1.one-lock.atomic+cores.0.a', "'cores' is no setting of a knob; write knob=value"],
  ['replay lb1.one-lock.atomic.0-x.a', "'x' is no step index"],
  ['replay lb1.one-lock.atomic.0~.a', 'is no step index'],
  ['replay lb1.one-lock.atomic.99.a', 'step 1 of the replay string is number 99, but the model has steps 0 to 5 only'],
  ['replay lb1.one-lock.atomic.2.a', "no longer fits: conjunct 'wanting' is false (core = outside, lock = free"],
  ['replay lb1.one-lock.atomic.0.a', 'the steps or the final state are not those that were recorded'],
  ['show', "missing required argument 'scenario'"],
  ['verify', "missing required argument 'file'"],
  ['verify a b', "too many arguments for 'verify'"],
  ['show one-lok', "'one-lok' is no scenario; did you mean 'one-lock'?"],
  ['show one-lock --mermaids', "'--mermaids' is no option of 'show'; did you mean '--mermaid'?"],
  ['show counters --design unbuildable', "names cell 'counter.c0', which is not in 'cells'"],
  ['show counters --design ill-named', 'scenario \'counters\' cannot be built: rule name "count up": use dotted words'],
  ['replay lb1.counters.ill-named.0.a', "scenario 'counters' cannot be built"],
]

describe('what is asked wrongly is one line on stderr, names the nearest right thing, and exits with 2', () => {
  for (const [line, says] of refused)
    test(line, async () => {
      const { code, out, err } = await capture(line)
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toMatch(/^litebox-model: [^\n]+\n$/)
      expect(err).toContain(says)
    })
})

describe('what is unexpected', () => {
  const broken = { name: 'broken', story: '', knobs: {}, sizes: { small: {}, full: {} } }
  const scenarios = [{ ...broken, designs: { only: { story: '', knobs: {}, expect: {} } }, build: () => null as never }]

  test('is one line with a hint how to see the stack', async () => {
    const { code, out, err } = await capture('list --json', { scenarios })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^litebox-model: [^\n]+ \(unexpected; LITEBOX_MODEL_DEBUG=1 shows the stack\)\n$/)
  })

  test('shows its stack when that is asked for', async () => {
    const { code, err } = await capture('list --json', { scenarios, debug: true })
    expect(code).toBe(2)
    expect(err).toContain('    at ')
  })
})

describe('help', () => {
  test('is what no argument gives, on stdout', async () => {
    const { code, out, err } = await capture('')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('Usage: litebox-model')
    expect(out).toContain('Where several apply: 2, then 1, then 3, then 0.')
    expect(await capture('--help')).toEqual({ code, out, err })
    expect(await capture('--')).toEqual({ code, out, err })
    expect(await capture('help')).toEqual({ code, out, err })
  })

  test('names every option of check, and what a design without an expectation is expected to do', async () => {
    const { code, out } = await capture('check --help')
    expect(code).toBe(0)
    for (const flag of [
      '--design',
      '--set',
      '--size',
      '--first',
      '--max-states',
      '--max-depth',
      '--max-memory',
      '--time',
      '--checkpoint',
      '--every',
      '--resume',
      '--certificate',
      '--stats',
      '--json',
    ])
      expect(out).toContain(flag)
    expect(out).toContain('a design without an expectation is expected to hold')
  })

  for (const command of ['list', 'check', 'simulate', 'verify', 'replay', 'show', 'matrix', 'mutate', 'export', 'diff'])
    test(`of ${command} says what each exit code means, and no default that is none`, async () => {
      const { code, out } = await capture(`${command} --help`)
      expect(code).toBe(0)
      expect(out).not.toContain('[]')
      expect(out).toMatch(/\nExit codes:\n {2}0 {2}\w.*\n {2}2 {2}\w/s)
    })

  test('the version is the package’s', async () => {
    expect((await capture('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
