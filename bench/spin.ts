import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Measurement } from './measurement.ts'
import { benchFolder } from './place.ts'

/*
 * Spin on the Promela twins. Storage is exact, nothing is reduced (all interleavings are searched,
 * as here).
 */

export type Twin = 'two-phase-commit' | 'two-phase-commit-packed' | 'unmap-shootdown'

/**
 * The hash table's size as a power of two, tried from 18 to 25 and set to the fastest: by twin, and by its number of
 * managers or cores.
 */
const managers = { 3: 18, 5: 18, 7: 19, 8: 23, 9: 25 }
const hashBits: Readonly<Record<Twin, Readonly<Record<number, number>>>> = {
  'two-phase-commit': managers,
  'two-phase-commit-packed': managers,
  'unmap-shootdown': { 2: 18, 3: 19, 4: 23 },
}

const compilerFlags = ['-O2', '-DSAFETY', '-DNOREDUCE', '-w']

/** What is missing for a measurement, as a sentence; undefined where nothing is. */
export function spinIsMissing(): string | undefined {
  const missing = [
    ['spin', '-V'],
    ['gcc', '--version'],
  ].filter(([command, flag]) => spawnSync(command!, [flag!]).error !== undefined)
  if (missing.length === 0) return undefined
  return `${missing.map(([command]) => command).join(' and ')} not found: Spin was not measured`
}

/**
 * Generates, compiles and runs the verifier of a twin with so many managers or cores. `whole` covers the three, `search` the verifier's own process.
 *
 * @throws Error when a stage fails, or the search met an error or did not finish.
 */
export function measureSpin(twin: Twin, size: number): Measurement {
  const folder = mkdtempSync(join(tmpdir(), 'spin-'))
  const run = (command: string, flags: readonly string[]): string => {
    const { status, stdout, stderr, error } = spawnSync(command, flags, { cwd: folder, encoding: 'utf8' })
    if (error !== undefined) throw error
    if (status !== 0) throw new Error(`${command} failed: ${stdout}${stderr}`)
    return stdout
  }
  try {
    const start = performance.now()
    run('spin', [`-DN=${size}`, '-a', join(benchFolder, `${twin}.pml`)])
    run('gcc', [...compilerFlags, '-o', 'pan', 'pan.c'])
    const compiled = performance.now()
    const report = run('./pan', ['-m10000', `-w${hashBits[twin][size]}`])
    const done = performance.now()
    return { ...countsOf(report), whole: (done - start) / 1000, search: (done - compiled) / 1000, resident: undefined }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * Reads a verifier's report. Its transitions count the initial state, which was stored though no edge led to it; from a
 * hundred million on it tells their first digits only.
 */
function countsOf(report: string): { readonly states: number; readonly transitions: number; readonly buffers: number } {
  const number = (pattern: RegExp): number => {
    const found = report.match(pattern)
    if (found === null) throw new Error(`Spin's report has no ${pattern}: ${report}`)
    return Number(found[1])
  }
  if (number(/errors: (\d+)/) !== 0 || /Search not completed|depth too small/.test(report))
    throw new Error(`Spin's search went wrong: ${report}`)
  return {
    states: number(/(\d+) states, stored/),
    transitions: number(/([\d.e+]+) transitions \(= stored\+matched\)/) - 1,
    buffers: number(/([\d.]+)\s+(?:total actual memory usage|memory usage \(Mbyte\))/) * 2 ** 20,
  }
}
