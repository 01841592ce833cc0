import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { type RangeDesign, type RangeWorld, takesLocks } from '../model/memory/page-range-rules.ts'

/* What is claimed of copies whose ranges overlap. */

export const rangeClaims = {
  mapped: 'a live guard has every page of its range mapped',
  permission: 'a live guard may do on every page of its range what it asked for',
  completion: 'a copy of several pages does not fail half-way',
  ordered: 'a copy goes over the pages of its range, one after the other',
  exclusive: 'a page is not written while another core has it mapped',
  served: 'a request is mapped in the end',
} as const

const live = ['mapped', 'completed', 'failed']

export function rangeProperties(world: RangeWorld, design: RangeDesign): readonly Property[] {
  const { cores, frames, ranges, user, page } = world
  const uses = (range: string, frame: string): boolean => (ranges[range] ?? []).includes(frame)
  const each = { core: cores, frame: frames }
  const shares = design.lock === 'none' || design.lock === 'reader-writer'
  return [
    always(rangeClaims.mapped, each, {
      reads: ({ core, frame }) => ({ user: user(core), page: page(core, frame) }),
      holds: ({ user, page }, { frame }) =>
        user.value !== 'mapped' || !uses(user.context.range, frame) || page.value === 'present',
    }),
    always(rangeClaims.permission, each, {
      reads: ({ core, frame }) => ({ user: user(core), page: page(core, frame) }),
      holds: ({ user, page }, { frame }) =>
        user.value !== 'mapped' ||
        !uses(user.context.range, frame) ||
        user.context.access === 'read' ||
        page.value === 'absent' ||
        page.context.writable,
    }),
    always(
      rangeClaims.completion,
      { core: cores },
      { reads: ({ core }) => ({ user: user(core) }), holds: ({ user }) => user.value !== 'failed' },
    ),
    onStep(
      rangeClaims.ordered,
      { core: cores },
      {
        on: ['copy.page'],
        reads: ({ core }) => ({ user: user(core) }),
        holds: ({ user: { context } }, _, { at }, { core }) =>
          at.core !== core || at.frame === ranges[context.range]?.[context.copied],
      },
    ),
    ...(cores.some((core) => takesLocks(world, design, core))
      ? [
          always(
            rangeClaims.exclusive,
            { frame: frames },
            {
              reads: () => ({ users: cores.map(user) }),
              holds: ({ users }, { frame }) => {
                const holding = users.filter(({ value, context }) => live.includes(value) && uses(context.range, frame))
                return holding.length < 2 || holding.every(({ context }) => context.access === 'read')
              },
            },
          ),
        ]
      : []),
    leadsTo(
      rangeClaims.served,
      { core: cores },
      {
        reads: ({ core }) => ({ user: user(core) }),
        from: ({ user }) => user.value === 'asking' || user.value === 'refused',
        to: ({ user }) => user.value === 'mapped',
      },
    ),
    sometimes(
      'a copy of both pages is complete',
      { core: cores },
      { reads: ({ core }) => ({ user: user(core) }), holds: ({ user }) => user.value === 'completed' },
    ),
    ...(shares
      ? [
          sometimes(
            'two cores have overlapping ranges mapped at once',
            {},
            {
              reads: () => ({ users: cores.map(user) }),
              holds: ({ users }) => users.filter(({ value }) => value === 'mapped').length > 1,
            },
          ),
        ]
      : []),
  ]
}
