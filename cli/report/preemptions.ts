import type { Preemptions } from '../../checker/search/preemption-result.ts'
import { counted, grouped } from './text.ts'

/** How many states need so many preemptions, and at which bound each violation first appears. */
export function preemptionsText({ bound, states, violations, exhausted }: Preemptions): string[] {
  const first = Object.entries(violations)
  return [
    `preemptions: ${bound} at most${exhausted ? ', which cut nothing off: every state was met' : ''}`,
    ...states.map((count, preemptions) => {
      const fails = first.filter(([, needed]) => needed === preemptions).map(([name]) => `'${name}'`)
      return `  with ${grouped(preemptions)}: ${counted(count, 'more state')}${fails.length === 0 ? '' : `; first fails ${fails.join(', ')}`}`
    }),
  ]
}
