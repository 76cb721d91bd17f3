/** LiteLLM's exception classes, as they appear in `retry_policy`, `allowed_fails_policy` and error logs. */
export type ErrorClass =
  | 'BadRequestError'
  | 'AuthenticationError'
  | 'PermissionDeniedError'
  | 'NotFoundError'
  | 'Timeout'
  | 'UnprocessableEntityError'
  | 'RateLimitError'
  | 'ContextWindowExceededError'
  | 'ContentPolicyViolationError'
  | 'InternalServerError'
  | 'BadGatewayError'
  | 'ServiceUnavailableError'
  | 'APIConnectionError'
  | 'APIError'

/** One failed try in LiteLLM's terms. */
export interface Failure {
  readonly class: ErrorClass
  /** The upstream's, or the one LiteLLM gives an upstream that sent none: 408 for a timeout, else 500. */
  readonly status: number
  /** The upstream was not asked: its credential could not be had, or too many other calls of this gateway wait for it. */
  readonly isOwn?: boolean
}

/** A failure as rows and events tell it. */
export function failureTold({ class: errorClass, status }: Failure): Pick<Failure, 'class' | 'status'> {
  return { class: errorClass, status }
}

const CLASS_BY_STATUS: Readonly<Record<number, ErrorClass>> = {
  400: 'BadRequestError',
  401: 'AuthenticationError',
  403: 'PermissionDeniedError',
  404: 'NotFoundError',
  408: 'Timeout',
  413: 'BadRequestError',
  422: 'UnprocessableEntityError',
  429: 'RateLimitError',
  500: 'InternalServerError',
  502: 'BadGatewayError',
  503: 'ServiceUnavailableError',
  504: 'Timeout',
  529: 'InternalServerError',
}

/** Statuses under which providers report a prompt that is too long, or one they refuse. */
const SPEAKING_STATUSES: ReadonlySet<number> = new Set([400, 413, 422])

const CONTEXT_WINDOW_CODES: ReadonlySet<string> = new Set(['context_length_exceeded', 'string_above_max_length'])
const CONTENT_POLICY_CODES: ReadonlySet<string> = new Set([
  'content_policy_violation',
  'content_filter',
  'moderation_blocked',
  'ResponsibleAIPolicyViolation',
])

// Words of the providers' own messages, in lower case: most of them send no code that tells these two cases apart.
const CONTEXT_WINDOW_WORDS = [
  'maximum context length',
  'context_length_exceeded',
  'maximum context limit',
  "model's context length",
  'exceed context limit',
  'exceeds the available context size',
  'maximum number of tokens allowed',
  'input tokens exceed the configured limit',
  'string too long. expected a string with maximum length',
  'prompt is too long',
  'input is too long',
  'too many input tokens',
  '`inputs` tokens + `max_new_tokens` must be',
]
const CONTENT_POLICY_WORDS = [
  'content_policy_violation',
  'content management policy',
  'content filtering policy',
  'responsibleaipolicyviolation',
  'rejected as a result of our safety system',
  'violates our content polic',
  'violating our usage policy',
  'output blocked by content filtering',
]

/** How far into a body the words are looked for, in characters. */
const SEARCHED_LENGTH = 16_384

/** What an error answer of an upstream means. `body` is the parsed JSON or the text; `undefined` when there was none. */
export function failureOfAnswer(status: number, body?: unknown): Failure {
  return { class: classOfAnswer(status, body), status }
}

function classOfAnswer(status: number, body: unknown): ErrorClass {
  if (SPEAKING_STATUSES.has(status)) {
    const codes = codesOf(body)
    const text = textOf(body)
    if (speaks(codes, CONTEXT_WINDOW_CODES, text, CONTEXT_WINDOW_WORDS)) return 'ContextWindowExceededError'
    if (speaks(codes, CONTENT_POLICY_CODES, text, CONTENT_POLICY_WORDS)) return 'ContentPolicyViolationError'
  }
  return CLASS_BY_STATUS[status] ?? (status > 500 ? 'InternalServerError' : 'APIError')
}

function speaks(codes: readonly string[], known: ReadonlySet<string>, text: string, words: readonly string[]): boolean {
  return codes.some((code) => known.has(code)) || words.some((word) => text.includes(word))
}

/** `code` and `type` of an error body, and `code` of Azure's inner error. */
function codesOf(body: unknown): readonly string[] {
  const error = field(body, 'error') ?? body
  const inner = field(error, 'innererror') ?? field(error, 'inner_error')
  return [field(error, 'code'), field(error, 'type'), field(inner, 'code')].filter((code) => typeof code === 'string')
}

function textOf(body: unknown): string {
  const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '')
  return text.slice(0, SEARCHED_LENGTH).toLowerCase()
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

const TIMEOUT_CODES: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'TimeoutError',
])

/** What a call fails with that could not be signed: for the router the same as a provider key that is refused. */
export const CREDENTIAL_CODE = 'ERR_UPSTREAM_CREDENTIAL'
/** What a call fails with that too many others wait before. */
export const RATE_LIMIT_CODE = 'ERR_UPSTREAM_FULL'

const OWN_FAILURES: Readonly<Record<string, Failure>> = {
  [CREDENTIAL_CODE]: { class: 'AuthenticationError', status: 401, isOwn: true },
  [RATE_LIMIT_CODE]: { class: 'RateLimitError', status: 429, isOwn: true },
}

/**
 * What it means that an upstream did not answer, or broke off: refused, unresolved, no trust, cut, too slow. `code` is the
 * error's code, or its name where it has none. LiteLLM reports some of these as `APIConnectionError`, which never cools
 * a deployment down, so that it goes on calling dead hosts (its issue #27362). Here all but timeouts are
 * `InternalServerError`, which does.
 */
export function failureOfConnection(code: string | undefined): Failure {
  const own = code === undefined ? undefined : OWN_FAILURES[code]
  if (own) return own
  return code !== undefined && TIMEOUT_CODES.has(code)
    ? { class: 'Timeout', status: 408 }
    : { class: 'InternalServerError', status: 500 }
}

/** Statuses that LiteLLM tries again by itself. */
export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 409 || status === 429 || status >= 500
}
