import type { Design } from '../../checker/index.ts'
import type { TableDesign } from '../../model/memory/pointer-tables.ts'
import { tableClaims as claims } from '../../properties/pointer-tables.ts'
import { expecting } from '../physical-pointer/designs.ts'

const snapshot: TableDesign = {
  windows: 'apart',
  switching: 'between-uses',
  unmapFrom: 'loaded',
  manager: 'own',
  layout: 'disjoint',
}

export const tableDesigns = {
  snapshot: {
    story:
      'LVBS at the snapshot: `vmap` and `vunmap` each ask for the table that is loaded, and an access maps, copies and ' +
      'unmaps without a switch in between. It holds even where the windows of the two tables are not the same pages.',
    knobs: snapshot,
    expect: expecting('holds', { states: { small: 6, full: 36 }, asleep: ['copy.faultInTable'] }),
  },
  'own-manager-overlapping': {
    story:
      "The same where another system's manager would give addresses at which this one has its own memory. What is asked is " +
      "this system's manager, so nothing comes of that. The faulty twins are `manager-of-another-system-overlapping` and " +
      '`manager-changes-back`.',
    knobs: { ...snapshot, layout: 'overlapping' },
    expect: expecting('holds', { states: { small: 6, full: 36 }, asleep: ['copy.faultInTable'] }),
  },
  'switch-while-mapped': {
    story:
      'The same with a table that is switched under a mapping, which nothing in the types forbids: the copy faults, and ' +
      'the unmapping clears an entry that was never there and leaves the other for ever. A fault would be the luckier end.',
    knobs: { ...snapshot, switching: 'at-any-time' },
    expect: expecting('violated', {
      states: { small: 26, full: 676 },
      violations: { [claims.outlived]: 4, [claims.completion]: 3 },
    }),
  },
  'switch-while-mapped-shared': {
    story: 'A switch under a mapping is harmless where both tables share the pages of their windows.',
    knobs: { ...snapshot, switching: 'at-any-time', windows: 'shared' },
    expect: expecting('holds', { states: { small: 10, full: 100 }, asleep: ['copy.faultInTable'] }),
  },
  'switch-while-mapped-remembered': {
    story: 'A mapping that names its table is removed from it; its copy may still fault in the other.',
    knobs: { ...snapshot, switching: 'at-any-time', unmapFrom: 'remembered' },
    expect: expecting('violated', { states: { small: 14, full: 196 }, violations: { [claims.completion]: 3 } }),
  },
  'manager-of-another-system': {
    story:
      "PR #817's `GlobalVmapManager` answered by the manager of another system, which the review fears: it maps where " +
      'nobody looks. The copy faults if this system has nothing at the address.',
    knobs: { ...snapshot, manager: 'other' },
    expect: expecting('violated', {
      states: { small: 6, full: 36 },
      violations: { [claims.completion]: 2 },
      asleep: ['copy.throughTable'],
    }),
  },
  'manager-of-another-system-overlapping': {
    story:
      'The same where this system has its own memory at the address: the copy reads or writes LiteBox. This is why the ' +
      'review wants `GlobalVmapManager` to be an unsafe trait.',
    knobs: { ...snapshot, manager: 'other', layout: 'overlapping' },
    expect: expecting('violated', {
      states: { small: 6, full: 36 },
      violations: { [claims.own]: 2 },
      asleep: ['copy.faultInTable'],
    }),
  },
  'manager-changes-back': {
    story:
      'A manager that is another one when the pointer maps and this one when the guard drops: the unmapping takes away ' +
      "what this system has at the address, with LiteBox's own memory behind it.",
    knobs: { ...snapshot, manager: 'changes-back', layout: 'overlapping' },
    expect: expecting('violated', {
      states: { small: 24, full: 576 },
      violations: { [claims.outlived]: 3, [claims.completion]: 5, [claims.own]: 2, [claims.kept]: 3 },
    }),
  },
  'manager-changes': {
    story: 'A manager that is another one by the time the guard drops: the mapping is never removed.',
    knobs: { ...snapshot, manager: 'changes' },
    expect: expecting('violated', {
      states: { small: 16, full: 256 },
      violations: { [claims.outlived]: 3 },
      asleep: ['copy.faultInTable'],
    }),
  },
} satisfies Record<string, Design<TableDesign>>
