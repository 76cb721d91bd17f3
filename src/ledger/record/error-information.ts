import { type Compat, changedAnswersOf } from '../../admission/facts/compat.ts'
import { type ErrorCode, entryOf } from '../../errors.ts'
import type { OutcomeError, SpendEvent } from '../../types.ts'
import { cleanJson, cleanText } from './clean.ts'

/** The code of an upstream's error, by LiteLLM's exception class. */
const OF_CLASS: Readonly<Record<string, string>> = {
  APIConnectionError: '500_PROVIDER_CONNECTION_ERROR',
  AuthenticationError: '401_AUTHENTICATION_FAILED',
  BadRequestError: '400_INVALID_REQUEST',
  ContentPolicyViolationError: '400_CONTENT_POLICY_VIOLATION',
  ContextWindowExceededError: '400_CONTEXT_WINDOW_EXCEEDED',
  InternalServerError: '500_PROVIDER_INTERNAL_ERROR',
  NotFoundError: '404_RESOURCE_NOT_FOUND',
  PermissionDeniedError: '403_PERMISSION_DENIED',
  RateLimitError: '429_RATE_LIMIT_EXCEEDED',
  ServiceUnavailableError: '503_PROVIDER_OVERLOADED',
  Timeout: '408_UPSTREAM_TIMEOUT',
  UnprocessableEntityError: '400_INVALID_REQUEST',
}

/** `metadata.error_information`: what LiteLLM writes of a call that failed; `null` of one that did not. */
export function errorInformation(event: SpendEvent, compat?: Compat) {
  const { deployment, intended, outcome } = event
  if (outcome.status === 'success') return null
  const { class: exception = '', message = '', refusal, exceeded, providerRequestId } = outcome.error ?? {}
  const named = refusal && entryOf(refusal).logged
  const error = {
    error_code: String(outcome.statusCode),
    error_class: cleanText(named?.[0] ?? exception),
    error_message: cleanJson(message),
  }
  if (rowStatus(event, compat) === 'success') return error
  return {
    ...error,
    llm_provider: cleanText((deployment ?? (isLimit(refusal) ? intended : undefined))?.provider ?? ''),
    traceback: '',
    normalized_error: named?.[1] ?? OF_CLASS[exception] ?? 'UNCLASSIFIED',
    error_provider_request_id: providerRequestId === undefined ? null : cleanText(providerRequestId),
    error_budget_entity_type: exceeded?.entity ?? null,
    error_budget_entity_id: exceeded?.entityId === undefined ? null : cleanText(exceeded.entityId),
    error_budget_limit: exceeded?.budget ?? null,
    error_budget_spend: exceeded?.spend ?? null,
    error_rate_limit_category: limitedBy(outcome.error),
    error_rate_limit_type: isLimit(refusal) ? (exceeded?.type ?? null) : null,
  }
}

/** As the row says it: a stream that its client has left was answered, and is charged as far as it came. */
export function rowStatus({ call, outcome }: SpendEvent, compat?: Compat): SpendEvent['outcome']['status'] {
  const isLeft = outcome.aborted && call.stream && outcome.firstByteAt !== undefined
  return isLeft && changedAnswersOf(compat).leftStreams !== 'failure' ? 'success' : outcome.status
}

/** Who has set the limit. */
function limitedBy({ class: exception, refusal }: Partial<OutcomeError> = {}): string | null {
  if (isLimit(refusal)) return 'litellm_rate_limit'
  return refusal === undefined && exception === 'RateLimitError' ? 'vendor_rate_limit' : null
}

function isLimit(refusal: ErrorCode | undefined): boolean {
  return refusal === 'budget_exceeded' || refusal === 'rate_limited'
}
