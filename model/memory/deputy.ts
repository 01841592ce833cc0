import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'
import { nobody } from './guest-frame.ts'
import type { GuestMemory } from './hypervisor-protection.ts'
import type { Registry } from './protection-registry.ts'

/*
 * A core of VTL1 that writes for VTL0: the output of a trusted application goes into a buffer that VTL0 has named.
 *
 * Models: a call's output buffer from the message that names it (`get_shm_info_from_optee_msg_param_tmem` of
 * `litebox_shim_optee/src/msg_handler.rs`) to `write_data_to_shm`: map writable, copy, unmap. The hypervisor does not
 * stand between VTL1 and the frame. `validate_unowned` keeps VTL1's own frames out, which is all that the snapshot
 * checks; later versions ask the registry (`ProtectedFrameRegistry::acquire_access_guard`) and hold its lock shared until
 * the frame is unmapped.
 *
 * Leaves out: the application itself, whose output its client in VTL0 chooses; buffers of several frames; the page tables
 * of VTL1, for which see `physical-pointer.ts`.
 */

/** Whether a writer asks the registry, and for how long it holds what lets it in. */
export type Guard = 'none' | 'let-go' | 'held'

export const deputy = setup({
  types: {
    context: {} as { frame: string; guarded: boolean },
    events: {} as
      | { type: 'NAME'; frame: string }
      | { type: 'ADMIT'; guarded: boolean }
      | { type: 'REJECT' }
      | { type: 'MAP' }
      | { type: 'WRITE' }
      | { type: 'UNMAP' }
      | { type: 'LET_GO' },
  },
  actions: {
    forget: update((deputy) => {
      deputy.frame = 'none'
      deputy.guarded = false
    }),
  },
}).createMachine({
  id: 'deputy',
  context: { frame: 'none', guarded: false },
  initial: 'idle',
  states: {
    idle: {
      on: {
        NAME: {
          target: 'named',
          actions: update((deputy, { frame }) => {
            deputy.frame = frame
          }),
        },
      },
    },
    named: {
      on: {
        ADMIT: {
          target: 'admitted',
          actions: update((deputy, { guarded }) => {
            deputy.guarded = guarded
          }),
        },
        REJECT: { target: 'idle', actions: 'forget' },
      },
    },
    admitted: { on: { MAP: 'mapped' } },
    mapped: { on: { WRITE: 'written' } },
    written: { on: { UNMAP: 'unmapped' } },
    unmapped: {
      always: { guard: ({ context }) => !context.guarded, target: 'idle', actions: 'forget' },
      on: { LET_GO: { target: 'idle', actions: 'forget' } },
    },
  },
})

export interface Deputies extends GuestMemory, Registry {
  readonly deputies: readonly string[]
  readonly deputy: (core: string) => CellOf<typeof deputy>
}

const ptr = (symbol: string): string => `litebox_shim_optee/src/ptr.rs: ${symbol}`

export function deputyWrites(world: Deputies, guard: Guard): readonly Rule[] {
  const { deputies, frames, bytes, deputy } = world
  const places = { core: deputies, frame: frames }
  return [
    rule('vtl0.nameBuffer', places, {
      kind: 'environment',
      source: 'litebox_shim_optee/src/msg_handler.rs: get_shm_info_from_optee_msg_param_tmem',
      needed: true,
      actor: () => 'vtl0',
      sends: ({ core }) => ({ deputy: deputy(core) }),
    }).does({
      when: { idle: ({ deputy }) => deputy.value === 'idle' },
      events: (_, { frame }) => ({ deputy: { type: 'NAME', frame } }),
    }),
    ...admissions(world, guard),
    rule(
      'deputy.map',
      { core: deputies },
      {
        source: ptr('map_and_get_ptr_guard'),
        needed: true,
        actor: ({ core }) => core,
        sends: ({ core }) => ({ deputy: deputy(core) }),
      },
    ).does({
      when: { admitted: ({ deputy }) => deputy.value === 'admitted' },
      events: () => ({ deputy: { type: 'MAP' } }),
    }),
    rule('deputy.write', places, {
      source: 'litebox_shim_optee/src/msg_handler.rs: write_data_to_shm',
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core, frame }) => ({ deputy: deputy(core), bytes: bytes(frame) }),
    }).does({
      when: {
        mapped: ({ deputy }) => deputy.value === 'mapped',
        itsFrame: ({ deputy }, { frame }) => deputy.context.frame === frame,
      },
      events: () => ({ deputy: { type: 'WRITE' }, bytes: { type: 'WRITE', of: nobody } }),
    }),
    rule(
      'deputy.unmap',
      { core: deputies },
      {
        source: ptr('MappedGuard::drop'),
        needed: true,
        actor: ({ core }) => core,
        sends: ({ core }) => ({ deputy: deputy(core) }),
      },
    ).does({
      when: { written: ({ deputy }) => deputy.value === 'written' },
      events: () => ({ deputy: { type: 'UNMAP' } }),
    }),
  ]
}

/** Readers of the registry pass while no writer holds its lock or has announced itself. */
const isOpen = ({ value }: { readonly value: string }): boolean => value === 'free' || value === 'shared'

/** How a writer is let in: always, or if the registry does not list its frame at that time. */
const admissions = ({ deputies, frames, deputy, listing, gate }: Deputies, guard: Guard): readonly Rule[] => {
  const places = { core: deputies, frame: frames }
  const holds = guard === 'held'
  const source = 'litebox_platform_lvbs/src/mshv/vsm.rs: ProtectedFrameRegistry::acquire_access_guard, in later versions'
  const admit = rule('deputy.admit', places, {
    source: guard === 'none' ? 'litebox_platform_lvbs/src/lib.rs: validate_unowned' : source,
    needed: true,
    actor: ({ core }) => core,
    sees: ({ frame }) => ({ listing: guard === 'none' ? [] : listing(frame), passage: guard === 'let-go' ? gate : [] }),
    sends: ({ core }) => ({ deputy: deputy(core), gate: holds ? gate : [] }),
    waitsFor: ['gate'],
  }).does({
    when: {
      named: ({ deputy }) => deputy.value === 'named',
      itsFrame: ({ deputy }, { frame }) => deputy.context.frame === frame,
      unlisted: ({ listing }) => listing.every(({ value }) => value === 'unlisted'),
      open: ({ passage }) => passage.every(isOpen),
    },
    events: () => ({ deputy: { type: 'ADMIT', guarded: holds }, gate: { type: 'ENTER' } }),
  })
  if (guard === 'none') return [admit]
  const reject = rule('deputy.reject', places, {
    source,
    needed: true,
    actor: ({ core }) => core,
    sees: ({ frame }) => ({ listing: listing(frame), passage: gate }),
    sends: ({ core }) => ({ deputy: deputy(core) }),
  }).does({
    when: {
      named: ({ deputy }) => deputy.value === 'named',
      itsFrame: ({ deputy }, { frame }) => deputy.context.frame === frame,
      listed: ({ listing }) => listing.some(({ value }) => value === 'listed'),
      open: ({ passage }) => passage.every(isOpen),
    },
    events: () => ({ deputy: { type: 'REJECT' } }),
  })
  if (!holds) return [admit, reject]
  return [
    admit,
    reject,
    rule(
      'deputy.letGo',
      { core: deputies },
      {
        source: 'litebox_platform_lvbs/src/mshv/vsm.rs: ProtectedFrameAccessGuard, its drop',
        needed: true,
        actor: ({ core }) => core,
        sends: ({ core }) => ({ deputy: deputy(core), gate }),
      },
    ).does({
      when: { unmapped: ({ deputy }) => deputy.value === 'unmapped' },
      events: () => ({ deputy: { type: 'LET_GO' }, gate: { type: 'LEAVE' } }),
    }),
  ]
}
