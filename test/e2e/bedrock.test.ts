import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime'
import { describe, expect, test } from '@jest/globals'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { startApp } from '../support/app.ts'
import { AWS_KEYS, eventStreamMessage, verifySignature } from '../support/aws.ts'
import { cleanups } from '../support/cleanups.ts'
import { type RecordedRequest, type Script, sendJson, startUpstream } from '../support/upstream.ts'

const CLAUDE = 'anthropic.claude-sonnet-4-5-20250929-v1:0'
const KEYS = { aws_access_key_id: AWS_KEYS.accessKeyId, aws_secret_access_key: AWS_KEYS.secretAccessKey }
const PRICE = { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 }
const USAGE = { inputTokens: 10, outputTokens: 20, totalTokens: 30 }
const CONVERSE = {
  output: { message: { role: 'assistant', content: [{ text: 'Hello!' }] } },
  stopReason: 'end_turn',
  usage: USAGE,
  metrics: { latencyMs: 1 },
}
const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  content: [{ type: 'text', text: 'Hi' }],
  usage: { input_tokens: 10, output_tokens: 20 },
}

const event = (type: string, payload: object) =>
  eventStreamMessage({ ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' }, payload)

const CONVERSE_EVENTS = [
  event('messageStart', { role: 'assistant' }),
  ...['Hel', 'lo!'].map((text) => event('contentBlockDelta', { contentBlockIndex: 0, delta: { text } })),
  event('contentBlockStop', { contentBlockIndex: 0 }),
  event('messageStop', { stopReason: 'end_turn' }),
  event('metadata', { usage: USAGE, metrics: { latencyMs: 1 } }),
]
const chunk = (document: object) => event('chunk', { bytes: Buffer.from(JSON.stringify(document)).toString('base64') })
const INVOKE_EVENTS = [
  chunk({ type: 'message_start', message: { id: 'msg_1', usage: { input_tokens: 10, output_tokens: 1 } } }),
  chunk({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } }),
  chunk({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 20 } }),
  chunk({ type: 'message_stop', 'amazon-bedrock-invocationMetrics': { inputTokenCount: 10, outputTokenCount: 20 } }),
]

const answer: Script = (res, { url }) => {
  if (!url.endsWith('stream')) return sendJson(res, 200, url.includes('/converse') ? CONVERSE : MESSAGE)
  res.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream', 'x-amzn-requestid': 'r-1' })
  for (const message of url.endsWith('converse-stream') ? CONVERSE_EVENTS : INVOKE_EVENTS) res.write(message)
  res.end()
}

interface Setup {
  readonly script?: Script
  readonly params?: object
  readonly variables?: Record<string, string>
  readonly more?: readonly object[]
}

async function setup({ script = answer, params = KEYS, variables = {}, more = [] }: Setup = {}) {
  const problems: unknown[] = []
  const upstream = await startUpstream((res, request) => script(res, request))
  cleanups.push(upstream.close)
  const origin = upstream.url.replace('/v1', '')
  const entry = {
    model_name: 'claude',
    litellm_params: {
      model: `bedrock/${CLAUDE}`,
      aws_bedrock_runtime_endpoint: origin,
      aws_region_name: 'eu-west-3',
      ...PRICE,
      ...params,
    },
  }
  const app = await startApp({
    upstream: '',
    options: {
      config: {
        model_list: [entry, ...more],
        environment_variables: { AWS_BEDROCK_RUNTIME_ENDPOINT: origin, ...variables },
        router_settings: { num_retries: 0 },
      },
    },
  })
  cleanups.push(app.close)
  const key = await app.key()
  const client = (endpoint = app.url) => {
    const made = new BedrockRuntimeClient({
      endpoint,
      region: 'us-east-1',
      token: { token: key.secret },
      authSchemePreference: ['httpBearerAuth'],
      maxAttempts: 1,
      // Its own choice is HTTP/2.
      requestHandler: new NodeHttpHandler(),
    })
    cleanups.push(() => made.destroy())
    return made
  }
  return { app, upstream, key, client, problems }
}

const HELLO = { modelId: 'claude', messages: [{ role: 'user' as const, content: [{ text: 'hello' }] }] }
const BODY = JSON.stringify({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 5, messages: [] })
const INVOKE = { modelId: 'claude', body: BODY, contentType: 'application/json' }

const ROW = {
  status: 'success',
  model: `bedrock/${CLAUDE}`,
  model_group: 'claude',
  custom_llm_provider: 'bedrock',
  prompt_tokens: 10,
  completion_tokens: 20,
}

/** What the upstream got, once its signature has been computed anew. */
function signedRequest(requests: readonly RecordedRequest[]) {
  expect(requests).toHaveLength(1)
  return { ...requests[0]!, ...verifySignature(requests[0]!) }
}

describe.each([
  ['as AWS has its paths', ''],
  ['below /bedrock', '/bedrock'],
])("AWS's SDK, by model group, %s", (_, prefix) => {
  test('converses, in a call that is signed for the deployment', async () => {
    const { app, client, upstream } = await setup()
    const { output } = await client(app.url + prefix).send(new ConverseCommand(HELLO))
    expect(output?.message?.content).toEqual([{ text: 'Hello!' }])
    const request = signedRequest(upstream.requests)
    expect(request).toMatchObject({
      url: `/model/${encodeURIComponent(CLAUDE)}/converse`,
      accessKeyId: AWS_KEYS.accessKeyId,
      region: 'eu-west-3',
      service: 'bedrock',
    })
    expect(request.signed).toEqual(expect.arrayContaining(['content-type', 'host', 'x-amz-date']))
    const rows = await app.rows()
    expect(rows).toMatchObject([ROW])
    expect(rows[0]!.spend).toBeCloseTo(0.00005, 12)
  })

  test('streams a conversation, frame by frame', async () => {
    const { app, client, upstream } = await setup()
    const { stream } = await client(app.url + prefix).send(new ConverseStreamCommand(HELLO))
    let text = ''
    let usage: unknown
    for await (const { contentBlockDelta, metadata } of stream!) {
      text += contentBlockDelta?.delta?.text ?? ''
      usage = metadata?.usage ?? usage
    }
    expect(text).toBe('Hello!')
    expect(usage).toEqual(USAGE)
    expect(signedRequest(upstream.requests).url).toBe(`/model/${encodeURIComponent(CLAUDE)}/converse-stream`)
    expect(await app.rows()).toMatchObject([{ ...ROW, metadata: { usage_source: 'reported' } }])
  })

  test("invokes a model in its maker's format, byte for byte", async () => {
    const { app, client, upstream } = await setup()
    const { body } = await client(app.url + prefix).send(new InvokeModelCommand(INVOKE))
    expect(JSON.parse(body.transformToString())).toEqual(MESSAGE)
    expect(signedRequest(upstream.requests).body.toString()).toBe(BODY)
    expect(await app.rows()).toMatchObject([ROW])
  })

  test('invokes with a stream', async () => {
    const { app, client, upstream } = await setup()
    const { body } = await client(app.url + prefix).send(new InvokeModelWithResponseStreamCommand(INVOKE))
    const documents: object[] = []
    for await (const { chunk } of body!) documents.push(JSON.parse(Buffer.from(chunk!.bytes!).toString()))
    expect(documents).toHaveLength(INVOKE_EVENTS.length)
    signedRequest(upstream.requests)
    expect(await app.rows()).toMatchObject([{ ...ROW, metadata: { usage_source: 'reported' } }])
  })
})

describe('who signs', () => {
  const post = async (made: Awaited<ReturnType<typeof setup>>) =>
    await made.app.post('/model/claude/converse', made.key.secret, { messages: [] })

  test('the token of a session goes along, and is signed', async () => {
    const made = await setup({ params: { ...KEYS, aws_session_token: 'session-1' } })
    expect((await post(made)).status).toBe(200)
    const request = signedRequest(made.upstream.requests)
    expect(request.headers['x-amz-security-token']).toBe('session-1')
    expect(request.signed).toContain('x-amz-security-token')
  })

  test('the keys of the environment, when the entry has none', async () => {
    const made = await setup({
      params: { aws_region_name: undefined },
      variables: { AWS_ACCESS_KEY_ID: 'AKIA2', AWS_SECRET_ACCESS_KEY: 'secret-2', AWS_REGION_NAME: 'ap-south-1' },
    })
    expect((await post(made)).status).toBe(200)
    const [request] = made.upstream.requests
    expect(verifySignature(request!, 'secret-2')).toMatchObject({ accessKeyId: 'AKIA2', region: 'ap-south-1' })
  })

  test.each([
    ['api_key', { params: { api_key: 'bearer-1' } }],
    ['AWS_BEARER_TOKEN_BEDROCK', { params: {}, variables: { AWS_BEARER_TOKEN_BEDROCK: 'bearer-1' } }],
  ])('nobody, with a bearer token in %s', async (_name, given) => {
    const made = await setup(given)
    expect((await post(made)).status).toBe(200)
    expect(made.upstream.requests[0]!.headers).toMatchObject({ authorization: 'Bearer bearer-1' })
    expect(made.upstream.requests[0]!.headers['x-amz-date']).toBeUndefined()
  })

  test('the keys of the entry, though the environment has a token', async () => {
    const made = await setup({ variables: { AWS_BEARER_TOKEN_BEDROCK: 'bearer-1' } })
    await post(made)
    signedRequest(made.upstream.requests)
  })

  test("a profile that AWS's own chain finds", async () => {
    const file = path.join(await mkdtemp(path.join(tmpdir(), 'aws-')), 'credentials')
    await writeFile(file, '[work]\naws_access_key_id = AKIA3\naws_secret_access_key = secret-3\n')
    const before = process.env.AWS_SHARED_CREDENTIALS_FILE
    process.env.AWS_SHARED_CREDENTIALS_FILE = file
    cleanups.push(() => {
      if (before === undefined) delete process.env.AWS_SHARED_CREDENTIALS_FILE
      else process.env.AWS_SHARED_CREDENTIALS_FILE = before
    })
    const made = await setup({ params: { aws_profile_name: 'work' } })
    expect((await post(made)).status).toBe(200)
    expect(verifySignature(made.upstream.requests[0]!, 'secret-3').accessKeyId).toBe('AKIA3')
  })

  test('an assumed role, whose credentials are asked for once', async () => {
    const expires = new Date(Date.now() + 3_600_000).toISOString()
    const sts = await startUpstream((res) =>
      res.writeHead(200, { 'content-type': 'text/xml' }).end(
        `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
        <AccessKeyId>ASIA4</AccessKeyId><SecretAccessKey>secret-4</SecretAccessKey><SessionToken>session-4</SessionToken>
        <Expiration>${expires}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
      ),
    )
    cleanups.push(sts.close)
    const role = { aws_role_name: 'arn:aws:iam::1:role/r', aws_session_name: 's', aws_sts_endpoint: sts.url }
    const made = await setup({ params: { ...KEYS, ...role } })
    await Promise.all([post(made), post(made), post(made)])
    expect(made.upstream.requests).toHaveLength(3)
    for (const request of made.upstream.requests) {
      expect(verifySignature(request, 'secret-4').accessKeyId).toBe('ASIA4')
      expect(request.headers['x-amz-security-token']).toBe('session-4')
    }
    expect(sts.requests).toHaveLength(1)
    expect(sts.requests[0]!.body.toString()).toContain('RoleSessionName=s')
  })

  test('nobody to be found fails that deployment, not the call, where there is another', async () => {
    const lost = { aws_profile_name: 'nobody-has-this', order: 1 }
    const spare = { ...KEYS, order: 2, model: `bedrock/${CLAUDE}`, aws_bedrock_runtime_endpoint: '' }
    const made = await setup({ params: lost })
    const alone = await post(made)
    expect(alone.status).toBe(502)
    expect(await alone.json()).toMatchObject({
      error: {
        message: expect.stringMatching(/^No AWS credentials could be had for this deployment\. model claude, /),
      },
    })
    expect(made.upstream.requests).toHaveLength(0)
    const endpoint = made.upstream.url.replace('/v1', '')
    const more = [{ model_name: 'claude', litellm_params: { ...spare, aws_bedrock_runtime_endpoint: endpoint } }]
    const two = await setup({ params: lost, more })
    expect((await post(two)).status).toBe(200)
    expect(await two.app.rows()).toMatchObject([
      {
        status: 'success',
        metadata: { router_metadata: { failed_attempts: [{ class: 'AuthenticationError' }] } },
      },
    ])
  })
})

test('no key of ours is told to those who hear of a call', async () => {
  const { app, key } = await setup({ params: { ...KEYS, extra_headers: { 'x-ours': 'very-secret' } } })
  const heard: unknown[] = []
  app.gateway.events.on('spend:record', ({ event }) => heard.push(event))
  await (await app.post('/model/claude/converse', key.secret, { messages: [] })).text()
  await app.rows()
  expect(heard).toMatchObject([{ deployment: { model: CLAUDE, provider: 'bedrock' } }])
  expect(JSON.stringify(heard)).not.toMatch(new RegExp(`${AWS_KEYS.secretAccessKey}|very-secret`))
})

describe('what Bedrock refuses', () => {
  test('is told in its own words, so that its SDK knows what it is', async () => {
    const { client, app } = await setup({
      script: (res) => sendJson(res, 400, { message: 'bad input' }, { 'x-amzn-errortype': 'ValidationException' }),
    })
    await expect(client().send(new ConverseCommand(HELLO))).rejects.toMatchObject({ name: 'ValidationException' })
    expect(await app.rows()).toMatchObject([{ status: 'failure', spend: 0 }])
  })

  test('is told without the token that it was asked with, which AWS quotes', async () => {
    const { app, key } = await setup({
      params: { ...KEYS, aws_session_token: 'session-token-1' },
      script: (res, { headers }) =>
        sendJson(res, 403, { message: `The canonical string is ${headers['x-amz-security-token']}` }),
    })
    const response = await app.post('/model/claude/converse', key.secret, { messages: [] })
    expect(response.status).toBe(403)
    expect(await response.json()).toEqual({ message: 'The canonical string is ***' })
  })

  test('in the first frame of a stream is a failed try', async () => {
    const exception = eventStreamMessage(
      { ':exception-type': 'throttlingException', ':content-type': 'application/json', ':message-type': 'exception' },
      { message: 'slow down' },
    )
    let calls = 0
    const made = await setup({
      script(res, request) {
        if (calls++ > 0) return answer(res, request)
        return res.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' }).end(exception)
      },
    })
    const { app, key } = made
    const body = { messages: [], num_retries: 1 }
    const response = await app.post('/model/claude/converse-stream', key.secret, body)
    expect(response.status).toBe(200)
    expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.concat(CONVERSE_EVENTS))).toBe(true)
    expect(made.upstream.requests).toHaveLength(2)
    expect(await app.rows()).toMatchObject([{ status: 'success', metadata: { attempted_retries: 1 } }])
  })
})

describe('/bedrock, for a model that is no model group', () => {
  test('is relayed as it is, signed by the keys of the environment, and metered', async () => {
    const variables = { AWS_ACCESS_KEY_ID: 'AKIA5', AWS_SECRET_ACCESS_KEY: 'secret-5', AWS_REGION: 'eu-north-1' }
    const { app, key, upstream } = await setup({ variables })
    const url = '/bedrock/model/anthropic.claude-3-haiku-20240307-v1:0/converse?a=b%20c'
    const response = await app.post(url, key.secret, { messages: [] })
    expect(response.status).toBe(200)
    const [request] = upstream.requests
    expect(request!.url).toBe(url.slice('/bedrock'.length))
    expect(verifySignature(request!, 'secret-5')).toMatchObject({ accessKeyId: 'AKIA5', region: 'eu-north-1' })
    expect(await app.rows()).toMatchObject([{ custom_llm_provider: 'bedrock', prompt_tokens: 10, status: 'success' }])
  })

  test('may be lent the keys of a deployment', async () => {
    const { app, key, upstream } = await setup({ params: { ...KEYS, use_in_pass_through: true } })
    await app.post('/bedrock/guardrail/g-1/version/1/apply', key.secret, { source: 'INPUT' })
    expect(signedRequest(upstream.requests)).toMatchObject({
      region: 'eu-west-3',
      url: '/guardrail/g-1/version/1/apply',
    })
  })
})

test("OpenAI's format goes to Bedrock's compatible side for models that have one, and is translated for others", async () => {
  const more = (origin: string) => [
    {
      model_name: 'oss',
      litellm_params: { model: 'bedrock/openai.gpt-oss-20b-1:0', aws_bedrock_runtime_endpoint: origin, ...KEYS },
    },
  ]
  const sink = await startUpstream((res) =>
    sendJson(res, 200, { id: 'c', choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } }),
  )
  cleanups.push(sink.close)
  const { app, key, upstream } = await setup({ more: more(sink.url.replace('/v1', '')) })
  expect((await app.post('/v1/chat/completions', key.secret, { model: 'oss', messages: [] })).status).toBe(200)
  const request = signedRequest(sink.requests)
  expect(request.url).toBe('/openai/v1/chat/completions')
  expect(JSON.parse(request.body.toString()).model).toBe('openai.gpt-oss-20b-1:0')
  expect(upstream.requests).toHaveLength(0)
  const messages = [{ role: 'user', content: 'hi' }]
  await app.post('/v1/chat/completions', key.secret, { model: 'claude', messages })
  expect(signedRequest(upstream.requests).url).toMatch(/^\/model\/[^/]+\/converse$/)
})
