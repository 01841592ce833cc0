import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type { spinlock } from '../platform/spinlock.ts'
import type { ForeignWindows } from './foreign-windows.ts'
import { isDue, type VmapDesign } from './vmap.ts'

/*
 * An exclusive lock on physical frames that a mapping holds from before it maps until after it is flushed.
 *
 * Models: the physical address range lock that is announced with the physical pointers, as an early branch has it
 * (`litebox_platform_lvbs/src/lib.rs: PhysFrameLock`): its taking function takes all frames of a mapping or none, a caller
 * tries a bounded number of times and then reports contention, `unlock_for_vunmap` comes after the unmapping. Only
 * mappings of foreign memory take it.
 *
 * Leaves out: ranges of frames, and the number of tries: giving up is possible whenever the lock is held.
 */

export interface FrameLocks extends ForeignWindows {
  readonly frameLock: (frame: string) => CellOf<typeof spinlock>
}

const branch = 'branch sanghle/lvbs/physlock, litebox_platform_lvbs/src/lib.rs'

export const frameLocking = ({ cores, frames, pointer, frameLock }: FrameLocks, design: VmapDesign): readonly Rule[] => {
  const places = { core: cores, frame: frames }
  return [
    rule('frameLock.take', places, {
      source: `${branch}: PhysFrameLock`,
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core, frame }) => ({ pointer: pointer(core), lock: frameLock(frame) }),
      waitsFor: ['lock'],
    }).does({
      when: {
        ...isDue(design, 'lock'),
        itsFrame: ({ pointer }, { frame }) => pointer.context.frame === frame,
      },
      events: (_, { core }) => ({ pointer: { type: 'LOCK' }, lock: { type: 'ACQUIRE', holder: core } }),
    }),
    rule('frameLock.giveUp', places, {
      source: `${branch}: vmap, FrameLockContention`,
      needed: true,
      actor: ({ core }) => core,
      sees: ({ frame }) => ({ lock: frameLock(frame) }),
      sends: ({ core }) => ({ pointer: pointer(core) }),
    }).does({
      when: {
        ...isDue(design, 'lock'),
        itsFrame: ({ pointer }, { frame }) => pointer.context.frame === frame,
        held: ({ lock }) => lock.value === 'held',
      },
      events: () => ({ pointer: { type: 'REFUSE' } }),
    }),
    rule('frameLock.release', places, {
      source: `${branch}: PhysFrameLock::unlock_for_vunmap`,
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core, frame }) => ({ pointer: pointer(core), lock: frameLock(frame) }),
    }).does({
      when: {
        releasing: ({ pointer }) => pointer.value === 'releasing',
        itsFrame: ({ pointer }, { frame }) => pointer.context.frame === frame,
        locked: ({ pointer }) => pointer.context.locked,
        addressReturned: ({ pointer }) => pointer.context.page === 'none',
      },
      events: () => ({ pointer: { type: 'UNLOCK' }, lock: { type: 'RELEASE' } }),
    }),
  ]
}
