import { whenKnown } from '../lib/maybe-promise.ts'
import type { Call, VirtualKey } from '../types.ts'
import type { AdmissionControl } from './admission-control.ts'
import type { Admission, AdmissionRequest } from './facts/check.ts'
import type { Refusal } from './facts/refusal.ts'
import { withMeantModel } from './models/model-access.ts'

/** Of models that the key or one of its owners may not call. */
const DENIALS: ReadonlySet<string> = new Set([
  ...['key_model_denied', 'team_model_denied', 'user_model_denied', 'project_model_denied'],
  'organization_model_denied',
])

/**
 * An admission control that leads a call whose key has spent its budget for the model elsewhere: to the first of the key's
 * `budget_fallbacks` that it may call, and has a budget for or none to stay below. What else stands against the call
 * there is its answer; where there is no such model, the first budget is.
 */
export function withBudgetFallbacks(admission: AdmissionControl): AdmissionControl {
  return {
    ...admission,
    admit(attempt) {
      const { call, key, verbatim } = attempt
      // A body that goes on as it came cannot be led elsewhere.
      const fallbacks = call && !verbatim ? fallbacksOf(call, key) : undefined
      if (!call || !fallbacks) return admission.admit(attempt)
      return whenKnown(admission.admit(attempt), (decision) =>
        isModelBudget(decision.refusal) ? enterInstead(attempt, call, fallbacks, decision) : decision,
      )
    },
  }

  async function enterInstead(attempt: AdmissionRequest, call: Call, models: readonly string[], first: Admission) {
    for (const modelGroup of models) {
      const rerouted = { ...attempt, call: { ...call, modelGroup } }
      const decision = await admission.admit(rerouted)
      const { refusal } = decision
      if (refusal && DENIALS.has(refusal.code)) continue
      if (!isModelBudget(refusal)) return { ...decision, modelGroup }
    }
    return first
  }
}

/** Where calls of this model go once the key has spent its budget for it. */
function fallbacksOf(call: Call, key: VirtualKey): readonly string[] | undefined {
  const { budgetFallbacks } = key
  if (!budgetFallbacks) return undefined
  const names = [call.modelGroup, withMeantModel(call, key).modelGroup]
  const name = names.find((one) => Object.hasOwn(budgetFallbacks, one))
  return name === undefined ? undefined : budgetFallbacks[name]
}

/** Whether it is the key's budget for this very model that refuses the call. */
function isModelBudget(refusal: Refusal | undefined): boolean {
  return refusal?.budget === 'keyModel'
}
