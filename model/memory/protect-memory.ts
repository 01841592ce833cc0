import { type Rule, rule } from '../../checker/index.ts'
import type { Booting } from './boot.ts'
import { nobody } from './guest-frame.ts'
import { nextRead, type Task } from './vtl-call.ts'

/*
 * The call by which a booting VTL0 has its kernel protected.
 *
 * Models: `mshv_vsm_protect_memory` of `litebox_platform_lvbs/src/mshv/vsm.rs`: ask once whether boot has ended, copy the
 * list of ranges, and give each range whatever rights the list says. The list lies in memory that VTL0 writes.
 *
 * Leaves out: lists of several pages and ranges.
 */

export interface ProtectDesign {
  /** `once`: before the list is copied. `again`: also after it. `late`: only after it. `held`: once, under a lock. */
  readonly check: 'once' | 'again' | 'late' | 'held'
}

export interface ProtectWorld extends Booting {
  /** The frame of the list. Authentic, it asks for what boot asks for. */
  readonly list: string
}

const plan = ({ check }: ProtectDesign, list: string): Task[] => {
  const read: Task = { stage: 'read', frame: list }
  switch (check) {
    case 'once':
      return [{ stage: 'check' }, read]
    case 'again':
      return [{ stage: 'check' }, read, { stage: 'check' }]
    case 'late':
      return [read, { stage: 'check' }]
    case 'held':
      return [{ stage: 'lock' }, { stage: 'check' }, read, { stage: 'unlock' }]
    default:
      return check satisfies never
  }
}

export const protectMemory = ({ cores, list, kernel, call, bytes }: ProtectWorld, design: ProtectDesign): readonly Rule[] => [
  rule(
    'vtl0.protectMemory',
    { core: cores },
    {
      kind: 'environment',
      source: 'litebox_platform_lvbs/src/mshv/vsm.rs: mshv_vsm_protect_memory',
      needed: true,
      actor: () => 'vtl0',
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({
    when: { idle: ({ call }) => call.value === 'idle' },
    events: () => ({ call: { type: 'BEGIN', request: 'protect', subject: kernel, todo: plan(design, list) } }),
  }),
  rule(
    'vtl1.readList',
    { core: cores },
    {
      source: 'litebox_platform_lvbs/src/mshv/vsm.rs: copy_heki_pages_from_vtl0',
      needed: true,
      actor: ({ core }) => core,
      sees: () => ({ bytes: bytes(list) }),
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({
    when: { reading: ({ call }) => nextRead(call) !== undefined },
    events: ({ call, bytes }) => {
      const rest = call.context.todo.slice(1)
      const checks = rest.filter(({ stage }) => stage === 'check')
      const others = rest.filter(({ stage }) => stage !== 'check')
      const access = bytes.context.of === nobody ? 'open' : 'executable'
      return { call: { type: 'TURN', todo: [...checks, { stage: 'protect', frame: kernel, access }, ...others] } }
    },
  }),
]

/** VTL0 rewrites the list, once it is no longer to be trusted. */
export const listWrites = ({ boot, list, bytes }: ProtectWorld): Rule =>
  rule(
    'vtl0.writeList',
    {},
    {
      kind: 'environment',
      source: 'the kernel of VTL0 writes its own memory at any time',
      needed: true,
      actor: () => 'vtl0',
      sees: () => ({ boot }),
      sends: () => ({ bytes: bytes(list) }),
    },
  ).does({
    when: { hostile: ({ boot }) => boot.value === 'ended' },
    events: () => ({ bytes: { type: 'WRITE', of: nobody } }),
  })
