import type { Design } from '../../checker/index.ts'
import type { SwitchDesign } from '../../model/platform/vtl-switch.ts'
import { switchClaims as claims } from '../../properties/vtl-switch.ts'

export const snapshot: SwitchDesign = {
  slots: 'by-arrival',
  bit: 'after-save',
  bootBit: 'before-loop',
  bootStack: 'one-for-all',
  save: 'always',
  answer: 'before-loop',
  failure: 'loads-base',
  panic: 'keeps-task',
  walk: 'unbounded',
}
export const mended: SwitchDesign = {
  ...snapshot,
  slots: 'by-core',
  bootBit: 'before-start',
  bootStack: 'one-each',
  panic: 'never',
  walk: 'visited-set',
}

export const switchDesigns = {
  snapshot: {
    story:
      'The switch as it is. A list whose links go round is walked for ever. A panic returns to VTL0 through the same ' +
      '`vtl_switch`, on whatever table is loaded, and the next call of that core halts.',
    knobs: snapshot,
    bugs: ['LB-24'],
    expect: {
      small: { verdict: 'violated', states: 3922, violations: { [claims.base]: 9, [claims.returns]: 6 } },
      full: { verdict: 'violated', states: 145114, violations: { [claims.base]: 9, [claims.returns]: 6 } },
    },
  },
  'list-bounded': {
    story: 'The pages that a walk has seen are remembered, and one that comes again ends it (PR #837).',
    knobs: { ...snapshot, walk: 'visited-set' },
    expect: {
      small: { verdict: 'violated', states: 2479, violations: { [claims.base]: 9, [claims.returns]: 22 } },
      full: { verdict: 'violated', states: 91723, violations: { [claims.base]: 9, [claims.returns]: 22 } },
    },
  },
  'panic-on-base-table': {
    story: 'And a panic loads the base table before it returns. The next call halts all the same.',
    knobs: { ...snapshot, walk: 'visited-set', panic: 'loads-base' },
    expect: {
      small: { verdict: 'violated', states: 2584, violations: { [claims.returns]: 23 } },
      full: { verdict: 'violated', states: 98192, violations: { [claims.returns]: 23 } },
    },
  },
  'no-panic': {
    story: 'And nothing panics.',
    knobs: { ...snapshot, walk: 'visited-set', panic: 'never' },
    bugs: ['LB-24'],
    expect: { small: { verdict: 'holds', states: 1144 }, full: { verdict: 'holds', states: 25168 } },
  },
  'bit-set-first': {
    story: 'The bit is set before the registers are saved: nothing of VTL1 runs without it but the entry itself.',
    knobs: { ...mended, bit: 'before-save' },
    expect: { small: { verdict: 'holds', states: 1508 }, full: { verdict: 'holds', states: 39208 } },
  },
  'bit-for-calls-only': {
    story: 'The bit is set for calls only: a flush passes over a core that handles an intercept.',
    knobs: { ...mended, bit: 'calls-only' },
    expect: {
      small: { verdict: 'violated', states: 1144, violations: { [claims.listed]: 3 } },
      full: { verdict: 'violated', states: 25168, violations: { [claims.listed]: 3 } },
    },
  },
  'registers-saved-for-calls-only': {
    story: 'What the comment above `VtlState` has in mind: a caller saves its registers itself. VTL0 at an intercept does not.',
    knobs: { ...mended, save: 'calls-only' },
    expect: {
      small: { verdict: 'violated', states: 1272, violations: { [claims.registers]: 7, [claims.untouched]: 14 } },
      full: { verdict: 'violated', states: 30528, violations: { [claims.registers]: 7, [claims.untouched]: 14 } },
    },
  },
  'answer-in-each-round': {
    story: 'The answer is written in each round of the loop: an intercept changes a register of VTL0.',
    knobs: { ...mended, answer: 'each-round' },
    expect: {
      small: { verdict: 'violated', states: 912, violations: { [claims.untouched]: 6 } },
      full: { verdict: 'violated', states: 17328, violations: { [claims.untouched]: 6 } },
    },
  },
  'failure-keeps-table': {
    story: 'One exit of a failed call forgets to load the base table, as each would that returned before the common end.',
    knobs: { ...mended, failure: 'keeps-task' },
    expect: {
      small: { verdict: 'violated', states: 3822, violations: { [claims.base]: 9 } },
      full: { verdict: 'violated', states: 149058, violations: { [claims.base]: 9 } },
    },
  },
} as const satisfies Readonly<Record<string, Design<SwitchDesign>>>
