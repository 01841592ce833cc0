import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { permissionLock, type Revocation, revokerOf, userOf } from '../model/punchthrough/revocation.ts'

export const revocationClaimNames = {
  revoked: 'no effect comes after the revocation has returned',
  returns: 'a revocation that was begun returns',
  waits: 'a punchthrough never waits for somebody else',
} as const

export const revocationProperties = ({ threads, rounds, keeps, protocol }: Revocation): readonly Property[] => [
  onStep(
    revocationClaimNames.revoked,
    { thread: threads },
    {
      on: ['permission.act'],
      reads: ({ thread }) => ({ revoker: revokerOf, user: userOf(thread, rounds) }),
      holds: ({ revoker, user }, after) => revoker.value !== 'returned' || user.value === after.user.value,
    },
  ),
  leadsTo(
    revocationClaimNames.returns,
    {},
    {
      reads: () => ({ revoker: revokerOf }),
      from: ({ revoker }) => revoker.value === 'awaitingUsers',
      to: ({ revoker }) => revoker.value === 'returned',
    },
  ),
  always(
    revocationClaimNames.waits,
    { thread: threads },
    {
      reads: ({ thread }) => ({ user: userOf(thread, rounds), lock: permissionLock }),
      holds: ({ user, lock }) => user.value !== 'idle' || lock.value === 'free',
    },
  ),
  ...(protocol === 'locked'
    ? []
    : [
        sometimes(
          'a thread holds a token when the permission is gone',
          { thread: threads },
          {
            reads: ({ thread }) => ({ user: userOf(thread, rounds), revoker: revokerOf }),
            holds: ({ user, revoker }) => user.value === 'holding' && revoker.value !== 'idle',
          },
        ),
      ]),
  sometimes(
    'a revocation returns while a thread still asks',
    { thread: threads },
    {
      reads: ({ thread }) => ({ user: userOf(thread, rounds), revoker: revokerOf }),
      holds: ({ user, revoker }) => user.value === 'asking' && revoker.value === 'returned',
    },
  ),
  ...(keeps === 'may'
    ? [
        sometimes(
          'a thread keeps a token for ever',
          { thread: threads },
          {
            reads: ({ thread }) => ({ user: userOf(thread, rounds) }),
            holds: ({ user }) => user.value === 'keeping',
          },
        ),
      ]
    : []),
]
