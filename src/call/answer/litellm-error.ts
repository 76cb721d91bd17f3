import { pythonItems } from '../../cache/key/python-json.ts'
import { LiteLLMError } from '../../errors.ts'
import type { ErrorFamily } from '../../models/providers/provider.ts'
import { factsOf } from '../../models/providers/providers.ts'
import { object, text as textOf } from '../../usage/shapes/reader.ts'

/** An error that an upstream has answered with, and whose it is. */
export interface UpstreamError {
  readonly status: number
  /** What it said, without the provider key. */
  readonly text: string
  /** The same, parsed; `undefined` where it is no JSON. */
  readonly body: unknown
  /** What the router takes it for. */
  readonly class: string
  readonly provider: string
  /** The API of the client. */
  readonly shape: string
  /** The model group that answered. */
  readonly group: string
  /** Other groups were tried before. */
  readonly isFallback: boolean
  readonly headers: Readonly<Record<string, string>>
}

/** LiteLLM's class, and what stands before and after the provider's words. `E` is the provider's exception. */
type Verdict = readonly [errorClass: string, before: string, after?: string]
/** One rule: what it looks at, what it says, and the status where that is not the upstream's. */
interface Rule {
  readonly when: (error: UpstreamError) => boolean
  readonly is: Verdict
  readonly status?: number
}

const CONTEXT = 'ContextWindowExceededError'
const POLICY = 'ContentPolicyViolationError'

const says =
  (...words: readonly (string | RegExp)[]) =>
  ({ text }: UpstreamError) =>
    words.every((word) => (typeof word === 'string' ? text.includes(word) : word.test(text)))
const isOf =
  (failure: string) =>
  ({ class: found }: UpstreamError) =>
    found === failure
const has =
  (...statuses: readonly number[]) =>
  ({ status }: UpstreamError) =>
    statuses.includes(status)

/** What LiteLLM asks in this order, before it looks at the status, and where it takes a status for another. */
const RULES: Readonly<Record<ErrorFamily, readonly Rule[]>> = {
  openai: [
    { when: says(/rate[\s_-]*limit/i), is: ['RateLimitError', 'RateLimitError: E - '], status: 429 },
    { when: isOf(CONTEXT), is: [CONTEXT, `${CONTEXT}: E - `], status: 400 },
    { when: says('invalid_request_error', 'model_not_found'), is: ['NotFoundError', 'E - '], status: 404 },
    { when: isOf(POLICY), is: [POLICY, `${POLICY}: E - `], status: 400 },
    {
      when: (error) => says('invalid_request_error')(error) && !says('Incorrect API key provided')(error),
      is: ['BadRequestError', 'E - '],
      status: 400,
    },
  ],
  azure: [
    { when: isOf(CONTEXT), is: [CONTEXT, `E ${CONTEXT} - `], status: 400 },
    { when: says('DeploymentNotFound'), is: ['NotFoundError', 'E NotFoundError - '], status: 404 },
    { when: isOf(POLICY), is: [POLICY, ''], status: 400 },
    {
      when: (error) => has(400)(error) && says('invalid_request_error')(error),
      is: ['BadRequestError', 'E BadRequestError - '],
    },
  ],
  anthropic: [
    { when: isOf(CONTEXT), is: [CONTEXT, 'AnthropicError - '], status: 400 },
    { when: says(/overloaded_error|Overloaded/), is: ['InternalServerError', 'AnthropicError - '], status: 500 },
    { when: says('content filtering policy'), is: [POLICY, 'AnthropicError - '], status: 400 },
    { when: has(413), is: ['BadRequestError', 'E - '], status: 400 },
    {
      when: has(529),
      is: ['InternalServerError', 'E - ', '. Handle with `litellm.InternalServerError`.'],
      status: 500,
    },
  ],
  gemini: [
    { when: isOf(CONTEXT), is: [CONTEXT, `${CONTEXT}: E - `], status: 400 },
    { when: says('API key not valid.'), is: ['AuthenticationError', 'E - '], status: 401 },
    { when: says('403'), is: ['BadRequestError', 'E BadRequestError - '], status: 403 },
    { when: has(502), is: ['APIConnectionError', 'E - '], status: 500 },
  ],
  plain: [],
}

const OPENAI_CLASSES: Readonly<Record<number, string>> = {
  400: 'BadRequestError',
  401: 'AuthenticationError',
  404: 'NotFoundError',
  408: 'Timeout',
  422: 'BadRequestError',
  429: 'RateLimitError',
  500: 'InternalServerError',
  502: 'BadGatewayError',
  503: 'ServiceUnavailableError',
  504: 'Timeout',
}
const CLASSES: Readonly<Record<number, string>> = {
  ...OPENAI_CLASSES,
  402: 'PaymentRequiredError',
  403: 'PermissionDeniedError',
}

/** What LiteLLM makes of a status. */
const BY_STATUS: Readonly<Record<ErrorFamily, (status: number) => Verdict>> = {
  openai(status) {
    const known = OPENAI_CLASSES[status] ?? 'APIError'
    if (known === 'BadRequestError') return [known, 'E - ']
    return [known, known === 'Timeout' ? 'Timeout Error: E - ' : `${known}: E - `]
  },
  azure(status) {
    const known = status === 500 ? 'APIError' : (OPENAI_CLASSES[status] ?? 'APIError')
    return [known, status === 400 ? 'E - ' : `E ${known} - `]
  },
  anthropic(status) {
    const known = plainClass(status)
    if (status === 500 || status === 503) return [known, 'E - ', `. Handle with \`litellm.${known}\`.`]
    return [known, status === 502 || status === 504 ? `E ${known} - ` : 'E - ']
  },
  gemini(status) {
    const known = plainClass(status)
    if (status === 429) return [known, 'litellm.RateLimitError: E - ']
    return [known, status === 400 || status === 500 ? `E ${known} - ` : 'E - ']
  },
  plain: (status) => [plainClass(status), 'E - '],
}

function plainClass(status: number): string {
  return CLASSES[status] ?? (status < 500 ? 'BadRequestError' : 'APIError')
}

/** Classes that LiteLLM names together with what they are a kind of, and what it advises against them. */
const KINDS: Readonly<Record<string, readonly [name: string, advice: string]>> = {
  [CONTEXT]: [`${CONTEXT}: litellm.BadRequestError`, 'context_window_fallbacks'],
  [POLICY]: [`BadRequestError: litellm.${POLICY}`, 'content_policy_fallback'],
}
const ADVICE = 'https://docs.litellm.ai/docs/routing#fallbacks'

/** The error that LiteLLM makes of an upstream's: class, provider and the provider's words in one sentence. */
export function litellmError(error: UpstreamError): LiteLLMError {
  const { status, provider, group, isFallback, headers } = error
  if (error.shape === 'openai-moderations') return errorOfClient(error)
  const { family, exception = capitalised(provider), readByClient, wordedByClient } = factsOf(provider).errors
  const rule = RULES[family].find(({ when }) => when(error))
  const [known, before, after = ''] = rule?.is ?? BY_STATUS[family](status)
  const told = rule?.status ?? status
  const [name = known, advice] = KINDS[known] ?? []
  const isRead = readByClient.includes(error.shape)
  const words = wordedByClient.includes(error.shape) ? clientText(error) : error.text
  const { message, param, type } = object(object(error.body).error)
  const kept = isRead ? keptOf(family, known, status) : []
  return new LiteLLMError('upstream_error', {
    status: told,
    type: (kept.includes('type') ? textOf(type) : undefined) ?? typeOf(told),
    ...(kept.includes('param') && typeof param === 'string' && { param }),
    message: [
      `litellm.${name}: ${before.replace(/\bE\b/, () => `${exception}Exception`)}`,
      (isRead ? textOf(message) : undefined) ?? words,
      after,
      advice
        ? `\nmodel=${group}. ${advice}=None. fallbacks=None.\n\nSet '${advice.replace(/s$/, '')}' - ${ADVICE}`
        : '',
      isFallback ? '' : `\n\nLiteLLM: model group '${group}' failed with the error above. No fallback was attempted.`,
    ].join(''),
    headers,
  })
}

/** Members of the upstream's error that LiteLLM's has too. */
function keptOf(family: ErrorFamily, known: string, status: number): readonly ('type' | 'param')[] {
  if (known === 'BadRequestError') return family === 'openai' || status === 400 ? ['type', 'param'] : []
  if (family !== 'openai') return []
  if (known === POLICY) return ['type', 'param']
  return known === 'RateLimitError' || known === 'InternalServerError' ? ['param'] : []
}

/** LiteLLM passes the error of OpenAI's client on as it is. */
function errorOfClient(error: UpstreamError): LiteLLMError {
  const { param, type } = object(object(error.body).error)
  return new LiteLLMError('upstream_error', {
    status: error.status,
    type: textOf(type) ?? typeOf(error.status),
    ...(typeof param === 'string' && { param }),
    message: clientText(error),
    headers: error.headers,
  })
}

/** The sentence of OpenAI's client, with Python's text of the body. */
function clientText({ status, text, body }: UpstreamError): string {
  const python = body === undefined ? undefined : pythonItems(`[${text}]`)?.[0]?.text
  return python === undefined ? text : `Error code: ${status} - ${python}`
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  429: 'throttling_error',
}

function typeOf(status: number): string {
  return TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'internal_server_error')
}
