import { always, canReach, leadsTo, onStep, type Property, sometimes } from '../checker/index.ts'
import type { Delegation } from '../model/platform/delegation.ts'

export const delegationClaims = {
  once: 'no message takes effect twice',
  told: 'a message that was not handled is not answered as if it had been',
  credited: 'a message that was handled is not answered with an error',
  there: 'no message comes before its handler is there',
  panic: 'no message panics VTL1',
  served: 'whoever serves a message is a handler that is there',
  gone: 'no handler is used whose run is over',
  one: 'all cores use the one handler that was made',
  validated: 'what a handler uses is what was validated',
  hostile: 'no handler uses parameters that it should refuse',
  understood: 'the platform serves itself what it understands, and nothing else',
  exclusive: 'a program runs under the lock of its application, which nobody holds who does not run one',
  lock: 'a core that has panicked holds no lock',
  returns: 'every VTL call returns',
  retry: 'a message whose handler was busy is taken up again in the end',
  handled: 'an OP-TEE message can always come to be handled',
} as const

export const delegationProperties = (world: Delegation): readonly Property[] => {
  const { cores, call, handler, presence, handlerCell, lock } = world
  const each = { core: cores }
  const ofCall = { reads: ({ core }: { readonly core: string }) => ({ call: call(core) }) }
  return [
    always(delegationClaims.once, each, { ...ofCall, holds: ({ call }) => call.context.handled < 2 }),
    onStep(delegationClaims.told, each, {
      ...ofCall,
      on: ['vtl.return'],
      holds: ({ call }, _, { at }, { core }) =>
        at.core !== core || call.context.handled > 0 || ['error', 'busy', 'fault'].includes(call.context.reply),
    }),
    onStep(delegationClaims.credited, each, {
      ...ofCall,
      on: ['vtl.return'],
      holds: ({ call }, _, { at }, { core }) =>
        at.core !== core || call.context.handled === 0 || call.context.reply === 'success' || call.context.reply === 'busy',
    }),
    always(delegationClaims.there, each, {
      reads: ({ core }) => ({ call: call(core), handler: handlerCell }),
      holds: ({ call, handler }) => call.value !== 'seeking' || handler.value !== 'absent' || presence === 'at-first-use',
    }),
    always(delegationClaims.panic, each, { ...ofCall, holds: ({ call }) => call.context.reply !== 'fault' }),
    onStep(delegationClaims.understood, each, {
      ...ofCall,
      on: ['call.serve', 'call.delegate'],
      holds: ({ call }, _, { rule, at }, { core }) =>
        at.core !== core ||
        (rule === 'call.serve'
          ? ['service', 'intercept'].includes(call.context.kind)
          : !['service', 'unsupported', 'foreign'].includes(call.context.kind)),
    }),
    always(delegationClaims.served, each, {
      reads: ({ core }) => ({ call: call(core), handler: handlerCell }),
      holds: ({ call, handler }) => call.context.by === 'nobody' || handler.value === 'there',
    }),
    // Only a shim's run can be over, and only a handler that is made when it is looked for can be made twice.
    ...(presence === 'per-run'
      ? [always(delegationClaims.gone, each, { ...ofCall, holds: ({ call }) => call.context.by !== 'gone' })]
      : []),
    ...(presence === 'at-first-use'
      ? [always(delegationClaims.one, each, { ...ofCall, holds: ({ call }) => call.context.by !== 'second' })]
      : []),
    always(delegationClaims.validated, each, {
      ...ofCall,
      holds: ({ call }) => call.context.used === 'none' || call.context.used === call.context.validated,
    }),
    always(delegationClaims.hostile, each, { ...ofCall, holds: ({ call }) => call.context.used !== 'hostile' }),
    ...(handler === 'runs-program'
      ? [
          always(delegationClaims.exclusive, each, {
            reads: ({ core }) => ({ call: call(core), lock }),
            holds: ({ call: { value, context }, lock }, { core }) => {
              const runs = value === 'starting' || value === 'working' || value === 'looping'
              // A lock that a panic has left behind is the subject of another claim; one that is handed over waits for its core.
              const mayHold = runs || value === 'queued' || context.reply === 'fault' || value === 'crashed' || value === 'halted'
              return lock.context.holder === core ? mayHold : !runs
            },
          }),
          always(delegationClaims.lock, each, {
            reads: ({ core }) => ({ call: call(core), lock }),
            holds: ({ call, lock }, { core }) =>
              lock.context.holder !== core || (call.value !== 'crashed' && call.value !== 'halted'),
          }),
        ]
      : []),
    leadsTo(delegationClaims.returns, each, {
      ...ofCall,
      from: ({ call }) => call.value === 'entered' || call.value === 'halted',
      to: ({ call }) => ['outside', 'turnedAway', 'crashed'].includes(call.value as string),
    }),
    ...(handler === 'runs-program'
      ? [
          leadsTo(delegationClaims.retry, each, {
            ...ofCall,
            from: ({ call }) => ['retrying', 'queued', 'turnedAway'].includes(call.value as string),
            to: ({ call }) => call.value === 'starting' || call.value === 'outside',
          }),
        ]
      : []),
    canReach(delegationClaims.handled, each, {
      ...ofCall,
      goal: ({ call }) => call.context.kind === 'optee' && call.context.handled > 0,
    }),
    sometimes(
      'every core is in VTL1 at once',
      {},
      {
        reads: () => ({ calls: cores.map(call) }),
        holds: ({ calls }) => calls.every(({ value }) => !['outside', 'turnedAway', 'crashed'].includes(value as string)),
      },
    ),
  ]
}
