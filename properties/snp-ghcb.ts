import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { type Ghcb, written } from '../model/platform/snp-ghcb.ts'

export const ghcbClaims = {
  registered: 'the GHCB page is used only after it was registered',
  own: 'an exit carries what its thread wrote',
  restored: 'a sequence that has saved the register leaves it as it was',
  kept: 'once the GHCB is set up its address stays in the register while nobody uses it',
  refusedOnly: 'a set-up fails only if the hypervisor refuses it',
  version: 'the version that is gone on with is one that both speak',
  page: 'the page that the guest uses is the one that the hypervisor has registered',
  ended: 'a set-up comes to its end or ends the machine',
} as const

export const ghcbProperties = ({ threads, user, msrOf, hypervisor, msr, order }: Ghcb): readonly Property[] => {
  const boot = threads[0]!
  return [
    onStep(
      ghcbClaims.registered,
      {},
      {
        reads: () => ({ boot: user(boot), hypervisor }),
        on: ['msr.exit'],
        holds: ({ boot: { value, context }, hypervisor }, _, { actor }) =>
          actor !== boot || value !== 'exiting' || context.todo[0] !== 'use' || hypervisor.context.page !== 'none',
      },
    ),
    onStep(
      ghcbClaims.own,
      { thread: threads },
      {
        reads: ({ thread }) => ({ user: user(thread), msr: msrOf(thread) }),
        on: ['msr.exit'],
        holds: ({ user, msr }, _, { actor }, { thread }) =>
          actor !== thread || user.context.todo[0] === 'use' || msr.context.value === written(thread, user.context.todo[0]),
      },
    ),
    onStep(
      ghcbClaims.restored,
      { thread: threads },
      {
        reads: ({ thread }) => ({ user: user(thread), msr: msrOf(thread) }),
        on: ['msr.restore', 'page.judge'],
        holds: ({ user: { context } }, { msr }, { actor }, { thread }) =>
          actor !== thread || context.todo[0] === 'use' || msr.context.value === context.saved,
      },
    ),
    always(
      ghcbClaims.kept,
      {},
      {
        reads: () => ({ users: (msr === 'shared' ? threads : [boot]).map(user), msr: msrOf(boot) }),
        holds: ({ users, msr }) =>
          users[0]!.value !== 'done' || users.some(({ value }) => value !== 'done') || msr.context.value === 'page',
      },
    ),
    always(
      ghcbClaims.refusedOnly,
      {},
      {
        reads: () => ({ boot: user(boot) }),
        holds: ({ boot }) =>
          boot.value !== 'failing' ||
          boot.context.refused ||
          boot.context.response.endsWith('foreign') ||
          boot.context.response.endsWith('other'),
      },
    ),
    always(
      ghcbClaims.version,
      {},
      {
        reads: () => ({ boot: user(boot), hypervisor }),
        holds: ({ boot, hypervisor }) => boot.context.todo.includes('negotiate') || hypervisor.context.version !== 'foreign',
      },
    ),
    always(
      ghcbClaims.page,
      {},
      {
        reads: () => ({ boot: user(boot), hypervisor }),
        holds: ({ boot, hypervisor }) => boot.value !== 'done' || hypervisor.context.page !== 'other',
      },
    ),
    leadsTo(
      ghcbClaims.ended,
      {},
      {
        reads: () => ({ boot: user(boot) }),
        from: () => true,
        to: ({ boot }) => boot.value === 'done' || boot.value === 'terminated',
      },
    ),
    ...(order === 'register-first'
      ? [
          sometimes(
            'the GHCB is set up',
            {},
            {
              reads: () => ({ boot: user(boot) }),
              holds: ({ boot }) => boot.value === 'done',
            },
          ),
        ]
      : []),
  ]
}
