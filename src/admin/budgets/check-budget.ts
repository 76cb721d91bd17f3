import { pythonFloat } from '../../auth/python-text.ts'
import type { LiteLLMError } from '../../errors.ts'
import type { Json } from '../../types.ts'
import { checkDurations } from '../keys/key-limits.ts'
import { refuse, refuseDict } from '../refuse.ts'

/** Why there cannot be such a budget, or `undefined`. */
export function checkBudget(request: Json, now: Date): LiteLLMError | undefined {
  for (const name of ['max_budget', 'soft_budget']) {
    const amount = request[name]
    if (typeof amount === 'number' && amount < 0) {
      return refuseDict(400, `${name} must be a non-negative finite number. Received: ${pythonFloat(amount)}`)
    }
  }
  const { budget_reset_at: at } = request
  if (typeof at === 'string' && Number.isNaN(Date.parse(at))) {
    return refuse(400, 'budget_reset_at is not a valid time.', { type: 'bad_request_error', param: 'budget_reset_at' })
  }
  return checkDurations(request, now)
}
