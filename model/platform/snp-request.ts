import { setup } from 'xstate'
import { update } from '../../checker/index.ts'

/*
 * A request that the SNP guest makes of its host, in a record of its own memory, and what the record is answered with.
 *
 * Models: `litebox_platform_linux_kernel/src/host/snp/snp_impl.rs: SnpVmplRequestArgs::new_request, HostSnpInterface::
 * request, parse_result, parse_alloc_result, alloc, load_file_from_host, spawn_thread, block_or_maybe_timeout`. The record
 * lies on the guest's stack, in private memory, as long as the call lasts. A driver in the kernel of VMPL0 reads it and
 * writes `status` and `ret`; a hypervisor switches between the two. The hypervisor cannot write the record, but may resume
 * the guest before the driver has run, and let the driver run later.
 *
 * Leaves out: the arguments of requests, requests for time, output and packets (their answers are used like a read's), the
 * order in which a driver serves threads (any), and PVALIDATE, which is VMPL0's.
 */

/** `alloc`: a block of memory. `read`: a chunk of a file. `clone`: a thread. `wait`: on a futex. */
export type RequestKind = 'alloc' | 'read' | 'clone' | 'wait'
/**
 * What `ret` may hold. `zero` is also what the guest wrote there itself; it means: no memory, end of file, thread started,
 * woken. `bad`: misaligned or beyond 64 GiB, or more than the buffer holds. `restart`: ERESTARTNOINTR, which a kernel
 * returns from clone when a signal is pending, if the driver, which starts the thread in a way of its own, passes that on;
 * its source is not there to look at. `retry`: 0xfff, which the header calls VMSA_GUEST_ERROR_RETRY.
 */
export type Answer = 'zero' | 'value' | 'error' | 'restart' | 'bad' | 'retry'

export const hostRequest = setup({
  types: {
    context: {} as {
      kind: RequestKind | 'none'
      status: 'incomplete' | 'complete'
      ret: Answer
      /** The block that `ret` names, of an answer to `alloc`. */
      block: string
      /** How often the driver has done what the record asks; the guest does not know. */
      served: number
      /** Whether the guest has sent it again: 0 or 1. */
      again: number
    },
    events: {} as
      | { type: 'SEND'; kind: RequestKind }
      | { type: 'ANSWER'; ret: Answer; block: string; serves: boolean }
      | { type: 'RESUME' }
      | { type: 'ACCEPT' }
      | { type: 'REFUSE' }
      | { type: 'FIND_UNSERVED' }
      /** `fresh`: with the status and answer of a record that nobody has seen. */
      | { type: 'SEND_AGAIN'; fresh: boolean }
      | { type: 'PANIC' }
      | { type: 'IDLE' },
  },
  actions: {
    write: update((request, event) => {
      if (event.type !== 'ANSWER') return
      request.status = event.ret === 'retry' ? 'incomplete' : 'complete'
      request.ret = event.ret
      request.block = event.block
      if (event.serves) request.served = Math.min(2, request.served + 1)
    }),
    drop: update((request) => {
      Object.assign(request, { kind: 'none', status: 'incomplete', ret: 'zero', block: 'none', served: 0, again: 0 })
    }),
  },
}).createMachine({
  id: 'hostRequest',
  context: { kind: 'none', status: 'incomplete', ret: 'zero', block: 'none', served: 0, again: 0 },
  initial: 'absent',
  states: {
    absent: {
      on: {
        SEND: {
          target: 'sent',
          actions: update((request, { kind }) => {
            request.kind = kind
          }),
        },
        // Into what the stack holds by now.
        ANSWER: 'absent',
        IDLE: 'absent',
        PANIC: 'panicked',
      },
    },
    sent: {
      on: {
        ANSWER: { actions: 'write' },
        RESUME: 'resumed',
      },
    },
    resumed: {
      on: {
        ANSWER: { actions: 'write' },
        ACCEPT: { target: 'absent', actions: 'drop' },
        REFUSE: { target: 'absent', actions: 'drop' },
        FIND_UNSERVED: 'unserved',
        PANIC: { target: 'panicked', actions: 'drop' },
      },
    },
    // Between the look at the status and the next call.
    unserved: {
      on: {
        ANSWER: { actions: 'write' },
        SEND_AGAIN: {
          target: 'sent',
          actions: update((request, { fresh }) => {
            request.again = 1
            if (!fresh) return
            request.status = 'incomplete'
            request.ret = 'zero'
            request.block = 'none'
          }),
        },
      },
    },
    panicked: { on: { ANSWER: 'panicked' } },
  },
})

/** What the driver of VMPL0 has before it for one virtual processor. */
export const vmpl0Driver = setup({
  types: {
    context: {} as { kind: RequestKind | 'none' },
    events: {} as { type: 'TAKE'; kind: RequestKind } | { type: 'DONE' },
  },
}).createMachine({
  id: 'vmpl0Driver',
  context: { kind: 'none' },
  initial: 'idle',
  states: {
    idle: {
      on: {
        DONE: 'idle',
        TAKE: {
          target: 'asked',
          actions: update((driver, { kind }) => {
            driver.kind = kind
          }),
        },
      },
    },
    asked: {
      on: {
        TAKE: {
          target: 'asked',
          actions: update((driver, { kind }) => {
            driver.kind = kind
          }),
        },
        DONE: {
          target: 'idle',
          actions: update((driver) => {
            driver.kind = 'none'
          }),
        },
      },
    },
  },
})

/**
 * A block of 4 MiB that the host gives to the guest, `litebox/src/mm/allocator.rs: SafeZoneAllocator` to the guest's heap,
 * and `litebox_platform_linux_kernel/src/mm/pgtable.rs: allocate_frame` to a page-table entry of the guest.
 */
export const hostBlock = setup({
  types: {
    context: {} as {
      /** How many times it is in the heap. */
      given: number
      /** Whether it holds what the guest wrote. */
      written: boolean
      mapped: 'no' | 'private' | 'shared'
    },
    events: {} as
      | { type: 'GIVE' }
      | { type: 'MAP'; isPrivate: boolean }
      | { type: 'UNMAP' }
      | { type: 'RETURN'; scrubbed: boolean },
  },
}).createMachine({
  id: 'hostBlock',
  context: { given: 0, written: false, mapped: 'no' },
  initial: 'there',
  states: {
    there: {
      on: {
        GIVE: {
          actions: update((block) => {
            block.given = Math.min(2, block.given + 1)
          }),
        },
        MAP: {
          actions: update((block, { isPrivate }) => {
            block.mapped = isPrivate ? 'private' : 'shared'
            block.written = true
          }),
        },
        UNMAP: {
          actions: update((block) => {
            block.mapped = 'no'
          }),
        },
        RETURN: {
          actions: update((block, { scrubbed }) => {
            block.given = 0
            if (scrubbed) block.written = false
          }),
        },
      },
    },
  },
})
