import { type Rule, rule } from '../../checker/index.ts'
import type { ForeignWindows } from './foreign-windows.ts'

/*
 * `memcpy_fallible` between a mapped page and LiteBox's own buffer.
 *
 * Models: `litebox/src/mm/exception_table.rs: memcpy_fallible`, one `rep movsb` that can be interrupted, and can fault,
 * at every byte; its parts are steps. A part goes through what the core's TLB holds, or walks the table at that moment.
 * A write needs a writable and dirty translation; through a clean one it walks again first; through a read-only one it
 * faults, even where the entry has become writable since (Intel SDM volume 3, "Optional Invalidation"). A fault drops
 * what the core holds for the page. The page is a kernel address, so no demand paging is tried
 * (`litebox/src/mm/mod.rs: handle_page_fault`, "Invalid address"); the exception table turns the fault into an error
 * after whatever was copied. The handler of the snapshot reads a thread's context first
 * (`litebox_platform_lvbs/src/lib.rs: kernel_exception_callback`): on a core that has run no thread yet that pointer is
 * null, and the fault is fatal. Afterwards it dangles: every such copy at the snapshot is made while no thread runs, so
 * `exception-table` is what the source intends, and what becomes of the dangling context is a scenario of its own.
 *
 * Leaves out: data, the LiteBox side of the copy, and the walk as a step of its own (nobody could tell it from a fill by
 * speculation followed by the part).
 */

/** What becomes of a fault inside the copy. */
export type Recovery = 'exception-table' | 'no-thread-context'

/** The rules whose steps touch memory; their parameter `frame` is the frame touched. */
export const touches = ['copy.throughTlb', 'copy.walkToRead', 'copy.walkToWrite'] as const

export interface CopyDesign {
  readonly recovery: Recovery
  /** Whether the beginning of the copy is a step of its own. */
  readonly observed: boolean
}

export const fallibleCopy = (world: ForeignWindows, { recovery, observed }: CopyDesign): readonly Rule[] => {
  const { cores, pages, frames, pointer, tlb, entry } = world
  const source = 'litebox/src/mm/exception_table.rs: memcpy_fallible'
  const places = { core: cores, page: pages }
  return [
    ...(observed
      ? [
          rule(
            'copy.begin',
            { core: cores },
            {
              source,
              needed: true,
              actor: ({ core }) => core,
              sends: ({ core }) => ({ pointer: pointer(core) }),
            },
          ).does({
            when: { mapped: ({ pointer }) => pointer.value === 'mapped' },
            events: () => ({ pointer: { type: 'BEGIN' } }),
          }),
        ]
      : []),
    rule(
      'copy.throughTlb',
      { ...places, frame: frames },
      {
        source,
        needed: true,
        actor: ({ core }) => core,
        sees: ({ core, page }) => ({ tlb: tlb(core, page) }),
        sends: ({ core }) => ({ pointer: pointer(core) }),
      },
    ).does({
      when: {
        copying: ({ pointer }) => pointer.value === 'copying',
        here: ({ pointer }, { page }) => pointer.context.page === page,
        cached: ({ tlb }, { frame }) => tlb.context.frame === frame,
        permitted: ({ pointer, tlb: { context } }) => pointer.context.access === 'read' || (context.writable && context.dirty),
      },
      events: () => ({ pointer: { type: 'MOVE' } }),
    }),
    rule(
      'copy.walkToRead',
      { ...places, frame: frames },
      {
        source,
        needed: true,
        actor: ({ core }) => core,
        sees: ({ page }) => ({ entry: entry(page) }),
        sends: ({ core, page }) => ({ pointer: pointer(core), tlb: tlb(core, page) }),
      },
    ).does({
      when: {
        copying: ({ pointer }) => pointer.value === 'copying',
        reads: ({ pointer }) => pointer.context.access === 'read',
        here: ({ pointer }, { page }) => pointer.context.page === page,
        walks: ({ tlb }) => tlb.value === 'empty',
        found: ({ entry }, { frame }) => entry.context.frame === frame,
      },
      events: ({ entry: { context } }) => ({
        pointer: { type: 'MOVE' },
        tlb: { type: 'FILL', frame: context.frame, writable: context.writable, dirty: context.dirty },
      }),
    }),
    rule(
      'copy.walkToWrite',
      { ...places, frame: frames },
      {
        source,
        needed: true,
        actor: ({ core }) => core,
        sends: ({ core, page }) => ({ pointer: pointer(core), tlb: tlb(core, page), entry: entry(page) }),
      },
    ).does({
      when: {
        copying: ({ pointer }) => pointer.value === 'copying',
        writes: ({ pointer }) => pointer.context.access === 'write',
        here: ({ pointer }, { page }) => pointer.context.page === page,
        walks: ({ tlb }) => tlb.value === 'empty' || (tlb.context.writable && !tlb.context.dirty),
        found: ({ entry }, { frame }) => entry.context.frame === frame,
        permitted: ({ entry }) => entry.context.writable,
      },
      events: ({ entry: { context } }) => ({
        pointer: { type: 'MOVE' },
        tlb: { type: 'FILL', frame: context.frame, writable: true, dirty: true },
        entry: { type: 'MARK_DIRTY' },
      }),
    }),
    rule('copy.fault', places, {
      source: `${source}; litebox/src/mm/exception_table.rs: search_exception_tables`,
      actor: ({ core }) => core,
      sees: ({ page }) => ({ entry: entry(page) }),
      sends: ({ core, page }) => ({ pointer: pointer(core), tlb: tlb(core, page) }),
    }).does({
      when: {
        copying: ({ pointer }) => pointer.value === 'copying',
        here: ({ pointer }, { page }) => pointer.context.page === page,
        faults: ({ pointer, tlb, entry }) => {
          const writes = pointer.context.access === 'write'
          if (tlb.value === 'cached' && !writes) return false
          if (tlb.value === 'cached' && !tlb.context.writable) return true
          if (tlb.value === 'cached' && tlb.context.dirty) return false
          return entry.value === 'absent' || (writes && !entry.context.writable)
        },
      },
      events: () => ({
        pointer: { type: recovery === 'exception-table' ? 'FAULT' : 'PANIC' },
        tlb: { type: 'DROP' },
      }),
    }),
  ]
}
