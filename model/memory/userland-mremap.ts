import { type Rule, rule } from '../../checker/index.ts'
import { own, type Userland, type UserlandDesign } from './userland-mmap.ts'

/*
 * mremap that asks for one page more, on a platform whose pages are mappings of a host process.
 *
 * Models: `litebox/src/mm/linux.rs: resize_mapping, move_mappings` over
 * `litebox_platform_linux_userland/src/lib.rs: remap_pages`. The page that follows is mapped if areas and host have nothing
 * there; else the host is asked to move the mapping, and grows it in place if by then it can. After that the new range is
 * recorded and the old one struck off, in this order in the source, though they may overlap.
 *
 * Leaves out: shrinking, moving without growing, and a host that refuses, which ends the process.
 */

export const userlandMremap = (world: Userland, design: UserlandDesign): readonly Rule[] => [
  extending(world),
  findingNoRoom(world),
  ...moving(world, design),
]

const extending = ({ growing: { page, next }, area, mapping, call }: Userland): Rule =>
  rule(
    'mremap.extend',
    {},
    {
      kind: 'environment',
      source: 'litebox/src/mm/linux.rs: resize_mapping',
      actor: () => 'guest',
      sees: () => ({ area: area(page) }),
      sends: () => ({ call, nextArea: area(next), nextMapping: mapping(next) }),
      waitsFor: ['call'],
    },
  ).does({
    when: {
      returned: ({ call }) => call.value === 'returned',
      own: ({ area }) => area.context.mapping === own,
      noArea: ({ nextArea }) => nextArea.value === 'absent',
      free: ({ nextMapping }) => nextMapping.value === 'free',
    },
    events: () => ({
      call: { type: 'CALL' },
      nextArea: { type: 'INSERT', area: { mapping: own, rights: 'write' } },
      nextMapping: { type: 'MAP', owner: 'guest' },
    }),
  })

const findingNoRoom = ({ growing: { page, next }, area, mapping, call }: Userland): Rule =>
  rule(
    'mremap.findNoRoom',
    {},
    {
      kind: 'environment',
      source: 'litebox/src/mm/linux.rs: resize_mapping, VmemResizeError::RangeOccupied',
      needed: true,
      actor: () => 'guest',
      sees: () => ({ area: area(page), nextArea: area(next), nextMapping: mapping(next) }),
      sends: () => ({ call }),
      waitsFor: ['call'],
    },
  ).does({
    when: {
      returned: ({ call }) => call.value === 'returned',
      own: ({ area }) => area.context.mapping === own,
      occupied: ({ nextArea, nextMapping }) => nextArea.value === 'mapped' || nextMapping.value === 'mapped',
    },
    events: () => ({ call: { type: 'MOVE' } }),
  })

const moveSource = 'litebox/src/mm/linux.rs: move_mappings; litebox_platform_linux_userland/src/lib.rs: remap_pages'

const moving = (
  { growing: { page, next, elsewhere }, area, mapping, call }: Userland,
  { bookkeeping }: UserlandDesign,
): readonly Rule[] => [
  rule(
    'mremap.growInPlace',
    {},
    {
      source: `${moveSource}: the host extends a mapping that has room`,
      needed: true,
      actor: () => 'guest',
      sends: () => ({ call, area: area(page), nextArea: area(next), nextMapping: mapping(next) }),
    },
  ).does({
    when: {
      moving: ({ call }) => call.value === 'moving',
      room: ({ nextMapping }) => nextMapping.value === 'free',
    },
    events: () => ({
      call: { type: 'RETURN' },
      area: bookkeeping === 'insert-remove' ? { type: 'REMOVE' } : { type: 'INSERT', area: { mapping: own, rights: 'write' } },
      nextArea: { type: 'INSERT', area: { mapping: own, rights: 'write' } },
      nextMapping: { type: 'MAP', owner: 'guest' },
    }),
  }),
  rule(
    'mremap.move',
    {},
    {
      source: moveSource,
      actor: () => 'guest',
      sees: () => ({ nextMapping: mapping(next) }),
      sends: () => ({
        call,
        area: area(page),
        mapping: mapping(page),
        newAreas: elsewhere.map(area),
        newMappings: elsewhere.map(mapping),
      }),
    },
  ).does({
    when: {
      moving: ({ call }) => call.value === 'moving',
      noRoom: ({ nextMapping }) => nextMapping.value === 'mapped',
      free: ({ newMappings }) => newMappings.every(({ value }) => value === 'free'),
    },
    events: () => ({
      call: { type: 'RETURN' },
      area: { type: 'REMOVE' },
      mapping: { type: 'UNMAP' },
      newAreas: { type: 'INSERT', area: { mapping: own, rights: 'write' } },
      newMappings: { type: 'MAP', owner: 'guest' },
    }),
  }),
  rule(
    'mremap.giveUp',
    {},
    {
      source: 'the host has room elsewhere, which is not in this world',
      actor: () => 'guest',
      sees: () => ({ nextMapping: mapping(next), newMappings: elsewhere.map(mapping) }),
      sends: () => ({ call }),
    },
  ).does({
    when: {
      moving: ({ call }) => call.value === 'moving',
      noRoom: ({ nextMapping }) => nextMapping.value === 'mapped',
      nowhere: ({ newMappings }) => newMappings.some(({ value }) => value === 'mapped'),
    },
    events: () => ({ call: { type: 'RETURN' } }),
  }),
]
