import { cell, finalWhen, type Scenario, type System, scenario, system, weak } from '../checker/index.ts'
import { hostBlock, hostRequest, vmpl0Driver } from '../model/platform/snp-request.ts'
import { type RequestDesign, type Requests, requestRules } from '../model/platform/snp-request-rules.ts'
import { requestClaims, requestProperties } from '../properties/snp-requests.ts'
import type { Claim } from './claim.ts'
import { requestDesigns } from './snp/request-designs.ts'

const knobs = {
  /** Who is hostile: nobody, the hypervisor, or the driver in VMPL0. */
  adversary: ['none', 'hypervisor', 'driver'],
  /** Whether the guest reads the status of a request before it uses the answer. */
  status: ['ignored', 'checked'],
  /** What it does with a request that was not served. */
  retry: ['never', 'resends-fresh', 'resends-same', 'gives-up'],
  /** What an error number does that LiteBox has no name for. */
  unknownErrors: ['panic', 'are-mapped'],
  /** What an address or length does that cannot be right. */
  badValues: ['panic', 'are-refused'],
  /** Whether the guest remembers which blocks it has. */
  blocks: ['unchecked', 'tracked'],
  outOfMemory: ['panics', 'fails'],
  /** What becomes of a block that the heap does not need any more. */
  free: ['never', 'panics', 'gives-back', 'scrubs'],
  /** Whether the private bit is set in the address of every frame. */
  privateBit: ['set', 'forgotten'],
  vcpus: [1, 2],
} as const

function build({ vcpus: count, ...design }: RequestDesign & { readonly vcpus: number }): System {
  const vcpus = Array.from({ length: count }, (_, at) => `vcpu${at}`)
  const world: Requests = {
    ...design,
    vcpus,
    blockNames: ['block0', 'block1'],
    request: (vcpu) => cell(`request.${vcpu}`, hostRequest),
    driver: (vcpu) => cell(`driver.${vcpu}`, vmpl0Driver),
    block: (name) => cell(name, hostBlock),
  }
  return system({
    cells: [...vcpus.flatMap((vcpu) => [world.request(vcpu), world.driver(vcpu)]), ...world.blockNames.map(world.block)],
    rules: requestRules(world),
    properties: requestProperties(world),
    final: finalWhen(
      { vcpu: vcpus },
      {
        reads: ({ vcpu }) => ({ request: world.request(vcpu) }),
        holds: ({ request }) => request.value === 'absent' || request.value === 'panicked',
      },
    ),
    fairness: [
      ...vcpus.map((vcpu) => weak({ actor: vcpu })),
      ...(design.adversary === 'hypervisor'
        ? []
        : vcpus.flatMap((vcpu) => [weak({ step: `hypervisor.resume(${vcpu})` }), weak({ step: `driver.answer(${vcpu},zero)` })])),
    ],
  })
}

export const snpRequests: Scenario = scenario({
  name: 'snp-requests',
  story:
    'The SNP guest asks its host for memory, files, threads and waits, in a record of its own memory that a driver in VMPL0 ' +
    'answers. What does it believe if the answer is none, or hostile? Left out: requests for time, output and packets, whose ' +
    'answers are used like those of a read.',
  knobs,
  sizes: { small: { vcpus: 1 }, full: { vcpus: 2 } },
  designs: requestDesigns,
  build,
})

const said = (quote: string, property: string): Claim => ({
  article: 'sev-snp-runner',
  quote,
  scenario: snpRequests.name,
  property,
})

export const snpRequestClaims: readonly Claim[] = [
  said('Translates between guest-side Linux ABI expectations and host VMM services', requestClaims.served),
  said('Guest physical pages are allocated through HostSnpInterface::alloc', requestClaims.taken),
  said('The runner ensures all guest memory remains encrypted using the VM-derived key', requestClaims.isPrivate),
  said('ensuring the hypervisor cannot observe decrypted memory contents during deallocation', requestClaims.scrubbed),
  said('The free callback similarly routes through the GHCB', requestClaims.panic),
  said('maintaining strict confidentiality guarantees against a potentially malicious hypervisor', requestClaims.isPrivate),
]
