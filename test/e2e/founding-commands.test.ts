import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import OpenAI from 'openai'
import { cleanups } from '../support/cleanups.ts'
import { createTestDatabase } from '../support/database.ts'
import { foundingConfiguration } from '../support/founding-configurations.ts'
import { serve } from '../support/serve.ts'
import { until } from '../support/until.ts'
import { chatCompletion, chatEvents, type Script, sendJson, startUpstream } from '../support/upstream.ts'

/*
 * The commands and examples of the documents that this package was founded on, by the command that the README names,
 * against providers that refuse what the real ones refuse.
 */

const MASTER_KEY = 'sk-master-of-the-founders'
/** Of which Claude the last example asks. */
const HAIKU = `
  - model_name: claude-3-5-haiku
    litellm_params:
      model: anthropic/claude-3-5-haiku-20241022
      api_key: os.environ/ANTHROPIC_API_KEY
`

const answer: Script = (res, { url, body }) => {
  const asked = JSON.parse(body.toString())
  if (url.endsWith('/messages')) {
    const usage = { input_tokens: 10, output_tokens: 20 }
    const content = [{ type: 'text', text: 'Hello!' }]
    return sendJson(res, 200, { id: 'msg_1', type: 'message', role: 'assistant', content, model: asked.model, usage })
  }
  // Local servers do not all give ids.
  if (!asked.stream) return sendJson(res, 200, chatCompletion({ id: '' }))
  res.writeHead(200, { 'content-type': 'text/event-stream' }).end(chatEvents().join(''))
}

/** The command on a founding configuration, its providers where the environment says; `host` is this machine. */
async function setup(config: string) {
  const upstream = await startUpstream(answer)
  cleanups.push(upstream.close)
  const { url: databaseUrl, sql, drop } = await createTestDatabase()
  cleanups.push(drop)
  const origin = upstream.url.replace('/v1', '')
  const cwd = await mkdtemp(path.join(tmpdir(), 'founding-'))
  cleanups.push(() => rm(cwd, { recursive: true, force: true }))
  await writeFile(path.join(cwd, 'config.yaml'), config.replace(/http:\/\/host:\d+/g, origin))
  const { url } = await serve(cwd, [], {
    LITELLM_MASTER_KEY: MASTER_KEY,
    DATABASE_URL: databaseUrl,
    LITELLM_DATABASE_URL: databaseUrl,
    OPENAI_API_KEY: 'sk-openai',
    OPENAI_BASE_URL: upstream.url,
    ANTHROPIC_API_KEY: 'sk-anthropic',
    ANTHROPIC_API_BASE: origin,
    MOONSHOT_API_KEY: 'sk-moonshot',
    MOONSHOT_API_BASE: upstream.url,
    REDIS_HOST: '127.0.0.1',
    STORE_PROMPTS_IN_SPEND_LOGS: 'true',
  })
  const curl = curlAt(url)
  const made = await curl('/key/generate', MASTER_KEY, { models: [], max_budget: 10, user_id: 'user@example.com' })
  expect(made.status).toBe(200)
  const { key } = JSON.parse(made.text) as { key: string }
  const rows = async (count: number) => {
    const read = () => sql`select * from "LiteLLM_SpendLogs" where call_type like '%completion%' order by "startTime"`
    await until(async () => (await read()).length >= count)
    return [...(await read())] as Record<string, any>[]
  }
  return { url, key, upstream, sql, curl, rows }
}

type Curl = (path: string, key?: string, body?: object) => Promise<{ status: number; text: string }>

/** `curl`, as the documents write it; where there is none, the same bytes. */
function curlAt(url: string): Curl {
  return async (route, key, body) => {
    const headers = {
      ...(key !== undefined && { Authorization: `Bearer ${key}` }),
      ...(body && { 'Content-Type': 'application/json' }),
    }
    const flags = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
    const data = body ? ['-X', 'POST', '-d', JSON.stringify(body)] : []
    const command = ['-sS', '-w', '\n%{http_code}', url + route, ...flags, ...data]
    const ran = await promisify(execFile)('curl', command).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (ran) {
      const end = ran.stdout.lastIndexOf('\n')
      return { status: Number(ran.stdout.slice(end + 1)), text: ran.stdout.slice(0, end) }
    }
    const response = await fetch(url + route, {
      method: body ? 'POST' : 'GET',
      headers,
      body: body && JSON.stringify(body),
    })
    return { status: response.status, text: await response.text() }
  }
}

const SESSION = { session_id: 'session-001', agent_name: 'storyteller', conversation_name: 'bedtime' }
const say = (content: string) => [{ role: 'user', content }]
const TOOL = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Get the weather of a place',
    parameters: { type: 'object', properties: { location: { type: 'string' } }, required: ['location'] },
  },
}

const EXAMPLES: readonly (readonly [string, object])[] = [
  ['a basic session', { model: 'gpt-4o', messages: say('Hello!'), user: 'user-1', metadata: SESSION }],
  [
    'an advanced session',
    {
      model: 'gpt-4o',
      messages: [{ role: 'system', content: 'You support customers.' }, ...say('Where is my order?')],
      user: 'user-1',
      metadata: { ...SESSION, department: 'support', priority: 1, customer_tier: 'premium' },
      temperature: 0.7,
      max_tokens: 500,
    },
  ],
  [
    'a streaming session',
    {
      model: 'gpt-4o',
      messages: say('Tell me a story.'),
      user: 'user-1',
      stream: true,
      metadata: SESSION,
      extra_headers: { 'X-Session-Type': 'creative', 'X-Content-Category': 'story' },
      request_tags: ['creative', 'story'],
    },
  ],
  [
    'a session with functions',
    { model: 'gpt-4o', messages: say('How is the weather?'), user: 'user-1', metadata: SESSION, tools: [TOOL] },
  ],
  [
    'a conversation of several turns',
    {
      model: 'claude-3-5-haiku',
      messages: [...say('Teach me.'), { role: 'assistant', content: 'What?' }, ...say('Python.')],
      user: 'user-1',
      metadata: { ...SESSION, course_id: 'python-101', lesson: 1 },
    },
  ],
]

describe('the commands of session tracking', () => {
  test('pass, and the session is in the log', async () => {
    const config = foundingConfiguration('session-tracking').replace(
      'litellm_params:\n  success',
      `${HAIKU}$&`.slice(1),
    )
    const { url, key, upstream, sql, curl, rows } = await setup(config.replace(/\n+(?=litellm_params:)/, '\n'))
    expect((await curl('/health', MASTER_KEY)).status).toBe(200)
    const models = await curl('/v1/models', key)
    expect([models.status, models.text]).toEqual([200, expect.stringContaining('claude-3-5-sonnet')])
    for (const route of ['/v1/chat/completions', '/chat/completions']) {
      const { status, text } = await curl(route, key, { model: 'gpt-4o', messages: say('Hello!') })
      expect([status, text]).toEqual([200, expect.stringContaining('Hello!')])
    }
    upstream.forget()
    for (const [name, body] of EXAMPLES) {
      const { status, text } = await curl('/v1/chat/completions', key, body)
      expect([name, status, text]).toEqual([name, 200, expect.stringMatching(/Hello!|"Hel"/)])
    }
    expect(upstream.requests.filter(({ headers }) => headers['x-session-type'] === 'creative')).toHaveLength(1)
    const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })
    const python = { model: 'gpt-4o', messages: say('Hello!'), metadata: { ...SESSION, generation_name: 'test' } }
    const said = await openai.chat.completions.create(python as never)
    expect(said).toMatchObject({ choices: [{ message: { role: 'assistant' } }] })
    const all = await rows(2 + EXAMPLES.length + 1)
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 'success'))
    // S1 of the documents.
    const session = await sql`
      select request_id, "startTime", "user", model, total_tokens, spend, metadata->>'agent_name' as agent_name,
        metadata->>'conversation_name' as conversation_name, metadata
      from "LiteLLM_SpendLogs"
      where metadata->>'session_id' = 'session-001'
      order by "startTime"`
    expect(session).toHaveLength(EXAMPLES.length + 1)
    for (const row of session) {
      expect(row).toMatchObject({ agent_name: 'storyteller', conversation_name: 'bedtime' })
      expect(Number(row.spend)).toBeGreaterThan(0)
    }
    expect(all.find(({ request_tags }) => request_tags.includes('creative'))).toBeDefined()
    // S3.
    const flow = await sql`
      select "startTime", messages, response from "LiteLLM_SpendLogs"
      where metadata->>'session_id' = 'session-001' order by "startTime" asc`
    expect(JSON.stringify(flow)).toContain('Teach me.')
  })
})

describe('the commands of the proxy for local and cloud models', () => {
  test('pass, and each key is charged', async () => {
    const { key, curl, rows } = await setup(foundingConfiguration('local-and-cloud'))
    const wanted = { models: ['qwen-dell', 'kimi-k2.5'], max_budget: 10.0, user_id: 'other@example.com' }
    const made = await curl('/key/generate', MASTER_KEY, wanted)
    expect([made.status, JSON.parse(made.text)]).toEqual([200, expect.objectContaining(wanted)])
    expect((await curl('/health', MASTER_KEY)).status).toBe(200)
    expect((await curl('/health')).status).toBe(401)
    const other = JSON.parse(made.text).key as string
    expect(
      JSON.parse((await curl('/v1/models', other)).text)
        .data.map(({ id }: { id: string }) => id)
        .sort(),
    ).toEqual(['kimi-k2.5', 'qwen-dell'])
    for (const model of ['qwen-dell', 'qwen-mac-mlx', 'anthropic-fallback', 'kimi-k2.5']) {
      const { status, text } = await curl('/v1/chat/completions', key, { model, messages: say('Hello!') })
      expect([model, status, text]).toEqual([model, 200, expect.stringContaining('Hello!')])
    }
    expect((await curl('/v1/chat/completions', other, { model: 'qwen-mac-mlx', messages: say('Hi') })).status).toBe(403)
    expect((await curl('/user/new', MASTER_KEY, { user_id: 'new@example.com', max_budget: 5 })).status).toBe(200)
    const user = await curl('/user/info?user_id=new@example.com', MASTER_KEY)
    expect([user.status, user.text]).toEqual([200, expect.stringContaining('new@example.com')])
    expect((await curl('/user/info', MASTER_KEY)).status).toBe(200)
    expect((await rows(4)).filter(({ status }) => status === 'success')).toHaveLength(4)
  })
})
