import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import { hostBlockRules } from './snp-memory.ts'
import type { Answer, hostBlock, hostRequest, RequestKind, vmpl0Driver } from './snp-request.ts'

/*
 * What the guest makes of an answer, and what two adversaries may answer.
 *
 * Models: the guest as in `snp-request.ts`. `none`: driver and hypervisor do their work, and a signal may be pending.
 * `hypervisor`: resumes the guest whenever it likes. `driver`: answers whatever it likes.
 *
 * Leaves out: a hypervisor that never resumes (it does so by taking no step, and no design can help it).
 */

export interface RequestDesign {
  readonly adversary: 'none' | 'hypervisor' | 'driver'
  /** Whether the guest reads `status` before it uses `ret`. */
  readonly status: 'ignored' | 'checked'
  /** What it does with a request that was not served, or that says retry. */
  readonly retry: 'never' | 'resends-fresh' | 'resends-same' | 'gives-up'
  /** An error number that LiteBox has no name for. */
  readonly unknownErrors: 'panic' | 'are-mapped'
  /** An address that is misaligned or too high, a length that is too long. */
  readonly badValues: 'panic' | 'are-refused'
  /** Whether the guest remembers which blocks it has. */
  readonly blocks: 'unchecked' | 'tracked'
  readonly outOfMemory: 'panics' | 'fails'
  /** What becomes of blocks that the heap does not need any more. */
  readonly free: 'never' | 'panics' | 'gives-back' | 'scrubs'
  readonly privateBit: 'set' | 'forgotten'
}

export interface Requests extends RequestDesign {
  readonly vcpus: readonly string[]
  readonly blockNames: readonly string[]
  readonly request: (vcpu: string) => CellOf<typeof hostRequest>
  readonly driver: (vcpu: string) => CellOf<typeof vmpl0Driver>
  readonly block: (name: string) => CellOf<typeof hostBlock>
}

export const kinds: readonly RequestKind[] = ['alloc', 'read', 'clone', 'wait']
export const snp = 'litebox_platform_linux_kernel/src/host/snp/snp_impl.rs'

type Record = {
  readonly kind: RequestKind | 'none'
  readonly status: string
  readonly ret: Answer
  readonly block: string
  readonly again: number
}

/** What the guest does with an answer; `given`: the block that it names is in the heap already. */
export function judgement(
  design: RequestDesign,
  { kind, status, ret, again }: Record,
  given: boolean,
): 'ACCEPT' | 'REFUSE' | 'RESEND' | 'PANIC' {
  if (design.status === 'checked' && status === 'incomplete')
    return design.retry === 'never' || (design.retry === 'gives-up' && again > 0) ? 'REFUSE' : 'RESEND'
  if (kind === 'alloc') {
    if (ret === 'zero') return design.outOfMemory === 'panics' ? 'PANIC' : 'REFUSE'
    if (ret !== 'value') return design.badValues === 'panic' ? 'PANIC' : 'REFUSE'
    return given && design.blocks === 'tracked' ? 'REFUSE' : 'ACCEPT'
  }
  switch (ret) {
    case 'zero':
    case 'value':
      return 'ACCEPT'
    // As a number it is no error, and shorter than a chunk by one.
    case 'retry':
      return 'ACCEPT'
    case 'error':
      return 'REFUSE'
    case 'restart':
      return design.unknownErrors === 'panic' ? 'PANIC' : 'REFUSE'
    case 'bad':
      return kind !== 'read' ? 'ACCEPT' : design.badValues === 'panic' ? 'PANIC' : 'REFUSE'
  }
}

export const requestRules = (world: Requests): readonly Rule[] => [
  ...guestRules(world),
  ...hostRules(world),
  ...hostBlockRules(world),
]

const guestRules = (world: Requests): readonly Rule[] => {
  const { vcpus, request, driver, block, blockNames } = world
  const blocks = blockNames.map(block)
  const judged = (record: Record, at: readonly { readonly context: { readonly given: number } }[]) =>
    judgement(world, record, (at[blockNames.indexOf(record.block)]?.context.given ?? 0) > 0)
  const footprint = (source: string) => ({
    source,
    actor: ({ vcpu }: { readonly vcpu: string }) => vcpu,
    sees: () => ({ blocks }),
    sends: ({ vcpu }: { readonly vcpu: string }) => ({ request: request(vcpu) }),
  })
  const resumed = { resumed: ({ request }: { readonly request: { readonly value: unknown } }) => request.value === 'resumed' }
  return [
    rule(
      'guest.send',
      { vcpu: vcpus, kind: kinds },
      {
        kind: 'environment',
        source: `${snp}: HostSnpInterface::request`,
        actor: ({ vcpu }) => vcpu,
        sends: ({ vcpu }) => ({ request: request(vcpu), driver: driver(vcpu) }),
      },
    ).does({
      when: { noneUnderWay: ({ request }) => request.value === 'absent' },
      events: (_, { kind }) => ({ request: { type: 'SEND', kind }, driver: { type: 'TAKE', kind } }),
    }),
    rule('guest.accept', { vcpu: vcpus }, footprint(`${snp}: parse_result, Ok`)).does({
      when: {
        ...resumed,
        noMemory: ({ request }) => request.context.kind !== 'alloc',
        acceptable: ({ request, blocks }) => judged(request.context, blocks) === 'ACCEPT',
      },
      events: () => ({ request: { type: 'ACCEPT' } }),
    }),
    rule(
      'guest.addToHeap',
      { vcpu: vcpus, name: blockNames },
      {
        source: `${snp}: HostSnpInterface::alloc; litebox/src/mm/allocator.rs: add_to_heap`,
        needed: true,
        actor: ({ vcpu }) => vcpu,
        sends: ({ vcpu, name }) => ({ request: request(vcpu), block: block(name) }),
      },
    ).does({
      when: {
        ...resumed,
        memory: ({ request }) => request.context.kind === 'alloc',
        thisBlock: ({ request }, { name }) => request.context.block === name,
        acceptable: ({ request, block }) => judgement(world, request.context, block.context.given > 0) === 'ACCEPT',
      },
      events: () => ({ request: { type: 'ACCEPT' }, block: { type: 'GIVE' } }),
    }),
    rule('guest.refuse', { vcpu: vcpus }, footprint(`${snp}: parse_result, Err`)).does({
      when: { ...resumed, error: ({ request, blocks }) => judged(request.context, blocks) === 'REFUSE' },
      events: () => ({ request: { type: 'REFUSE' } }),
    }),
    rule('guest.panic', { vcpu: vcpus }, footprint(`${snp}: parse_result, unwrap; alloc, unimplemented!`)).does({
      when: { ...resumed, unthought: ({ request, blocks }) => judged(request.context, blocks) === 'PANIC' },
      events: () => ({ request: { type: 'PANIC' } }),
    }),
    ...(world.status === 'checked' && world.retry !== 'never'
      ? [
          rule('guest.findUnserved', { vcpu: vcpus }, footprint('proposed: the status is read before the answer')).does({
            when: { ...resumed, unserved: ({ request, blocks }) => judged(request.context, blocks) === 'RESEND' },
            events: () => ({ request: { type: 'FIND_UNSERVED' } }),
          }),
          rule(
            'guest.sendAgain',
            { vcpu: vcpus },
            {
              source: 'proposed: the request is sent again while its status is incomplete',
              actor: ({ vcpu }) => vcpu,
              sends: ({ vcpu }) => ({ request: request(vcpu), driver: driver(vcpu) }),
            },
          ).does({
            when: { unserved: ({ request }) => request.value === 'unserved' },
            // A driver passes over a record that it has completed, unless the guest has made it look new.
            events: ({ request: { context } }) => ({
              request: { type: 'SEND_AGAIN', fresh: world.retry === 'resends-fresh' },
              driver:
                context.status === 'complete' && world.retry !== 'resends-fresh'
                  ? { type: 'DONE' }
                  : { type: 'TAKE', kind: context.kind as RequestKind },
            }),
          }),
        ]
      : []),
  ]
}

/** Answers that a driver which does its work gives; the block is its choice. */
const honest: Readonly<{ [K in RequestKind]: readonly Answer[] }> = {
  alloc: ['value', 'zero'],
  read: ['value', 'zero', 'error'],
  clone: ['zero', 'restart'],
  wait: ['zero', 'error'],
}

const answers: readonly Answer[] = ['zero', 'value', 'error', 'restart', 'bad', 'retry']

const hostRules = (world: Requests): readonly Rule[] => {
  const { vcpus, request, driver, block, blockNames, adversary } = world
  const mayAnswer = (kind: RequestKind | 'none', ret: Answer): boolean =>
    kind !== 'none' && ret !== 'value' && (adversary === 'driver' || honest[kind].includes(ret))
  return [
    rule(
      'driver.answer',
      { vcpu: vcpus, ret: answers },
      {
        kind: 'environment',
        source: 'litebox_platform_linux_kernel/src/host/snp/snp-sandbox.h: SnpVmplRequestArgs, the driver writes it',
        actor: () => 'driver',
        sends: ({ vcpu }) => ({ request: request(vcpu), driver: driver(vcpu) }),
      },
    ).does({
      when: {
        asked: ({ driver }) => driver.value === 'asked',
        anAnswer: ({ driver }, { ret }) =>
          mayAnswer(driver.context.kind, ret) || (ret === 'value' && driver.context.kind === 'read'),
      },
      // An error is an answer too: the driver has done with the request.
      events: (_, { ret }) => ({
        request: { type: 'ANSWER', ret, block: 'none', serves: ret !== 'retry' },
        driver: { type: 'DONE' },
      }),
    }),
    rule(
      'driver.giveBlock',
      { vcpu: vcpus, name: blockNames },
      {
        kind: 'environment',
        source: 'litebox_platform_linux_kernel/src/host/snp/snp-sandbox.h: SNP_VMPL_ALLOC_REQ',
        needed: true,
        actor: () => 'driver',
        sees: ({ vcpu, name }) => ({
          block: block(name),
          others: vcpus.filter((other) => other !== vcpu).map(request),
        }),
        sends: ({ vcpu }) => ({ request: request(vcpu), driver: driver(vcpu) }),
      },
    ).does({
      when: {
        asked: ({ driver }) => driver.value === 'asked' && driver.context.kind === 'alloc',
        free: ({ block, others }, { name }) =>
          adversary === 'driver' || (block.context.given === 0 && others.every(({ context }) => context.block !== name)),
      },
      events: (_, { name }) => ({
        request: { type: 'ANSWER', ret: 'value', block: name, serves: true },
        driver: { type: 'DONE' },
      }),
    }),
    rule(
      'hypervisor.resume',
      { vcpu: vcpus },
      {
        kind: 'environment',
        source: `${snp}: HostSnpInterface::request, vmmcall returns`,
        needed: true,
        actor: () => 'hypervisor',
        sees: ({ vcpu }) => ({ driver: driver(vcpu) }),
        sends: ({ vcpu }) => ({ request: request(vcpu) }),
      },
    ).does({
      when: {
        sent: ({ request }) => request.value === 'sent',
        served: ({ driver }) => driver.value === 'idle' || adversary === 'hypervisor',
      },
      events: () => ({ request: { type: 'RESUME' } }),
    }),
  ]
}
