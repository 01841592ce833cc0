import { setup } from 'xstate'
import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import { type guestFrame, nobody } from './guest-frame.ts'

/*
 * What VTL0 may do with a frame, as the hypervisor has it, and VTL0 doing it.
 *
 * Models: one entry of the protection table that `hv_modify_vtl_protection_mask` changes
 * (`litebox_platform_lvbs/src/mshv/hvcall_mm.rs`), with the rights that `mem_attr_to_hv_page_prot_flags` gives out
 * (`litebox_platform_lvbs/src/mshv/heki.rs`). Executable means executable in kernel mode: with MBEC, which
 * `mshv_vsm_secure_config_vtl0` turns on, READ lets user mode execute. VTL0 is the adversary: on a core of its own it
 * writes whatever it may, between any two steps. VTL1's accesses are not bound by the table: it restricts lower VTLs.
 *
 * Leaves out: execution as a step (a frame that may be executed is taken to be), reading, and VTL0's own page tables:
 * a compromised kernel has mapped every frame with every right.
 */

/** `closed`: no access. `open`: every access, which is what the hypervisor gives where nobody has asked. */
export type Access = 'closed' | 'readable' | 'writable' | 'executable' | 'open'

/** `writable` is readable too, `executable` is readable too and not writable. */
export const vtl0Access = setup({
  types: {
    context: {} as { initially: Access },
    input: {} as Access,
    events: {} as { type: 'SET'; access: Access },
  },
}).createMachine({
  id: 'vtl0Access',
  context: ({ input }) => ({ initially: input }),
  initial: 'unset',
  states: {
    unset: {
      always: [
        { guard: ({ context }) => context.initially === 'closed', target: 'closed' },
        { guard: ({ context }) => context.initially === 'readable', target: 'readable' },
        { guard: ({ context }) => context.initially === 'writable', target: 'writable' },
        { guard: ({ context }) => context.initially === 'executable', target: 'executable' },
        { target: 'open' },
      ],
    },
    closed: {},
    readable: {},
    writable: {},
    executable: {},
    open: {},
  },
  on: {
    SET: [
      { guard: ({ event }) => event.access === 'closed', target: '.closed' },
      { guard: ({ event }) => event.access === 'readable', target: '.readable' },
      { guard: ({ event }) => event.access === 'writable', target: '.writable' },
      { guard: ({ event }) => event.access === 'executable', target: '.executable' },
      { target: '.open' },
    ],
  },
})

export const mayWrite = (access: string): boolean => access === 'writable' || access === 'open'
export const mayExecute = (access: string): boolean => access === 'executable' || access === 'open'

export interface GuestMemory {
  /** The frames that VTL0's requests name. */
  readonly frames: readonly string[]
  /** Those of them that belong to VTL1. */
  readonly vtl1Frames: readonly string[]
  readonly bytes: (frame: string) => CellOf<typeof guestFrame>
  readonly access: (frame: string) => CellOf<typeof vtl0Access>
  /** Whose authentic bytes VTL0 has at hand for a frame. */
  readonly authors: (frame: string) => readonly string[]
}

/** VTL0 writes a frame whenever it may: authentic bytes, to be verified, or others. */
export const vtl0Writes = ({ frames, bytes, access, authors }: GuestMemory): Rule =>
  rule(
    'vtl0.write',
    { frame: frames, of: [...new Set(frames.flatMap(authors)), nobody] },
    {
      kind: 'environment',
      source: 'the kernel of VTL0 writes any frame that the hypervisor lets it write, at any time',
      needed: true,
      where: ({ frame, of }) => of === nobody || authors(frame).includes(of),
      actor: () => 'vtl0',
      sees: ({ frame }) => ({ access: access(frame) }),
      sends: ({ frame }) => ({ bytes: bytes(frame) }),
    },
  ).does({
    when: {
      mayWrite: ({ access }) => mayWrite(access.value),
      changes: ({ bytes }, { of }) => bytes.context.of !== of,
    },
    events: (_, { of }) => ({ bytes: { type: 'WRITE', of } }),
  })
