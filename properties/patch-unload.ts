import { always, onStep, type Property, sometimes } from '../checker/index.ts'
import { mayWrite } from '../model/memory/hypervisor-protection.ts'
import type { Patching } from '../model/memory/patch-lookup.ts'

/*
 * A patch is as old as the module that it came with.
 */

/** M-I13. A module's patches are in the map a little before the module is, and may be a little after. */
export const patchesMeetTheirModule = ({ cores, call, entry, patched }: Patching): Property =>
  onStep(
    'a patch is written only while its module is registered or a call about it is under way',
    {},
    {
      on: ['patch.write'],
      reads: () => ({ entry: entry(patched.module), calls: cores.map(call) }),
      holds: ({ entry, calls }) =>
        entry.value === 'registered' || calls.some(({ context }) => context.subject === patched.module),
    },
  )

/** What VTL0 may write itself it cannot be helped to write. */
export const patchesMeetTheirText = ({ patched, bytes, access }: Patching): Property =>
  onStep(
    'a patch changes no text but that which it was precomputed for',
    {},
    {
      on: ['patch.write'],
      reads: () => ({ bytes: bytes(patched.frame), access: access(patched.frame) }),
      holds: ({ bytes, access }) => mayWrite(access.value) || bytes.context.of === patched.module,
    },
  )

/** `find_precomputed_patch` answers what the map holds. */
export const lookupsFindWhatIsThere = ({ patchers, patches }: Patching): Property =>
  onStep(
    'a lookup finds a patch if and only if the map has it',
    { core: patchers },
    {
      on: ['patch.find', 'patch.miss'],
      reads: () => ({ patches }),
      holds: ({ patches }, _, { rule, at }, { core }) =>
        at.core !== core || (patches.value === 'present') === (rule === 'patch.find'),
    },
  )

/** For a lock that is held from the lookup to the write. */
export const foundPatchesHoldTheMap = ({ patchers, patcher, patchLock }: Patching): Property =>
  always(
    'the map of patches is held by as many as have found a patch and not written it yet',
    {},
    {
      reads: () => ({ patchLock, patchers: patchers.map(patcher) }),
      holds: ({ patchLock, patchers }) => patchLock.context.readers === patchers.filter(({ value }) => value === 'found').length,
    },
  )

export const patchesAreWritten = ({ patchers, patcher, entry, patched }: Patching): Property =>
  sometimes(
    'a patch is about to be written for a registered module',
    { core: patchers },
    {
      reads: ({ core }) => ({ patcher: patcher(core), entry: entry(patched.module) }),
      holds: ({ patcher, entry }) =>
        (patcher.value === 'found' || patcher.value === 'checked') &&
        entry.context.asked === 'nothing' &&
        entry.value === 'registered',
    },
  )
