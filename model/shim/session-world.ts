import { type AnyCell, type CellOf, cell } from '../../checker/index.ts'
import { taskTable } from '../memory/task-table.ts'
import { spinlock } from '../platform/spinlock.ts'
import { type CallContext, processor, sessionCall } from './session-call.ts'
import type { SessionDesign } from './session-design.ts'
import { pathsOf, type SessionPath, type SessionPaths, type SessionStep } from './session-paths.ts'
import { cacheEntry, sessionNumber, trustedInstance } from './session-registry.ts'

/*
 * A world of cores that serve OP-TEE calls: its cells, and how a call moves along its path.
 *
 * Models: for each core its call and its registers; for each session number, instance, frame of a page table and
 * application one cell. `ta0` is there from the beginning, with one session, or nothing is. A table is owned by the
 * instance that it was built for: two of one application are told apart.
 *
 * Leaves out: what `session-call.ts`, `session-paths.ts` and `session-registry.ts` leave out; TLBs, and what a table maps.
 */

export interface SessionPlan extends SessionDesign {
  readonly cores: number
  readonly applications: number
  /** How many session numbers there are: the source's 65,536, scaled down. */
  readonly sessions: number
  /** How many page tables can be at a time, and one instance more: an old one may be left over. */
  readonly instances: number
  /** How many instances the runner allows: the source's 16, scaled down. */
  readonly limitedTo: number
  readonly kind: 'single' | 'keep-alive' | 'multi'
  readonly begins: 'empty' | 'opened'
  /** How many calls VTL0 makes on each core; `uneven` are two on the first and one on each other. */
  readonly calls: 1 | 2 | 'uneven' | 'endless'
  /** What can fail: nothing, what the application answers, or each step that can. */
  readonly failures: 'none' | 'answers' | 'every'
  readonly build: 'release' | 'debug'
}

export interface SessionWorld {
  readonly plan: SessionPlan
  readonly paths: SessionPaths
  readonly cores: readonly string[]
  readonly applications: readonly string[]
  readonly numbers: readonly string[]
  readonly instances: readonly string[]
  readonly tops: readonly string[]
  readonly call: (core: string) => CellOf<typeof sessionCall>
  readonly processor: (core: string) => CellOf<typeof processor>
  readonly session: (number: string) => CellOf<typeof sessionNumber>
  readonly instance: (instance: string) => CellOf<typeof trustedInstance>
  readonly table: (top: string) => CellOf<typeof taskTable>
  readonly cache: (application: string) => CellOf<typeof cacheEntry>
  readonly lock: (application: string) => CellOf<typeof spinlock>
}

const named = (name: string, count: number): readonly string[] => Array.from({ length: count }, (_, at) => `${name}${at}`)

/** One more than there can be tables; with a call on each core some core has to close before there is a second instance. */
const namesNeeded = ({ instances, calls, cores, kind, begins }: SessionPlan): number =>
  calls === 1 ? Math.min(instances + 1, cores + (kind === 'multi' && begins === 'opened' ? 1 : 0)) : instances + 1

export function sessionWorld(plan: SessionPlan): SessionWorld {
  const isThere = plan.begins === 'opened'
  const isCached = isThere && plan.kind !== 'multi'
  return {
    plan,
    paths: pathsOf(plan, plan.kind === 'keep-alive'),
    cores: named('cpu', plan.cores),
    applications: named('ta', plan.applications),
    numbers: named('s', plan.sessions),
    instances: named('i', namesNeeded(plan)),
    tops: named('top', plan.instances),
    call: (core) =>
      cell(`call.${core}`, sessionCall, {
        of: { core },
        input: { left: plan.calls === 'endless' ? -1 : plan.calls === 'uneven' ? (core === 'cpu0' ? 2 : 1) : plan.calls },
        references: { number: 'number' },
      }),
    processor: (core) => cell(`processor.${core}`, processor, { of: { core } }),
    session: (number) =>
      cell(`session.${number}`, sessionNumber, {
        input: { instance: isThere && number === 's0' ? 'i0' : 'none' },
        of: { number },
      }),
    instance: (instance) =>
      cell(`instance.${instance}`, trustedInstance, {
        references: { holder: 'core' },
        input:
          isThere && instance === 'i0'
            ? { application: 'ta0', table: 'top0', clones: isCached ? 2 : 1 }
            : { application: 'none', table: 'none', clones: 0 },
      }),
    table: (top) => cell(`table.${top}`, taskTable, { input: { application: isThere && top === 'top0' ? 'i0' : 'none' } }),
    cache: (application) =>
      cell(`cache.${application}`, cacheEntry, { input: { instance: isCached && application === 'ta0' ? 'i0' : 'none' } }),
    lock: (application) => cell(`application.${application}`, spinlock, { references: { holder: 'core' } }),
  }
}

export const cellsOf = (world: SessionWorld): readonly AnyCell[] => [
  ...world.cores.flatMap((core) => [world.call(core), world.processor(core)]),
  ...world.numbers.map(world.session),
  ...world.instances.map(world.instance),
  ...world.tops.map(world.table),
  ...(world.plan.kind === 'multi' ? [] : world.applications.map(world.cache)),
  ...(world.plan.lock === 'application' ? world.applications.map(world.lock) : []),
]

export interface CallView {
  readonly call: { readonly value: string; readonly context: Readonly<CallContext> }
}
export interface AtCore {
  readonly core: string
}

/** Whether the core's next step is `step`. */
export const comesTo =
  (step: SessionStep) =>
  ({ call }: CallView): boolean =>
    call.value === 'underWay' && call.context.next === step

/** Whether the call has come to one of these paths. */
export const isOn = ({ call }: CallView, ...paths: readonly SessionPath[]): boolean => paths.includes(call.context.path)

/** The first step of a path. */
export const onto = ({ paths }: SessionWorld, path: SessionPath): Pick<CallContext, 'path' | 'next'> => ({
  path,
  next: paths[path][0]!,
})

/** The step after this one, on the path that the call is on or on the same step of another. */
export function onward(
  { paths }: SessionWorld,
  { call }: CallView,
  path = call.context.path,
): Pick<CallContext, 'path' | 'next'> {
  const { next } = call.context
  const steps = paths[path]
  const following = steps[steps.indexOf(next) + 1]
  if (!steps.includes(next) || following === undefined) throw new Error(`nothing comes after '${next}' on the path '${path}'`)
  return { path, next: following }
}

/** Whether any path of the design takes the step. */
export const takes = ({ paths }: SessionWorld, step: SessionStep): boolean =>
  Object.values(paths).some((steps) => steps.includes(step))

export const runner = (symbol: string): string => `litebox_runner_lvbs/src/lib.rs: ${symbol}`
export const registry = (symbol: string): string => `litebox_shim_optee/src/session.rs: ${symbol}`
export const manager = (symbol: string): string => `litebox_platform_lvbs/src/lib.rs: PageTableManager::${symbol}`
export const later = 'pull request 865'
