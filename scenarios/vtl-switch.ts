import { cell, finalWhen, type Scenario, type System, scenario, system, weak } from '../checker/index.ts'
import { word } from '../model/platform/shared-word.ts'
import { listPage, perCoreData, vtlCore } from '../model/platform/vtl-core.ts'
import { type SwitchDesign, switchRules, type VtlSwitch } from '../model/platform/vtl-switch.ts'
import { switchProperties } from '../properties/vtl-switch.ts'
import { switchDesigns } from './vtl-switch/designs.ts'
import { firstEntryDesigns } from './vtl-switch/first-entry-designs.ts'

const design = {
  /** How a secondary core comes to its data: by the order of arrival, the same under a lock, or by its number. */
  slots: ['by-arrival', 'by-arrival-locked', 'by-core'],
  /** When a core that enters sets its bit in the mask. */
  bit: ['after-save', 'before-save', 'calls-only'],
  /** When the bit of a core that boots is set: by itself before it serves, or by the core that starts it. */
  bootBit: ['before-loop', 'before-start'],
  /** On whose stack a core boots: on one that all start with, or on one of its own. */
  bootStack: ['one-for-all', 'one-each'],
  /** On which entries VTL0's registers are saved. */
  save: ['always', 'calls-only'],
  /** When the answer is written into VTL0's registers. */
  answer: ['before-loop', 'each-round'],
  /** On which table the exit of a failed call goes on. */
  failure: ['loads-base', 'keeps-task'],
  /** On which table a panic returns to VTL0, if there may be one. */
  panic: ['keeps-task', 'loads-base', 'never'],
  walk: ['unbounded', 'visited-set'],
} as const

const build =
  (first: boolean) =>
  ({ cores: count, ...chosen }: SwitchDesign & { readonly cores: number }): System => {
    const cores = Array.from({ length: count }, (_, at) => `cpu${at}`)
    const pages = first ? [] : ['page0', 'page1']
    const index = word('nextSlot', 1)
    const slotNumbers = cores.map((_, at) => at)
    const world: VtlSwitch = {
      ...chosen,
      cores,
      boots: first,
      pages,
      kinds: first ? ['intercept'] : ['task', 'list', 'intercept'],
      core: (core) => {
        const boots = first && core !== 'cpu0'
        return cell(`core.${core}`, vtlCore, {
          input: { begins: boots ? 'unstarted' : 'outside', slot: boots ? -1 : cores.indexOf(core) },
        })
      },
      slotNumbers,
      slot: (slot) => cell(`data.${slot}`, perCoreData),
      page: (page) => cell(`list.${page}`, listPage),
      index,
    }
    return system({
      cells: [...cores.map(world.core), ...slotNumbers.map(world.slot), ...pages.map(world.page), ...(first ? [index.cell] : [])],
      rules: switchRules(world),
      properties: switchProperties(world),
      final: finalWhen(
        { core: cores },
        {
          reads: ({ core }) => ({ core: world.core(core) }),
          holds: ({ core }) => ['outside', 'crashed', 'halted', 'unstarted'].includes(core.value as string),
        },
      ),
      fairness: cores.map((core) => weak({ actor: core })),
    })
  }

export const vtlSwitch: Scenario = scenario({
  name: 'vtl-switch',
  story:
    'Cores go to VTL1 for calls and intercepts, and come back. Does each come back at all, on the base page table, with the ' +
    'registers that VTL0 had? One call loads the table of a task, one walks a list that VTL0 rewrites meanwhile (on the first ' +
    'core only). Left out: extended state, and what flushes make of the mask.',
  knobs: { ...design, cores: [2, 3] },
  sizes: { small: { cores: 2 }, full: { cores: 3 } },
  designs: switchDesigns,
  build: build(false),
})

export const vtlFirstEntry: Scenario = scenario({
  name: 'vtl-first-entry',
  story:
    'The hypervisor starts secondary cores in VTL1, whenever it likes after it was asked. Each takes its data by the order ' +
    'of arrival, on a stack that all start with, and runs much of LiteBox before its bit is in the mask. Left out: calls, all ' +
    'entries are intercepts, and what cores on one stack do to each other.',
  knobs: { ...design, cores: [3, 4] },
  sizes: { small: { cores: 3 }, full: { cores: 4 } },
  designs: firstEntryDesigns,
  build: build(true),
})
