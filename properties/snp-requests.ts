import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import type { Requests } from '../model/platform/snp-request-rules.ts'

export const requestClaims = {
  served: 'an answer is used only if the host has done what it was asked',
  once: 'the host does once what it is asked once',
  alive: 'an answer is written only into a record that is there',
  panic: 'no answer of the host panics the guest',
  signal: 'a signal that is pending when a thread is asked for panics nobody',
  kept: 'no memory is dropped that the host has given',
  error: 'an error is not taken for an answer',
  taken: 'no memory is in the heap of the guest twice',
  isPrivate: 'every page-table entry of guest memory carries the private bit',
  scrubbed: 'memory goes back to the host scrubbed',
  decided: 'a request that the host answers is decided in the end',
} as const

export const requestProperties = (world: Requests): readonly Property[] => {
  const { vcpus, blockNames, request, block, adversary } = world
  const each = { vcpu: vcpus }
  const ofRequest = { reads: ({ vcpu }: { readonly vcpu: string }) => ({ request: request(vcpu) }) }
  const ofBlock = { reads: ({ name }: { readonly name: string }) => ({ block: block(name) }) }
  return [
    onStep(requestClaims.served, each, {
      ...ofRequest,
      on: ['guest.accept', 'guest.addToHeap'],
      holds: ({ request }, after) => after.request.value === request.value || request.context.served > 0,
    }),
    onStep(requestClaims.kept, each, {
      reads: ({ vcpu }) => ({ request: request(vcpu), blocks: blockNames.map(block) }),
      on: ['guest.accept', 'guest.refuse'],
      holds: ({ request: { context }, blocks }, _, { at }, { vcpu }) =>
        at.vcpu !== vcpu ||
        context.kind !== 'alloc' ||
        context.ret !== 'value' ||
        blocks[blockNames.indexOf(context.block)]!.context.given > 0,
    }),
    onStep(requestClaims.error, each, {
      ...ofRequest,
      on: ['guest.accept'],
      holds: ({ request }, _, { at }, { vcpu }) => at.vcpu !== vcpu || !['error', 'restart'].includes(request.context.ret),
    }),
    always(requestClaims.once, each, { ...ofRequest, holds: ({ request }) => request.context.served < 2 }),
    onStep(requestClaims.alive, each, {
      ...ofRequest,
      on: ['driver.answer', 'driver.giveBlock'],
      holds: ({ request }, _, { at }, { vcpu }) => at.vcpu !== vcpu || request.value !== 'absent',
    }),
    always(requestClaims.panic, each, { ...ofRequest, holds: ({ request }) => request.value !== 'panicked' }),
    onStep(requestClaims.signal, each, {
      ...ofRequest,
      on: ['guest.panic'],
      holds: ({ request: { context } }, _, { at }, { vcpu }) =>
        at.vcpu !== vcpu || context.kind !== 'clone' || context.ret !== 'restart',
    }),
    always(requestClaims.taken, { name: blockNames }, { ...ofBlock, holds: ({ block }) => block.context.given < 2 }),
    always(
      requestClaims.isPrivate,
      { name: blockNames },
      { ...ofBlock, holds: ({ block }) => block.context.mapped !== 'shared' },
    ),
    always(
      requestClaims.scrubbed,
      { name: blockNames },
      { ...ofBlock, holds: ({ block }) => block.context.given > 0 || !block.context.written },
    ),
    // Of a hypervisor that resumes when it likes nothing can be asked.
    ...(adversary === 'hypervisor'
      ? []
      : [
          leadsTo(requestClaims.decided, each, {
            ...ofRequest,
            from: ({ request }) => request.value === 'sent',
            to: ({ request }) => request.value === 'absent' || request.value === 'panicked',
          }),
        ]),
    sometimes(
      'memory of the host is mapped for the guest',
      { name: blockNames },
      { ...ofBlock, holds: ({ block }) => block.context.mapped !== 'no' },
    ),
  ]
}
