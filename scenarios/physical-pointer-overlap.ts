import { cell, finalWhen, type System, scenario, strong, system, weak } from '../checker/index.ts'
import { pageLock, rangeUser, sharedPage } from '../model/memory/page-range.ts'
import { type RangeDesign, type RangeWorld, rangeRules, takesLocks } from '../model/memory/page-range-rules.ts'
import { rangeProperties } from '../properties/page-range.ts'
import { overlapDesigns } from './physical-pointer-overlap/designs.ts'

const knobs = {
  /** Whether the protection service still uses the older family of copies, which takes no lock. */
  older: ['kept', 'gone'],
  /** Where a mapping goes: the pages that all share, or pages of its own. */
  mapping: ['direct', 'private'],
  /** What a mapping holds from before it maps until after it is cleared. */
  lock: ['none', 'together', 'in-order', 'crossed', 'reader-writer'],
  /** What a caller does that meets a held lock. */
  contended: ['given-up', 'retried', 'waited-out'],
  cores: [2, 3],
} as const

/** Two ranges that have one page in common. */
const ranges = { low: ['frame0', 'frame1'], high: ['frame1', 'frame2'] } as const

function build(knobs: RangeDesign & { readonly cores: number }): System {
  const cores = Array.from({ length: knobs.cores }, (_, at) => `cpu${at}`)
  const frames = ['frame0', 'frame1', 'frame2']
  const shared = knobs.mapping === 'direct'
  const world: RangeWorld = {
    cores,
    frames,
    ranges,
    user: (core) => cell(`user.${core}`, rangeUser, { of: { core } }),
    page: (core, frame) =>
      shared ? cell(`page.${frame}`, sharedPage) : cell(`page.${core}.${frame}`, sharedPage, { of: { core }, role: frame }),
    lock: (frame) => cell(`lock.${frame}`, pageLock),
  }
  const pages = shared
    ? frames.map((frame) => world.page('any', frame))
    : cores.flatMap((core) => frames.map((frame) => world.page(core, frame)))
  return system({
    cells: [...cores.map(world.user), ...pages, ...(knobs.lock === 'none' ? [] : frames.map(world.lock))],
    rules: rangeRules(world, knobs),
    properties: rangeProperties(world, knobs),
    // The first core copies with the older family, which takes no locks, or takes its locks from the other end.
    interchangeable: { core: knobs.older === 'kept' || knobs.lock === 'crossed' ? cores.slice(1) : cores },
    // Who waits for a lock gets it if it could have had it again and again.
    fairness: cores.map((core) => (takesLocks(world, knobs, core) ? strong({ actor: core }) : weak({ actor: core }))),
    final: finalWhen(
      { core: cores },
      { reads: ({ core }) => ({ user: world.user(core) }), holds: ({ user }) => user.value === 'idle' },
    ),
  })
}

export const physicalPointerOverlap = scenario({
  name: 'physical-pointer-overlap',
  story:
    'The protection service and other callers copy ranges of two pages that overlap, reading or writing. Does a mapping ' +
    'last as long as its guard, with the permission that was asked for, and is every request served? Left out: TLBs and ' +
    'who owns the pages (`physical-pointer`).',
  knobs,
  sizes: { small: { cores: 2 }, full: { cores: 3 } },
  designs: overlapDesigns,
  build,
})
