import { finalWhen, type Scenario, scenario, system } from '../checker/index.ts'
import { held, word } from '../model/platform/shared-word.ts'
import { sleeperOf } from '../model/shim/raw-mutex.ts'
import type { Change } from '../model/shim/raw-mutex-block.ts'
import { bits, bitsWakerOf, claimantOf } from '../model/shim/raw-mutex-wake-bits.ts'
import { changeBeforeWake, wakeBitsRules } from '../model/shim/raw-mutex-wake-bits-rules.ts'
import { theHostKnowsItsCallers } from '../properties/waits-host.ts'
import {
  aSleeperIsWoken,
  aSleeplessThreadReturns,
  aWokenThreadReturns,
  aWokenThreadStaysAwake,
  nobodySleepsPastTheChange,
  theBitsAreTheWakers,
  theHostSleepsOnZeroBits,
  theWakerFinishes,
} from '../properties/waits-wake-bits.ts'

const inner = word<Change>('inner', 'unchanged')

export const rawMutexWakeBits: Scenario = scenario({
  name: 'raw-mutex-wake-bits',
  story:
    'The raw mutex that slept on a word of its own, in which the waker says how many may go: when may the waker take that ' +
    'word back? Leaves out timeouts and more than one waker; raw-mutex is what replaced it.',
  knobs: {
    reset: ['at-once', 'when-equal', 'when-at-most'],
    word: ['stays', 'changes'],
    threads: [1, 2],
  },
  sizes: { small: { threads: 1 }, full: { threads: 2 } },
  designs: {
    'reset-at-once': {
      story: 'Before pull request 75: the waker takes the bits back before those it woke have seen them.',
      knobs: { reset: 'at-once', word: 'stays' },
      bugs: ['LB-26'],
      expect: {
        small: {
          verdict: 'violated',
          states: 36,
          violations: {
            'a thread that was woken does not fall asleep again': 9,
            'a thread that was woken returns': 9,
            'no deadlock': 9,
          },
        },
        full: {
          verdict: 'violated',
          states: 324,
          violations: {
            'a thread that was woken does not fall asleep again': 9,
            'a thread that was woken returns': 11,
            'no deadlock': 11,
          },
        },
      },
    },
    'reset-when-equal': {
      story:
        'Pull request 75: the waker waits until those it woke have claimed their wakes. A thread that was not asleep ' +
        'claims one too, and the count never fits again.',
      knobs: { reset: 'when-equal', word: 'stays' },
      bugs: ['LB-26'],
      expect: {
        small: {
          verdict: 'violated',
          states: 31,
          violations: { 'a waker that holds the lock bits lets go of them': 7, 'no deadlock': 7 },
        },
        full: {
          verdict: 'violated',
          states: 227,
          violations: {
            'a thread that was woken does not fall asleep again': 13,
            'a thread that was woken returns': 13,
            'a waker that holds the lock bits lets go of them': 9,
            'no deadlock': 9,
          },
        },
      },
    },
    'reset-when-at-most': {
      story:
        'Pull request 86: too few wakes left is good enough. With one thread that holds; with two, a thread that was not ' +
        'asleep claims the wake of one that was.',
      knobs: { reset: 'when-at-most', word: 'stays' },
      bugs: ['LB-26'],
      expect: {
        small: { verdict: 'holds', states: 32 },
        full: {
          verdict: 'violated',
          states: 244,
          violations: {
            'a thread that was woken does not fall asleep again': 13,
            'a thread that was woken returns': 13,
            'no deadlock': 13,
          },
        },
      },
    },
    'reset-when-at-most-word-changes': {
      story:
        'Pull request 86 with a waker that changes the compared word, as callers do: whoever compared before the change ' +
        'and slept after the requeue is never woken, because the word it sleeps on is not the word it compared.',
      knobs: { reset: 'when-at-most', word: 'changes' },
      bugs: ['LB-27'],
      expect: {
        small: {
          verdict: 'violated',
          states: 32,
          violations: { 'nobody sleeps on after the word has changed and the waker has gone': 7, 'no deadlock': 7 },
          asleep: ['claimant.findNothing'],
        },
        full: {
          verdict: 'violated',
          states: 186,
          violations: { 'nobody sleeps on after the word has changed and the waker has gone': 7, 'no deadlock': 8 },
          asleep: ['claimant.findNothing'],
        },
      },
    },
  },
  build: ({ reset, word: fate, threads: count }) => {
    const threads = ['thread0', 'thread1'].slice(0, count)
    const changes = fate === 'changes'
    const waker = bitsWakerOf(changes)
    const world = { threads, waker, inner, asks: count + 1, reset }
    return system({
      cells: [inner.cell, bits, waker, ...threads.flatMap((thread) => [claimantOf(thread), sleeperOf(thread)])],
      rules: [...wakeBitsRules(world), ...(changes ? [changeBeforeWake(world)] : [])],
      properties: [
        aWokenThreadStaysAwake(world),
        nobodySleepsPastTheChange(world),
        aWokenThreadReturns(world),
        theWakerFinishes(world),
        theBitsAreTheWakers(world),
        theHostKnowsItsCallers(threads, (thread) => [claimantOf(thread)], ['sleeping']),
        theHostSleepsOnZeroBits(world),
        aSleeperIsWoken(world),
        aSleeplessThreadReturns(world),
      ],
      // Whoever came too late for the only wake of an unchanged word sleeps on by right.
      final: finalWhen(
        { thread: threads },
        {
          reads: ({ thread }) => ({ thread: claimantOf(thread), waker, inner: inner.cell }),
          holds: (at) =>
            at.waker.value === 'finished' &&
            (at.thread.value === 'returned' ||
              (at.thread.value === 'sleeping' && !at.thread.context.woken && held(inner, at.inner) === 'unchanged')),
        },
      ),
    })
  },
})
