import { expect, test } from '@jest/globals'
import { LiteLLMError } from '../../../src/errors.ts'
import { ownErrorFor } from '../../../src/translation/clients/errors.ts'

const refused = new LiteLLMError('key_model_denied', { message: 'Not this model.', param: 'model' })
const bodyFor = (path: string) => JSON.parse(JSON.stringify(ownErrorFor(path, refused, 'r1').body))

const openai = {
  error: { message: 'Not this model.', type: 'key_model_access_denied', param: 'model', code: '403' },
}
const anthropic = {
  type: 'error',
  error: { type: 'permission_error', message: 'Not this model.', param: 'model' },
  request_id: 'r1',
}
const google = { error: { code: 403, message: 'Not this model.', status: 'PERMISSION_DENIED', param: 'model' } }

test.each([
  ['/v1/messages', anthropic],
  ['/v1/messages/', anthropic],
  ['/messages/count_tokens', anthropic],
  ['/mounted/anthropic/v1/messages', anthropic],
  ['/anthropic/v1/messages/batches/msgbatch_1/results', anthropic],
  ['/v1/threads/thread_1/messages', openai],
  ['/v1/threads/thread_1/messages/msg_1', openai],
  ['/v1/chat/completions', openai],
  ['/v1/models/ft:gpt-4o', openai],
  ['/v1beta/models/m:generateContent', google],
  ['/v1beta/models/m:streamGenerateContent?alt=sse', google],
  ['/models/a%2Fb:countTokens', google],
  ['/gemini/v1beta/models/m:batchEmbedContents', google],
])('an error of the gateway on %s has the shape of its clients', (path, body) => {
  expect(bodyFor(path)).toEqual(body)
})

test.each([
  ['unknown_key', 'authentication_error', 'UNAUTHENTICATED'],
  ['rate_limited', 'rate_limit_error', 'RESOURCE_EXHAUSTED'],
  ['budget_exceeded', 'invalid_request_error', 'INVALID_ARGUMENT'],
  ['not_found', 'not_found_error', 'NOT_FOUND'],
  ['body_too_large', 'request_too_large', 'INVALID_ARGUMENT'],
  ['key_store_unavailable', 'api_error', 'UNAVAILABLE'],
  ['upstream_unreachable', 'api_error', 'INTERNAL'],
  ['upstream_timeout', 'timeout_error', 'DEADLINE_EXCEEDED'],
] as const)('%s has a type of each API, and its code in a header', (code, type, status) => {
  const error = new LiteLLMError(code)
  expect(ownErrorFor('/v1/messages', error, 'r').body).toMatchObject({ error: { type } })
  expect(ownErrorFor('/models/m:generateContent', error, 'r').body).toMatchObject({ error: { status } })
  for (const path of ['/v1/messages', '/models/m:generateContent', '/v1/chat/completions']) {
    expect(ownErrorFor(path, error, 'r').headers).toMatchObject({ 'x-litellm-error-code': code })
  }
})
