import type { Design } from '../../checker/index.ts'
import type { RequestDesign } from '../../model/platform/snp-request-rules.ts'
import { requestClaims as claims } from '../../properties/snp-requests.ts'

const snapshot: RequestDesign = {
  adversary: 'none',
  status: 'ignored',
  retry: 'never',
  unknownErrors: 'panic',
  badValues: 'panic',
  blocks: 'unchecked',
  outOfMemory: 'panics',
  free: 'never',
  privateBit: 'set',
}
const mended: RequestDesign = {
  ...snapshot,
  status: 'checked',
  retry: 'resends-same',
  unknownErrors: 'are-mapped',
  badValues: 'are-refused',
  blocks: 'tracked',
  outOfMemory: 'fails',
  free: 'scrubs',
}

export const requestDesigns = {
  snapshot: {
    story:
      'The guest reads `ret` and never `status`, with a host that does its work. A signal that is pending makes the kernel ' +
      'answer a clone with ERESTARTNOINTR (513), for which there is no name: `unwrap`. No memory left panics as well.',
    knobs: snapshot,
    expect: {
      small: { verdict: 'violated', states: 368, violations: { [claims.panic]: 4, [claims.signal]: 4 } },
      full: { verdict: 'violated', states: 8456, violations: { [claims.panic]: 4, [claims.signal]: 4 } },
    },
  },
  'snapshot-under-hypervisor': {
    story:
      'The same under a hypervisor that resumes the guest before the driver has served the request: `ret` is still the zero ' +
      'that the guest wrote, and zero means thread started, woken, end of file, no memory. When the driver then runs, the ' +
      'record is gone and its answer lands where the stack has something else.',
    knobs: { ...snapshot, adversary: 'hypervisor' },
    expect: {
      small: {
        verdict: 'violated',
        states: 496,
        violations: { [claims.served]: 3, [claims.alive]: 4, [claims.panic]: 3, [claims.signal]: 4 },
      },
      full: {
        verdict: 'violated',
        states: 15368,
        violations: { [claims.served]: 3, [claims.alive]: 4, [claims.panic]: 3, [claims.signal]: 4 },
      },
    },
  },
  'snapshot-under-driver': {
    story:
      'The same under a driver that answers what it likes: memory that the guest has already (only alignment and size are ' +
      'checked), a misaligned address (`unimplemented!`), a length beyond the buffer (a slice index), or 0xfff, retry.',
    knobs: { ...snapshot, adversary: 'driver' },
    expect: {
      small: {
        verdict: 'violated',
        states: 2548,
        violations: { [claims.served]: 4, [claims.panic]: 4, [claims.signal]: 4, [claims.taken]: 8 },
      },
      full: {
        verdict: 'violated',
        states: 132496,
        violations: { [claims.served]: 4, [claims.panic]: 4, [claims.signal]: 4, [claims.taken]: 8 },
      },
    },
  },
  mended: {
    story: 'The status is read and an unserved request is sent again, as it is; nothing that the host answers panics.',
    knobs: mended,
    expect: {
      small: { verdict: 'holds', states: 352, asleep: ['guest.panic', 'guest.findUnserved', 'guest.sendAgain'] },
      full: { verdict: 'holds', states: 7736, asleep: ['guest.panic', 'guest.findUnserved', 'guest.sendAgain'] },
    },
  },
  'mended-under-hypervisor': {
    story: 'The same under the hypervisor: a record is there until it is answered, and answered once.',
    knobs: { ...mended, adversary: 'hypervisor' },
    expect: {
      small: { verdict: 'holds', states: 1216, asleep: ['guest.panic'] },
      full: { verdict: 'holds', states: 92344, asleep: ['guest.panic'] },
    },
  },
  'mended-under-driver': {
    story: 'The same under the driver, which may say retry for ever.',
    knobs: { ...mended, adversary: 'driver' },
    expect: {
      small: { verdict: 'violated', states: 1744, violations: { [claims.decided]: 9 }, asleep: ['guest.panic'] },
      full: { verdict: 'violated', states: 190096, violations: { [claims.decided]: 9 }, asleep: ['guest.panic'] },
    },
  },
  'gives-up-under-driver': {
    story: 'The guest sends a request again once and then gives up: a driver that says retry for ever gets nowhere.',
    knobs: { ...mended, retry: 'gives-up', adversary: 'driver' },
    expect: {
      small: { verdict: 'holds', states: 1680, asleep: ['guest.panic'] },
      full: { verdict: 'holds', states: 176400, asleep: ['guest.panic'] },
    },
  },
  'gives-up-under-hypervisor': {
    story: 'But under the hypervisor giving up leaves a request that the driver may serve yet, into a record that is gone.',
    knobs: { ...mended, retry: 'gives-up', adversary: 'hypervisor' },
    expect: {
      small: { verdict: 'violated', states: 1080, violations: { [claims.alive]: 7 }, asleep: ['guest.panic'] },
      full: { verdict: 'violated', states: 72850, violations: { [claims.alive]: 7 }, asleep: ['guest.panic'] },
    },
  },
  'resends-fresh-under-hypervisor': {
    story: 'An unserved request is made new before it is sent again: the driver may serve it in between, and then twice.',
    knobs: { ...mended, retry: 'resends-fresh', adversary: 'hypervisor' },
    expect: {
      small: { verdict: 'violated', states: 2008, violations: { [claims.once]: 6 }, asleep: ['guest.panic'] },
      full: { verdict: 'violated', states: 251842, violations: { [claims.once]: 6 }, asleep: ['guest.panic'] },
    },
  },
  'status-checked-under-hypervisor': {
    story: 'The status is read, and an unserved request is an error: nothing is believed, but the late answer still comes.',
    knobs: { ...mended, retry: 'never', adversary: 'hypervisor' },
    expect: {
      small: { verdict: 'violated', states: 480, violations: { [claims.alive]: 4 }, asleep: ['guest.panic'] },
      full: { verdict: 'violated', states: 14392, violations: { [claims.alive]: 4 }, asleep: ['guest.panic'] },
    },
  },
  'errors-mapped': {
    story: 'The snapshot, with every unknown error number mapped to one that has a name, and no memory an error.',
    knobs: { ...snapshot, unknownErrors: 'are-mapped', outOfMemory: 'fails' },
    expect: {
      small: { verdict: 'holds', states: 352, asleep: ['guest.panic'] },
      full: { verdict: 'holds', states: 7736, asleep: ['guest.panic'] },
    },
  },
  'blocks-unchecked-under-driver': {
    story: 'As the mended one, but the guest does not remember which blocks it has.',
    knobs: { ...mended, blocks: 'unchecked', adversary: 'driver' },
    expect: {
      small: {
        verdict: 'violated',
        states: 5341,
        violations: { [claims.taken]: 8, [claims.decided]: 9 },
        asleep: ['guest.panic'],
      },
      full: {
        verdict: 'violated',
        states: 582169,
        violations: { [claims.taken]: 8, [claims.decided]: 9 },
        asleep: ['guest.panic'],
      },
    },
  },
  'free-as-written': {
    story: 'As the mended one, with an allocator that gives memory back through `HostSnpInterface::free`, `unimplemented!`.',
    knobs: { ...mended, free: 'panics' },
    expect: {
      small: {
        verdict: 'violated',
        states: 367,
        violations: { [claims.panic]: 5 },
        asleep: ['guest.panic', 'guest.findUnserved', 'guest.sendAgain'],
      },
      full: {
        verdict: 'violated',
        states: 8063,
        violations: { [claims.panic]: 5 },
        asleep: ['guest.panic', 'guest.findUnserved', 'guest.sendAgain'],
      },
    },
  },
  'free-unscrubbed': {
    story: 'As the mended one, with memory given back as it is.',
    knobs: { ...mended, free: 'gives-back' },
    expect: {
      small: {
        verdict: 'violated',
        states: 565,
        violations: { [claims.scrubbed]: 7 },
        asleep: ['guest.panic', 'guest.findUnserved', 'guest.sendAgain'],
      },
      full: {
        verdict: 'violated',
        states: 12737,
        violations: { [claims.scrubbed]: 7 },
        asleep: ['guest.panic', 'guest.findUnserved', 'guest.sendAgain'],
      },
    },
  },
  'private-bit-forgotten': {
    story: 'As the mended one, with frames mapped by their plain address: the host reads and writes guest memory.',
    knobs: { ...mended, privateBit: 'forgotten' },
    expect: {
      small: {
        verdict: 'violated',
        states: 352,
        violations: { [claims.isPrivate]: 5 },
        asleep: ['guest.panic', 'guest.findUnserved', 'guest.sendAgain'],
      },
      full: {
        verdict: 'violated',
        states: 7736,
        violations: { [claims.isPrivate]: 5 },
        asleep: ['guest.panic', 'guest.findUnserved', 'guest.sendAgain'],
      },
    },
  },
} as const satisfies Readonly<Record<string, Design<RequestDesign>>>
