import { expect, test } from 'vitest'
import { setup } from 'xstate'
import { phasesOf } from '../../cli/report/machine.ts'
import { mermaidText } from '../../cli/report/mermaid.ts'
import { scenarios as registry } from '../../scenarios/index.ts'
import { capture } from './capture.ts'

test('list names every scenario with its story, designs and knobs', async () => {
  const { code, out } = await capture('list')
  expect(code).toBe(0)
  expect(out).toBe(`\
one-lock
  Some cores want one lock. Left out: everything else.
  designs: atomic, racing, forgetful, shy, twofold, spinning, unexpected
  knobs: acquire=atomic|look-then-seize|spinning|never, release=once|never|twice, cores=2|3
counters
  Counters that count. Left out: what they count.
  designs: plain, throwing, lying, unbuildable, ill-named
  knobs: fault=none|throws|lies|unbuildable|ill-named, limit=3|200, counters=1|5
`)
})

test('show tells what a design is made of', async () => {
  const { code, out } = await capture('show one-lock --design racing')
  expect(code).toBe(0)
  for (const part of [
    `
Designs
  atomic
    The lock is taken in one step.
    knobs: acquire=atomic, release=once
    expected: holds in small (15 states), holds in full (54 states)
    bugs: TOY-01
`,
    `
Knobs
  knob     values                                    fixed by                     here
  acquire  atomic, look-then-seize, spinning, never  design                       look-then-seize
  release  once, never, twice                        design                       once
  cores    2, 3                                      size: 2 in small, 3 in full  2
`,
    `
Cells of design 'racing'
  lock: free, held
    lock
  core: outside, wanting, looked, inside, left, gone
    core.cpu0 core.cpu1
`,
    `
  core.look (2 steps)
    litebox/src/toy.rs: enter
    actors: cpu0, cpu1; when: wanting, free; sees: lock; sends: core
`,
    `
Properties
  kind       instances  property
  always             1  two cores are never inside together
  sometimes          2  a core is inside
`,
    `
Fairness
  none
`,
  ])
    expect(out).toContain(part)
  expect((await capture('show one-lock')).out).toContain("Cells of design 'atomic'")
  expect((await capture('show one-lock --size full')).out).toContain('core.cpu0 core.cpu1 core.cpu2')
  expect((await capture('show counters')).out).toContain('Modelling bounds\n  count=3\n')
})

test('show --mermaid draws each machine once', async () => {
  const { out } = await capture('show one-lock --mermaid')
  expect(out).toBe(`\
%% lock: lock
stateDiagram-v2
  state "free" as s_free
  state "held" as s_held
  [*] --> s_free
  s_free --> s_held : ACQUIRE
  s_free --> s_held : SEIZE
  s_held --> s_held : SEIZE
  s_held --> s_free : RELEASE

%% core: core.cpu0, core.cpu1
stateDiagram-v2
  state "outside" as s_outside
  state "wanting" as s_wanting
  state "looked" as s_looked
  state "inside" as s_inside
  state "left" as s_left
  state "gone" as s_gone
  [*] --> s_outside
  s_outside --> s_wanting : WANT
  s_wanting --> s_looked : LOOK
  s_wanting --> s_inside : ENTER
  s_wanting --> s_wanting : WANT
  s_looked --> s_inside : ENTER
  s_inside --> s_left : LEAVE
  s_left --> s_gone : GO
`)
})

test('nested and parallel states are boxes; arrows that Mermaid cannot draw name their true ends', () => {
  const machine = setup({ guards: { isWilling: () => true } }).createMachine({
    id: 'door',
    initial: 'closed',
    on: { RESET: '.closed' },
    states: {
      closed: {
        on: {
          OPEN: [
            { target: 'open', guard: 'isWilling' },
            { target: 'open.ajar', guard: () => false },
          ],
          KNOCK: {},
        },
      },
      open: {
        initial: 'wide',
        on: { SLAM: { target: 'broken' }, SWING: '.ajar' },
        states: {
          wide: { on: { NARROW: 'ajar', LOCK: '#door.closed' } },
          ajar: { always: { target: 'wide', guard: 'isWilling' } },
        },
      },
      broken: {
        type: 'parallel',
        states: {
          hinge: { initial: 'loose', states: { loose: { on: { FIX: 'tight' } }, tight: { type: 'final' } } },
          'key hole': { initial: 'empty', states: { empty: { on: { PLUG: { actions: () => {} } } } } },
        },
      },
    },
  })
  expect(phasesOf(machine)).toEqual([
    'closed',
    'open.wide',
    'open.ajar',
    'broken.hinge.loose',
    'broken.hinge.tight',
    'broken.key hole.empty',
  ])
  expect(mermaidText(machine).join('\n')).toBe(`\
stateDiagram-v2
  state "door" as s {
    state "closed" as s_closed
    state "open" as s_open {
      state "wide" as s_open_wide
      state "ajar" as s_open_ajar
      [*] --> s_open_wide
      s_open_wide --> s_open_ajar : NARROW
      s_open_ajar --> s_open_wide : always [isWilling]
    }
    state "broken" as s_broken {
      state "hinge" as s_broken_hinge {
        state "loose" as s_broken_hinge_loose
        state "tight" as s_broken_hinge_tight
        [*] --> s_broken_hinge_loose
        s_broken_hinge_loose --> s_broken_hinge_tight : FIX
        s_broken_hinge_tight --> [*]
      }
      --
      state "key hole" as s_broken_key_hole {
        state "empty" as s_broken_key_hole_empty
        [*] --> s_broken_key_hole_empty
        s_broken_key_hole_empty --> s_broken_key_hole_empty : PLUG
      }
    }
    [*] --> s_closed
    s_closed --> s_open : OPEN [isWilling]
    s_closed --> s_open : OPEN [guarded] to open.ajar
    s_open --> s_broken : SLAM
    s_open --> s_open : SWING to open.ajar
    s_open --> s_closed : LOCK from open.wide
  }
  s --> s : RESET to closed`)
})

test('every scenario can be shown and drawn', async () => {
  for (const { name } of registry) {
    expect((await capture(`show ${name}`, { scenarios: registry })).code).toBe(0)
    const { code, out } = await capture(`show ${name} --mermaid`, { scenarios: registry })
    expect(code).toBe(0)
    expect(out).toContain('stateDiagram-v2')
  }
})
