import * as z from 'zod'

const COMPAT_RULE =
  'must be current, 1.83, or an object of answers: budgetStatus (400 or 429), modelAccessStatus (401 or 403), ' +
  'expiredKeyStatus (400 or 401), bodySafetyStatus (400 or 401), userBudgetExceededBy (> or >=), ' +
  'modelBudgetExceededBy (> or >=), rateLimitType (None or throttling_error), clientTags (permitted or always), ' +
  'resources (own or shared), teamAliases (checked or allowed), cooldowns (ill or litellm)'

const one = <const T extends readonly [string | number, ...(string | number)[]]>(...values: T) =>
  z.literal(values, { error: COMPAT_RULE }).optional()

/** LiteLLM's answers that have changed: by version, or one by one. */
export const compat = z
  .union(
    [
      z.enum(['current', '1.83']),
      z.strictObject(
        {
          budgetStatus: one(400, 429),
          modelAccessStatus: one(401, 403),
          expiredKeyStatus: one(400, 401),
          bodySafetyStatus: one(400, 401),
          userBudgetExceededBy: one('>', '>='),
          modelBudgetExceededBy: one('>', '>='),
          rateLimitType: one('None', 'throttling_error'),
          clientTags: one('permitted', 'always'),
          resources: one('own', 'shared'),
          teamAliases: one('checked', 'allowed'),
          cooldowns: one('ill', 'litellm'),
        },
        { error: COMPAT_RULE },
      ),
    ],
    { error: COMPAT_RULE },
  )
  .meta({ type: 'current or 1.83 or object' })
