import { createHmac } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { missingVariables } from '../../../../src/signals/callbacks/callback.ts'
import { ABSENT_CALLBACKS, CALLBACKS } from '../../../../src/signals/callbacks/callback-table.ts'
import type { Delivery } from '../../../../src/signals/outbox/delivery.ts'
import { standardPayload } from '../../../../src/signals/payload/standard-payload.ts'
import { type ReceivedPost, startCallbackServer } from '../../../support/callback-server.ts'
import { spendEvent } from '../../../support/spend-event.ts'

const SETTINGS = { langfuseDefaultTags: ['user_api_key_alias'] }
const SECRET = Buffer.from('a secret of 24 characters').toString('base64')

/** Where each callback is told to go, and what its service demands of a request. */
const SERVICES: Readonly<
  Record<string, { env(url: string): Record<string, string>; check(post: ReceivedPost): string | undefined }>
> = {
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

async function setup(name: string) {
  const { env, check } = SERVICES[name]!
  const server = await startCallbackServer(check)
  const sink = CALLBACKS[name]!.open(env(server.url), SETTINGS)
  const deliver = (batch: readonly Delivery[], signal = new AbortController().signal) => sink.deliver(batch, signal)
  return { ...server, deliver }
}

test('every callback of the table is tried here', () => {
  expect(Object.keys(SERVICES).sort()).toEqual(
    Object.keys(CALLBACKS)
      .filter((name) => name !== 'langfuse_otel')
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
    const [first, second] = accepted.map(({ body, headers }) => idsIn(name, body, headers))
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
    behave(400)
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

function idsIn(name: string, body: any, headers: ReceivedPost['headers']): unknown {
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

test('otel gets no prompt', async () => {
  const { accepted, deliver } = await setup('otel')
  await deliver([delivery('a')])
  expect(JSON.stringify(accepted)).not.toMatch(/the prompt|the answer/)
})
