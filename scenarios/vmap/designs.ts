import type { Design } from '../../checker/index.ts'
import type { MapperDesign } from '../../model/memory/vmap-mapper-rules.ts'
import { vmapClaims as claims } from '../../properties/vmap.ts'
import { expecting } from '../physical-pointer/designs.ts'

const snapshot: MapperDesign = {
  guard: 'taken',
  untouched: 'apart',
  uniqueness: 'global',
  allocation: 'atomic',
  repeated: 'rejected',
  contiguous: 'direct',
  unregister: 'after-clear',
  failedUnmap: 'never',
  refusal: 'given-up',
}
/** Every list goes through the region, pages that come back are joined, and who is refused waits: all else is judged. */
const region: MapperDesign = { ...snapshot, contiguous: 'region', untouched: 'joined', refusal: 'waited-out' }

export const vmapDesigns = {
  snapshot: {
    story:
      'LVBS at the snapshot. The records of the region are sound: ranges are disjoint, guard pages stay free, a frame ' +
      'is recorded exactly while it is allocated. Three things they do not give. A frame that a contiguous list has in ' +
      'the direct map is mapped a second time in the region, unrecorded: `DuplicateMapping` is no proof that nobody else ' +
      'has it. `next_vpn` never comes down, so that a long list finds no room behind a short one that came back, in an ' +
      'empty region (with 30 TiB, of no weight). And a caller that meets a frame in use gets `AlreadyMapped`, which the ' +
      'handlers of trusted applications flatten to an error that nobody retries.',
    knobs: snapshot,
    expect: expecting('violated', {
      states: { small: 1293, full: 33748 },
      violations: { [claims.single]: 5 },
      asleep: ['vmap.rollBack'],
      only: {
        small: { violations: { [claims.room]: 5, [claims.served]: 11 } },
        full: { violations: { [claims.served]: 14 }, asleep: ['vmap.refuseExhausted'] },
      },
    }),
  },
  'retried-by-caller': {
    story:
      'The snapshot with a caller that comes back after a refusal, as the Linux driver does after `EThreadLimit` and ' +
      '`EBusy`. Nothing keeps its turn: it can find its frames taken every time it asks, however fair the cores are.',
    knobs: { ...region, refusal: 'retried' },
    expect: expecting('violated', {
      states: { small: 525, full: 8971 },
      asleep: ['vmap.refuseExhausted', 'vmap.rollBack'],
      only: { small: { violations: { [claims.served]: 8 } }, full: { violations: { [claims.served]: 13 } } },
    }),
  },
  'waited-out': {
    story:
      'Every list goes through the region, pages that come back are joined with the untouched ones, and `vmap` waits ' +
      'until the frames and an address are free, on a scheduler that gives a turn to who could have had it again and ' +
      'again. Among two cores everything holds, but one list waits for the other where both only read. Among three, two ' +
      'short lists that overlap a long one can take turns, and it never finds its frames free at once.',
    knobs: region,
    expect: {
      small: { verdict: 'holds', states: 337, asleep: ['vmap.rollBack'] },
      full: { verdict: 'violated', states: 3745, violations: { [claims.served]: 13 }, asleep: ['vmap.rollBack'] },
    },
  },
  'private-address': {
    story:
      'Later versions: no frame is recorded, every mapping has an address of its own, and contiguous lists too. Nobody is ' +
      'refused for a frame.',
    knobs: { ...region, uniqueness: 'none' },
    expect: expecting('holds', { states: { small: 1465, full: 705592 }, asleep: ['vmap.rollBack'] }),
  },
  'no-guard-page': {
    story:
      'Allocations without a guard page: an access one page too far reaches the next mapping instead of a fault. ' +
      '(`GUARD_PAGES` of `mm/vmap.rs`.)',
    knobs: { ...region, guard: 'none' },
    expect: expecting('violated', {
      states: { small: 337, full: 3745 },
      violations: { [claims.guard]: 6 },
      asleep: ['vmap.rollBack'],
      only: { full: { violations: { [claims.served]: 13 } } },
    }),
  },
  'guard-page-kept': {
    story:
      'The guard page is taken with an allocation and not given back with it: every mapping loses a page, and the ' +
      'region ends.',
    knobs: { ...region, guard: 'kept' },
    expect: expecting('violated', {
      states: { small: 785, full: 67095 },
      violations: { [claims.returned]: 2 },
      asleep: ['vmap.rollBack'],
      only: {
        small: { violations: { [claims.room]: 5, [claims.served]: 9, 'no deadlock': 7 } },
        full: { violations: { [claims.room]: 15, [claims.served]: 22, 'no deadlock': 18 } },
      },
    }),
  },
  'guard-page-returned-only': {
    story:
      'The guard page is given back with an allocation that never took it: the first page of a neighbour is free while ' +
      'it is mapped, and is given a second time.',
    knobs: { ...region, guard: 'returned-only' },
    expect: expecting('violated', {
      states: { small: 1138, full: 12775 },
      violations: { [claims.disjoint]: 7, [claims.guard]: 6, [claims.returned]: 2 },
      asleep: ['vmap.rollBack'],
      only: { full: { violations: { [claims.served]: 18 } } },
    }),
  },
  'checked-before-allocation': {
    story:
      'The record is looked up in one section of the lock and written in another (a check then an act): two mappers of ' +
      'one frame both find it unmapped.',
    knobs: { ...region, allocation: 'checked-first' },
    expect: expecting('violated', {
      states: { small: 1873, full: 807047 },
      violations: { [claims.recorded]: 6, [claims.single]: 8 },
      asleep: ['vmap.rollBack'],
      only: { full: { violations: { [claims.served]: 16 } } },
    }),
  },
  'repeated-frame': {
    story:
      'A list that names a frame twice is accepted: the record has room for one address of it. (`vmap` rejects it as ' +
      '`DuplicatePhysicalAddress`; the ring buffer of PR #817 works around that.)',
    knobs: { ...region, repeated: 'accepted' },
    expect: expecting('violated', {
      states: { small: 396, full: 6696 },
      violations: { [claims.recorded]: 2, [claims.single]: 3 },
      asleep: ['vmap.rollBack', 'mapper.giveUp'],
      only: { full: { violations: { [claims.served]: 13 } } },
    }),
  },
  'unregistered-first': {
    story:
      'The address goes back before the entries are cleared: the next mapping gets it, finds an entry present, rolls ' +
      'back and is refused, although nobody has its frames; and once the first has cleared, it clears what is mapped ' +
      'there by then.',
    knobs: { ...region, unregister: 'before-clear' },
    expect: expecting('violated', {
      states: { small: 669, full: 16549 },
      violations: { [claims.guard]: 12, [claims.allocated]: 4, [claims.owned]: 4, [claims.collision]: 6 },
      only: {
        small: { violations: { [claims.single]: 12, [claims.served]: 11 } },
        full: { violations: { [claims.single]: 9, [claims.served]: 16 } },
      },
    }),
  },
  'failed-unmap-keeps': {
    story:
      'An unmapping that fails, handled as the snapshot does: address and frames stay reserved (`recycling the VA would ' +
      'cause collisions`), and the guard has forgotten its mapping, so that nobody tries again. Nothing collides; the ' +
      'pages are lost, the frames can never be mapped again, and who waits for them waits for ever.',
    knobs: { ...region, failedUnmap: 'keeps' },
    expect: expecting('violated', {
      states: { small: 897, full: 8253 },
      violations: { [claims.returned]: 4 },
      asleep: ['vmap.rollBack'],
      only: {
        small: { violations: { [claims.served]: 8, 'no deadlock': 6 } },
        full: { violations: { [claims.served]: 13, 'no deadlock': 7 } },
      },
    }),
  },
  'failed-unmap-releases': {
    story: 'The collisions of which that comment warns: the address is given back although its entries are there.',
    knobs: { ...region, failedUnmap: 'releases' },
    expect: expecting('violated', {
      states: { small: 5767, full: 91191 },
      violations: { [claims.guard]: 12, [claims.allocated]: 4, [claims.single]: 9, [claims.collision]: 6 },
      only: { small: { violations: { [claims.served]: 15 } }, full: { violations: { [claims.served]: 13 } } },
    }),
  },
  'failed-unmap-retried': {
    story:
      'Later versions return the mapping with the error, so that its owner can try again: nothing collides, and every ' +
      'page can come back.',
    knobs: { ...region, uniqueness: 'none', failedUnmap: 'retries' },
    expect: expecting('holds', { states: { small: 1465, full: 705592 }, asleep: ['vmap.rollBack'] }),
  },
} satisfies Record<string, Design<MapperDesign>>
