import { always, canReach, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { type Boot, stepAt } from '../model/platform/snp-boot-rules.ts'

export const bootClaims = {
  order: 'no entry point panics because of when the host runs it',
  returned: 'an entry point that has returned does not go on',
  shim: 'a fault while the program is loaded finds the shim',
  whole: 'the network sees no shim but a whole one',
  used: 'what is used of the boot parameters is what was checked',
  reason: 'invalid boot parameters end the machine with that reason',
  refused: 'boot parameters are refused that were found invalid, and no others',
  over: 'no entry point goes on in a machine that has ended',
  leaves: 'the first two entry points can always come to an end',
  network: 'the network starts once the shim is there',
} as const

export const bootProperties = ({
  names,
  entry,
  statics,
  machine,
  parametersCell,
  parameters,
  host,
}: Boot): readonly Property[] => [
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
      holds: ({ process, machine }) =>
        process.value === 'terminated' ? machine.context.reason === 'invalid-param' : machine.context.reason !== 'invalid-param',
    },
  ),
  onStep(
    bootClaims.refused,
    {},
    {
      reads: () => ({ process: entry('process'), parameters: parametersCell }),
      on: ['process.refuseParameters'],
      holds: ({ process: { context }, parameters: { context: there } }) =>
        context.checked === 'none' && (parameters === 'copied-first' ? context.copied : there.value) === 'invalid',
    },
  ),
  // Where the host leaves the parameters as they are the machine does not end before its time.
  ...(host === 'rewrites-parameters'
    ? [
        onStep(
          bootClaims.over,
          { name: names },
          {
            reads: ({ name }) => ({ entry: entry(name), machine }),
            holds: (before, after) => before.machine.value === 'running' || before.entry.context.at === after.entry.context.at,
          },
        ),
      ]
    : []),
  canReach(
    bootClaims.leaves,
    { name: ['kernel', 'process'] },
    {
      reads: ({ name }) => ({ entry: entry(name), machine }),
      goal: ({ entry, machine }) => entry.value !== 'running' || machine.value === 'ended',
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
