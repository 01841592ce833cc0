import { always, onStep, type Property, sometimes } from '../checker/index.ts'
import type { Booting } from '../model/memory/boot.ts'

/*
 * What the end of boot is for: from then on VTL0 is not asked any more.
 */

/** M-I11. */
export const bootProtectionStays = ({ boot, kernel, access }: Booting): Property =>
  always(
    'what boot has protected stays protected',
    {},
    {
      reads: () => ({ boot, access: access(kernel) }),
      holds: ({ boot, access }) => boot.value === 'booting' || access.value === 'executable',
    },
  )

export const nothingChangesAfterBoot = ({ boot }: Booting): Property =>
  onStep(
    'no protection of boot is given after its end',
    {},
    { on: ['vtl1.protect'], reads: () => ({ boot }), holds: ({ boot }) => boot.value === 'booting' },
  )

/** For a lock that is held from the question to the last hypercall. */
export const callsHoldBoot = ({ cores, call, bootLock }: Booting): Property =>
  always(
    'the end of boot is held off by as many calls as have yet to let it go',
    {},
    {
      reads: () => ({ bootLock, calls: cores.map(call) }),
      holds: ({ bootLock, calls }) =>
        bootLock.every(
          ({ context }) =>
            context.readers ===
            calls.filter(({ value, context: { todo } }) => value !== 'locking' && todo.some(({ stage }) => stage === 'unlock'))
              .length,
        ),
    },
  )

export const callsOutliveBoot = ({ boot, cores, call }: Booting): Property =>
  sometimes(
    'boot ends while a call is under way',
    { core: cores },
    {
      reads: ({ core }) => ({ boot, call: call(core) }),
      holds: ({ boot, call }) => boot.value === 'ended' && call.value !== 'idle',
    },
  )
