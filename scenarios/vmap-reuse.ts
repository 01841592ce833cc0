import { cell, finalWhen, type System, scenario, system } from '../checker/index.ts'
import { pageTableEntry } from '../model/memory/page-table.ts'
import { tlbEntry } from '../model/memory/tlb.ts'
import { vmapClient } from '../model/memory/vmap-client.ts'
import { type ClientDesign, type ClientWorld, clientRules, frameFor, pageAt, parts } from '../model/memory/vmap-client-rules.ts'
import { type Policy, vmapPolicy } from '../model/memory/vmap-policy.ts'
import { spinlock } from '../model/platform/spinlock.ts'
import { reuseProperties } from '../properties/vmap-reuse.ts'
import { reuseDesigns } from './vmap/reuse-designs.ts'

const knobs = {
  /** Which address that came back is given again, and when. */
  policy: ['lowest-first', 'oldest-first', 'quarantine', 'quarantine-short', 'never'],
  /** Whether a frame for the page table can be missing at the second page of a mapping. */
  pageTables: ['enough', 'run-out'],
  /** What becomes of the first page then. */
  rollback: ['unflushed', 'flushed', 'omitted'],
  /** Whose TLBs the flush of an unmapping reaches. */
  flush: ['all', 'local'],
  /** When the address of an unmapping is given back. */
  unregister: ['after-flush', 'before-flush'],
  cores: [2, 3],
  addresses: [1, 2],
} as const

function build(knobs: ClientDesign & { readonly policy: Policy; readonly cores: number; readonly addresses: number }): System {
  const cores = Array.from({ length: knobs.cores }, (_, at) => `cpu${at}`)
  const addresses = Array.from({ length: knobs.addresses }, (_, at) => `window${at}`)
  const world: ClientWorld = {
    cores,
    addresses,
    client: (core) => cell(`client.${core}`, vmapClient, { of: { core } }),
    table: cell('table', spinlock, { references: { holder: 'core' } }),
    region: cell('region', vmapPolicy, {
      input: { policy: knobs.policy, cores, addresses },
      references: { cores: { set: 'core' }, waiting: { fields: { owing: { set: 'core' } } } },
    }),
    entry: (page) => cell(`entry.${page}`, pageTableEntry, { input: 'absent', references: { frame: 'core' } }),
    tlb: (core, page) => cell(`tlb.${core}.${page}`, tlbEntry, { of: { core, page }, references: { frame: 'core' } }),
  }
  const pages = addresses.flatMap((address) => parts.map((part) => pageAt(address, part)))
  return system({
    cells: [
      ...cores.map(world.client),
      world.table,
      world.region,
      ...pages.map(world.entry),
      ...cores.flatMap((core) => pages.map((page) => world.tlb(core, page))),
    ],
    rules: clientRules(world, knobs),
    properties: reuseProperties(world, knobs),
    // Each core maps frames of its own. Addresses are handed out in an order.
    interchangeable: { core: { things: cores, followers: (core) => parts.map((part) => frameFor(String(core), part)) } },
    final: finalWhen(
      { core: cores },
      { reads: ({ core }) => ({ client: world.client(core) }), holds: ({ client }) => client.value === 'idle' },
    ),
  })
}

export const vmapReuse = scenario({
  name: 'vmap-reuse',
  story:
    'Two cores map two scattered pages each at an address of the vmap region, copy, and unmap; a mapping may fail at its ' +
    'second page. When may the address be given again, so that no copy goes through what was mapped there before? Left ' +
    'out: permissions, cores that a flush does not know of (`physical-pointer`), and upper levels of the page table.',
  knobs,
  sizes: { small: { cores: 2, addresses: 1 }, full: { cores: 2, addresses: 2 } },
  designs: reuseDesigns,
  build,
})
