import { setup } from 'xstate'
import { type CellOf, update } from '../../checker/index.ts'
import type { Access } from './hypervisor-protection.ts'

/*
 * A call from VTL0 that changes protections, on the core of VTL1 that serves it.
 *
 * Models: how far a function of `litebox_platform_lvbs/src/mshv/vsm.rs` has come. A core enters VTL1, serves one call
 * and returns (`litebox_platform_lvbs/src/mshv/vtl_switch.rs`); calls on different cores run at once. The phases are the
 * kinds of step that such functions are made of, and what is still to do is a list of them: validation and release, of
 * modules and of kexec images, differ in that list (`module-plan.ts`, `kexec.ts`) and in nothing else. From each phase
 * the call goes through `choosing`, which it leaves at once, to the next.
 *
 * Leaves out: the list of ranges that a call brings, which VTL1 copies once (`copy_heki_pages_from_vtl0`), and the value
 * returned. A call that fails has no more to do, or what it must undo.
 */

/** One step to take. `of`: whose authentic bytes the frame should hold. */
export type Task =
  | { readonly stage: 'copy'; readonly frame: string; readonly of: string }
  | { readonly stage: 'protect'; readonly frame: string; readonly access: Access }
  | { readonly stage: 'list'; readonly frame: string; readonly listed: boolean }
  /** `set` names frames that are reserved together, or not at all. */
  | { readonly stage: 'reserve'; readonly set: string; readonly frames: string[] }
  /** Reads a frame that says how the call goes on. */
  | { readonly stage: 'read'; readonly frame: string }
  | { readonly stage: 'record'; readonly frames: string[] }
  | { readonly stage: 'verify' | 'lock' | 'unlock' | 'take' | 'forget' | 'insert' | 'drop' | 'check' | 'install' }

export const vtlCall = setup({
  types: {
    context: {} as {
      /** What is asked for, and of which module or image. */
      readonly request: string
      readonly subject: string
      readonly todo: readonly Task[]
      /** Whether everything copied so far was what it should be. */
      readonly authentic: boolean
    },
    events: {} as
      | { type: 'BEGIN'; request: string; subject: string; todo: readonly Task[] }
      | { type: 'COPIED'; authentic: boolean }
      | { type: 'DONE' }
      | { type: 'TURN'; todo: readonly Task[] }
      | { type: 'PANIC' },
  },
  guards: { isDue: ({ context }, stage: Task['stage']) => context.todo[0]?.stage === stage },
}).createMachine({
  id: 'vtlCall',
  context: { request: 'none', subject: 'none', todo: [], authentic: true },
  initial: 'idle',
  states: {
    idle: {
      on: {
        BEGIN: {
          target: 'choosing',
          actions: update((call, { request, subject, todo }) => {
            call.request = request
            call.subject = subject
            call.todo = [...todo]
          }),
        },
        PANIC: 'panicked',
        // Nobody moves a call that is not there.
        DONE: {},
        TURN: {},
      },
    },
    choosing: {
      always: [
        { guard: { type: 'isDue', params: 'reserve' }, target: 'reserving' },
        { guard: { type: 'isDue', params: 'read' }, target: 'reading' },
        { guard: { type: 'isDue', params: 'copy' }, target: 'copying' },
        { guard: { type: 'isDue', params: 'verify' }, target: 'verifying' },
        { guard: { type: 'isDue', params: 'protect' }, target: 'protecting' },
        { guard: { type: 'isDue', params: 'list' }, target: 'listing' },
        { guard: { type: 'isDue', params: 'record' }, target: 'recording' },
        { guard: { type: 'isDue', params: 'lock' }, target: 'locking' },
        { guard: { type: 'isDue', params: 'unlock' }, target: 'unlocking' },
        { guard: { type: 'isDue', params: 'take' }, target: 'taking' },
        { guard: { type: 'isDue', params: 'forget' }, target: 'forgetting' },
        { guard: { type: 'isDue', params: 'insert' }, target: 'inserting' },
        { guard: { type: 'isDue', params: 'drop' }, target: 'dropping' },
        { guard: { type: 'isDue', params: 'check' }, target: 'checking' },
        { guard: { type: 'isDue', params: 'install' }, target: 'installing' },
        {
          target: 'idle',
          actions: update((call) => {
            call.request = 'none'
            call.subject = 'none'
            call.authentic = true
          }),
        },
      ],
    },
    reserving: {},
    reading: {},
    copying: {
      on: {
        COPIED: {
          target: 'choosing',
          actions: update((call, { authentic }) => {
            call.authentic &&= authentic
            call.todo.shift()
          }),
        },
      },
    },
    verifying: {},
    protecting: {},
    listing: {},
    recording: {},
    locking: {},
    unlocking: {},
    taking: {},
    forgetting: {},
    inserting: {},
    dropping: {},
    checking: {},
    installing: {},
    panicked: { on: { DONE: {}, TURN: {} } },
  },
  on: {
    DONE: {
      target: '.choosing',
      actions: update((call) => {
        call.todo.shift()
      }),
    },
    TURN: {
      target: '.choosing',
      actions: update((call, { todo }) => {
        call.todo = [...todo]
      }),
    },
  },
})

export type VtlCall = CellOf<typeof vtlCall>
export interface UnderWay {
  readonly context: { readonly request: string; readonly subject: string; readonly todo: readonly Task[] }
}

/** What a call is about to do next, if it is of this kind. */
export const nextCopy = ({ context: { todo } }: UnderWay) => (todo[0]?.stage === 'copy' ? todo[0] : undefined)
export const nextRead = ({ context: { todo } }: UnderWay) => (todo[0]?.stage === 'read' ? todo[0] : undefined)
export const nextProtection = ({ context: { todo } }: UnderWay) => (todo[0]?.stage === 'protect' ? todo[0] : undefined)
export const nextReservation = ({ context: { todo } }: UnderWay) => (todo[0]?.stage === 'reserve' ? todo[0] : undefined)
export const nextListing = ({ context: { todo } }: UnderWay) => (todo[0]?.stage === 'list' ? todo[0] : undefined)
export const nextRecord = ({ context: { todo } }: UnderWay) => (todo[0]?.stage === 'record' ? todo[0] : undefined)

/** The frames that a call has still to do with. */
export const framesAhead = ({ context: { todo } }: UnderWay): readonly string[] =>
  todo.flatMap((task) => ('frame' in task ? [task.frame] : 'frames' in task ? task.frames : []))

/** The frames that a call is to record one day, without those that it has yet to reserve. */
export function framesInHand({ context: { todo } }: UnderWay): readonly string[] {
  const unreserved = todo.flatMap((task) => (task.stage === 'reserve' ? task.frames : []))
  return todo.flatMap((task) => (task.stage === 'record' ? task.frames : [])).filter((frame) => !unreserved.includes(frame))
}

/** What a call that gives up must do whatever it was about: let go of the lock that it holds. */
export const unlocksAhead = ({ context: { todo } }: UnderWay): readonly Task[] => todo.filter(({ stage }) => stage === 'unlock')
