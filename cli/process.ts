import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import { setImmediate } from 'node:timers/promises'
import type { Scenario } from '../checker/index.ts'
import { type Io, wantsColours } from './io.ts'
import { main } from './program.ts'
import { onStranded } from './stranded.ts'

/** Runs the command line of this process over these scenarios. */
export async function runProcess(scenarios: readonly Scenario[]): Promise<void> {
  // Set, not called: what is still on its way to a pipe gets there before the process ends.
  process.exitCode = await main(process.argv.slice(2), processIo(), scenarios)
}

/** The process's own terminal, clock and signals. */
function processIo(): Io {
  const { stdin, stdout, stderr, env } = process
  let deserted = false
  for (const stream of [stdout, stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      if (stream === stdout) deserted = true
    })
  return {
    out: (text) => void (deserted || stdout.write(text)),
    err: (text) => void stderr.write(text),
    outIsTerminal: stdout.isTTY === true,
    errIsTerminal: stderr.isTTY === true,
    columns: () => stderr.columns || 80,
    colours: wantsColours(stdout.isTTY === true, env),
    debug: Boolean(env.LITEBOX_MODEL_DEBUG),
    cores: availableParallelism(),
    hasThreads: true,
    stepSummary: env.GITHUB_STEP_SUMMARY || undefined,
    drawSeed: () => (env.CI && env.CI !== 'false' ? undefined : randomBytes(8).toString('hex')),
    now: () => performance.now(),
    breathe: async () => void (await setImmediate()),
    onInterrupt: (listener) => {
      // Once: with no listener left, the next SIGINT ends the process, as everywhere.
      process.once('SIGINT', listener)
      return () => void process.off('SIGINT', listener)
    },
    onStranded,
    deserted: () => deserted,
    lines: () => createInterface({ input: stdin }),
  }
}
