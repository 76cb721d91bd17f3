import type { ErrorCode } from '../errors.ts'
import type { CheckSettings } from './check.ts'
import { type ChangedAnswers, changedAnswersOf } from './compat.ts'
import type { Refusal } from './refusal.ts'

/** Which of the statuses that LiteLLM has changed is whose. */
const CHANGED: Partial<Record<ErrorCode, keyof ChangedAnswers & `${string}Status`>> = {
  budget_exceeded: 'budgetStatus',
  expired_key: 'expiredKeyStatus',
  key_model_denied: 'modelAccessStatus',
  team_model_denied: 'modelAccessStatus',
  user_model_denied: 'modelAccessStatus',
  organization_model_denied: 'modelAccessStatus',
}

/** Where LiteLLM answers with an exception of Python's, "no parameter" has become a text. */
const PYTHON_NONE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...(['blocked_key', 'blocked_owner', 'forbidden', 'admin_only', 'user_param_missing'] as const),
])

/** The refusal as the LiteLLM of this version would state it. */
export function stated({ changed, ...refusal }: Refusal, { compat }: CheckSettings): Refusal {
  const name = changed ?? CHANGED[refusal.code]
  const answers = changedAnswersOf(compat)
  const status = name && answers[name]
  return {
    ...refusal,
    ...(refusal.code === 'rate_limited' && answers.rateLimitType === 'None' ? { type: 'None', param: 'None' } : {}),
    ...(refusal.param === undefined && PYTHON_NONE.has(refusal.code) ? { param: 'None' } : {}),
    ...(status === undefined ? {} : { status }),
  }
}
