import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import { drained, type Memory } from '../platform/memory-order.ts'
import { stored, type Word } from '../platform/shared-word.ts'
import type { frame } from './frame.ts'
import type { targetedUnmap } from './targeted-unmap.ts'
import type { VtlWorld } from './vtl-entry.ts'

/*
 * The steps of the call outside its flush, and what the cores do meanwhile.
 *
 * Models: one plain store for each entry, which waits in the caller's store buffer where there is one; one free for each
 * frame, whose lock is taken with a locked instruction and so waits for the buffer (`unmap_pages`, `deallocate_frame`,
 * `litebox/src/mm/allocator.rs: SafeZoneAllocator::free_pages`); walks, which read memory and no store buffer; reads
 * through whatever a TLB holds, by cores that are at work in VTL1.
 *
 * Leaves out: writes and the dirty bit (`unmap-shootdown` has them; here a read is the harm), permissions, and stores by
 * other cores than the caller.
 */

export interface TargetedWorld extends VtlWorld {
  readonly cores: readonly string[]
  readonly caller: string
  readonly call: CellOf<typeof targetedUnmap>
  readonly frames: readonly string[]
  readonly frame: (name: string) => CellOf<typeof frame>
  /** The page-table entry: the name of the frame it maps, or `absent`. */
  readonly entry: (page: string) => Word<string>
  readonly memory: Memory
}

const paging = (symbol: string): string => `litebox_platform_lvbs/src/arch/x86/mm/paging.rs: ${symbol}`

export const frameOf = (page: string): string => page.replace('page', 'frame')

export const unmapping = (world: TargetedWorld, freesFrames: boolean): readonly Rule[] => {
  const { caller, call, vp, pages, frames, frame, entry, memory } = world
  const waiting = (): ReturnType<Memory['fencePorts']> => memory.fencePorts(caller)
  return [
    rule(
      'unmap.begin',
      {},
      {
        kind: 'environment',
        source: paging('unmap_pages'),
        needed: true,
        actor: () => caller,
        sends: () => ({ call, vp: vp(caller) }),
      },
    ).does({
      when: { uncalled: ({ call }) => call.value === 'uncalled' },
      events: () => ({ call: { type: 'BEGIN' }, vp: { type: 'TURN_TO_TABLES' } }),
    }),
    rule(
      'unmap.clear',
      { page: pages },
      {
        source: paging('unmap_pages, inner.unmap'),
        needed: true,
        actor: () => caller,
        sends: ({ page }) => ({ call, port: memory.storePort(caller, entry(page)) }),
        waitsFor: ['port'],
      },
    ).does({
      when: {
        clearing: ({ call }) => call.value === 'clearing',
        itsTurn: ({ call }, { page }) => pages[call.context.cleared] === page,
      },
      events: (_, { page }) => ({ call: { type: 'CLEAR', frame: frameOf(page) }, port: stored(entry(page), 'absent') }),
    }),
    ...(freesFrames
      ? [
          rule(
            'unmap.free',
            { frame: frames },
            {
              source: paging('unmap_pages, allocator.deallocate_frame'),
              needed: true,
              actor: () => caller,
              sees: () => ({ own: waiting() }),
              sends: ({ frame: name }) => ({ call, frame: frame(name) }),
            },
          ).does({
            when: {
              freeing: ({ call }) => call.value === 'freeing',
              itsTurn: ({ call }, { frame: name }) => call.context.gathered[0] === name,
              drained: ({ own }) => drained(own),
            },
            events: () => ({ call: { type: 'FREE' }, frame: { type: 'FREE' } }),
          }),
        ]
      : []),
    rule(
      'unmap.return',
      {},
      {
        source: paging('unmap_pages, Ok(())'),
        needed: true,
        actor: () => caller,
        sends: () => ({ call, vp: vp(caller) }),
      },
    ).does({
      when: { leaving: ({ call }) => call.value === 'leaving' },
      events: () => ({ call: { type: 'RETURN' }, vp: { type: 'TURN_TO_WORK' } }),
    }),
  ]
}
