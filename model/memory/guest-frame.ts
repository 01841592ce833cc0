import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * A frame of guest-physical memory: whose bytes it holds.
 *
 * Models: contents as a verification sees them. Bytes are `authentic` when they are exactly what a signature covers,
 * and then it matters whose: `of` names the module, or the kernel. Everything else is `tampered`.
 * From `litebox_platform_lvbs/src/mshv/mem_integrity.rs: verify_kernel_module_signature,
 * validate_kernel_module_against_elf, verify_kernel_pe_signature`, whose answers depend on nothing else here.
 *
 * Leaves out: the bytes themselves, so a write replaces the frame at once; what relocation may change without being
 * noticed; and the signed file beside the loaded memory, of which VTL1 verifies a private copy.
 */

/** Whose bytes a frame holds if they are nobody's. */
export const nobody = 'nobody'

export const guestFrame = setup({
  types: {
    context: {} as { of: string },
    input: {} as { of: string },
    events: {} as { type: 'WRITE'; of: string },
  },
}).createMachine({
  id: 'guestFrame',
  context: ({ input }) => input,
  initial: 'written',
  states: {
    written: { always: [{ guard: ({ context }) => context.of === nobody, target: 'tampered' }, { target: 'authentic' }] },
    authentic: {},
    tampered: {},
  },
  on: {
    WRITE: {
      target: '.written',
      actions: update((frame, { of }) => {
        frame.of = of
      }),
    },
  },
})
