import * as z from 'zod'
import type { ChangedAnswers } from '../admission/facts/compat.ts'
import { camelCase } from '../lib/name-case.ts'

/** What each answer can be. */
const ANSWERS = {
  budgetStatus: [400, 422, 429],
  modelAccessStatus: [401, 403],
  modelAccessMessage: ['model', 'allowed'],
  unknownModelStatus: [400, 404],
  expiredKeyStatus: [400, 401],
  bodySafetyStatus: [400, 401],
  leftStreams: ['success', 'failure'],
  answerModel: ['asked', 'provider'],
  upstreamErrors: ['upstream', 'litellm'],
  userBudgetExceededBy: ['>', '>='],
  modelBudgetExceededBy: ['>', '>='],
  rateLimitType: ['None', 'throttling_error'],
  clientTags: ['always', 'opt-in'],
  resources: ['own', 'shared'],
  teamAliases: ['checked', 'allowed'],
  cooldowns: ['ill', 'litellm'],
} as const satisfies { readonly [K in keyof ChangedAnswers]-?: readonly NonNullable<ChangedAnswers[K]>[] }

type Answers = { readonly [K in keyof typeof ANSWERS]?: (typeof ANSWERS)[K][number] }

/** `budgetStatus (400 or 429), ...` */
export const ANSWERS_TEXT = Object.entries(ANSWERS)
  .map(([name, values]) => `${name} (${values.join(' or ')})`)
  .join(', ')

const COMPAT_RULE = `must be current, 1.83, or an object of answers: ${ANSWERS_TEXT}`

const answer = (values: readonly (string | number)[]) => z.literal(values, { error: COMPAT_RULE }).optional()

const answers = z.strictObject(
  Object.fromEntries(Object.entries(ANSWERS).map(([name, values]) => [name, answer(values)])),
  { error: COMPAT_RULE },
) as unknown as z.ZodType<Answers, Answers>

export const COMPAT_TYPE = 'current or 1.83 or object'

/** LiteLLM's answers that have changed: by version, or one by one. */
export const compat = z
  .union([z.enum(['current', '1.83']), answers], { error: COMPAT_RULE })
  .meta({ type: COMPAT_TYPE })

/** The same as it stands in a file: names in snake_case too, and the version as the number that YAML makes of `1.83`. */
export function compatInFile(value: unknown): unknown {
  if (value === 1.83) return '1.83'
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, status]) => [camelCase(name), status]))
}
