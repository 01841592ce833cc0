import { cell, finalWhen, type Rule, type System, scenario, strong, system, weak } from '../checker/index.ts'
import { pageTableEntry } from '../model/memory/page-table.ts'
import { directEntry } from '../model/memory/vmap-contiguous.ts'
import { vmapMapper } from '../model/memory/vmap-mapper.ts'
import { type MapperDesign, type MapperWorld, mapperRules } from '../model/memory/vmap-mapper-rules.ts'
import { vmapRecords } from '../model/memory/vmap-range.ts'
import { vmapProperties } from '../properties/vmap.ts'
import { vmapDesigns } from './vmap/designs.ts'

const knobs = {
  /** The page behind an allocation. */
  guard: ['taken', 'none', 'kept', 'returned-only'],
  /** Pages that come back just below those that were never given. */
  untouched: ['apart', 'joined'],
  /** Whether a frame may be mapped once in the region, or by everyone at once. */
  uniqueness: ['global', 'none'],
  /** Whether the record is looked up in the section that allocates, or before it. */
  allocation: ['atomic', 'checked-first'],
  /** A list that names a frame twice. */
  repeated: ['rejected', 'accepted'],
  /** Where a list of contiguous pages goes. */
  contiguous: ['direct', 'region'],
  /** When the address of an unmapping is given back. */
  unregister: ['after-clear', 'before-clear'],
  /** Whether an unmapping can fail, and what becomes of its address. */
  failedUnmap: ['never', 'keeps', 'releases', 'retries'],
  /** What a caller does with a refusal. */
  refusal: ['given-up', 'retried', 'waited-out'],
  mappers: [2, 3],
  /** Pages of the region: two short lists or one long one, or room for everybody. */
  pages: [6, 12],
} as const

/** Frames are numbered by their address: only `near` is contiguous, and `twice` names a frame twice. */
const lists: Readonly<Record<string, readonly string[]>> = {
  near: ['frame0', 'frame1'],
  outer: ['frame0', 'frame2'],
  inner: ['frame3', 'frame1'],
  wide: ['frame2', 'frame0', 'frame3'],
  twice: ['frame1', 'frame1'],
}

function build(knobs: MapperDesign & { readonly mappers: number; readonly pages: number }): System {
  const mappers = Array.from({ length: knobs.mappers }, (_, at) => `cpu${at}`)
  const frames = ['frame0', 'frame1', 'frame2', 'frame3']
  const design: MapperDesign = knobs
  const world: MapperWorld = {
    mappers,
    lists: Object.keys(lists),
    framesOf: (list) => lists[list] ?? [],
    contiguous: (list) => list === 'near',
    size: knobs.pages,
    mapper: (name) => cell(`mapper.${name}`, vmapMapper, { of: { mapper: name } }),
    records: cell('records', vmapRecords, { input: { guard: design.guard, untouched: design.untouched } }),
    entry: (page) => cell(`entry.${page}`, pageTableEntry, { input: 'absent' }),
    direct: (frame) => cell(`direct.${frame}`, directEntry),
  }
  const rules: readonly Rule[] = mapperRules(world, design)
  return system({
    cells: [
      ...mappers.map(world.mapper),
      world.records,
      ...Array.from({ length: knobs.pages }, (_, at) => world.entry(at)),
      ...(design.contiguous === 'direct' ? frames.map(world.direct) : []),
    ],
    rules,
    properties: vmapProperties(world, design),
    // Frames are not: the lists name them, and which are contiguous is a matter of their addresses.
    interchangeable: { mapper: mappers },
    // A mapper goes on; one that waits for an address gets its turn if it could have had it again and again.
    fairness: [...mappers.map((name) => weak({ actor: name })), ...mappers.map((name) => strong({ actor: name }))],
    final: finalWhen(
      { mapper: mappers },
      {
        reads: ({ mapper }) => ({ mapper: world.mapper(mapper) }),
        holds: ({ mapper }) => mapper.value === 'idle',
      },
    ),
  })
}

export const vmap = scenario({
  name: 'vmap',
  story:
    'Two or three cores map lists of pages, contiguous and scattered, disjoint and overlapping, in a small vmap ' +
    'region, and unmap them again. Do the records of the allocator agree with each other and with the page table, is the ' +
    'page behind a mapping left free, does every page come back, and is who was refused served in the end? Left out: ' +
    'TLBs and copies (`vmap-reuse`), and that the region has 30 TiB.',
  knobs,
  sizes: { small: { mappers: 2, pages: 6 }, full: { mappers: 3, pages: 12 } },
  designs: vmapDesigns,
  build,
})
