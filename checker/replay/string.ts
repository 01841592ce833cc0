import type { Run } from '../check.ts'
import { InputError } from '../errors.ts'

/** The parts of a replay string: `lb1.<scenario>.<design[+knob=value...]>.<steps>.<seal>`. */
export interface ReplayParts {
  readonly scenario: string
  readonly design: string
  readonly run: Run
  readonly seal: string
}

const version = 'lb1'
const listText = (steps: readonly number[]): string => (steps.length === 0 ? '_' : steps.join('-'))

/** The replay string of a run: step indices joined by `-` (`_` for none), a lasso as `stem~cycle`. */
export function replayString({ scenario, design, run, seal }: ReplayParts): string {
  const steps = run.cycle.length === 0 ? listText(run.stem) : `${listText(run.stem)}~${listText(run.cycle)}`
  return [version, scenario, design, steps, seal].join('.')
}

/** @throws InputError saying which part is wrong and what would be right. */
export function parseReplayString(text: string): ReplayParts {
  const parts = text.trim().split('.')
  if (parts[0] !== version)
    throw new InputError(`a replay string begins with '${version}.'; this one begins with '${text.trim().slice(0, 12)}'`)
  if (parts.length !== 5)
    throw new InputError(
      `a replay string has five parts, ${version}.<scenario>.<design>.<steps>.<seal>; this one has ${parts.length}`,
    )
  const [, scenario = '', design = '', steps = '', seal = ''] = parts
  const lists = steps.split('~')
  if (lists.length > 2) throw new InputError(`the steps of a replay string hold at most one '~'; these are '${steps}'`)
  const [stem = [], cycle = []] = lists.map(parseList)
  if (lists.length === 2 && cycle.length === 0) throw new InputError(`the cycle of a replay string is empty: '${steps}'`)
  if (!/^[0-9a-z]+$/.test(seal)) throw new InputError(`the seal of a replay string is letters and digits; this one is '${seal}'`)
  return { scenario, design, run: { stem, cycle }, seal }
}

function parseList(text: string): number[] {
  if (text === '_') return []
  return text.split('-').map((part) => {
    if (!/^(0|[1-9][0-9]{0,8})$/.test(part))
      throw new InputError(`'${part}' is no step index; steps are whole numbers joined by '-'`)
    return Number(part)
  })
}
