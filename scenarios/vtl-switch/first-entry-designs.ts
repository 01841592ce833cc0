import type { Design } from '../../checker/index.ts'
import type { SwitchDesign } from '../../model/platform/vtl-switch.ts'
import { switchClaims as claims } from '../../properties/vtl-switch.ts'
import { mended, snapshot } from './designs.ts'

export const firstEntryDesigns = {
  snapshot: {
    story:
      'A core takes the slot at an index that is read and raised by plain instructions: two cores that arrive together take ' +
      'one slot, and with it one stack and one place for the registers of two cores of VTL0. Before that they are on one stack ' +
      'already, which all are started with. And a core boots without its bit.',
    knobs: snapshot,
    expect: {
      small: {
        verdict: 'violated',
        states: 12276,
        violations: {
          [claims.ownData]: 10,
          [claims.ownStack]: 2,
          [claims.registers]: 29,
          [claims.untouched]: 23,
          [claims.answered]: 21,
          [claims.listed]: 5,
        },
      },
      full: {
        verdict: 'violated',
        states: 1569843,
        violations: {
          [claims.ownData]: 10,
          [claims.ownStack]: 2,
          [claims.registers]: 29,
          [claims.untouched]: 23,
          [claims.answered]: 21,
          [claims.listed]: 5,
        },
      },
    },
  },
  'index-locked': {
    story: 'The index is raised atomically.',
    knobs: { ...snapshot, slots: 'by-arrival-locked' },
    expect: {
      small: { verdict: 'violated', states: 4626, violations: { [claims.ownStack]: 2, [claims.listed]: 3 } },
      full: { verdict: 'violated', states: 208242, violations: { [claims.ownStack]: 2, [claims.listed]: 3 } },
    },
  },
  'slot-of-the-core': {
    story: 'Each core takes the slot of its number.',
    knobs: { ...snapshot, slots: 'by-core' },
    expect: {
      small: { verdict: 'violated', states: 2601, violations: { [claims.ownStack]: 2, [claims.listed]: 3 } },
      full: { verdict: 'violated', states: 44217, violations: { [claims.ownStack]: 2, [claims.listed]: 3 } },
    },
  },
  'slot-of-the-core-own-boot-stack': {
    story: 'And each starts on a stack of its own.',
    knobs: { ...snapshot, slots: 'by-core', bootStack: 'one-each' },
    expect: {
      small: { verdict: 'violated', states: 2601, violations: { [claims.listed]: 3 } },
      full: { verdict: 'violated', states: 44217, violations: { [claims.listed]: 3 } },
    },
  },
  'slot-of-the-core-bit-first': {
    story: 'And who starts a core sets its bit.',
    knobs: { ...snapshot, slots: 'by-core', bootBit: 'before-start', bootStack: 'one-each' },
    expect: { small: { verdict: 'holds', states: 2916 }, full: { verdict: 'holds', states: 52488 } },
  },
  'index-locked-bit-first': {
    story: 'The same with the index, raised atomically.',
    knobs: { ...snapshot, slots: 'by-arrival-locked', bootBit: 'before-start', bootStack: 'one-each' },
    expect: { small: { verdict: 'holds', states: 4941 }, full: { verdict: 'holds', states: 222588 } },
  },
  'answer-in-each-round': {
    story: 'The answer is written in each round of the loop: an intercept changes a register of VTL0.',
    knobs: { ...mended, answer: 'each-round' },
    expect: {
      small: { verdict: 'violated', states: 2916, violations: { [claims.untouched]: 6 } },
      full: { verdict: 'violated', states: 52488, violations: { [claims.untouched]: 6 } },
    },
  },
} as const satisfies Readonly<Record<string, Design<SwitchDesign>>>
