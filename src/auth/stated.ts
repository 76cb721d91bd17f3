import type { ErrorCode } from '../errors.ts'
import type { CheckSettings } from './check.ts'
import type { Refusal } from './refusal.ts'

/** Statuses that LiteLLM changed with 1.84, as they were before. */
const OLDER: Partial<Record<ErrorCode, number>> = {
  budget_exceeded: 400,
  expired_key: 400,
  key_model_denied: 401,
  team_model_denied: 401,
  user_model_denied: 401,
  organization_model_denied: 401,
}

/** Where LiteLLM answers with an exception of Python's, "no parameter" has become a text. */
const PYTHON_NONE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...(['blocked_key', 'blocked_owner', 'forbidden', 'admin_only', 'user_param_missing'] as const),
])

/** The refusal as the LiteLLM of this version would state it. */
export function stated({ olderStatus, ...refusal }: Refusal, { compat }: CheckSettings): Refusal {
  const status = compat === '1.83' ? (olderStatus ?? OLDER[refusal.code]) : undefined
  return {
    ...refusal,
    ...(refusal.param === undefined && PYTHON_NONE.has(refusal.code) ? { param: 'None' } : {}),
    ...(status === undefined ? {} : { status }),
  }
}
