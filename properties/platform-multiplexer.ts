import { always, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import { callerOf, type Multiplexer } from '../model/platform/multiplexer.ts'

export const multiplexerClaims = {
  constant: 'a platform that is set stays the same',
  agreement: 'a caller that asks again gets the same platform',
  panic: 'no caller panics because of the order in which it came',
  answer: 'a caller that has started gets to its end',
} as const

export const multiplexerProperties = (world: Multiplexer): readonly Property[] => {
  const callers = [...world.programs.keys()]
  const setters = callers.filter((caller) => world.programs.get(caller)!.some(({ does }) => does === 'set'))
  const askers = callers.filter((caller) => world.programs.get(caller)!.some(({ does }) => does === 'ask'))
  const finished = (caller: string, done: number): boolean => done === world.programs.get(caller)!.length
  return [
    // One setter cannot change what it has set.
    ...(setters.length === 1
      ? []
      : [
          onStep(
            multiplexerClaims.constant,
            { caller: askers, place: world.places },
            {
              reads: ({ caller, place }) => ({ platform: world.platform(caller, place) }),
              holds: (before, after) =>
                before.platform.value === 'unset' || after.platform.context.setter === before.platform.context.setter,
            },
          ),
        ]),
    always(
      multiplexerClaims.agreement,
      { caller: askers },
      { reads: ({ caller }) => ({ caller: callerOf(caller) }), holds: ({ caller }) => !caller.context.gotTwo },
    ),
    always(
      multiplexerClaims.panic,
      { caller: callers },
      { reads: ({ caller }) => ({ caller: callerOf(caller) }), holds: ({ caller }) => caller.value !== 'panicked' },
    ),
    leadsTo(
      multiplexerClaims.answer,
      { caller: callers },
      {
        reads: ({ caller }) => ({ caller: callerOf(caller) }),
        from: ({ caller }) => caller.value === 'running',
        to: (at, { caller }) => at.caller.value === 'panicked' || finished(caller, at.caller.context.done),
      },
    ),
    sometimes(
      'a caller that asks gets the platform',
      { caller: askers },
      { reads: ({ caller }) => ({ caller: callerOf(caller) }), holds: ({ caller }) => caller.context.got !== 'nothing' },
    ),
  ]
}
