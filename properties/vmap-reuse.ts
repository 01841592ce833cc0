import { always, canReach, onStep, type Property, sometimes } from '../checker/index.ts'
import { type ClientDesign, type ClientWorld, copies, frameFor, pageAt, parts } from '../model/memory/vmap-client-rules.ts'

/* What is claimed of an address that is given a second time: nobody reaches through it what was there before. */

export const reuseClaims = {
  otherFrame: 'a copy reads only the frames of its own mapping',
  left: 'a core leaves VTL1 only when it has no mapping of its own',
  forgotten: 'no core holds a translation of an address that is free',
  unmapped: 'an address that is free has no entry',
  available: 'every address can become free again',
} as const

export function reuseProperties(world: ClientWorld, design: ClientDesign): readonly Property[] {
  const { cores, addresses, client, region, entry, tlb } = world
  return [
    onStep(
      reuseClaims.otherFrame,
      { core: cores },
      {
        on: copies,
        reads: ({ core }) => ({ client: client(core) }),
        holds: ({ client }, _, { at }, { core }) => at.core !== core || at.frame === frameFor(core, client.context.done),
      },
    ),
    onStep(
      reuseClaims.left,
      { core: cores },
      {
        on: ['vp.leaveAndReturn'],
        reads: ({ core }) => ({ client: client(core) }),
        holds: ({ client }, _, { at }, { core }) => at.core !== core || client.context.address === 'none',
      },
    ),
    always(
      reuseClaims.forgotten,
      { core: cores, address: addresses, part: parts },
      {
        reads: ({ core, address, part }) => ({ region, tlb: tlb(core, pageAt(address, part)) }),
        holds: ({ region, tlb }, { address }) => tlb.value === 'empty' || !region.context.free.includes(address),
      },
    ),
    always(
      reuseClaims.unmapped,
      { address: addresses, part: parts },
      {
        reads: ({ address, part }) => ({ region, entry: entry(pageAt(address, part)) }),
        holds: ({ region, entry }, { address }) => entry.value === 'absent' || !region.context.free.includes(address),
      },
    ),
    canReach(
      reuseClaims.available,
      {},
      { reads: () => ({ region }), goal: ({ region }) => region.context.free.length === addresses.length },
    ),
    sometimes(
      'a copy of both pages is complete',
      { core: cores },
      { reads: ({ core }) => ({ client: client(core) }), holds: ({ client }) => client.value === 'copied' },
    ),
    sometimes(
      'one address serves each core',
      { core: cores, address: addresses.slice(0, 1) },
      {
        reads: ({ core, address }) => ({ entry: entry(pageAt(address, 0)), client: client(core) }),
        holds: ({ entry }, { core }) => entry.context.frame === frameFor(core, 0),
      },
    ),
    ...(design.pageTables === 'run-out'
      ? [
          sometimes(
            'a mapping fails half-way',
            { core: cores },
            { reads: ({ core }) => ({ client: client(core) }), holds: ({ client }) => client.value === 'failing' },
          ),
        ]
      : []),
  ]
}
