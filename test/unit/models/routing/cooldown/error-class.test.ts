import { expect, test } from '@jest/globals'
import {
  failureOfAnswer,
  failureOfConnection,
  isRetryableStatus,
} from '../../../../../src/models/routing/cooldown/error-class.ts'

test.each([
  [400, 'BadRequestError'],
  [401, 'AuthenticationError'],
  [403, 'PermissionDeniedError'],
  [404, 'NotFoundError'],
  [405, 'APIError'],
  [408, 'Timeout'],
  [409, 'APIError'],
  [413, 'BadRequestError'],
  [422, 'UnprocessableEntityError'],
  [429, 'RateLimitError'],
  [500, 'InternalServerError'],
  [502, 'BadGatewayError'],
  [503, 'ServiceUnavailableError'],
  [504, 'Timeout'],
  [520, 'InternalServerError'],
  [529, 'InternalServerError'],
  [302, 'APIError'],
])('status %i is %s', (status, errorClass) => {
  expect(failureOfAnswer(status, { error: { message: 'no' } })).toEqual({ class: errorClass, status })
})

test.each([
  [400, { error: { code: 'context_length_exceeded', message: 'x' } }],
  [400, { error: { message: "This model's maximum context length is 8192 tokens." } }],
  [400, { type: 'error', error: { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens' } }],
  [413, { error: { message: 'Input is too long for requested model.' } }],
  [422, '`inputs` tokens + `max_new_tokens` must be <= 4096'],
  [400, '{"error":{"message":"The input tokens exceed the configured limit of 4096"}}'],
])('%i %j is a prompt that is too long', (status, body) => {
  expect(failureOfAnswer(status, body).class).toBe('ContextWindowExceededError')
})

test.each([
  [400, { error: { code: 'content_policy_violation', message: 'x' } }],
  [400, { error: { code: 'content_filter', message: 'x' } }],
  [400, { error: { message: 'x', innererror: { code: 'ResponsibleAIPolicyViolation' } } }],
  [400, { error: { message: "triggering Azure OpenAI's content management policy." } }],
  [400, { error: { message: 'Your request was rejected as a result of our safety system.' } }],
  [400, { type: 'error', error: { message: 'Output blocked by content filtering policy' } }],
])('%i %j is a prompt the provider refuses', (status, body) => {
  expect(failureOfAnswer(status, body).class).toBe('ContentPolicyViolationError')
})

test.each([
  [429, { error: { message: 'too many input tokens per minute' } }, 'RateLimitError'],
  [500, { error: { code: 'content_filter' } }, 'InternalServerError'],
  [401, 'maximum context length', 'AuthenticationError'],
])('%i keeps its own meaning whatever the body says', (status, body, errorClass) => {
  expect(failureOfAnswer(status, body).class).toBe(errorClass)
})

test.each([[undefined], [null], [''], [[]], [{ error: null }], [{ error: 'text' }], [{ error: { code: 7 } }]])(
  'a strange body does no harm: %p',
  (body) => {
    expect(failureOfAnswer(400, body)).toEqual({ class: 'BadRequestError', status: 400 })
  },
)

test.each([
  ['ECONNREFUSED', 'InternalServerError', 500],
  ['ENOTFOUND', 'InternalServerError', 500],
  ['EAI_AGAIN', 'InternalServerError', 500],
  ['CERT_HAS_EXPIRED', 'InternalServerError', 500],
  ['ECONNRESET', 'InternalServerError', 500],
  ['UND_ERR_SOCKET', 'InternalServerError', 500],
  [undefined, 'InternalServerError', 500],
  ['UND_ERR_HEADERS_TIMEOUT', 'Timeout', 408],
  ['UND_ERR_BODY_TIMEOUT', 'Timeout', 408],
  ['UND_ERR_CONNECT_TIMEOUT', 'Timeout', 408],
  ['ETIMEDOUT', 'Timeout', 408],
  ['TimeoutError', 'Timeout', 408],
])('a connection that ends in %s is %s', (code, errorClass, status) => {
  expect(failureOfConnection(code)).toEqual({ class: errorClass, status })
})

test('LiteLLM tries 408, 409, 429 and 5xx again', () => {
  const statuses = [200, 400, 401, 403, 404, 408, 409, 413, 422, 429, 499, 500, 503, 529]
  expect(statuses.filter(isRetryableStatus)).toEqual([408, 409, 429, 500, 503, 529])
})
