import { always, canReach, type Property, sometimes } from '../checker/index.ts'
import {
  type GsBases,
  gsCoreOf,
  gsRegisterOf,
  kernelBase,
  pointerAfter,
  pointerOf,
  strayBase,
} from '../model/punchthrough/gs-base.ts'

export const gsBaseClaimNames = {
  kernel: 'the kernel runs with its own per-CPU pointer',
  hidden: 'a guest never has an address of the kernel in its GS base',
  own: 'a guest runs with its own GS base',
  entered: 'a core can always come to run a guest',
  replaced: 'a pointer that was replaced is the one that is found next',
} as const

export const gsBaseProperties = ({ cores, request }: GsBases): readonly Property[] => [
  always(
    gsBaseClaimNames.kernel,
    { core: cores },
    {
      reads: ({ core }) => ({ core: gsCoreOf(core), register: gsRegisterOf(core) }),
      holds: ({ core, register }) => core.value === 'inGuest' || register.context.base === kernelBase,
    },
  ),
  always(
    gsBaseClaimNames.hidden,
    { core: cores },
    {
      reads: ({ core }) => ({ core: gsCoreOf(core), register: gsRegisterOf(core) }),
      holds: ({ core, register: { context } }) =>
        core.value !== 'inGuest' || (context.base !== kernelBase && context.base !== strayBase),
    },
  ),
  always(
    gsBaseClaimNames.own,
    { core: cores },
    {
      reads: ({ core }) => ({ core: gsCoreOf(core), register: gsRegisterOf(core) }),
      holds: ({ core, register }) => core.value !== 'inGuest' || register.context.base === core.context.own,
    },
  ),
  always(
    gsBaseClaimNames.replaced,
    { core: cores },
    {
      reads: ({ core }) => ({ core: gsCoreOf(core), pointer: pointerOf(core) }),
      holds: ({ core, pointer }) => pointer.context.base === pointerAfter(core.context.replaced),
    },
  ),
  canReach(
    gsBaseClaimNames.entered,
    { core: cores },
    { reads: ({ core }) => ({ core: gsCoreOf(core) }), goal: ({ core }) => core.value === 'inGuest' },
  ),
  sometimes(
    'a pointer is replaced',
    { core: cores },
    { reads: ({ core }) => ({ core: gsCoreOf(core) }), holds: ({ core }) => core.context.replaced > 0 },
  ),
  sometimes(
    'a guest runs with a base that it has set',
    { core: cores },
    {
      reads: ({ core }) => ({ core: gsCoreOf(core), register: gsRegisterOf(core) }),
      holds: ({ core, register }) => core.value === 'inGuest' && register.context.base === 'guest',
    },
  ),
  sometimes(
    'a guest is prepared on a core that has run another',
    { core: cores },
    {
      reads: ({ core }) => ({ core: gsCoreOf(core) }),
      holds: ({ core }) => core.value === 'inKernel' && core.context.own === 'guest',
    },
  ),
  ...(request === 'none'
    ? []
    : [
        sometimes(
          'a guest asks for a base',
          { core: cores },
          { reads: ({ core }) => ({ core: gsCoreOf(core) }), holds: ({ core }) => core.value === 'setting' },
        ),
      ]),
]
