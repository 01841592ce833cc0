import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { type FsBaseWorld, flagOf, fsThreadOf, keptOf, registerOf } from '../model/platform/fs-base.ts'

export const fsBaseClaimNames = {
  alarm: 'a fault that only a cleared base caused never reaches the guest',
  kept: 'what an entry restores is the base that the guest set last',
  astray: 'no access through FS reaches other memory than the own thread-local area',
  access: 'an access through FS that was begun succeeds',
  fault: 'a genuine fault reaches the guest',
  interrupted: 'no guest runs on with an interrupt that nobody will bring to it',
  set: 'a base that was asked for is kept and in the register when the request returns',
  taken: 'a visit to the shim takes the interrupt along that was posted before it',
  posted: 'an interrupt that was posted reaches the shim',
} as const

export const fsBaseProperties = (world: FsBaseWorld): readonly Property[] => [
  ...safety(world),
  ...progress(world),
  ...(world.interrupts === 'any' ? interruption(world) : []),
  ...witnesses(world),
]

const safety = ({ threads }: FsBaseWorld): readonly Property[] => [
  always(
    fsBaseClaimNames.alarm,
    { thread: threads },
    {
      reads: ({ thread }) => ({ thread: fsThreadOf(thread) }),
      holds: ({ thread }) => !(thread.value === 'raising' && thread.context.cause === 'cleared'),
    },
  ),
  always(
    fsBaseClaimNames.kept,
    { thread: threads },
    {
      reads: ({ thread }) => ({ thread: fsThreadOf(thread), kept: keptOf(thread) }),
      holds: ({ thread, kept }) => thread.value !== 'restoring' || kept.context.base === thread.context.own,
    },
  ),
  always(
    fsBaseClaimNames.astray,
    { thread: threads },
    { reads: ({ thread }) => ({ thread: fsThreadOf(thread) }), holds: ({ thread }) => !thread.context.astray },
  ),
  onStep(
    fsBaseClaimNames.set,
    { thread: threads },
    {
      on: ['shim.setBase'],
      reads: ({ thread }) => ({ thread: fsThreadOf(thread), register: registerOf(thread), kept: keptOf(thread) }),
      holds: (_, after, { at }, { thread }) =>
        at.thread !== thread || [after.register, after.kept].every(({ context }) => context.base === after.thread.context.own),
    },
  ),
]

const progress = ({ threads }: FsBaseWorld): readonly Property[] => [
  leadsTo(
    fsBaseClaimNames.access,
    { thread: threads },
    {
      reads: ({ thread }) => ({ thread: fsThreadOf(thread) }),
      from: ({ thread }) => thread.context.attempt === 'access',
      to: ({ thread }) => thread.context.attempt === 'nothing',
    },
  ),
  leadsTo(
    fsBaseClaimNames.fault,
    { thread: threads },
    {
      reads: ({ thread }) => ({ thread: fsThreadOf(thread) }),
      from: ({ thread }) => thread.context.attempt === 'fault',
      to: ({ thread }) => thread.context.attempt === 'nothing',
    },
  ),
]

const interruption = ({ threads }: FsBaseWorld): readonly Property[] => [
  always(
    fsBaseClaimNames.interrupted,
    { thread: threads },
    {
      reads: ({ thread }) => ({ thread: fsThreadOf(thread), flag: flagOf(thread) }),
      holds: ({ thread, flag }) => !(thread.value === 'inGuest' && flag.value === 'posted'),
    },
  ),
  onStep(
    fsBaseClaimNames.taken,
    { thread: threads },
    {
      on: ['shim.keepBase', 'shim.deliver', 'shim.handleInterrupt'],
      reads: ({ thread }) => ({ flag: flagOf(thread) }),
      holds: (_, after, { at }, { thread }) => at.thread !== thread || after.flag.value === 'clear',
    },
  ),
  leadsTo(
    fsBaseClaimNames.posted,
    { thread: threads },
    {
      reads: ({ thread }) => ({ flag: flagOf(thread) }),
      from: ({ flag }) => flag.value === 'posted',
      to: ({ flag }) => flag.value === 'clear',
    },
  ),
]

const witnesses = ({ threads, detection, repair }: FsBaseWorld): readonly Property[] => [
  sometimes(
    'a guest faults because its base was cleared',
    { thread: threads },
    {
      reads: ({ thread }) => ({ thread: fsThreadOf(thread) }),
      holds: ({ thread }) => thread.value === 'handling' && thread.context.cause === 'cleared',
    },
  ),
  sometimes(
    'a genuine fault is raised',
    { thread: threads },
    {
      reads: ({ thread }) => ({ thread: fsThreadOf(thread) }),
      holds: ({ thread }) => thread.value === 'raising' && thread.context.cause === 'genuine',
    },
  ),
  ...(detection === 'none'
    ? []
    : [
        sometimes(
          'a genuine fault is tried again because the base was cleared meanwhile',
          { thread: threads },
          {
            reads: ({ thread }) => ({ thread: fsThreadOf(thread) }),
            holds: ({ thread }) =>
              thread.value === (repair === 'in-place' ? 'repaired' : 'diverted') && thread.context.cause === 'genuine',
          },
        ),
      ]),
]
