import { finalWhen, type Scenario, type System, scenario, system, weak } from '../checker/index.ts'
import { timedBlockRules, timedWaitOf } from '../model/shim/timed-block.ts'
import { timedBlockProperties } from '../properties/timed-block.ts'

const knobs = {
  /** How the platform passes a timeout on: as it is, or in whole milliseconds. */
  rounding: ['exact', 'down', 'up'],
  /** What a signal to a sleeping thread does: the whole timeout starts again, or what is left of it, or it is a wake. */
  signal: ['starts-again', 'recomputes', 'wakes'],
  /** In half milliseconds. */
  deadline: [1, 3, 5],
} as const

type Choice = { readonly [K in keyof typeof knobs]: (typeof knobs)[K][number] }

function build({ deadline, ...design }: Choice): System {
  const wait = timedWaitOf('waiter', deadline)
  return system({
    cells: [wait],
    rules: timedBlockRules('waiter', wait, design),
    properties: timedBlockProperties(wait),
    fairness: [
      weak({ rule: 'clock.tick' }),
      weak({ rule: 'wait.look' }),
      weak({ rule: 'wait.sleep' }),
      weak({ rule: 'host.timeOut' }),
    ],
    final: finalWhen({}, { reads: () => ({ wait }), holds: ({ wait }) => wait.value === 'timedOut' }),
  })
}

export const timedBlock: Scenario = scenario({
  name: 'timed-block',
  story:
    'A thread sleeps until a deadline while signals arrive. Does it sleep long enough, and not for ever? Leaves out wakes: ' +
    'see the scenario wait-wake.',
  knobs,
  sizes: { small: { deadline: 3 }, full: { deadline: 5 } },
  designs: {
    'snapshot-linux': {
      story:
        'Linux userland: after a signal the host is told the whole timeout again, so that signals keep a wait from ever ending.',
      knobs: { rounding: 'exact', signal: 'starts-again' },
      expect: {
        small: {
          verdict: 'violated',
          states: 33,
          violations: { 'a wait ends once its deadline has passed': 7 },
          vacuous: ['fairness of clock.tick never mattered', 'fairness of host.timeOut never mattered'],
        },
        full: {
          verdict: 'violated',
          states: 82,
          violations: { 'a wait ends once its deadline has passed': 9 },
          vacuous: ['fairness of clock.tick never mattered', 'fairness of host.timeOut never mattered'],
        },
      },
    },
    'snapshot-windows': {
      story:
        'Windows is told whole milliseconds, rounded down; nothing interrupts its waits, so that a signal is as if it were a wake.',
      knobs: { rounding: 'down', signal: 'wakes' },
      expect: {
        small: {
          verdict: 'violated',
          states: 32,
          violations: { 'a wait times out at its deadline or later': 5 },
          vacuous: ['fairness of clock.tick never mattered'],
        },
        full: {
          verdict: 'violated',
          states: 80,
          violations: { 'a wait times out at its deadline or later': 7 },
          vacuous: ['fairness of clock.tick never mattered'],
        },
      },
    },
    'snapshot-snp': {
      story: 'SNP: an interrupted host call is taken for a wake, and the wait computes anew what is left.',
      knobs: { rounding: 'exact', signal: 'wakes' },
      expect: {
        small: { verdict: 'holds', states: 33, vacuous: ['fairness of clock.tick never mattered'] },
        full: { verdict: 'holds', states: 82, vacuous: ['fairness of clock.tick never mattered'] },
      },
    },
    recomputed: {
      story: 'After a signal the host is told what is left until the deadline.',
      knobs: { rounding: 'exact', signal: 'recomputes' },
      expect: {
        small: { verdict: 'holds', states: 33, vacuous: ['fairness of clock.tick never mattered'] },
        full: { verdict: 'holds', states: 82, vacuous: ['fairness of clock.tick never mattered'] },
      },
    },
    'rounded-up': {
      story: 'Windows is told whole milliseconds, rounded up, as the Rust standard library does it.',
      knobs: { rounding: 'up', signal: 'wakes' },
      expect: {
        small: { verdict: 'holds', states: 35, vacuous: ['fairness of clock.tick never mattered'] },
        full: { verdict: 'holds', states: 85, vacuous: ['fairness of clock.tick never mattered'] },
      },
    },
  },
  build,
})
