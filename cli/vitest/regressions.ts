import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import pc from 'picocolors'
import { describe, expect, test } from 'vitest'
import type { Choice, Replay, Scenario } from '../../checker/index.ts'
import { misfitText, type SavedReplay } from '../../checker/replay/saved.ts'
import { isRegressionPath, replayedFile } from '../regressions.ts'
import { failuresText } from '../report/failures.ts'
import { storyOf, storyText } from '../report/trace.ts'

/** What a regression file says of today's model. Only `fails` fails the suite. */
export interface Regression {
  /** `misfit`: some step can no longer be taken, so the run that failed is none any more. */
  readonly outcome: 'fails' | 'fails as expected' | 'mended' | 'misfit'
  /** What a reader of the suite is told, or nothing. */
  readonly remarks: readonly string[]
  /** The trace, where it fails. */
  readonly trace: readonly string[]
}

/**
 * Replays one file.
 *
 * @throws InputError for a file that is malformed or stale: its scenario, design, property or one of its steps exists no more.
 */
export function replayRegression(scenarios: readonly Scenario[], path: string): Regression {
  const { saved, outcome: replayed } = replayedFile(scenarios, path)
  if (replayed.kind === 'misfit') return { outcome: 'misfit', remarks: [misfitText(replayed.misfit)], trace: [] }
  const { replay, remark } = replayed
  const remarks = remark === undefined ? [] : [remark]
  if (!replay.failures.some(({ property }) => property === saved.property)) return { outcome: 'mended', remarks, trace: [] }
  const outcome = isExpected(replay.choice, saved) ? 'fails as expected' : 'fails'
  return { outcome, remarks, trace: traceOf(replay) }
}

/** Whether the design is one that is listed with this violation. */
function isExpected({ scenario, design, size }: Choice, { property }: SavedReplay): boolean {
  if (design === undefined || size === undefined) return false
  return scenario.designs[design]!.expect[size]?.violations?.[property] !== undefined
}

function traceOf(replay: Replay): string[] {
  const plain = pc.createColors(false)
  const { semantics, walk, run } = replay
  return [...storyText(storyOf(semantics.system, walk, run.cycle.length), plain), ...failuresText(replay, plain)]
}

/**
 * One test for each `.replay` file of a folder: the property that failed there fails no more. A step that the model now
 * forbids mends the run too, and the test is annotated with the step and the reason.
 */
export function regressionSuite(scenarios: readonly Scenario[], folder = 'regressions'): void {
  const files = existsSync(folder) ? readdirSync(folder).sort() : []
  describe(folder, () => {
    test('holds .replay files, and nothing else but a README', () => {
      expect(files.filter((file) => !isRegressionPath(file) && file !== 'README.md')).toEqual([])
    })
    for (const file of files.filter(isRegressionPath)) {
      const path = join(folder, file)
      test(`${file} fails no more`, async ({ annotate }) => {
        const { outcome, remarks, trace } = replayRegression(scenarios, path)
        for (const remark of remarks) await annotate(`${path}: ${remark}`)
        if (outcome === 'fails') expect.fail([`${path} still fails`, ...trace].join('\n'))
      })
    }
  })
}
