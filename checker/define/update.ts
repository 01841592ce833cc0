import { type Draft, produce } from 'immer'
import { assign, type EventObject, type MachineContext, type ParameterizedObject, type ProvidedActor } from 'xstate'

/**
 * An XState `assign` whose context change is an immer recipe: the draft is changed in place, the context is not.
 *
 * ```ts
 * on: { FILL: { target: 'cached', actions: update((tlb, event) => { tlb.frame = event.frame }) } }
 * ```
 */
export const update = <
  TContext extends MachineContext,
  TExpressionEvent extends EventObject,
  TParams extends ParameterizedObject['params'] | undefined,
  TEvent extends EventObject,
  TActor extends ProvidedActor,
>(
  recipe: (draft: Draft<TContext>, event: TExpressionEvent) => void,
) => {
  const action = assign<TContext, TExpressionEvent, TParams, TEvent, TActor>(({ context, event }) =>
    produce(context, (draft) => recipe(draft, event)),
  )
  // Left where a model's digest finds it: the closure above has the same text for every recipe.
  Object.assign(action, { recipe })
  return action
}
