import { describe, expect, test } from 'vitest'
import { checkDesign, choiceOf, replay } from '../../checker/index.ts'
import { scenarios } from '../../scenarios/index.ts'

/** A known bug of threads, punchthroughs, or the platforms: the property that its faulty design breaks, and a design that mends it. */
type Bug = readonly [bug: string, scenario: string, faulty: string, fixed: string, property: string]

const bugs: readonly Bug[] = [
  ['LB-12', 'thread-life', 'snapshot', 'detach-last', 'a thread that has been counted out touches guest memory no more'],
  [
    'LB-15',
    'guest-window-windows',
    'snapshot-tso',
    'set-then-check-closed-tso',
    'a thread that must exit leaves its guest for good',
  ],
  ['LB-15', 'fs-base', 'snapshot-interrupted', 'entry-checked', 'an interrupt that was posted reaches the shim'],
  ['LB-19', 'patch-plan', 'pull-request-810', 'serialised', 'a patch plan is applied only to the mapping that it was made for'],
  ['LB-22', 'thread-life', 'detach-last-snp', 'detach-last', 'every thread that is counted runs or will be started'],
  ['LB-23', 'futex-wake-join', 'spawn-first-sc', 'snapshot-sc', 'a parent joins a thread that has exited'],
  ['LB-22', 'snp-network', 'snapshot', 'mended', 'no thread is counted that will never run'],
  ['LB-24', 'vtl-switch', 'snapshot', 'no-panic', 'every entry into VTL1 ends with a return'],
  [
    'LB-41',
    'delegation',
    'shim-method-keeps-pointer',
    'shim-method-registered',
    'whoever serves a message is a handler that is there',
  ],
  [
    'LB-43',
    'guest-window',
    'aarch64-handler-clears-last',
    'window-closed-rewriter',
    'host registers are never saved as the guest context',
  ],
  ['LB-45', 'punchthrough-entry', 'sigreturn-with-host-base', 'sigreturn-restored-first', 'a guest runs with its own FS base'],
  [
    'LB-45',
    'punchthrough-clone',
    'descriptor-read-in-child',
    'snapshot',
    'a new thread starts with the base that was passed for it',
  ],
  [
    'LB-45',
    'punchthrough-entry',
    'snapshot-kernel-any-base',
    'checked-as-linux',
    'only a base that a guest may have gets into the register',
  ],
  ['LB-45', 'punchthrough-clone', 'checked-and-propagated', 'checked-in-parent', 'a thread that clone has promised gets to run'],
  ['LB-45', 'punchthrough-gs-base', 'register-set', 'stand-in-set', 'the kernel runs with its own per-CPU pointer'],
  ['LB-45', 'punchthrough-gs-base', 'stand-in-left', 'snapshot', 'a guest never has an address of the kernel in its GS base'],
  [
    'LB-45',
    'punchthrough-gs-base',
    'replaced-in-a-copy',
    'snapshot',
    'a pointer that was replaced is the one that is found next',
  ],
  ['LB-45', 'punchthrough', 'snapshot-interface', 'bound-to-thread', 'a token acts on the thread that asked for it'],
  [
    'LB-49',
    'page-manager-windows',
    'snapshot',
    'placeholders',
    'a call that succeeds has committed its pages for the guest alone',
  ],
  ['LB-57', 'rwlock', 'snapshot-windows', 'never-woken', 'a thread that asks for the lock gets it'],
]

for (const [bug, name, faulty, fixed, property] of bugs)
  describe(`${bug}: ${name}, '${property}'`, () => {
    const scenario = scenarios.find((one) => one.name === name)!
    const answer = (design: string) => checkDesign(choiceOf(scenario, design, 'small'))

    test(`${faulty} carries it, breaks the property, and does so again on replay`, () => {
      expect(scenario.designs[faulty]!.bugs).toContain(bug)
      const { replays } = answer(faulty)
      expect(replay(scenarios, replays.get(property)!).failures.map((failure) => failure.property)).toContain(property)
    })

    test(`${fixed} mends it`, () => {
      expect(scenario.designs[fixed]!.bugs).toContain(bug)
      const found = answer(fixed).check.properties.find((one) => one.name === property)
      expect(found?.verdict).toBe('holds')
    })
  })

test('every known bug that these scenarios carry is listed', () => {
  expect([...new Set(bugs.map(([bug]) => bug))]).toEqual([
    'LB-12',
    'LB-15',
    'LB-19',
    'LB-22',
    'LB-23',
    'LB-24',
    'LB-41',
    'LB-43',
    'LB-45',
    'LB-49',
    'LB-57',
  ])
})
