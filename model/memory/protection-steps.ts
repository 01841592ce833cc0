import { type Rule, rule } from '../../checker/index.ts'
import { type Access, type GuestMemory, mayWrite } from './hypervisor-protection.ts'
import type { Registry } from './protection-registry.ts'
import { nextProtection, type Task, type UnderWay, type VtlCall } from './vtl-call.ts'

/*
 * VTL1 changing what VTL0 may do with a frame: one hypercall.
 *
 * Models: `litebox_platform_lvbs/src/mshv/vsm.rs: protect_physical_memory_range`, which every call comes down to. At the
 * snapshot it is under no lock, is recorded nowhere, and has no regard to who owns the frame. PR #763 rejects frames of
 * VTL1, PR #851 skips them, and PR #1011 makes the hypercall under the lock of a registry, which it keeps up to date.
 *
 * Leaves out: ranges of several frames. Each frame is a task of its own: a hypercall over many is not atomic either, and
 * one that is refused half way leaves a prefix changed.
 */

export interface Vtl1 extends GuestMemory, Registry {
  /** The cores on which VTL1 serves calls. */
  readonly cores: readonly string[]
  readonly call: (core: string) => VtlCall
  /** What a call has still to do that fails, because of what it has read or because of what it may not do. */
  readonly undo: (call: UnderWay, cause: 'verification' | 'refusal') => readonly Task[]
}

/** What becomes of a request to change the protection of VTL1's own frames. `reserved`: it does not come that far. */
export type Ownership = 'unchecked' | 'rejected' | 'skipped' | 'reserved'

const changes = ['readable', 'writable', 'executable', 'open'] as const satisfies readonly Access[]

/** One hypercall. Under a registry it waits until nobody has a frame mapped for VTL0, and is recorded. */
export const protections = (world: Vtl1, ownership: Ownership): readonly Rule[] => {
  const { cores, frames, vtl1Frames, call, access, listing, gate } = world
  const isChecked = ownership === 'rejected' || ownership === 'skipped'
  const reachable = isChecked ? frames.filter((frame) => !vtl1Frames.includes(frame)) : frames
  return [
    rule(
      'vtl1.protect',
      { core: cores, frame: reachable, access: changes },
      {
        source: 'litebox_platform_lvbs/src/mshv/vsm.rs: protect_physical_memory_range',
        needed: true,
        actor: ({ core }) => core,
        sends: ({ core, frame }) => ({ call: call(core), access: access(frame), listing: listing(frame), gate }),
        waitsFor: ['gate'],
      },
    ).does({
      when: {
        protecting: ({ call }) => call.value === 'protecting',
        itsTurn: ({ call }, { frame, access }) =>
          nextProtection(call)?.frame === frame && nextProtection(call)?.access === access,
      },
      events: (_, { access }) => ({
        call: { type: 'DONE' },
        access: { type: 'SET', access },
        listing: { type: mayWrite(access) ? 'UNLIST' : 'LIST' },
        gate: { type: 'PASS' },
      }),
    }),
    ...(isChecked ? [ownFrames(world, ownership)] : []),
  ]
}

const ownFrames = ({ cores, vtl1Frames, call, undo }: Vtl1, ownership: 'rejected' | 'skipped'): Rule =>
  rule(
    ownership === 'rejected' ? 'vtl1.rejectOwnFrame' : 'vtl1.skipOwnFrame',
    { core: cores, frame: vtl1Frames },
    {
      source: 'litebox_platform_lvbs/src/mshv/vsm.rs: protect_physical_memory_range, in later versions',
      actor: ({ core }) => core,
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({
    when: {
      protecting: ({ call }) => call.value === 'protecting',
      itsTurn: ({ call }, { frame }) => nextProtection(call)?.frame === frame,
    },
    events: ({ call }) => ({
      call: ownership === 'skipped' ? { type: 'DONE' } : { type: 'TURN', todo: undo(call, 'refusal') },
    }),
  })

/** The hypervisor may refuse to take rights away from VTL0; it is taken to give them back whenever it is asked. */
export const hypervisorRefusals = ({ cores, call, undo }: Vtl1): Rule =>
  rule(
    'hypervisor.refuse',
    { core: cores },
    {
      kind: 'environment',
      source: 'litebox_platform_lvbs/src/mshv/hvcall_mm.rs: hv_modify_vtl_protection_mask, HypercallFailed',
      needed: true,
      actor: () => 'hypervisor',
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({
    when: {
      protecting: ({ call }) => call.value === 'protecting',
      restricts: ({ call }) => nextProtection(call)?.access !== 'writable',
    },
    events: ({ call }) => ({ call: { type: 'TURN', todo: undo(call, 'refusal') } }),
  })
