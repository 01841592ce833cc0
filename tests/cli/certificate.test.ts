import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCertificate } from '../../checker/certify/certificate.ts'
import { sealed } from '../../checker/sealed.ts'
import { scenarios as registry } from '../../scenarios/index.ts'
import { capture } from './capture.ts'
import { counterScenario, lockScenario } from './toy.ts'

let folder: string
const at = (name: string): string => join(folder, name)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'certificates-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Saves the certificate of a design of `one-lock` and gives back where it is. */
async function saved(design: string): Promise<string> {
  const file = at(`${design}.certificate`)
  if (!existsSync(file)) await capture(['check', 'one-lock', '--design', design, '--certificate', file])
  return file
}

describe('a certificate', () => {
  test('changes nothing that check prints, and verifies', async () => {
    const file = at('atomic.certificate')
    const plain = await capture('check one-lock --design atomic')
    expect(await capture(['check', 'one-lock', '--design', 'atomic', '--certificate', file])).toEqual(plain)
    const { code, out, err } = await capture(['verify', file])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toBe(`\
one-lock, atomic: verified
  15 states hold the initial state and are closed under every step (20 transitions)

  answer      property
  proved      two cores are never inside together
  proved      no deadlock
  proved      every event is handled
  not proved  a core is inside (sometimes)
`)
  })

  test('is the same bytes when it is made again', async () => {
    const file = await saved('atomic')
    await capture(['check', 'one-lock', '--design', 'atomic', '--certificate', at('again')])
    expect(readFileSync(at('again')).equals(readFileSync(file))).toBe(true)
  })

  test('of a violated design says which property fails, where, and exits with 1', async () => {
    const { code, out, err } = await capture(['verify', await saved('racing')])
    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(out).toContain('one-lock, racing: a property fails\n')
    expect(out).toMatch(/\n {2}fails +two cores are never inside together\n/)
    expect(out).toMatch(
      /\n {2}fails in state \d+: two cores are never inside together\(cpu0,cpu1\)\n {2}where one = inside, other = inside\n/,
    )
  })

  test('of a deadlock shows the state in which nobody moves', async () => {
    const { code, out } = await capture(['verify', await saved('forgetful')])
    expect(code).toBe(1)
    expect(out).toMatch(/fails in state \d+: no deadlock\n {4}cell +local state\n {4}lock +held \{ owner: cpu0 \}\n/)
  })

  test('names the modelling bounds that it holds within, and the progress that it does not prove', async () => {
    await capture(['check', 'counters', '--design', 'plain', '--certificate', at('plain')])
    expect((await capture(['verify', at('plain')])).out).toContain('counters, plain: verified within: count=3\n')
    expect((await capture(['verify', await saved('spinning')])).out).toContain(
      'not proved  a core that wants the lock gets it (leadsTo)',
    )
  })
})

test('a certificate of a search up to symmetry is unfolded, and proves as much', async () => {
  const file = at('folded')
  const line = ['check', 'unmap-shootdown', '--design', 'free-after-flush', '--set', 'cores=3', '--reduce', 'symmetry']
  await capture([...line, '--certificate', file], { scenarios: registry })
  const { code, out } = await capture(['verify', file], { scenarios: registry })
  expect(code).toBe(0)
  expect(out).toContain(`\
  13,044 states stand for 24,584, by exchange of interchangeable things
  24,584 states hold the initial state and are closed under every step (296,380 transitions)
`)
})

describe('no certificate is written', () => {
  const refusals: readonly (readonly [line: string, code: number, says: string])[] = [
    ['one-lock --design atomic --max-states 3', 3, "the limit 'states' ended the search, and a certificate holds every state"],
    ['counters --design lying', 2, 'gave two answers for the same input'],
    ['counters --design throwing', 2, 'the guard fell over'],
    ['one-lock', 2, 'a certificate is of one design, and 7 are chosen: name a scenario and one of its designs with --design'],
    ['one-lock --design racing --reduce por', 2, "'--reduce por' leaves states out that nothing stands for"],
    ['one-lock --design racing --reduce all', 2, "'--reduce all' leaves states out that nothing stands for"],
    ['one-lock --design racing --first', 2, "'--first' ends a search early, and a certificate holds every state"],
  ]
  for (const [line, code, says] of refusals)
    test(`by check ${line}`, async () => {
      const found = await capture([...`check ${line}`.split(' '), '--certificate', at('none')])
      expect(found.code).toBe(code)
      expect(found.err).toMatch(/^litebox-model: [^\n]+\n$/)
      expect(found.err).toContain(says)
      expect(readdirSync(folder).filter((name) => name.startsWith('none'))).toEqual([])
    })

  test('where none can be, which is said before the search', async () => {
    const folderless = await capture(['check', 'one-lock', '--design', 'atomic', '--certificate', at('no/such/folder')])
    expect(folderless).toEqual({
      code: 2,
      out: '',
      err: `litebox-model: cannot write '${at('no/such/folder')}': there is no folder '${at('no/such')}'\n`,
    })
    expect((await capture(['check', 'one-lock', '--design', 'atomic', '--certificate', folder])).err).toBe(
      `litebox-model: cannot write '${folder}': it is a folder\n`,
    )
  })
})

describe('verify refuses in one line, with 2,', () => {
  const refusedWith = async (bytes: Uint8Array, says: string | RegExp, scenarios = [lockScenario, counterScenario]) => {
    writeFileSync(at('refused'), bytes)
    const { code, out, err } = await capture(['verify', at('refused')], { scenarios })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^litebox-model: the certificate '[^']+' is refused: [^\n]+\n$/)
    expect(err).toMatch(says)
  }

  test('a file that is not there, and one that is no certificate', async () => {
    expect((await capture(['verify', at('nothing')])).err).toBe(
      `litebox-model: cannot read '${at('nothing')}': ENOENT: no such file or directory, open '${at('nothing')}'\n`,
    )
    await refusedWith(Buffer.from(''), 'it is no certificate of litebox-model')
    await refusedWith(Buffer.from('litebox-model checkpoint 1\n{}\n'), 'it is no certificate of litebox-model but a checkpoint')
    await refusedWith(Buffer.from('litebox-model certificate 9\n{}\n'), 'it is written in format 9')
  })

  test('a certificate that was cut off anywhere', async () => {
    const whole = readFileSync(await saved('atomic'))
    for (const length of [30, 200, whole.length >> 1, whole.length - 73, whole.length - 1])
      await refusedWith(whole.subarray(0, length), 'its digest does not fit, so it was cut off, damaged or tampered with')
    await refusedWith(Buffer.concat([whole, Buffer.from('\n')]), 'its digest does not fit')
  })

  test('a certificate of which any byte was changed', async () => {
    const whole = readFileSync(await saved('atomic'))
    for (let at = 0; at < whole.length; at += 41) {
      const changed = Buffer.from(whole)
      changed[at]! ^= 1 << (at & 7)
      await refusedWith(changed, /it is no certificate|it is written in format|its digest does not fit/)
    }
  })

  test('a certificate that was forged whole, digest and all', async () => {
    const { header, rows } = readCertificate(readFileSync(await saved('racing')))
    const forge = (header: object, words: Int32Array) =>
      Buffer.concat([...sealed('certificate', header, [new Uint8Array(words.buffer)])])
    const fewer = header.states - 1
    await refusedWith(
      forge({ ...header, states: fewer }, rows.slice(0, fewer * header.words)),
      /leads from its state \d+ to a state that it does not hold/,
    )
    await refusedWith(forge({ ...header, choice: 'atomic' }, rows), 'it is of another model')
    await refusedWith(forge({ ...header, states: 3 }, rows), /it announces 3 states/)
    await refusedWith(forge({ ...header, reduction: 'por' }, rows), 'its header is not that of a certificate')
    await refusedWith(forge({ ...header, cells: 7 }, rows), 'its header is not that of a certificate')
  })

  test('a certificate of another model, naming what differs', async () => {
    const bytes = readFileSync(await saved('atomic'))
    const { build } = lockScenario
    const changed = {
      ...lockScenario,
      build: (knobs: Parameters<typeof build>[0]) => {
        return { ...build(knobs), final: undefined }
      },
    }
    await refusedWith(bytes, 'it is of another model: the final states of one-lock, atomic,', [changed])
    await refusedWith(bytes, "'one-lock' is no scenario", [counterScenario])
  })
})

test('on a terminal a verification says how far it is', async () => {
  const file = at('large.certificate')
  const large = ['check', 'unmap-shootdown', '--design', 'free-after-flush', '--set', 'cores=3', '--certificate', file]
  await capture(large, { scenarios: registry })
  let now = 0
  const { err, code } = await capture(['verify', file], { scenarios: registry, terminal: true, clock: () => (now += 150) })
  expect(code).toBe(0)
  const [before, first, ...later] = err.split('\r\x1b[K')
  expect([before, later.at(-1)]).toEqual(['', ''])
  expect(first).toMatch(/^verify unmap-shootdown free-after-flush: 16,384 of 24,584, about \d+ s left$/)
})

test('an interrupted verification verifies nothing', async () => {
  const { code, out, err } = await capture(['verify', await saved('atomic')], { interruptAt: 1 })
  expect({ code, out, err }).toEqual({ code: 3, out: '', err: 'litebox-model: interrupted; nothing is verified\n' })
})
