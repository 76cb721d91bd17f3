import type { ErrorCode } from '../../errors.ts'
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

/** Answers that LiteLLM has changed, each as it is to be given. What is absent is answered as LiteLLM does today. */
export interface ChangedAnswers {
  /** Of a budget that is exceeded. 429 before 1.100, 400 before 1.84. */
  readonly budgetStatus?: 400 | 422 | 429
  /** Of a model that a key, team, user or organization may not call. 401 before 1.84. */
  readonly modelAccessStatus?: 401 | 403
  /** What the sentence of a refused model says: the model alone, or also which models may be called, as before 1.100. */
  readonly modelAccessMessage?: 'model' | 'allowed'
  /** Of a model that the gateway does not know. */
  readonly unknownModelStatus?: 400 | 404
  /** Of a key whose time is over. 400 before 1.84. */
  readonly expiredKeyStatus?: 400 | 401
  /** Of a body that says where its call is to go. 400 from 1.84 to 1.99. */
  readonly bodySafetyStatus?: 400 | 401
  /** The status in the row of a stream that its client has left: it was answered and is charged. */
  readonly leftStreams?: 'success' | 'failure'
  /** What the answer names its model: as the client did, or as the provider does. */
  readonly answerModel?: 'asked' | 'provider'
  /** What clients get of an upstream's error: its own body, or a sentence of LiteLLM's around it. */
  readonly upstreamErrors?: 'upstream' | 'litellm'
  /** Whether a user's budget is exceeded when it is spent to the cent (`>=`), or by more (`>`, before 1.84). */
  readonly userBudgetExceededBy?: '>' | '>='
  /** The same of a budget for a model. */
  readonly modelBudgetExceededBy?: '>' | '>='
  /** Of a rate limit that is exceeded. "None", and no parameter as that same text, before 1.84. */
  readonly rateLimitType?: 'None' | 'throttling_error'
  /** Whether calls are charged to the tags that clients name: always, or where key or team have `allow_client_tags`. */
  readonly clientTags?: 'always' | 'opt-in'
  /** Who may use files, batches, responses and the like at a provider: who made them, or every key as in LiteLLM. */
  readonly resources?: 'own' | 'shared'
  /** Whether what a team's alias stands for must be allowed (`checked`), or its name is enough, as in LiteLLM (`allowed`). */
  readonly teamAliases?: 'checked' | 'allowed'
  /** What takes a deployment from all clients: what says that it is ill, or as in LiteLLM any 401 and 404 too. */
  readonly cooldowns?: 'ill' | 'litellm'
}

/** Which of LiteLLM's answers clients get: today's, those of versions before 1.84, or some of either. */
export type Compat = 'current' | '1.83' | ChangedAnswers

const BEFORE_1_84: ChangedAnswers = {
  budgetStatus: 400,
  modelAccessStatus: 401,
  modelAccessMessage: 'allowed',
  expiredKeyStatus: 400,
  userBudgetExceededBy: '>',
  modelBudgetExceededBy: '>',
  rateLimitType: 'None',
  // A right, not an answer: it is given by its name alone.
  resources: 'own',
  cooldowns: 'litellm',
}
const TODAY: ChangedAnswers = {}

export function changedAnswersOf(compat: Compat | undefined): ChangedAnswers {
  if (typeof compat === 'object') return compat
  return compat === '1.83' ? BEFORE_1_84 : TODAY
}

/** The refusal as the LiteLLM of this version would state it. */
export function forVersion(
  { changed, ...refusal }: Refusal,
  { compat, budgetExceededStatus }: { readonly compat?: Compat | undefined; readonly budgetExceededStatus?: number },
): Refusal {
  const name = changed ?? CHANGED[refusal.code]
  const answers = changedAnswersOf(compat)
  const stated = refusal.code === 'budget_exceeded' ? budgetExceededStatus : undefined
  const status = (name && answers[name]) ?? stated
  return {
    ...refusal,
    ...(refusal.code === 'rate_limited' && answers.rateLimitType === 'None' ? { type: 'None', param: 'None' } : {}),
    ...(refusal.param === undefined && PYTHON_NONE.has(refusal.code) ? { param: 'None' } : {}),
    ...(status === undefined ? {} : { status }),
  }
}
