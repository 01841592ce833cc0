import { always, onStep, type Property, sometimes } from '../checker/index.ts'
import { type TaBases, taCallOf, taRegisterOf, taTokenOf } from '../model/punchthrough/ta-base.ts'

export const opteeClaimNames = {
  own: 'a trusted application runs with its own FS base',
  other: 'nothing that runs in user mode sees the base of another application',
  core: 'a call goes on by what its own core does',
  visit: 'a token acts in the visit and on the core for which it was granted',
} as const

export const opteeProperties = ({ calls, cores }: TaBases): readonly Property[] => [
  always(
    opteeClaimNames.own,
    { call: calls, core: cores },
    {
      reads: ({ call, core }) => ({ call: taCallOf(call), register: taRegisterOf(core) }),
      holds: (at, { call, core }) =>
        at.call.value !== 'inTa' || at.call.context.core !== core || at.register.context.base === call,
    },
  ),
  always(
    opteeClaimNames.other,
    { call: calls, core: cores },
    {
      reads: ({ call, core }) => ({ call: taCallOf(call), register: taRegisterOf(core) }),
      holds: (at, { call, core }) =>
        (at.call.value !== 'inLdelf' && at.call.value !== 'inTa') ||
        at.call.context.core !== core ||
        at.register.context.base === 'zero' ||
        at.register.context.base === call,
    },
  ),
  onStep(
    opteeClaimNames.visit,
    { call: calls },
    {
      on: ['ta.restore'],
      reads: ({ call }) => ({ token: taTokenOf(call) }),
      holds: (before, after) => before.token.value === after.token.value || before.token.value === 'fresh',
    },
  ),
  onStep(
    opteeClaimNames.core,
    { call: calls },
    {
      reads: ({ call }) => ({ call: taCallOf(call) }),
      holds: (before, _, { actor }) => !cores.includes(before.call.context.core) || actor === before.call.context.core,
    },
  ),
  sometimes(
    'an application runs a second time',
    { call: calls },
    {
      reads: ({ call }) => ({ call: taCallOf(call) }),
      holds: ({ call }) => call.value === 'inTa' && call.context.visits > 0,
    },
  ),
  sometimes(
    'two calls are in VTL1 at the same time',
    {},
    {
      reads: () => ({ calls: calls.map(taCallOf) }),
      holds: (at) => at.calls.every(({ value }) => value === 'inTa'),
    },
  ),
]
