import { always, onStep, type Property, sometimes } from '../checker/index.ts'
import { badBase, type CloneTls, childBaseOf, childOf, descriptor } from '../model/punchthrough/clone-tls.ts'
import { refusesInParent } from '../model/punchthrough/clone-tls-rules.ts'

export const cloneClaimNames = {
  passed: 'a new thread starts with the base that was passed for it',
  inherited: 'a new thread for which none was passed starts with the base of its parent',
  stops: 'no argument of clone makes a thread of the host fault or panic',
  bad: 'no thread runs with a base that no user may have',
  accepted: 'clone refuses no base that Linux accepts',
  told: 'a thread that clone has promised gets to run',
} as const

export const cloneProperties = (world: CloneTls): readonly Property[] => {
  const { children, argument, values } = world
  return [
    always(
      argument === 'given' ? cloneClaimNames.passed : cloneClaimNames.inherited,
      { child: children },
      {
        reads: ({ child }) => ({ child: childOf(child), base: childBaseOf(child) }),
        holds: ({ child, base }) => child.value !== 'running' || base.context.base === child.context.expected,
      },
    ),
    ...(values === 'any'
      ? [
          always(
            cloneClaimNames.stops,
            { child: children },
            {
              reads: ({ child }) => ({ child: childOf(child) }),
              holds: ({ child }) => child.value !== 'faulted' && child.value !== 'panicked',
            },
          ),
          always(
            cloneClaimNames.bad,
            { child: children },
            {
              reads: ({ child }) => ({ child: childOf(child), base: childBaseOf(child) }),
              holds: ({ child, base }) => child.value !== 'running' || base.context.base !== badBase,
            },
          ),
          always(
            cloneClaimNames.told,
            { child: children },
            {
              reads: ({ child }) => ({ child: childOf(child) }),
              holds: ({ child }) => child.value !== 'faulted' && child.value !== 'panicked' && child.value !== 'exited',
            },
          ),
        ]
      : []),
    ...(refusesInParent(world)
      ? [
          onStep(
            cloneClaimNames.accepted,
            {},
            {
              on: ['clone.refuse'],
              reads: () => ({ descriptor }),
              holds: (before) => before.descriptor.context.base === badBase,
            },
          ),
        ]
      : []),
    sometimes(
      'a new thread runs',
      { child: children },
      { reads: ({ child }) => ({ child: childOf(child) }), holds: ({ child }) => child.value === 'running' },
    ),
    ...(argument === 'given'
      ? [
          sometimes(
            'the memory of the descriptor is used again before the new thread has started',
            { child: children },
            {
              reads: ({ child }) => ({ child: childOf(child), descriptor }),
              holds: (at) => at.child.value === 'starting' && at.descriptor.context.base !== at.child.context.expected,
            },
          ),
        ]
      : []),
  ]
}
