import { type CellOf, type Rule, rule } from '../../checker/index.ts'
import type { spinlock } from '../platform/spinlock.ts'
import type { patchCall, textByte } from './patched-text.ts'
import { answerTo, bytesOf, mostPatchBytes, type Patch, type PatchDesign, type Target } from './text-patch.ts'

/*
 * VTL0 asking for text patches, and VTL1 writing them, byte by byte, into text that VTL0 may execute.
 *
 * Models: `mshv_vsm_patch_text` of `litebox_platform_lvbs/src/mshv/vsm.rs`. VTL1 copies the structure, so that what is
 * judged is what is written; it holds no lock while it writes, and keeps no record of what it has written. An instruction
 * is executed by other cores of VTL0 at any time. VTL0 asks for what it likes: any address, any second page, any step.
 *
 * Leaves out: the lookup's lock and the time between lookup and write, for which see `patch-lookup.ts`; text that is not
 * the target's, of which only the writes to it are seen; a structure that VTL0 changes between the copies of its two
 * halves, which is one more structure that it might have asked with.
 */

export interface TextPatching {
  readonly cores: readonly string[]
  readonly target: Target
  readonly call: (core: string) => CellOf<typeof patchCall>
  /** The bytes of the target, in order. */
  readonly text: readonly CellOf<typeof textByte>[]
  /** The addresses that VTL0 tries, as beginning and as second page. */
  readonly firsts: readonly number[]
  readonly seconds: readonly number[]
  /** A lock that is held from the check to the last write, or none. */
  readonly lock: readonly CellOf<typeof spinlock>[]
}

export interface CallDesign extends PatchDesign {
  /** Whether a step is accepted only where the steps before it were taken. */
  readonly sequence: 'unchecked' | 'checked'
}

/** The array of code bytes for each step. What lies beyond the patch's size is VTL0's to choose. */
const junk = { code: 'junk', at: 0 } as const
const steps = {
  breakpoint: [{ code: 'breakpoint', at: 0 }, junk, junk],
  'old-head': [{ code: 'old', at: 0 }, junk, junk],
  'new-head': [{ code: 'new', at: 0 }, junk, junk],
  'old-rest': [{ code: 'old', at: 1 }, { code: 'old', at: 2 }, junk],
  'new-rest': [{ code: 'new', at: 1 }, { code: 'new', at: 2 }, junk],
} as const satisfies Readonly<Record<string, Patch['code']>>
type Step = keyof typeof steps
const stepNames = ['breakpoint', 'old-head', 'new-head', 'old-rest', 'new-rest'] as const satisfies readonly Step[]

const sizes = Array.from({ length: mostPatchBytes }, (_, at) => at + 1)

/** Whether the steps before this one were taken, as VTL1 can see in the text itself. */
function isNext(step: Step, text: readonly { readonly value: string }[]): boolean {
  const [head, ...rest] = text.map(({ value }) => value)
  switch (step) {
    case 'breakpoint':
      return true
    case 'old-rest':
    case 'new-rest':
      return head === 'breakpoint'
    case 'old-head':
      return head === 'breakpoint' && rest.every((code) => code === 'old')
    case 'new-head':
      return head === 'breakpoint' && rest.every((code) => code === 'new')
    default:
      return step satisfies never
  }
}

export function textPatches(world: TextPatching, design: CallDesign): readonly Rule[] {
  const { cores, target, call, text, firsts, seconds, lock } = world
  const places = bytesOf(target)
  const requests = {
    core: cores,
    stored: ['on-one-page', 'on-two-pages'],
    first: firsts,
    second: seconds,
    size: sizes,
    step: stepNames,
  } as const
  type Request = { readonly [K in keyof typeof requests]: (typeof requests)[K][number] }
  const answer = ({ stored, step, ...patch }: Request) => answerTo(design, { ...patch, code: steps[step] }, stored, target)
  const source = (symbol: string): string => `litebox_platform_lvbs/src/mshv/vsm.rs: ${symbol}`
  const checked = design.sequence === 'checked' ? text : []
  const accept = rule('vtl0.patchText', requests, {
    kind: 'environment',
    source: source('mshv_vsm_patch_text, copy_heki_patch_from_vtl0, find_precomputed_patch, validate_text_patch'),
    needed: true,
    where: (request) => typeof answer(request) !== 'string',
    actor: () => 'vtl0',
    sees: () => ({ text: checked }),
    sends: ({ core }) => ({ call: call(core), lock }),
    waitsFor: ['lock'],
  }).does({
    when: {
      idle: ({ call }) => call.value === 'idle',
      inOrder: ({ text }, { step }) => text.length === 0 || isNext(step, text),
    },
    events: (_, request) => {
      const todo = answer(request)
      return {
        call: { type: 'ACCEPT', todo: typeof todo === 'string' ? [] : todo },
        lock: { type: 'ACQUIRE', holder: request.core },
      }
    },
  })
  const panic = rule('vtl1.panic', requests, {
    kind: 'environment',
    source: source('apply_vtl0_text_patch, split_at'),
    needed: true,
    where: (request) => answer(request) === 'panic',
    actor: () => 'vtl0',
    sends: ({ core }) => ({ call: call(core) }),
  }).does({
    when: { idle: ({ call }) => call.value === 'idle' },
    events: () => ({ call: { type: 'PANIC' } }),
  })
  const answers = answersOf(world, design)
  const everyWrite = answers.flatMap((answer) => (typeof answer === 'string' ? [] : answer))
  const write = rule(
    'vtl1.writeByte',
    {
      core: cores,
      address: [...new Set(everyWrite.map(({ address }) => address))].sort((a, b) => a - b),
      code: ['old', 'new', 'breakpoint', 'junk'],
      at: [0, 1, 2],
    },
    {
      source: 'litebox_platform_lvbs/src/lib.rs: copy_slice_to_vtl0_phys',
      needed: true,
      where: ({ address, code, at }) =>
        everyWrite.some((write) => write.address === address && write.code === code && write.at === at),
      actor: ({ core }) => core,
      sends: ({ core, address }) => ({ call: call(core), text: text.filter((_, nth) => places[nth] === address) }),
    },
  ).does({
    when: {
      writing: ({ call }) => call.value === 'writing',
      itsTurn: ({ call: { context } }, { address, code, at }) =>
        context.todo[0]?.address === address && context.todo[0].code === code && context.todo[0].at === at,
    },
    events: (_, { address, code, at }) => ({
      call: { type: 'WRITE' },
      text: { type: 'WRITE', code: code === 'breakpoint' || places[at] === address ? code : 'junk' },
    }),
  })
  const leave = rule(
    'vtl1.return',
    { core: cores },
    {
      source: source('mshv_vsm_patch_text, its end'),
      needed: true,
      actor: ({ core }) => core,
      sends: ({ core }) => ({ call: call(core), lock }),
    },
  ).does({
    when: { written: ({ call }) => call.value === 'written' },
    events: () => ({ call: { type: 'RETURN' }, lock: { type: 'RELEASE' } }),
  })
  return answers.includes('panic') ? [accept, panic, write, leave] : [accept, write, leave]
}

/** What VTL1 does about everything that VTL0 may ask for. What is accepted of structures on two pages is of others too. */
const answersOf = ({ firsts, seconds, target }: TextPatching, design: PatchDesign) =>
  stepNames.flatMap((step) =>
    firsts.flatMap((first) =>
      seconds.flatMap((second) =>
        sizes.map((size) => answerTo(design, { first, second, size, code: steps[step] }, 'on-one-page', target)),
      ),
    ),
  )
