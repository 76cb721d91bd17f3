import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, test } from '@jest/globals'
import { startApp } from '../../support/app.ts'
import { cleanups } from '../../support/cleanups.ts'
import { listLogger } from '../../support/list-logger.ts'
import { chatCompletion, chatEvents, sendJson, startUpstream } from '../../support/upstream.ts'

/*
 * Every kind of secret goes through everything that the gateway does, also through what goes wrong, and is then looked
 * for in everything that it leaves behind. Each has a word of its own, so that a hit says what leaked.
 */

const MASTER = 'sk-canary-master-4711'
const PROVIDER = 'sk-canary-provider-4711'
const STORED = 'sk-canary-stored-4711'
const CHOSEN = 'sk-canary-chosen-4711'
const CHOSEN_NEXT = 'sk-canary-next-4711'
const UNKNOWN = 'sk-canary-unknown-4711'
const PROMPT = 'canary-prompt-4711'
const ANSWER = 'canary-answer-4711'
const SALT = 'canary-salt-4711'

async function setup() {
  const upstream = await startUpstream((res, { url, headers, body }) => {
    const text = body.toString()
    if (text.includes('"quote"'))
      return sendJson(res, 400, {
        error: { message: `${headers.authorization} cannot say ${text}`, type: 'x', code: 'x' },
      })
    if (text.includes('"html"')) return res.writeHead(500).end(`<b>${headers.authorization} ${text}</b>`)
    if (text.includes('"cut"'))
      return void res.writeHead(200, { 'content-length': '99999' }).write(ANSWER, () => res.destroy())
    if (url.includes('/embeddings'))
      return sendJson(res, 200, { data: [{ embedding: [1] }], usage: { prompt_tokens: 3, total_tokens: 3 } })
    if (!text.includes('"stream":true')) return sendJson(res, 200, chatCompletion({ id: '', content: ANSWER }))
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    res.end(chatEvents({ id: '', words: [ANSWER] }).join(''))
  })
  cleanups.push(upstream.close)
  const dir = await mkdtemp(join(tmpdir(), 'canary-'))
  cleanups.push(() => rm(dir, { recursive: true }))
  const model = (name: string, api_base: string, more: object = {}) => ({
    model_name: name,
    litellm_params: { model: 'openai/gpt-4o', api_base, api_key: PROVIDER, ...more },
  })
  const printed = listenToOutput()
  const { logger, logged } = listLogger()
  const app = await startApp({
    upstream: upstream.url,
    options: {
      masterKey: MASTER,
      logger,
      durability: 'journal',
      journal: { dir },
      limitStore: 'postgres',
      reserve: 'postgres',
      config: {
        model_list: [model('gpt-4o', upstream.url), model('gone', 'http://127.0.0.1:1/v1', { num_retries: 0 })],
        general_settings: { store_model_in_db: true },
        environment_variables: { LITELLM_SALT_KEY: SALT },
      },
    },
  })
  cleanups.push(app.close)
  const told = listenToEvents(app.gateway.events)
  return { app, dir, told, printed, logged }
}

/** All that is told to anybody. */
function listenToEvents(events: { emit: (...args: any[]) => boolean }): unknown[] {
  const told: unknown[] = []
  const emit = events.emit.bind(events)
  events.emit = (...args) => {
    told.push(args)
    return emit(...args)
  }
  return told
}

/** All that this process prints, warnings included. */
function listenToOutput(): string[] {
  const printed: string[] = []
  const warn = (warning: Error) => printed.push(inspect(warning))
  process.on('warning', warn)
  const streams = [process.stdout, process.stderr]
  const writes = streams.map((stream) => stream.write)
  for (const stream of streams) {
    const write = stream.write.bind(stream)
    stream.write = ((chunk: unknown, ...rest: never[]) => {
      printed.push(String(chunk))
      return write(chunk as string, ...rest)
    }) as typeof stream.write
  }
  cleanups.push(() => {
    process.off('warning', warn)
    for (const [index, stream] of streams.entries()) stream.write = writes[index]!
  })
  return printed
}

async function filesIn(dir: string): Promise<string[]> {
  const names = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = names.filter((name) => name.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  return await Promise.all(files.map((file) => readFile(file, 'latin1')))
}

test('no key, provider key, master key or prompt gets into a row, event, metric, file, log, or into another answer', async () => {
  const { app, dir, told, printed, logged } = await setup()
  const answers: string[] = []
  const secrets = new Set([MASTER, PROVIDER, STORED, CHOSEN, CHOSEN_NEXT, UNKNOWN, PROMPT, ANSWER, SALT])

  /** What is answered is looked through, too; `allowed` are those that this answer is for. */
  async function ask(path: string, secret: string, body?: unknown, allowed: readonly string[] = [], headers = {}) {
    const response =
      body === undefined
        ? await fetch(app.url + path, { headers: { authorization: `Bearer ${secret}` } })
        : await app.post(path, secret, body, headers)
    const text = await response.text().catch(() => '')
    answers.push([...allowed].reduce((rest, one) => rest.replaceAll(one, ''), `${response.status} ${text}`))
    return { status: response.status, text }
  }
  const admin = async (path: string, body: object, allowed: readonly string[] = []) =>
    JSON.parse((await ask(path, MASTER, body, allowed)).text)
  /** A key that the gateway makes: in this answer, and never again. */
  async function make(path: string, body: object): Promise<string> {
    const { key } = await admin(path, body)
    answers.push(answers.pop()!.replace(`"${key}"`, ''))
    secrets.add(key)
    return key
  }

  await admin('/team/new', { team_id: 't', max_budget: 10 })
  const key = await make('/key/generate', { team_id: 't', key_alias: 'one', max_budget: 5, rpm_limit: 10_000 })
  await make('/user/new', { user_id: 'u', user_email: 'u@example.com' })
  await make('/key/service-account/generate', { team_id: 't', key_alias: 'robot' })
  expect(await make('/key/generate', { key: CHOSEN, key_alias: 'two' })).toBe(CHOSEN)
  // It answers with the key as it was sent, as LiteLLM does.
  await admin('/key/update', { key: CHOSEN, max_budget: 3 }, [CHOSEN])
  await admin('/key/block', { key: CHOSEN })
  await ask('/v1/chat/completions', CHOSEN, { model: 'gpt-4o', messages: [{ role: 'user', content: PROMPT }] })
  await admin('/key/unblock', { key: CHOSEN })
  expect(await make(`/key/${CHOSEN}/regenerate`, { new_key: CHOSEN_NEXT, grace_period: '1h' })).toBe(CHOSEN_NEXT)
  await make('/key/regenerate', { key: CHOSEN_NEXT })
  await ask(`/key/info?key=${key}`, MASTER, undefined, [key])
  await ask('/key/info', key, undefined, [key])
  await ask('/key/list?return_full_object=true', MASTER)
  await admin('/model/new', {
    model_name: 'stored',
    litellm_params: { model: 'openai/gpt-4o', api_base: 'http://127.0.0.1:1/v1', api_key: STORED },
  })

  const chat = (more: object) => ({ model: 'gpt-4o', messages: [{ role: 'user', content: PROMPT }], ...more })
  const path = '/v1/chat/completions'
  for (const secret of [key, MASTER]) {
    await ask(path, secret, chat({}), [ANSWER])
    await ask(path, secret, chat({ stream: true }), [ANSWER])
    await ask('/v1/embeddings', secret, { model: 'gpt-4o', input: PROMPT })
    await ask('/v1/messages', secret, chat({ max_tokens: 5 }), [ANSWER])
    // An upstream that quotes what it was sent may quote the prompt to its author, never the provider key.
    await ask(path, secret, chat({ say: 'quote' }), [PROMPT])
    await ask(path, secret, chat({ say: 'html' }), [PROMPT])
    await ask(path, secret, chat({ say: 'cut' }), [ANSWER])
    await ask(path, secret, chat({ model: 'gone' }))
    await ask(path, secret, chat({ model: 'stored' }))
    await ask(path, secret, chat({ model: 'nowhere' }))
    await ask(path, secret, chat({ api_base: 'http://x', api_key: UNKNOWN }))
    await ask(path, secret, `{"model":"gpt-4o","messages":"${PROMPT}`)
    await ask('/key/generate', secret, `{"key":"${UNKNOWN}`)
    await ask('/key/generate', secret, { key: `${UNKNOWN} ` })
    await ask('/key/generate', secret, { key: UNKNOWN.slice(3), metadata: 5, models: UNKNOWN })
    await ask(`/key/${UNKNOWN}/regenerate`, secret, {})
    // Express's own page, which quotes the path.
    await ask(`/key/${UNKNOWN}/unheard-of`, secret, {}, [UNKNOWN])
    await ask('/key/delete', secret, { keys: [UNKNOWN] }, [UNKNOWN])
    await ask('/key/update', secret, { key: UNKNOWN, max_budget: 'much' }, [UNKNOWN])
    await ask(`/v1beta/models/gpt-4o:generateContent?key=${secret}`, UNKNOWN, {
      contents: [{ parts: [{ text: PROMPT }] }],
    })
  }
  await ask(path, UNKNOWN, chat({}))
  await ask(path, UNKNOWN, chat({}), [ANSWER], { 'x-litellm-api-key': key })
  await ask(path, key, chat({ user: 'customer', metadata: { tags: ['tag'] } }), [ANSWER])
  for (const seen of [
    '/health',
    '/health/readiness',
    '/v1/models',
    '/model/info',
    '/spend/logs',
    '/team/info?team_id=t',
    '/user/list',
  ])
    await ask(seen, MASTER)
  await admin('/key/delete', { key_aliases: ['two', 'robot'] })
  await app.rows()

  const tables = await app.sql<{ schema: string; name: string }[]>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_schema in ('public', 'express_litellm') and table_type = 'BASE TABLE'`
  const rows = await Promise.all(
    tables.map(async ({ schema, name }) => {
      const found = await app.sql`select t::text as text from ${app.sql(schema)}.${app.sql(name)} as t`
      return `${schema}.${name}: ${found.map(({ text }) => text).join('\n')}`
    }),
  )
  const left = {
    rows,
    events: told.map((event) => inspect(event, { depth: 12, maxArrayLength: null, maxStringLength: null })),
    metrics: [inspect(app.gateway.spend())],
    files: await filesIn(dir),
    printed,
    logged: logged.map((line) => JSON.stringify(line)),
    answers,
  }
  // What is looked through is not empty: otherwise there would be nothing to find.
  for (const [where, texts] of Object.entries(left))
    if (where !== 'printed') expect([where, texts.join('').length > 50]).toEqual([where, true])
  const hits = Object.entries(left).flatMap(([where, texts]) =>
    texts.flatMap((text) =>
      [...secrets].filter((secret) => text.includes(secret)).map((secret) => [where, secret, around(text, secret)]),
    ),
  )
  expect(hits).toEqual([])
  expect(tables.length).toBeGreaterThan(30)
  expect(new Set(told.map((event) => (event as unknown[])[0])).size).toBeGreaterThan(5)
}, 60_000)

function around(text: string, secret: string): string {
  const at = text.indexOf(secret)
  return text.slice(Math.max(0, at - 150), at + 100)
}
