import { type Rule, rule } from '../../checker/index.ts'
import { heldFor, isDue, rangeNames, type Unmapper } from './unmapper.ts'

/*
 * A flush that goes no further than the caller's own core.
 *
 * Models: `MapperFlush::flush` (invlpg) in `litebox_platform_linux_kernel/src/arch/x86/mm/paging.rs`: nothing in that
 * platform reaches another core. For a range of several pages, the loop of invlpg in
 * `litebox_platform_lvbs/src/mshv/hvcall_mm.rs: hv_flush_virtual_address_list` when it finds itself alone.
 *
 * Leaves out: one invlpg is one step, and a loop of them is too: the core runs no guest code within it.
 */

export const localFlush = (world: Unmapper): readonly Rule[] => [
  rule(
    `${world.operation}.invlpg`,
    { range: rangeNames(world) },
    {
      source: `litebox_platform_linux_kernel/src/arch/x86/mm/paging.rs: ${world.operation}_pages, fl.flush`,
      needed: true,
      actor: () => world.caller,
      sends: ({ range }) => ({ call: world.call, held: heldFor(world, world.caller, range) }),
    },
  ).does({
    when: {
      flushing: ({ call }) => call.value === 'flushing',
      due: ({ call }, { range }) => isDue(call.context, world, range),
    },
    events: () => ({ call: { type: 'FLUSHED' }, held: { type: 'DROP' } }),
  }),
]
