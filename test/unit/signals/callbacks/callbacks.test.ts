import { createHash, createHmac, generateKeyPairSync } from 'node:crypto'
import { afterAll, describe, expect, test } from '@jest/globals'
import { type CallbackSettings, missingVariables } from '../../../../src/signals/callbacks/callback.ts'
import { ABSENT_CALLBACKS, CALLBACKS } from '../../../../src/signals/callbacks/callback-table.ts'
import { objectKeyOf } from '../../../../src/signals/callbacks/object-key.ts'
import type { Delivery } from '../../../../src/signals/outbox/delivery.ts'
import { standardPayload } from '../../../../src/signals/payload/standard-payload.ts'
import { type Authorizer, createAuthorizer } from '../../../../src/upstream/sign/authorizer.ts'
import { AWS_KEYS, verifySignature } from '../../../support/aws.ts'
import { type Behaviour, type ReceivedPost, startCallbackServer } from '../../../support/callback-server.ts'
import { cleanups } from '../../../support/cleanups.ts'
import { spendEvent } from '../../../support/spend-event.ts'
import { sendJson, startUpstream } from '../../../support/upstream.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ACCOUNT = {
  type: 'service_account',
  client_email: 'a@b',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
}
const AWS = {
  AWS_REGION_NAME: 'eu-west-1',
  AWS_ACCESS_KEY_ID: AWS_KEYS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: AWS_KEYS.secretAccessKey,
}
const SETTINGS: CallbackSettings = {
  langfuseDefaultTags: ['user_api_key_alias'],
  dynamodbTableName: 'calls',
  authorizer: createAuthorizer(),
}

afterAll(() => (SETTINGS.authorizer as Authorizer).close())
const SECRET = Buffer.from('a secret of 24 characters').toString('base64')

/** Where each callback is told to go, and what its service demands of a request. */
const SERVICES: Readonly<
  Record<
    string,
    {
      env(url: string): Record<string, string>
      settings?(url: string): Partial<CallbackSettings>
      check(post: ReceivedPost): string | undefined
      readonly method?: string
      /** What a success says. */
      readonly good?: string
      /** What it answers to what it will never take, where the status alone does not say so. */
      readonly refusal?: Behaviour
    }
  >
> = {
  s3_v2: {
    env: () => AWS,
    settings: (url) => ({
      s3CallbackParams: {
        s3_bucket_name: 'logs',
        s3_region_name: 'eu-west-1',
        s3_endpoint_url: url,
        s3_path: "a b/it's",
      },
    }),
    method: 'PUT',
    refusal: { status: 400, text: '<Error><Code>EntityTooLarge</Code></Error>' },
    check: (post) =>
      wrong({
        signed: isSigned(post, 's3'),
        hash: post.headers['x-amz-content-sha256'] === createHash('sha256').update(post.raw).digest('hex'),
        key: /^\/logs\/a%20b\/it%27s\/\d{4}-\d\d-\d\d\/time-(\d\d-){3}\d{6}_chatcmpl-.+\.json$/.test(post.path),
        payload: post.body.litellm_call_id !== undefined,
      }),
  },
  aws_sqs: {
    env: () => AWS,
    settings: (url) => ({ awsSqsCallbackParams: { sqs_queue_url: `${url}/1/calls.fifo` } }),
    refusal: { status: 400, text: '{"__type":"com.amazonaws.sqs#InvalidMessageContents"}' },
    check: (post) =>
      wrong({
        signed: isSigned(post, 'sqs'),
        target: post.headers['x-amz-target'] === 'AmazonSQS.SendMessageBatch',
        type: post.headers['content-type'] === 'application/x-amz-json-1.0',
        queue: post.body.QueueUrl.endsWith('/1/calls.fifo'),
        entries: post.body.Entries.length <= 10 && new Set(post.body.Entries.map((one: any) => one.Id)).size > 0,
        order: post.body.Entries.every((one: any) => one.MessageGroupId && one.MessageDeduplicationId),
      }),
  },
  dynamodb: {
    env: (url) => ({ ...AWS, AWS_ENDPOINT_URL_DYNAMODB: url }),
    refusal: { status: 400, text: '{"__type":"com.amazon.coral.validate#ValidationException"}' },
    check: (post) => {
      const items = post.body.RequestItems.calls.map((one: any) => one.PutRequest.Item)
      return wrong({
        signed: isSigned(post, 'dynamodb'),
        target: post.headers['x-amz-target'] === 'DynamoDB_20120810.BatchWriteItem',
        few: items.length <= 25,
        unique: new Set(items.map(({ id }: any) => id.S)).size === items.length,
        texts: items.every((item: any) => Object.values(item).every((value: any) => typeof value.S === 'string')),
      })
    },
  },
  gcs_bucket: {
    env: (url) => ({
      GCS_BUCKET_NAME: 'logs/dev',
      STORAGE_EMULATOR_HOST: url,
      GCS_USE_BATCHED_LOGGING: 'false',
      GCS_PATH_SERVICE_ACCOUNT: JSON.stringify({ ...ACCOUNT, token_uri: tokens }),
    }),
    check: ({ path, headers, body }) =>
      wrong({
        path: /^\/upload\/storage\/v1\/b\/logs\/o\?uploadType=media&name=dev%2F\d{4}-\d\d-\d\d%2F(chatcmpl-|failure-)/.test(
          path,
        ),
        token: headers.authorization === 'Bearer google-token',
        payload: body.litellm_call_id !== undefined,
      }),
  },
  generic_api: {
    env: (url) => ({ GENERIC_LOGGER_ENDPOINT: `${url}/logs`, GENERIC_LOGGER_HEADERS: 'X-Key=abc=,x-other=1' }),
    check: ({ path, headers, body }) =>
      wrong({
        path: path === '/logs',
        key: headers['x-key'] === 'abc=',
        other: headers['x-other'] === '1',
        list: Array.isArray(body),
      }),
  },
  standard_webhook: {
    env: (url) => ({ STANDARD_WEBHOOK_URL: url, STANDARD_WEBHOOK_SECRET: `whsec_${SECRET}` }),
    check: ({ headers, body }) => {
      const [id, time] = [headers['webhook-id'], headers['webhook-timestamp']]
      const signed = `${id}.${time}.${JSON.stringify(body)}`
      const signature = createHmac('sha256', Buffer.from(SECRET, 'base64')).update(signed).digest('base64')
      return wrong({ signature: headers['webhook-signature'] === `v1,${signature}`, type: /^call\./.test(body.type) })
    },
  },
  langfuse: {
    env: (url) => ({ LANGFUSE_PUBLIC_KEY: 'pk', LANGFUSE_SECRET_KEY: 'sk', LANGFUSE_HOST: url }),
    check: ({ path, headers, body }) =>
      wrong({
        path: path === '/api/public/otel/v1/traces',
        key: headers.authorization === `Basic ${Buffer.from('pk:sk').toString('base64')}`,
        ...otlpFaults(body),
      }),
  },
  otel: {
    env: (url) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_HEADERS: 'api-key=1' }),
    check: ({ path, headers, body }) =>
      wrong({ path: path === '/v1/traces', key: headers['api-key'] === '1', ...otlpFaults(body) }),
  },
  langsmith: {
    env: (url) => ({ LANGSMITH_API_KEY: 'ls', LANGSMITH_BASE_URL: url }),
    check: ({ path, headers, body }) =>
      wrong({
        path: path === '/api/v1/runs/batch',
        key: headers['x-api-key'] === 'ls',
        uuid: body.post.every(({ id }: any) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)),
        root: body.post.every(({ id, trace_id }: any) => id === trace_id),
        order: body.post.every(({ id, dotted_order }: any) => new RegExp(`^\\d{8}T\\d{12}Z${id}$`).test(dotted_order)),
      }),
  },
  datadog: {
    env: (url) => ({ DD_API_KEY: 'dd', DD_SITE: 'us5.datadoghq.com', DD_BASE_URL: url }),
    check: ({ path, headers, body }) =>
      wrong({
        path: path === '/api/v2/logs',
        key: headers['dd-api-key'] === 'dd',
        text: body.every(({ message }: any) => typeof message === 'string'),
      }),
  },
  supabase: {
    env: (url) => ({ SUPABASE_URL: url, SUPABASE_KEY: 'sb' }),
    check: ({ path, headers, body }) =>
      wrong({
        path: path === '/rest/v1/request_logs?on_conflict=litellm_call_id',
        key: headers.apikey === 'sb' && headers.authorization === 'Bearer sb',
        prefer: headers.prefer?.includes('resolution=merge-duplicates') === true,
        same: new Set(body.map((row: object) => Object.keys(row).join())).size === 1,
      }),
  },
}

function isSigned({ method, path, headers, raw }: ReceivedPost, service: string): boolean {
  const signed = verifySignature({ method, url: path, headers, body: raw })
  return signed.service === service && signed.region === 'eu-west-1' && signed.accessKeyId === AWS_KEYS.accessKeyId
}

function wrong(checks: Record<string, boolean>): string | undefined {
  const failed = Object.entries(checks).flatMap(([name, holds]) => (holds ? [] : [name]))
  return failed.length > 0 ? failed.join() : undefined
}

/** What an OTLP receiver demands of JSON. */
function otlpFaults(body: any): Record<string, boolean> {
  const spans = body.resourceSpans[0].scopeSpans[0].spans
  return {
    trace: spans.every(({ traceId }: any) => /^[0-9a-f]{32}$/.test(traceId)),
    span: spans.every(({ spanId }: any) => /^[0-9a-f]{16}$/.test(spanId)),
    times: spans.every((span: any) => /^\d{19}$/.test(span.startTimeUnixNano) && /^\d{19}$/.test(span.endTimeUnixNano)),
    attributes: spans.every(({ attributes }: any) =>
      attributes.every(({ key, value }: any) => typeof key === 'string' && Object.keys(value).length === 1),
    ),
  }
}

function delivery(id: string, status: 'success' | 'failure' = 'success'): Delivery {
  const error = { code: '500', class: 'InternalServerError', message: 'boom' }
  const event = spendEvent({
    callId: id,
    key: { metadata: { logging: [{ callback_vars: { secret: 'canary-of-the-key' } }] } },
    call: { endUserId: 'e1' },
    outcome: status === 'failure' ? { status, statusCode: 500, error, usage: undefined } : {},
  })
  const prompts = {
    request: { messages: [{ role: 'user', content: 'the prompt' }], temperature: 1, api_key: 'canary-of-the-client' },
    answer: { choices: [{ message: { role: 'assistant', content: 'the answer' } }] },
  }
  const options = { redactsMessages: false, redactsKey: false, excluded: [], tags: {} }
  return { id, status, payload: standardPayload({ ...event, ...prompts }, options) }
}

/** Where Google gives out tokens. */
let tokens = ''

async function setup(name: string) {
  const { env, check, settings, ...kind } = SERVICES[name]!
  const server = await startCallbackServer(check, kind)
  const google = await startUpstream((res) => sendJson(res, 200, { access_token: 'google-token', expires_in: 3600 }))
  cleanups.push(() => google.close())
  tokens = `${google.url}/token`
  const sink = CALLBACKS[name]!.open(env(server.url), { ...SETTINGS, ...settings?.(server.url) })
  const deliver = (batch: readonly Delivery[], signal = new AbortController().signal) => sink.deliver(batch, signal)
  return { ...server, deliver }
}

test('every callback of the table is tried here', () => {
  expect(Object.keys(SERVICES).sort()).toEqual(
    Object.keys(CALLBACKS)
      // Other names of the same.
      .filter((name) => name !== 'langfuse_otel' && name !== 's3')
      .sort(),
  )
})

test('no callback is both there and absent', () => {
  expect(ABSENT_CALLBACKS.filter((name) => name in CALLBACKS)).toEqual([])
})

describe.each(Object.keys(SERVICES))('%s', (name) => {
  test('its service takes answered and failed calls', async () => {
    const { accepted, received, deliver } = await setup(name)
    await deliver([delivery('1b4e28ba-2fa1-11d2-883f-0016d3cca427'), delivery('not-a-uuid', 'failure')])
    expect(accepted.length).toBe(received.length)
    const body = JSON.stringify(accepted)
    for (const id of ['1b4e28ba-2fa1-11d2-883f-0016d3cca427', 'not-a-uuid']) expect(body).toContain(id)
  })

  test('no secret is told', async () => {
    const { received, deliver } = await setup(name)
    await deliver([delivery('a')])
    expect(JSON.stringify(received.map(({ body }) => body))).not.toMatch(/canary|provider-secret/)
  })

  test('a call that is told twice can be known by its id', async () => {
    const { accepted, deliver } = await setup(name)
    await deliver([delivery('a')])
    await deliver([delivery('a')])
    const [first, second] = accepted.map((post) => idsIn(name, post))
    expect(first).toEqual(second)
    expect(first).toBeTruthy()
  })

  test.each([500, 503, 429, 401, 404, 302])('%i is tried again', async (status) => {
    const { behave, deliver } = await setup(name)
    behave(status)
    await expect(deliver([delivery('a')])).rejects.toMatchObject({ name: 'DeliveryError', isRefused: false })
  })

  test('a refusal is final, and says nothing of what was sent', async () => {
    const { behave, deliver } = await setup(name)
    behave(SERVICES[name]!.refusal ?? 400)
    const error = await deliver([delivery('a')]).catch((error) => error)
    expect(error).toMatchObject({ isRefused: true, message: expect.stringMatching(/has answered 400$/) })
  })

  test('a connection that is cut is tried again', async () => {
    const { behave, deliver } = await setup(name)
    behave('cut')
    await expect(deliver([delivery('a')])).rejects.toMatchObject({ isRefused: false })
  })

  test('one that hangs hears that it is given up', async () => {
    const { behave, received, deliver } = await setup(name)
    behave('hang')
    const abort = new AbortController()
    const delivering = deliver([delivery('a')], abort.signal)
    delivering.catch(() => {})
    while (received.length === 0) await new Promise((resolve) => setImmediate(resolve))
    abort.abort()
    await expect(delivering).rejects.toMatchObject({ isRefused: false })
  })

  test('without its variables it is not opened', () => {
    const { variables, needed } = CALLBACKS[name]!
    expect(missingVariables(CALLBACKS[name]!, {})).toEqual(variables.slice(0, needed))
  })
})

function idsIn(name: string, { path, body, headers }: ReceivedPost): unknown {
  if (name === 's3_v2' || name === 'gcs_bucket') return path
  if (name === 'aws_sqs') return body.Entries[0].MessageDeduplicationId
  if (name === 'dynamodb') return body.RequestItems.calls[0].PutRequest.Item.id.S
  if (name === 'standard_webhook') return headers['webhook-id']
  if (name === 'langsmith') return body.post[0].id
  if (name === 'langfuse' || name === 'otel') return body.resourceSpans[0].scopeSpans[0].spans[0].traceId
  if (name === 'datadog') return JSON.parse(body[0].message).litellm_call_id
  return body[0].litellm_call_id
}

test('an address of its own stands for the site of Datadog', () => {
  expect(missingVariables(CALLBACKS.datadog!, { DD_API_KEY: 'k', DD_BASE_URL: 'http://agent' })).toEqual([])
  expect(missingVariables(CALLBACKS.datadog!, { DD_API_KEY: 'k' })).toEqual(['DD_SITE'])
})

test('langfuse gets input, output, usage and cost where it looks for them', async () => {
  const { accepted, deliver } = await setup('langfuse')
  await deliver([delivery('a')])
  const { name, attributes } = accepted[0]!.body.resourceSpans[0].scopeSpans[0].spans[0]
  const value = (key: string) => attributes.find((one: any) => one.key === key)?.value
  expect(name).toBe('litellm:the alias')
  expect(JSON.parse(value('langfuse.observation.input').stringValue).messages[0].content).toBe('the prompt')
  expect(JSON.parse(value('langfuse.observation.output').stringValue).content).toBe('the answer')
  expect(JSON.parse(value('langfuse.observation.usage_details').stringValue)).toEqual({
    input: 70,
    output: 20,
    total: 120,
    cache_read_input_tokens: 30,
    cache_creation_input_tokens: 5,
  })
  expect(JSON.parse(value('langfuse.observation.cost_details').stringValue)).toEqual({ total: 0.01 })
  expect(value('langfuse.trace.tags').arrayValue.values).toContainEqual({ stringValue: 'user_api_key_alias:the alias' })
  expect(value('user.id').stringValue).toBe('e1')
})

test("otel's span is a part of the client's trace, and Langfuse's trace is the client's", async () => {
  const [trace, parent] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7']
  for (const name of ['otel', 'langfuse']) {
    const { accepted, deliver } = await setup(name)
    await deliver([{ ...delivery('a'), traceparent: `00-${trace}-${parent}-01` }])
    const span = accepted[0]!.body.resourceSpans[0].scopeSpans[0].spans[0]
    expect([span.traceId, span.parentSpanId]).toEqual([trace, name === 'otel' ? parent : undefined])
  }
})

test('otel gets no prompt', async () => {
  const { accepted, deliver } = await setup('otel')
  await deliver([delivery('a')])
  expect(JSON.stringify(accepted)).not.toMatch(/the prompt|the answer/)
})

describe('what a service takes a part of is told again', () => {
  test.each([
    ['aws_sqs', '{"Failed":[{"Id":"0","Code":"InternalError","SenderFault":false}]}', false],
    ['aws_sqs', '{"Failed":[{"Id":"0","Code":"InvalidMessageContents","SenderFault":true}]}', true],
    ['dynamodb', '{"UnprocessedItems":{"calls":[{}]}}', false],
  ])('%s: %s', async (name, text, isRefused) => {
    const { behave, deliver } = await setup(name)
    behave({ status: 200, text })
    await expect(deliver([delivery('a')])).rejects.toMatchObject({ name: 'DeliveryError', isRefused })
  })

  test.each([
    ['s3_v2', { status: 403, text: '<Error><Code>SignatureDoesNotMatch</Code></Error>' }],
    ['s3_v2', { status: 400, text: '<Error><Code>ExpiredToken</Code></Error>' }],
    ['aws_sqs', { status: 400, text: '{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}' }],
    ['dynamodb', { status: 400, text: '{"__type":"x#ProvisionedThroughputExceededException"}' }],
  ])('%s: what speaks of rights or of the moment', async (name, answer) => {
    const { behave, deliver } = await setup(name)
    behave(answer)
    await expect(deliver([delivery('a')])).rejects.toMatchObject({ isRefused: false })
  })
})

test('batches are cut as each service limits them', async () => {
  const calls = Array.from({ length: 30 }, (_, at) => delivery(`call-${at}`))
  for (const [name, sizes] of [
    ['aws_sqs', [10, 10, 10]],
    ['dynamodb', [25, 5]],
  ] as const) {
    const { accepted, deliver } = await setup(name)
    await deliver(calls)
    expect(accepted.map(({ body }) => (body.Entries ?? body.RequestItems.calls).length)).toEqual(sizes)
  }
})

test('S3 and Google keep a batch in one object where that is wanted, under one name', async () => {
  const { accepted, url } = await startCallbackServer(undefined, { method: 'PUT' })
  const params = {
    s3_bucket_name: 'b',
    s3_endpoint_url: url,
    s3_batch_file_upload: true,
    s3_partition_granularity: 'hour',
  }
  const sink = CALLBACKS.s3_v2!.open(AWS, {
    ...SETTINGS,
    s3CallbackParams: params as CallbackSettings['s3CallbackParams'],
  })
  const batch = [delivery('a'), delivery('b', 'failure')]
  for (let time = 0; time < 2; time++) await sink.deliver(batch, new AbortController().signal)
  expect(accepted[0]!.body.map(({ litellm_call_id: id }: any) => id)).toEqual(['a', 'b'])
  expect(accepted[0]!.path).toMatch(/^\/b\/\d{4}(-\d\d){2}\/\d\d\/batch_(\d\d-){2}\d\d_[0-9a-f]{32}\.jsonl$/)
  expect(accepted[1]!.path).toBe(accepted[0]!.path)
})

test('a change has a folder of its own in S3, also where calls share an object', async () => {
  const { accepted, url } = await startCallbackServer(undefined, { method: 'PUT' })
  const s3CallbackParams = { s3_bucket_name: 'b', s3_endpoint_url: url, s3_path: 'p', s3_batch_file_upload: true }
  const payload = { id: 'c1', updated_at: '2026-03-04T05:06:07.000Z', table_name: 'LiteLLM_TeamTable' }
  const sink = CALLBACKS.s3!.open(AWS, { ...SETTINGS, s3CallbackParams })
  await sink.deliver([{ id: 'c1', status: 'success', payload }], new AbortController().signal)
  expect(accepted[0]!.path).toBe('/b/p/audit_logs/2026-03-04/05-06-07_c1.json')
})

test('a key of S3 that is too long keeps its folder, and ends in a digest', () => {
  const payload = {
    id: `${'é'.repeat(600)}/x`,
    startTime: 1_772_668_799.5,
    metadata: { user_api_key_team_alias: 'team' },
  }
  expect(objectKeyOf(payload, { s3_path: 'logs/', s3_use_team_prefix: true })).toMatch(
    /^logs\/team\/2026-03-04\/time-23-59-59-500000_é+_[0-9a-f]{64}\.json$/,
  )
  expect(objectKeyOf({ ...payload, id: 'a/b:c' }, {})).toBe('2026-03-04/time-23-59-59-500000_a_b_c.json')
})
