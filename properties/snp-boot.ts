import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { type Boot, stepAt } from '../model/platform/snp-boot-rules.ts'

export const bootClaims = {
  order: 'no entry point panics because of when the host runs it',
  returned: 'an entry point that has returned does not go on',
  shim: 'a fault while the program is loaded finds the shim',
  whole: 'the network sees no shim but a whole one',
  used: 'what is used of the boot parameters is what was checked',
  reason: 'invalid boot parameters end the machine with that reason',
  network: 'the network starts once the shim is there',
} as const

export const bootProperties = ({ names, entry, statics, machine }: Boot): readonly Property[] => [
  onStep(
    bootClaims.order,
    { name: names },
    {
      reads: ({ name }) => ({ entry: entry(name) }),
      on: ['entry.panic'],
      holds: ({ entry }, after) => after.entry.value === entry.value,
    },
  ),
  always(
    bootClaims.returned,
    { name: names },
    {
      reads: ({ name }) => ({ entry: entry(name) }),
      holds: ({ entry: { value, context } }) => value !== 'panicked' || context.at < context.program.length,
    },
  ),
  always(
    bootClaims.shim,
    {},
    {
      reads: () => ({ process: entry('process') }),
      holds: ({ process }) => !process.context.faultedAlone,
    },
  ),
  always(
    bootClaims.whole,
    {},
    {
      reads: () => ({ network: entry('network') }),
      holds: ({ network }) => !network.context.sawPart,
    },
  ),
  always(
    bootClaims.used,
    {},
    {
      reads: () => ({ process: entry('process') }),
      holds: ({ process: { context } }) => context.checked !== 'valid' || context.copied !== 'invalid',
    },
  ),
  always(
    bootClaims.reason,
    {},
    {
      reads: () => ({ process: entry('process'), machine }),
      holds: ({ process, machine }) => process.value !== 'terminated' || machine.context.reason === 'invalid-param',
    },
  ),
  leadsTo(
    bootClaims.network,
    {},
    {
      reads: () => ({ network: entry('network'), statics, machine }),
      from: ({ network, statics }) =>
        statics.context.shim === 'whole' && (stepAt(network) === 'await-shim' || network.value === 'stuck'),
      to: ({ network, machine }) =>
        machine.value === 'ended' || (network.value === 'running' && stepAt(network) !== 'await-shim'),
    },
  ),
  sometimes(
    'the program runs and the network serves',
    {},
    {
      reads: () => ({ process: entry('process'), network: entry('network') }),
      holds: ({ process, network }) => process.value === 'returned' && stepAt(network) === 'serve',
    },
  ),
]
