import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import type { VtlSwitch } from '../model/platform/vtl-switch.ts'

export const switchClaims = {
  ownData: 'no two cores have the same per-core data',
  ownStack: 'no two cores run on one stack',
  registers: 'a core of VTL0 gets the registers back that it left with',
  untouched: 'an intercept writes no answer into the registers of VTL0',
  answered: 'what is no intercept has its answer in the registers that VTL0 gets back',
  walk: 'a walk follows the link of the page that it is at, and ends where that says so or leads back',
  unlisted: 'the bit of a core that is back in VTL0 is clear',
  leaves: 'a core that has written its answer is on its way out',
  base: 'a core returns to VTL0 on the base page table',
  listed: 'the bit of a core is set while it runs LiteBox',
  returns: 'every entry into VTL1 ends with a return',
} as const

/** Before a core is at its data, which has its stack. */
const booting = ['arrived', 'choosing', 'raising', 'chosen']
const running = ['booting', 'loading', 'inTask', 'unloading', 'walking', 'trapped', 'served']

export const switchProperties = ({
  cores,
  boots,
  core,
  slot,
  slotNumbers,
  kinds,
  pages,
  page,
  bootStack,
}: VtlSwitch): readonly Property[] => {
  const each = { core: cores }
  const ofCore = { reads: ({ core: one }: { readonly core: string }) => ({ core: core(one) }) }
  return [
    ...(boots
      ? [
          always(
            switchClaims.ownData,
            {},
            {
              reads: () => ({ all: cores.map(core) }),
              holds: ({ all }) => {
                const taken = all.flatMap(({ context, value }) =>
                  value === 'unstarted' || booting.includes(value as string) ? [] : [context.slot],
                )
                return new Set(taken).size === taken.length
              },
            },
          ),
          always(
            switchClaims.ownStack,
            {},
            {
              reads: () => ({ all: cores.map(core) }),
              holds: ({ all }) => {
                const used = all.flatMap(({ value, context }, at) =>
                  value === 'unstarted'
                    ? []
                    : !booting.includes(value as string)
                      ? [`of slot ${context.slot}`]
                      : [bootStack === 'one-for-all' ? 'of the boot' : `of core ${at}`],
                )
                return new Set(used).size === used.length
              },
            },
          ),
        ]
      : []),
    onStep(switchClaims.registers, each, {
      ...ofCore,
      on: ['switch.return'],
      holds: ({ core: { context } }, _, { at }, { core }) =>
        at.core !== core || context.entry === 'none' || context.loaded === core,
    }),
    onStep(
      switchClaims.untouched,
      { core: cores, slot: slotNumbers },
      {
        where: ({ core, slot }) => core !== cores[0] || slot === 0,
        reads: ({ core: one, slot: at }) => ({ core: core(one), data: slot(at) }),
        on: ['switch.load'],
        holds: ({ core: { context }, data }, _, { at }, { core, slot }) =>
          at.core !== core || context.slot !== slot || context.entry !== 'intercept' || !data.context.answered,
      },
    ),
    onStep(
      switchClaims.answered,
      { core: cores, slot: slotNumbers },
      {
        where: ({ core, slot }) => core !== cores[0] || slot === 0,
        reads: ({ core: one, slot: at }) => ({ core: core(one), data: slot(at) }),
        on: ['switch.load'],
        holds: ({ core: { context }, data }, _, { at }, { core, slot }) =>
          at.core !== core || context.slot !== slot || context.entry === 'intercept' || data.context.answered,
      },
    ),
    onStep(switchClaims.leaves, each, {
      ...ofCore,
      on: ['switch.setAnswer'],
      holds: (_, after, { at }, { core }) => at.core !== core || after.core.value === 'answered',
    }),
    ...(kinds.includes('list')
      ? [
          onStep(
            switchClaims.walk,
            {},
            {
              reads: () => ({ core: core(cores[0]!), pages: pages.map(page) }),
              on: ['walk.follow', 'walk.end'],
              holds: ({ core: { context }, pages: list }, after, { rule }) => {
                const { link } = list[pages.indexOf(context.at)]!.context
                return rule === 'walk.follow'
                  ? after.core.context.at === link
                  : [...context.seen, context.at, 'end'].includes(link)
              },
            },
          ),
        ]
      : []),
    ...(kinds.includes('task')
      ? [
          onStep(switchClaims.base, each, {
            ...ofCore,
            on: ['switch.return'],
            holds: ({ core: { context } }, _, { at }, { core }) => at.core !== core || context.table === 'base',
          }),
        ]
      : []),
    always(switchClaims.listed, each, {
      ...ofCore,
      holds: ({ core: { value, context } }) => context.listed || !running.includes(value as string),
    }),
    // Only where another core sets it can it come too late.
    ...(boots
      ? [
          always(switchClaims.unlisted, each, {
            ...ofCore,
            holds: ({ core: { value, context } }) => !context.listed || (value !== 'outside' && value !== 'crashed'),
          }),
        ]
      : []),
    ...(kinds.includes('task')
      ? [
          leadsTo(switchClaims.returns, each, {
            ...ofCore,
            from: ({ core }) => core.value === 'resumed' || core.value === 'halted',
            to: ({ core }) => core.value === 'outside' || core.value === 'crashed',
          }),
        ]
      : []),
    sometimes(
      'all cores are in VTL1 at once',
      {},
      {
        reads: () => ({ all: cores.map(core) }),
        holds: ({ all }) => all.every(({ context }) => context.listed),
      },
    ),
  ]
}
