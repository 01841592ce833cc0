import { finalWhen, type Property, type System, system, weak } from '../../checker/index.ts'
import { sleeperOf } from '../../model/shim/raw-mutex.ts'
import { countRules, countWaitOf } from '../../model/shim/thread-count.ts'
import { type Ending, endRules, type GuestCall } from '../../model/shim/thread-end-rules.ts'
import { imageCell, quiescenceOf } from '../../model/shim/thread-image.ts'
import { type LifeDesign, threadLifeOf } from '../../model/shim/thread-life.ts'
import { processOf, threadCount } from '../../model/shim/thread-process.ts'
import { spawnRules, type Threads } from '../../model/shim/thread-spawn-rules.ts'
import { exitingOf } from '../../model/shim/wait-state-exit.ts'
import { guestInterruptOf } from '../../model/shim/wait-state-guest.ts'

const runner = 'runner'
const leader = 'thread0'

export interface ProcessChoice extends LifeDesign, Pick<Threads, 'refusal' | 'attach'> {
  readonly threads: number
  /** What the guest of each thread asks for, if not everything; only the first thread starts others. */
  readonly asks: (thread: string, call: GuestCall) => boolean
  readonly claims: (world: Ending) => readonly Property[]
}

/** A process of guest threads, the runner that waits for its end, and the host that may refuse a thread. */
export function processSystem({ threads: count, claims, asks, ...design }: ProcessChoice): System {
  const threads = [leader, 'thread1', 'thread2'].slice(0, count)
  const world: Ending = {
    ...design,
    threads,
    runner,
    asks: (thread, call) => asks(thread, call) && (call !== 'CALL_CLONE' || thread === leader),
    life: (thread) => threadLifeOf(thread, leader, { exit: design.exit, init: design.init }),
    process: processOf(leader),
    quiescence: (thread) => quiescenceOf(thread, thread === leader),
    exiting: exitingOf,
    countWait: (waiter) => countWaitOf(waiter, waiter === runner ? 0 : 1),
  }
  const waiters = [...threads, runner]
  return system({
    cells: [
      world.process,
      threadCount.cell,
      imageCell,
      ...threads.flatMap((thread) => [
        world.life(thread),
        exitingOf(thread).cell,
        guestInterruptOf(thread),
        world.quiescence(thread),
      ]),
      ...waiters.flatMap((waiter) => [world.countWait(waiter), sleeperOf(waiter)]),
    ],
    rules: [...spawnRules(world), ...endRules(world), ...countRules({ waiters, countWait: world.countWait })],
    properties: claims(world),
    // A guest that nobody told to exit may run for ever; without one, the runner has returned.
    final: finalWhen(
      {},
      {
        reads: () => ({
          lives: threads.map(world.life),
          exiting: threads.map((thread) => exitingOf(thread).cell),
          wait: world.countWait(runner),
        }),
        holds: ({ lives, exiting, wait }) => {
          const isFree = (at: number): boolean => lives[at]!.value === 'inGuest' && exiting[at]!.context.value === false
          const free = threads.filter((_, at) => isFree(at)).length
          const absent = lives.filter(({ value }) => ['unborn', 'discarded', 'phantom', 'gone'].includes(value)).length
          return wait.value === 'returned' || (free > 0 && free + absent === threads.length)
        },
      },
    ),
    fairness: waiters.map((actor) => weak({ actor })),
  })
}
