import { always, canReach, onStep, type Property, sometimes } from '../checker/index.ts'
import { type GuestMemory, mayExecute, mayWrite } from '../model/memory/hypervisor-protection.ts'
import type { ModuleWorld } from '../model/memory/module-calls.ts'
import { textOf } from '../model/memory/module-plan.ts'

/*
 * What VTL1 is there for: VTL0's kernel executes what was verified and nothing else, cannot undo what protects it, and
 * has no access to VTL1. And what it owes in return: no frame is lost, and a success means what it says.
 */

/** M-I12. */
export const executableMeansVerified = ({ frames, bytes, access }: GuestMemory): Property =>
  always(
    'what VTL0 may execute is what was verified',
    { frame: frames },
    {
      reads: ({ frame }) => ({ access: access(frame), bytes: bytes(frame) }),
      holds: ({ access, bytes }) => !mayExecute(access.value) || bytes.value === 'authentic',
    },
  )

/** M-I10. */
export const vtl1IsClosed = ({ vtl1Frames, access }: GuestMemory): Property =>
  always(
    'VTL0 has no access to memory of VTL1',
    { frame: vtl1Frames },
    { reads: ({ frame }) => ({ access: access(frame) }), holds: ({ access }) => access.value === 'closed' },
  )

/** M-I11, for modules. */
export const registeredTextStaysProtected = ({ modules, frames, entry, access }: ModuleWorld): Property =>
  always(
    'VTL0 cannot write the text of a registered module that it has not asked to release',
    { module: modules.map(({ name }) => name), frame: frames },
    {
      where: ({ module, frame }) => modules.some((each) => each.name === module && textOf(each).includes(frame)),
      reads: ({ module, frame }) => ({ entry: entry(module), access: access(frame) }),
      holds: ({ entry, access }, { module, frame }) => {
        const range = modules.find(({ name }) => name === module)!.ranges.find((each) => each.frame === frame)!
        const released = entry.context.asked === 'all' || (entry.context.asked === 'init' && range.type === 'init-text')
        return entry.value === 'absent' || released || !mayWrite(access.value)
      },
    },
  )

const namesFrame = ({ modules }: ModuleWorld, module: string, frame: string): boolean =>
  modules.some(({ name, ranges }) => name === module && ranges.some((range) => range.frame === frame))

/** M-I14, for modules: nobody would ever ask for the frame back. */
export const protectedFramesAreSpokenFor = (world: ModuleWorld): Property => {
  const { cores, modules, frames, vtl1Frames, call, entry, access } = world
  return always(
    'a frame that VTL0 cannot write belongs to a registered module or to a call under way',
    { frame: frames.filter((frame) => !vtl1Frames.includes(frame)) },
    {
      reads: ({ frame }) => ({
        access: access(frame),
        entries: modules.filter(({ name }) => namesFrame(world, name, frame)).map(({ name }) => entry(name)),
        calls: cores.map(call),
      }),
      holds: ({ access, entries, calls }, { frame }) =>
        mayWrite(access.value) ||
        entries.some(({ value }) => value === 'registered') ||
        calls.some(({ context }) => namesFrame(world, context.subject, frame)),
    },
  )
}

/** M-L7. */
export const framesCanComeBack = ({ frames, vtl1Frames, access }: GuestMemory): Property =>
  canReach(
    'VTL0 can get a frame back',
    { frame: frames.filter((frame) => !vtl1Frames.includes(frame)) },
    { reads: ({ frame }) => ({ access: access(frame) }), goal: ({ access }) => mayWrite(access.value) },
  )

/** What PR #851 gives up. */
export const successIsComplete = ({ modules, entry, access }: ModuleWorld): Property =>
  onStep(
    'a validation that succeeds has given every frame that was named the rights of its type',
    { module: modules.map(({ name }) => name) },
    {
      on: ['module.register'],
      reads: ({ module }) => ({
        entry: entry(module),
        accesses: modules.find(({ name }) => name === module)!.ranges.map(({ frame }) => access(frame)),
      }),
      holds: (_, { accesses }, step, { module }) =>
        step.at.module !== module ||
        modules
          .find(({ name }) => name === module)!
          .ranges.every(({ type }, at) => accesses[at]!.value === (type === 'data' ? 'writable' : 'executable')),
    },
  )

/** The world in which the claims say something. */
export const modulesComeAndGo = ({ entry }: ModuleWorld, modules: readonly string[]): readonly Property[] => [
  sometimes(
    'a module is registered',
    { module: modules },
    { reads: ({ module }) => ({ entry: entry(module) }), holds: ({ entry }) => entry.value === 'registered' },
  ),
  sometimes(
    'a module is being released',
    { module: modules },
    { reads: ({ module }) => ({ entry: entry(module) }), holds: ({ entry }) => entry.context.asked === 'all' },
  ),
]

export const callsOverlap = ({ cores, call }: ModuleWorld): Property =>
  sometimes(
    'two cores change protections at once',
    {},
    {
      reads: () => ({ calls: cores.map(call) }),
      holds: ({ calls }) => calls.filter(({ value }) => value === 'protecting').length > 1,
    },
  )

export const tamperedBytesAreSeen = ({ cores, call }: Pick<ModuleWorld, 'cores' | 'call'>): Property =>
  sometimes(
    'a verification finds tampered bytes',
    { core: cores },
    {
      reads: ({ core }) => ({ call: call(core) }),
      holds: ({ call }) => call.value === 'verifying' && !call.context.authentic,
    },
  )
