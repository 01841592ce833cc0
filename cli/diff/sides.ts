import { existsSync, readFileSync } from 'node:fs'
import { conclude } from '../../checker/check.ts'
import type { Side } from '../../checker/compare/difference.ts'
import { choiceFromText, choiceText, systemOf } from '../../checker/define/assign.ts'
import { lengthOf } from '../../checker/design.ts'
import { type Budget, Explorer, InputError, type Scenario } from '../../checker/index.ts'
import { verdictNames } from '../../checker/verdict.ts'
import { scenarioOf } from '../selection.ts'

/** A side that was searched now can be compared step by step. */
export interface Searched {
  readonly side: Side
  readonly explorer: Explorer | undefined
}

/** What is written on the command line: a file with saved results, or `scenario:design+knob=value`. */
export const isSaved = (text: string): boolean => !text.includes(':') && existsSync(text)

/** Searches `scenario:design[+knob=value]`. @throws InputError naming the nearest that exists. */
export function searched(scenarios: readonly Scenario[], text: string, budget: Budget): Searched {
  const [name = '', design, ...rest] = text.split(':')
  if (design === undefined || rest.length > 0)
    throw new InputError(
      `'${text}' is neither a file nor a design; write scenario:design, such as '${scenarios[0]!.name}:${Object.keys(scenarios[0]!.designs)[0]}'`,
    )
  const choice = choiceFromText(scenarioOf(scenarios, name), design)
  const explorer = new Explorer(systemOf(choice), budget).run()
  const check = conclude(explorer)
  const { steps } = check.system
  const side: Side = {
    name: `${name}:${choiceText(choice)}`,
    verdict: check.verdict,
    complete: check.complete,
    states: check.states,
    transitions: check.transitions,
    properties: check.properties.map((property) => ({
      name: property.name,
      verdict: property.verdict,
      steps: property.verdict === 'holds' ? 0 : lengthOf(property),
    })),
    steps: {
      all: new Set(steps.map(({ label }) => label)),
      alive: new Set(steps.filter(({ index }) => explorer.enabled[index]! > 0).map(({ label }) => label)),
    },
  }
  return { side, explorer }
}

/** A line that `check --json` printed, and what names the same design today. */
export interface SavedLine {
  readonly side: Side
  readonly scenario: string
  readonly design: string
  readonly today: string
}

/** Reads what `check --json` printed. @throws InputError for a file of another form, with the line of it. */
export function savedLines(file: string): SavedLine[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  const found = lines.flatMap((line, at) => (line.trim() === '' ? [] : [savedLine(line, `'${file}', line ${at + 1}`)]))
  if (found.length === 0) throw new InputError(`'${file}' holds no result; save what 'check --json' prints`)
  return found
}

function savedLine(text: string, where: string): SavedLine {
  const refuse = (why: string): never => {
    throw new InputError(`${where} ${why}; save what 'check --json' prints`)
  }
  let line: Record<string, unknown>
  try {
    line = JSON.parse(text)
  } catch {
    return refuse('is no JSON')
  }
  const { scenario, design, knobs, verdict, states, transitions, complete, properties } = line
  const isVerdict = (word: unknown): boolean => verdictNames.some((name) => name === word)
  const isProperty = (one: unknown): boolean => {
    const { name, verdict: found, steps } = (one ?? {}) as Record<string, unknown>
    return typeof name === 'string' && isVerdict(found) && Array.isArray(steps)
  }
  if (
    typeof scenario !== 'string' ||
    typeof design !== 'string' ||
    typeof knobs !== 'object' ||
    knobs === null ||
    !isVerdict(verdict) ||
    typeof states !== 'number' ||
    !Array.isArray(properties) ||
    !properties.every(isProperty)
  )
    return refuse('is no result of a check')
  return {
    scenario,
    design,
    today: `${scenario}:${[design, ...Object.entries(knobs).map(([knob, value]) => `${knob}=${value}`)].join('+')}`,
    side: {
      name: `${scenario}:${design}, as saved`,
      verdict: verdict as Side['verdict'],
      complete: complete === true,
      states,
      transitions: Number(transitions),
      properties: (properties as { name: string; verdict: Side['verdict']; steps: unknown[] }[]).map((one) => ({
        name: one.name,
        verdict: one.verdict,
        steps: one.steps.length,
      })),
      steps: undefined,
    },
  }
}
