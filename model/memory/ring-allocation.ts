import { setup } from 'xstate'
import { type CellOf, type Rule, rule, update } from '../../checker/index.ts'
import type { Booting } from './boot.ts'
import { nobody } from './guest-frame.ts'
import type { Task } from './vtl-call.ts'

/*
 * Which frame VTL1 writes its log to, and how VTL0 chooses it.
 *
 * Models: `mshv_vsm_allocate_ringbuffer_memory` of `litebox_platform_lvbs/src/mshv/vsm.rs`: `set_ringbuffer` of
 * `ringbuffer.rs` installs the frame behind a `Once`, which ignores every later one, and then the frame of this call is
 * made read-only for VTL0. Nothing is checked: neither whether boot has ended, nor whose frame it is, nor the address,
 * which `PhysAddr::new` panics on. Later versions ask for the end of boot and for a valid address, and protect first.
 *
 * Leaves out: sizes; where in the frame a message goes, for which see `ring-write.ts`.
 */

export const ringSlot = setup({
  types: { context: {} as { frame: string }, events: {} as { type: 'INSTALL'; frame: string } },
}).createMachine({
  id: 'ringSlot',
  context: { frame: 'none' },
  initial: 'unset',
  states: {
    unset: {
      on: {
        INSTALL: {
          target: 'set',
          actions: update((slot, { frame }) => {
            slot.frame = frame
          }),
        },
      },
    },
    set: { on: { INSTALL: 'set' } },
  },
})

export interface AllocationDesign {
  readonly order: 'install-first' | 'protect-first'
  /** What becomes of a call that finds a frame installed: it protects its own frame all the same, or it is refused. */
  readonly second: 'ignored' | 'refused'
  readonly gate: 'none' | 'end-of-boot'
  readonly address: 'unchecked' | 'checked'
}

export interface AllocationWorld extends Booting {
  /** The frame that an honest VTL0 chooses. */
  readonly log: string
  readonly slot: CellOf<typeof ringSlot>
}

const vsm = (symbol: string): string => `litebox_platform_lvbs/src/mshv/vsm.rs: ${symbol}`

function plan({ order, gate }: AllocationDesign, frame: string): Task[] {
  const check: Task[] = gate === 'none' ? [] : [{ stage: 'check' }]
  const [install, protect]: Task[] = [{ stage: 'install' }, { stage: 'protect', frame, access: 'readable' }]
  return order === 'install-first' ? [...check, install!, protect!] : [...check, protect!, install!]
}

export function ringAllocations(world: AllocationWorld, design: AllocationDesign): readonly Rule[] {
  const { cores, frames, vtl1Frames, log, call, bytes, boot, slot } = world
  const places = { core: cores, frame: frames }
  const allocate = rule('vtl0.allocateRing', places, {
    kind: 'environment',
    source: vsm('mshv_vsm_allocate_ringbuffer_memory'),
    needed: true,
    actor: () => 'vtl0',
    sees: () => ({ boot }),
    sends: ({ core }) => ({ call: call(core) }),
  }).does({
    when: {
      idle: ({ call }) => call.value === 'idle',
      honest: ({ boot }, { frame }) => frame === log || boot.value === 'ended',
    },
    events: (_, { frame }) => ({ call: { type: 'BEGIN', request: 'allocate', subject: frame, todo: plan(design, frame) } }),
  })
  const install = rule('ring.install', places, {
    source: 'litebox_platform_lvbs/src/mshv/ringbuffer.rs: set_ringbuffer',
    needed: true,
    actor: ({ core }) => core,
    sends: ({ core }) => ({ call: call(core), slot }),
  }).does({
    when: {
      installing: ({ call }) => call.value === 'installing',
      itsTurn: ({ call }, { frame }) => call.context.subject === frame,
    },
    events: ({ call, slot }, { frame }) => ({
      call:
        design.second === 'refused' && slot.value === 'set'
          ? { type: 'TURN', todo: [] }
          : { type: 'TURN', todo: call.context.todo.slice(1) },
      slot: { type: 'INSTALL', frame },
    }),
  })
  const panic = rule(
    'vtl1.panic',
    { core: cores },
    {
      kind: 'environment',
      source: vsm('mshv_vsm_allocate_ringbuffer_memory, PhysAddr::new of an address beyond 52 bits'),
      needed: true,
      actor: () => 'vtl0',
      sees: () => ({ boot }),
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({
    when: {
      idle: ({ call }) => call.value === 'idle',
      hostile: ({ boot }) => boot.value === 'ended',
    },
    events: () => ({ call: { type: 'PANIC' } }),
  })
  const write = rule(
    'log.write',
    { frame: frames.filter((frame) => !vtl1Frames.includes(frame)) },
    {
      source: 'litebox_platform_lvbs/src/mshv/ringbuffer.rs: RingBuffer::write; VTL1 refuses to map its own frames so',
      actor: () => 'log',
      sees: () => ({ slot }),
      sends: ({ frame }) => ({ bytes: bytes(frame) }),
    },
  ).does({
    when: { installed: ({ slot }, { frame }) => slot.context.frame === frame },
    events: () => ({ bytes: { type: 'WRITE', of: nobody } }),
  })
  return design.address === 'unchecked' ? [allocate, install, panic, write] : [allocate, install, write]
}
