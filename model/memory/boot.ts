import { setup } from 'xstate'
import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type { registryLock } from './protection-registry.ts'
import type { Vtl1 } from './protection-steps.ts'

/*
 * The end of VTL0's boot, up to which it is trusted, and the calls that ask whether it has come.
 *
 * Models: `Vtl0KernelInfo::set_end_of_boot` and `check_end_of_boot` of `litebox_platform_lvbs/src/mshv/vsm.rs`: a flag that
 * is set once. VTL0 is honest while it boots, and signals the end when its text is protected; from then on it is the
 * adversary. Nothing keeps the end from coming while a call is under way on another core.
 *
 * Leaves out: other calls that only work while VTL0 boots (control registers, certificates, symbols).
 */

export const bootFlag = setup({ types: { events: {} as { type: 'END' } } }).createMachine({
  id: 'bootFlag',
  initial: 'booting',
  states: { booting: { on: { END: 'ended' } }, ended: {} },
})

export interface Booting extends Vtl1 {
  readonly boot: CellOf<typeof bootFlag>
  /** The kernel's text, which must be protected when boot ends. */
  readonly kernel: string
  /** A lock that calls hold while they rely on the flag, or none. */
  readonly bootLock: readonly CellOf<typeof registryLock>[]
}

const vsm = (symbol: string): string => `litebox_platform_lvbs/src/mshv/vsm.rs: ${symbol}`

export const endOfBoot = ({ boot, kernel, access, bootLock }: Booting): Rule =>
  rule(
    'vtl0.endBoot',
    {},
    {
      kind: 'environment',
      source: vsm('mshv_vsm_end_of_boot'),
      needed: true,
      actor: () => 'vtl0',
      sees: () => ({ access: access(kernel) }),
      sends: () => ({ boot, bootLock }),
      waitsFor: ['bootLock'],
    },
  ).does({
    when: {
      booting: ({ boot }) => boot.value === 'booting',
      protected: ({ access }) => access.value === 'executable',
    },
    events: () => ({ boot: { type: 'END' }, bootLock: { type: 'PASS' } }),
  })

/** A call asks the flag, and ends where boot has. */
export const bootChecks = ({ cores, call, boot, undo }: Booting): readonly Rule[] => [
  rule(
    'vtl1.checkBoot',
    { core: cores },
    {
      source: vsm('check_end_of_boot'),
      needed: true,
      actor: ({ core }) => core,
      sees: () => ({ boot }),
      sends: ({ core }) => ({ call: call(core) }),
    },
  ).does({
    when: { checking: ({ call }) => call.value === 'checking' },
    events: ({ call, boot }) => ({
      call: boot.value === 'booting' ? { type: 'DONE' } : { type: 'TURN', todo: undo(call, 'refusal') },
    }),
  }),
]

/** The flag stays as it is while calls hold the lock. */
export const bootHolds = ({ cores, call, bootLock }: Booting): readonly Rule[] =>
  (['locking', 'unlocking'] as const).map((phase) =>
    rule(
      phase === 'locking' ? 'vtl1.holdBoot' : 'vtl1.letBootGo',
      { core: cores },
      {
        source: 'proposed: a lock that is held shared from check_end_of_boot to the last hypercall',
        needed: true,
        actor: ({ core }) => core,
        sends: ({ core }) => ({ call: call(core), bootLock }),
        waitsFor: ['bootLock'],
      },
    ).does({
      when: { due: ({ call }) => call.value === phase },
      events: () => ({ call: { type: 'DONE' }, bootLock: { type: phase === 'locking' ? 'ENTER' : 'LEAVE' } }),
    }),
  )
