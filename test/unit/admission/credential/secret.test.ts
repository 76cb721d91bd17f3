import { describe, expect, test } from '@jest/globals'
import { type HeaderValues, type SecretOptions, secretFrom } from '../../../../src/admission/credential/secret.ts'

const KEY = 'sk-1234567890'
const OTHER = 'sk-other'
const GENERATE = `/v1beta/models/gemini-pro:generateContent?alt=sse&key=${KEY}`

type Case = [claim: string, headers: HeaderValues, url: string, options: SecretOptions, secret: string | undefined]

const CASES: Case[] = [
  ['nothing sent', {}, '/', {}, undefined],
  ['Authorization: Bearer', { authorization: `Bearer ${KEY}` }, '/', {}, KEY],
  ['Authorization: bearer', { authorization: `bearer ${KEY}` }, '/', {}, KEY],
  ['Authorization: Basic', { authorization: `Basic ${KEY}` }, '/', {}, KEY],
  ['Authorization with another scheme', { authorization: `Token ${KEY}` }, '/', {}, ''],
  ['Authorization without a scheme', { authorization: KEY }, '/', {}, ''],
  ['Authorization in capitals', { authorization: `BEARER ${KEY}` }, '/', {}, ''],
  ['Authorization that ends after the scheme', { authorization: 'Bearer ' }, '/', {}, ''],
  ['an empty Authorization', { authorization: '' }, '/', {}, ''],
  [
    'the signature of an AWS client',
    { authorization: `AWS4-HMAC-SHA256 Credential=Bearer ${KEY}/20260216/us-east-1/bedrock/aws4_request, Signed=x` },
    '/',
    {},
    KEY,
  ],
  ['a real AWS signature', { authorization: 'AWS4-HMAC-SHA256 Credential=AKIA/20260216/x' }, '/', {}, ''],
  ['x-litellm-api-key, bare', { 'x-litellm-api-key': KEY }, '/', {}, KEY],
  ['x-litellm-api-key with a scheme', { 'x-litellm-api-key': `Bearer ${KEY}` }, '/', {}, KEY],
  ['API-Key', { 'api-key': KEY }, '/', {}, KEY],
  ['x-api-key', { 'x-api-key': KEY }, '/', {}, KEY],
  ['x-goog-api-key', { 'x-goog-api-key': KEY }, '/', {}, KEY],
  ['Ocp-Apim-Subscription-Key', { 'ocp-apim-subscription-key': KEY }, '/', {}, KEY],
  [
    'x-litellm-api-key goes before Authorization',
    { 'x-litellm-api-key': KEY, authorization: 'Bearer x' },
    '/',
    {},
    KEY,
  ],
  ['Authorization goes before x-api-key', { authorization: `Bearer ${KEY}`, 'x-api-key': OTHER }, '/', {}, KEY],
  ['a malformed Authorization still decides', { authorization: 'nonsense', 'x-api-key': KEY }, '/', {}, ''],
  ['API-Key goes before x-api-key', { 'x-api-key': OTHER, 'api-key': KEY }, '/', {}, KEY],
  ['x-api-key goes before x-goog-api-key', { 'x-goog-api-key': OTHER, 'x-api-key': KEY }, '/', {}, KEY],
  ['?key= of a generateContent route', {}, GENERATE, {}, KEY],
  ['?key= of a streamGenerateContent route', {}, GENERATE.replace(':g', ':streamG'), {}, KEY],
  ['?key= of any other route', {}, `/v1/chat/completions?key=${KEY}`, {}, undefined],
  ['?key= sent twice', {}, `${GENERATE}&key=${OTHER}`, {}, ''],
  [
    'a route that names generateContent only in its query',
    {},
    `/v1/models?x=generateContent&key=${KEY}`,
    {},
    undefined,
  ],
  ['a header goes before ?key=', { 'x-goog-api-key': OTHER }, GENERATE, {}, OTHER],
  ['the configured header', { 'x-my-key': `Bearer ${KEY}` }, '/', { keyHeaderName: 'X-My-Key' }, KEY],
  ['the configured header without Bearer', { 'x-my-key': KEY }, '/', { keyHeaderName: 'X-My-Key' }, ''],
  ['a configured header that is missing', { authorization: `Bearer ${KEY}` }, '/', { keyHeaderName: 'x-my-key' }, ''],
  ['the built-in header below a pass-through prefix', { litellm_user_api_key: KEY }, '/bedrock/model/x', {}, KEY],
  ['the built-in header of a bare prefix with a query', { litellm_user_api_key: KEY }, '/openai?x=1', {}, KEY],
  ['the built-in header elsewhere', { litellm_user_api_key: KEY }, '/v1/models', {}, undefined],
  ['a prefix is a whole segment', { litellm_user_api_key: KEY }, '/openaix/y', {}, undefined],
  [
    'the header of a pass-through endpoint',
    { 'x-caller': KEY },
    '/x',
    { passThrough: { headerName: 'X-Caller' } },
    KEY,
  ],
  [
    'the user of Basic authentication, for langfuse',
    { authorization: `Basic ${Buffer.from(`${KEY}:secret`).toString('base64')}` },
    '/api/public/ingestion',
    { passThrough: { parser: 'langfuse' } },
    KEY,
  ],
  ['a header sent twice', { authorization: [`Bearer ${KEY}`, `Bearer ${OTHER}`] }, '/', {}, ''],
  ['a header sent twice with one value', { 'x-api-key': [KEY, KEY] }, '/', {}, ''],
  ['one value in a list', { authorization: [`Bearer ${KEY}`] }, '/', {}, KEY],
  ['4 KiB', { 'x-api-key': 's'.repeat(4096) }, '/', {}, 's'.repeat(4096)],
  ['more than 4 KiB', { 'x-api-key': 's'.repeat(4097) }, '/', {}, ''],
  ['signs that are not ASCII', { 'x-api-key': 'sk-ключ' }, '/', {}, ''],
  ['white space inside', { authorization: `Bearer  ${KEY}` }, '/', {}, ''],
  ['a NUL', { 'x-api-key': 'sk-\0' }, '/', {}, ''],
]

describe('the secret of a request', () => {
  test.each(CASES)('%s', (_claim, headers, url, options, secret) => {
    expect(secretFrom(headers, url, options)).toBe(secret)
  })
})
