import type { Step } from './action.ts'
import type { Failure } from './error-class.ts'
import { fallbacksFor, typedFallbacksFor } from './fallbacks.ts'
import type { Question } from './question.ts'
import { orderOf } from './usable.ts'

/** The next order of the group when it has one, else its fallbacks. Fallbacks for the very failure go before the next order. */
export function stepsAfter(
  question: Question,
  step: Step,
  failure: Failure,
  visited: readonly string[],
  failedOrder?: number,
): readonly Step[] {
  const typed = typedFallbacksFor(question.settings.fallbacks, step.group, failure.class) !== undefined
  const higher =
    failedOrder !== undefined && question.view.all(step.group).some((deployment) => orderOf(deployment) > failedOrder)
  if (higher && !typed) return [{ ...step, above: failedOrder }]
  return fallbackSteps(question, step, failure, visited)
}

/** The fallbacks of a step's model group, as long as the call is not too deep already. */
export function fallbackSteps(
  question: Question,
  step: Step,
  failure: Failure,
  visited: readonly string[],
): readonly Step[] {
  if (step.depth >= question.settings.maxFallbacks) return []
  return fallbacksFor(question.settings.fallbacks, step.group, failure.class)
    .filter(({ group }) => !visited.includes(group))
    .map(({ group, params }) => ({ group, params, depth: step.depth + 1, above: Number.NEGATIVE_INFINITY }))
}
