import { whenKnown } from '../now-or-later.ts'
import type { Call } from '../types.ts'
import type { Gate, Passage } from './gate.ts'
import type { Attempt } from './gate-attempt.ts'
import { modelBudgetSentence } from './model-budget.ts'
import type { Refusal } from './refusal.ts'

/**
 * A gate that leads a call whose key has spent its budget for the model elsewhere: to the first of the key's
 * `budget_fallbacks` that it has a budget for, or none to stay below. What else stands against the call there is its
 * answer; where all of these budgets are spent, the first is.
 */
export function withBudgetFallbacks(gate: Gate): Gate {
  return {
    ...gate,
    enter(attempt) {
      const { call, key } = attempt
      const models = call && key.budgetFallbacks?.[call.modelGroup]
      if (!models) return gate.enter(attempt)
      return whenKnown(gate.enter(attempt), (passage) =>
        isModelBudget(passage.refusal, attempt, call) ? enterInstead(attempt, call, models, passage) : passage,
      )
    },
  }

  async function enterInstead(attempt: Attempt, call: Call, models: readonly string[], first: Passage) {
    for (const modelGroup of models) {
      const rerouted = { ...attempt, call: { ...call, modelGroup }, rerouted: true }
      const passage = await gate.enter(rerouted)
      if (!isModelBudget(passage.refusal, attempt, rerouted.call)) return { ...passage, modelGroup }
    }
    return first
  }
}

/** Whether it is the key's budget for this very model that refuses the call. */
function isModelBudget(refusal: Refusal | undefined, { key }: Attempt, { modelGroup }: Call): boolean {
  return refusal?.code === 'budget_exceeded' && refusal.message === modelBudgetSentence(key, modelGroup)
}
