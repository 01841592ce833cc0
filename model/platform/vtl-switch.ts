import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import { held, stored, type Word } from './shared-word.ts'
import type { EntryKind, listPage, perCoreData, vtlCore } from './vtl-core.ts'

/*
 * The steps of a VTL switch, of what is served between two of them, and of a secondary core's first entry.
 *
 * Models: what `vtl-core.ts` names; a call that loads a task's table and every exit of which loads the base table again
 * (`litebox_runner_lvbs/src/lib.rs: optee_smc_handler`); and a call that walks a list of pages in VTL0's memory
 * (`litebox_shim_optee/src/msg_handler.rs: ShmRefMap::register_shm`), which ends at a null link, or when it has seen
 * enough. Pages with nothing on them never are enough.
 *
 * Leaves out: what tasks do, and that a call may have been served before its list ends. And the other walk,
 * `litebox_platform_lvbs/src/mshv/vsm.rs: copy_heki_pages_from_vtl0`: it takes a null link for an address like any other,
 * but keeps a copy of every page, of empty ones too, and so ends for want of memory, which is a panic.
 */

export interface SwitchDesign {
  /** How a secondary core comes to its data. */
  readonly slots: 'by-arrival' | 'by-arrival-locked' | 'by-core'
  /** When the bit of the mask is set: after VTL0's registers are saved, before, or for calls only. */
  readonly bit: 'after-save' | 'before-save' | 'calls-only'
  /** When the bit of a core that boots is set. */
  readonly bootBit: 'before-loop' | 'before-start'
  /** On whose stack cores boot, until each has its data and in it a stack. */
  readonly bootStack: 'one-for-all' | 'one-each'
  /** Of which entries VTL0's registers are saved. */
  readonly save: 'always' | 'calls-only'
  /** When the answer is written: before the loop of entries, or in each round of it. */
  readonly answer: 'before-loop' | 'each-round'
  /** On which table a failed call goes on. */
  readonly failure: 'loads-base' | 'keeps-task'
  readonly panic: 'keeps-task' | 'loads-base' | 'never'
  readonly walk: 'unbounded' | 'visited-set'
}

export interface VtlSwitch extends SwitchDesign {
  readonly cores: readonly string[]
  /** Whether all cores but the first have yet to come to VTL1. */
  readonly boots: boolean
  readonly kinds: readonly EntryKind[]
  readonly pages: readonly string[]
  readonly core: (core: string) => CellOf<typeof vtlCore>
  readonly slotNumbers: readonly number[]
  readonly slot: (slot: number) => CellOf<typeof perCoreData>
  readonly page: (page: string) => CellOf<typeof listPage>
  readonly index: Word<number>
}

const lvbs = 'litebox_platform_lvbs/src'
const vtl = `${lvbs}/mshv/vtl_switch.rs`
const runner = 'litebox_runner_lvbs/src/lib.rs'

export const switchRules = (world: VtlSwitch): readonly Rule[] => [
  ...(world.boots ? firstEntryRules(world) : []),
  ...entryRules(world),
  ...(world.kinds.includes('task') ? taskRules(world) : []),
  ...(world.kinds.includes('list') ? walkRules(world) : []),
  ...exitRules(world),
]

/** A step of one core that reads and writes nothing else. */
const own = (world: VtlSwitch, source: string) => ({
  source,
  actor: ({ core }: { readonly core: string }) => core,
  sends: ({ core }: { readonly core: string }) => ({ core: world.core(core) }),
})

type Local = { readonly core: { readonly value: unknown } }
const isIn =
  (phase: string) =>
  ({ core }: Local): boolean =>
    core.value === phase

const firstEntryRules = (world: VtlSwitch): readonly Rule[] => {
  const { cores, core, index, slots, bootBit } = world
  const secondary = cores.slice(1)
  const perCpu = `${lvbs}/host/per_cpu_variables.rs: get_or_init_refcell_of_per_cpu_variables`
  return [
    rule(
      'hypervisor.start',
      { core: secondary },
      { ...own(world, `${lvbs}/mshv/vsm.rs: mshv_vsm_boot_aps, init_vtl_ap`), kind: 'environment', actor: () => 'hypervisor' },
    ).does({
      when: {
        unstarted: isIn('unstarted'),
        listed: ({ core }) => bootBit === 'before-loop' || core.context.listed,
      },
      events: () => ({ core: { type: 'START' } }),
    }),
    ...(bootBit === 'before-start'
      ? [
          rule(
            'boot.list',
            { core: secondary },
            {
              source: 'proposed: the core that boots others sets their bits',
              actor: () => cores[0]!,
              sends: ({ core: secondary }) => ({ core: core(secondary) }),
            },
          ).does({
            when: { unstarted: isIn('unstarted'), notYet: ({ core }) => !core.context.listed },
            events: () => ({ core: { type: 'LIST' } }),
          }),
        ]
      : []),
    ...(slots === 'by-arrival'
      ? [
          rule('slot.readIndex', { core: secondary }, { ...own(world, perCpu), sees: () => ({ index: index.cell }) }).does({
            when: { arrived: isIn('arrived') },
            events: ({ index: word }) => ({ core: { type: 'READ_INDEX', slot: held(index, word) } }),
          }),
          rule(
            'slot.readToRaise',
            { core: secondary },
            { ...own(world, `${perCpu}, PER_CPU_VARIABLE_ADDRESSES_IDX += 1`), sees: () => ({ index: index.cell }) },
          ).does({
            when: { choosing: isIn('choosing') },
            events: ({ index: word }) => ({ core: { type: 'READ_TO_RAISE', index: held(index, word) } }),
          }),
          rule(
            'slot.raiseIndex',
            { core: secondary },
            {
              source: `${perCpu}, PER_CPU_VARIABLE_ADDRESSES_IDX += 1`,
              actor: ({ core }) => core,
              sends: ({ core: one }) => ({ core: core(one), index: index.cell }),
            },
          ).does({
            when: { raising: isIn('raising') },
            events: ({ core: one }) => ({ core: { type: 'RAISE_INDEX' }, index: stored(index, one.context.index + 1) }),
          }),
        ]
      : [
          rule(
            'slot.take',
            { core: secondary },
            {
              source: slots === 'by-core' ? 'proposed: the slot of the core id' : 'proposed: an index that is raised atomically',
              actor: ({ core }) => core,
              sends: ({ core: one }) => ({ core: core(one), index: index.cell }),
            },
          ).does({
            when: { arrived: isIn('arrived') },
            events: ({ index: word }, { core: one }) => ({
              core: { type: 'TAKE_SLOT', slot: slots === 'by-core' ? cores.indexOf(one) : held(index, word) },
              index: stored(index, held(index, word) + (slots === 'by-core' ? 0 : 1)),
            }),
          }),
        ]),
    rule('slot.setBase', { core: secondary }, own(world, `${perCpu}, wrgsbase`)).does({
      when: { chosen: isIn('chosen') },
      events: () => ({ core: { type: 'SET_BASE' } }),
    }),
    rule('core.finishBoot', { core: secondary }, own(world, `${vtl}: vtl_switch_init, vtl1_vp_enter`)).does({
      when: { booting: isIn('booting') },
      events: () => ({ core: { type: 'ENTER' } }),
    }),
  ]
}

const entryRules = (world: VtlSwitch): readonly Rule[] => {
  const { cores, core, slot, slotNumbers, kinds, bit, save } = world
  const skipped = (kind: EntryKind | 'none') => save === 'calls-only' && kind === 'intercept'
  const savedFrom = bit === 'before-save' ? 'announced' : 'resumed'
  return [
    rule(
      'hypervisor.resume',
      { core: cores, kind: kinds },
      {
        kind: 'environment',
        source: `${vtl}: vtl_switch, "VTL1 resumes here"`,
        needed: true,
        // One core is enough to walk a list.
        where: ({ core, kind }) => kind !== 'list' || core === cores[0],
        actor: () => 'hypervisor',
        sends: ({ core: one }) => ({ core: core(one) }),
      },
    ).does({
      when: { inVtl0: ({ core }) => core.value === 'outside' || core.value === 'crashed' },
      events: (_, { kind }) => ({ core: { type: 'RESUME', entry: kind } }),
    }),
    rule(
      'switch.save',
      { core: cores, slot: slotNumbers },
      {
        source: `${vtl}: vtl_switch, SAVE_VTL_STATE_ASM`,
        needed: true,
        where: ({ core, slot }) => core !== cores[0] || slot === 0,
        actor: ({ core }) => core,
        sends: ({ core: one, slot: at }) => ({ core: core(one), slot: slot(at) }),
      },
    ).does({
      when: {
        due: isIn(savedFrom),
        own: ({ core }, { slot }) => core.context.slot === slot,
        saves: ({ core }) => !skipped(core.context.entry),
      },
      events: (_, { core }) => ({ core: { type: 'SAVE' }, slot: { type: 'SAVE', core } }),
    }),
    ...(save === 'calls-only'
      ? [
          rule('switch.skipSaving', { core: cores }, own(world, 'a switch that saves for calls only')).does({
            when: { due: isIn(savedFrom), skips: ({ core }) => skipped(core.context.entry) },
            events: () => ({ core: { type: 'SAVE' } }),
          }),
        ]
      : []),
    rule('switch.setBit', { core: cores }, own(world, `${vtl}: vtl1_vp_enter`)).does({
      when: { due: isIn(bit === 'before-save' ? 'resumed' : 'saved') },
      events: ({ core }) => ({
        core: { type: bit === 'calls-only' && core.context.entry === 'intercept' ? 'SKIP_BIT' : 'ENTER' },
      }),
    }),
  ]
}

const taskRules = (world: VtlSwitch): readonly Rule[] => {
  const { cores, failure, panic } = world
  return [
    rule('task.load', { core: cores }, own(world, `${runner}: switch_to_task_page_table`)).does({
      when: { loading: isIn('loading') },
      events: () => ({ core: { type: 'LOAD_TASK' } }),
    }),
    rule('task.finish', { core: cores }, own(world, `${runner}: handle_invoke_command`)).does({
      when: { inTask: isIn('inTask') },
      events: () => ({ core: { type: 'SERVED' } }),
    }),
    rule('task.fail', { core: cores }, { ...own(world, `${runner}: handle_invoke_command, Err`), kind: 'environment' }).does({
      when: { inTask: isIn('inTask') },
      events: () => ({ core: { type: failure === 'loads-base' ? 'SERVED' : 'FAIL' } }),
    }),
    rule('task.loadBase', { core: cores }, own(world, `${runner}: switch_to_base_page_table`)).does({
      when: {
        due: ({ core }) =>
          core.value === 'unloading' || (panic === 'loads-base' && core.value === 'panicking' && core.context.table === 'task'),
      },
      events: () => ({ core: { type: 'LOAD_BASE' } }),
    }),
    ...(panic === 'never'
      ? []
      : [
          rule('task.panic', { core: cores }, { ...own(world, `${runner}: panic`), kind: 'environment' }).does({
            when: { inTask: isIn('inTask') },
            events: () => ({ core: { type: 'PANIC' } }),
          }),
        ]),
  ]
}

const walkRules = (world: VtlSwitch): readonly Rule[] => {
  const { cores, core, pages, page, walk } = world
  const walker = [cores[0]!]
  const source = 'litebox_shim_optee/src/msg_handler.rs: ShmRefMap::register_shm'
  const links = [...pages, 'end']
  const stops = (link: string, seen: readonly string[], at: string): boolean =>
    link === 'end' || (walk === 'visited-set' && [...seen, at].includes(link))
  const footprint = {
    source,
    actor: ({ core }: { readonly core: string }) => core,
    sees: ({ page: one }: { readonly page: string }) => ({ page: page(one) }),
    sends: ({ core: one }: { readonly core: string }) => ({ core: core(one) }),
  }
  return [
    rule(
      'vtl0.rewriteLink',
      { page: pages, link: links },
      {
        kind: 'environment',
        source: `${source}, VTL0 owns the pages`,
        actor: () => 'vtl0',
        sees: () => ({ core: core(walker[0]!) }),
        sends: ({ page: one }) => ({ page: page(one) }),
      },
    ).does({
      when: { walked: isIn('walking'), another: ({ page }, { link }) => page.context.link !== link },
      events: (_, { link }) => ({ page: { type: 'WRITE', link } }),
    }),
    rule('walk.follow', { core: walker, page: pages }, footprint).does({
      when: {
        walking: isIn('walking'),
        here: ({ core }, { page }) => core.context.at === page,
        on: ({ core: { context }, page }) => !stops(page.context.link, context.seen, context.at),
      },
      events: ({ page }) => ({ core: { type: 'FOLLOW', to: page.context.link } }),
    }),
    // What VTL0 has there after the walk does not matter before the next, when it may be anything again.
    rule(
      'walk.end',
      { core: walker, page: pages },
      {
        source,
        actor: ({ core }) => core,
        sends: ({ core: one, page: here }) => ({
          core: core(one),
          page: page(here),
          others: pages.filter((other) => other !== here).map(page),
        }),
      },
    ).does({
      when: {
        walking: isIn('walking'),
        here: ({ core }, { page }) => core.context.at === page,
        stops: ({ core: { context }, page }) => stops(page.context.link, context.seen, context.at),
      },
      events: () => ({
        core: { type: 'SERVED' },
        page: { type: 'WRITE', link: 'end' },
        others: { type: 'WRITE', link: 'end' },
      }),
    }),
  ]
}

const exitRules = (world: VtlSwitch): readonly Rule[] => {
  const { cores, core, slot, slotNumbers, answer, panic } = world
  const writesAnswer = (phase: unknown): boolean =>
    phase === 'served' || phase === 'panicking' || (phase === 'trapped' && answer === 'each-round')
  const ofSlot = (source: string) => ({
    source,
    needed: true,
    where: ({ core, slot }: { readonly core: string; readonly slot: number }) => core !== cores[0] || slot === 0,
    actor: ({ core }: { readonly core: string }) => core,
  })
  return [
    rule(
      'switch.setAnswer',
      { core: cores, slot: slotNumbers },
      {
        ...ofSlot(`${vtl}: set_vtl_return_value`),
        sends: ({ core: one, slot: at }) => ({ core: core(one), slot: slot(at) }),
      },
    ).does({
      when: {
        due: ({ core }) => writesAnswer(core.value),
        own: ({ core }, { slot }) => core.context.slot === slot,
        baseFirst: ({ core }) => panic !== 'loads-base' || core.value !== 'panicking' || core.context.table === 'base',
      },
      events: () => ({ core: { type: 'ANSWER' }, slot: { type: 'ANSWER' } }),
    }),
    ...(answer === 'before-loop'
      ? [
          rule('intercept.handle', { core: cores }, own(world, `${lvbs}/mshv/vsm_intercept.rs: vsm_handle_intercept`)).does({
            when: { trapped: isIn('trapped') },
            events: () => ({ core: { type: 'SERVED' } }),
          }),
        ]
      : []),
    rule('switch.clearBit', { core: cores }, own(world, `${vtl}: vtl1_vp_exit`)).does({
      when: { answered: isIn('answered') },
      events: () => ({ core: { type: 'LEAVE' } }),
    }),
    rule(
      'switch.load',
      { core: cores, slot: slotNumbers },
      {
        ...ofSlot(`${vtl}: vtl_switch, LOAD_VTL_STATE_ASM`),
        sees: ({ slot: at }) => ({ slot: slot(at) }),
        sends: ({ core: one }) => ({ core: core(one) }),
      },
    ).does({
      when: { leaving: isIn('leaving'), own: ({ core }, { slot }) => core.context.slot === slot },
      events: ({ slot }) => ({ core: { type: 'LOAD', registers: slot.context.registers } }),
    }),
    rule('switch.return', { core: cores }, { ...own(world, `${vtl}: vtl_switch, VTL_RETURN_ASM`), needed: true }).does({
      when: { returning: isIn('returning') },
      events: () => ({ core: { type: 'RETURN' } }),
    }),
  ]
}
