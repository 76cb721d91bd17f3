import { describe, expect, test } from '@jest/globals'
import type { LiteLLMOptions } from '../../src/index.ts'
import { MASTER_KEY, startApp, type TestApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { startLine } from '../support/database-line.ts'
import { type KeptResources, keptResources } from '../support/resource-upstream.ts'
import { until } from '../support/until.ts'
import { type Script, sendJson, startUpstream } from '../support/upstream.ts'

/** One model group at two accounts, and another at the second of them. */
async function setup(options: LiteLLMOptions = {}, router_settings = {}) {
  const accounts = [keptResources('1'), keptResources('2')] as const
  /** Answers 429, whatever it is asked. */
  const busy = new Set<KeptResources>()
  const scripted = accounts.map((account): Script => {
    return (res, request) => (busy.has(account) ? sendJson(res, 429, {}) : account.script(res, request))
  })
  const upstreams = await Promise.all(scripted.map((script) => startUpstream(script)))
  for (const { close } of upstreams) cleanups.push(close)
  const deployment = (model_name: string, at: number, id: string) => ({
    model_name,
    litellm_params: {
      model: `openai/${model_name}`,
      api_base: upstreams[at]!.url,
      api_key: `sk-account-${at}`,
      input_cost_per_token: 1e-6,
      output_cost_per_token: 2e-6,
    },
    model_info: { id },
  })
  const config = {
    model_list: [deployment('m', 0, 'first'), deployment('m', 1, 'second'), deployment('other', 1, 'third')],
    environment_variables: { OPENAI_API_KEY: 'sk-env', OPENAI_BASE_URL: upstreams[0]!.url },
    router_settings,
  }
  const app = await startApp({ upstream: '', options: { config, ...options } })
  cleanups.push(app.close)
  return { app, accounts, busy, config, ask: asker(app) }
}

function asker({ url }: Pick<TestApp, 'url'>) {
  return async (secret: string, method: string, path: string, body?: unknown) => {
    const isJson = body !== undefined && !(body instanceof FormData)
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${secret}`, ...(isJson && { 'content-type': 'application/json' }) },
      body: isJson ? JSON.stringify(body) : (body as FormData | undefined),
    })
    const text = await answer.text()
    const isDocument = answer.headers.get('content-type')?.includes('json') === true
    return { status: answer.status, headers: answer.headers, body: isDocument ? JSON.parse(text) : text }
  }
}

function form(): FormData {
  const data = new FormData()
  data.set('purpose', 'batch')
  data.set('file', new Blob(['{}']), 'a.jsonl')
  return data
}

describe('items of responses', () => {
  const forms: readonly (readonly [string, (ids: readonly string[]) => object])[] = [
    ['a reference', ([, message]) => ({ type: 'item_reference', id: message })],
    ['a reference without a type', ([, message]) => ({ id: message })],
    ['reasoning whose content is stored', ([reasoning]) => ({ type: 'reasoning', id: reasoning, summary: [] })],
  ]

  test.each(forms)('%s: a stranger gets 404, the owner an answer', async (_, item) => {
    const { app, accounts, ask } = await setup()
    const [mine, stranger] = [await app.key(), await app.key()]
    for (const stream of [false, true]) {
      const made = await ask(mine.secret, 'POST', '/v1/responses', { model: 'm', input: 'hi', stream })
      const ids = stream
        ? [/"id":"(rs_\d+)"/, /"id":"(msg_\d+)"/].map((id) => id.exec(made.body)![1]!)
        : made.body.output.map(({ id }: { id: string }) => id)
      const body = { model: 'm', input: [item(ids), { role: 'user', content: 'go on' }] }
      const asked = accounts.flatMap((account) => account.asked).length
      const refused = await ask(stranger.secret, 'POST', '/v1/responses', body)
      expect(refused).toMatchObject({ status: 404, body: { error: { type: 'invalid_request_error' } } })
      expect(accounts.flatMap((account) => account.asked)).toHaveLength(asked)
      for (let n = 0; n < 4; n++) expect((await ask(mine.secret, 'POST', '/v1/responses', body)).status).toBe(200)
    }
  })

  test('what comes with its content is no reference', async () => {
    const { app, ask } = await setup()
    const { secret } = await app.key()
    const input = [
      { type: 'message', role: 'assistant', id: 'msg_elsewhere', content: [{ type: 'output_text', text: 'x' }] },
      { type: 'reasoning', id: 'rs_elsewhere', summary: [], encrypted_content: 'x' },
      { role: 'user', content: 'go on' },
    ]
    expect((await ask(secret, 'POST', '/v1/responses', { model: 'm', input })).status).toBe(200)
  })

  test('are remembered where they are stored', async () => {
    const { app, ask } = await setup()
    const { secret } = await app.key()
    await ask(secret, 'POST', '/v1/responses', { model: 'm', input: 'hi', store: false })
    await ask(secret, 'POST', '/v1/responses', { model: 'm', input: 'hi' })
    await until(async () => (await ids(app)).length === 4)
    expect((await ids(app)).map((id) => id.split('_')[0]).sort()).toEqual(['msg', 'resp', 'resp', 'rs'])
  })
})

describe('what was made at one deployment', () => {
  test('responses go on there, in every process, and are fetched from there', async () => {
    const { app, accounts, config, ask } = await setup()
    const { secret } = await app.key()
    const body = { model: 'm', input: 'hi' }
    const made = new Set<string>()
    for (let n = 0; made.size < 8 || n < 8; n++) made.add((await ask(secret, 'POST', '/v1/responses', body)).body.id)
    const other = await startApp({ upstream: '', options: { config, databaseUrl: app.databaseUrl } })
    cleanups.push(other.close)
    await until(async () => (await ids(app)).filter((id) => id.startsWith('resp_')).length === made.size)
    for (const id of made) {
      for (const at of [ask, asker(other)]) {
        const next = await at(secret, 'POST', '/v1/responses', { ...body, previous_response_id: id })
        expect([id, next.status]).toEqual([id, 200])
        expect((await at(secret, 'GET', `/v1/responses/${id}`)).body.id).toBe(id)
      }
    }
    expect(new Set([...made].map((id) => id['resp_'.length]))).toEqual(new Set(['1', '2']))
    expect(accounts.every(({ asked }) => asked.some((one) => one.startsWith('GET')))).toBe(true)
  })

  test('is asked for there while that cools down, and nothing else is', async () => {
    const { app, accounts, busy, ask } = await setup({}, { cooldown_time: 60, num_retries: 0 })
    const { secret } = await app.key()
    const body = { model: 'm', input: 'hi' }
    const make = async () => (await ask(secret, 'POST', '/v1/responses', body)).body.id?.[5]
    let first = ''
    while (first[5] !== '1') first = (await ask(secret, 'POST', '/v1/responses', body)).body.id
    busy.add(accounts[0])
    while ((await make()) !== undefined);
    busy.clear()
    for (let n = 0; n < 5; n++) {
      expect(await make()).toBe('2')
      const next = await ask(secret, 'POST', '/v1/responses', { ...body, previous_response_id: first })
      expect([next.status, next.body.id[5]]).toEqual([200, '1'])
    }
  })

  test('is asked for there when LiteLLM has written the deployment into its content', async () => {
    const { app, ask } = await setup()
    const { secret } = await app.key()
    const content = `litellm_enc:${Buffer.from('model_id:second').toString('base64')};gAAA`
    const input = [
      { type: 'reasoning', summary: [], encrypted_content: content },
      { role: 'user', content: 'go on' },
    ]
    for (let n = 0; n < 6; n++) {
      const next = await ask(secret, 'POST', '/v1/responses', { model: 'm', input })
      expect([next.status, next.body.id[5]]).toEqual([200, '2'])
    }
  })

  test('another model group is asked where it has the same account', async () => {
    const { app, ask } = await setup()
    const { secret } = await app.key()
    const first = (await ask(secret, 'POST', '/v1/responses', { model: 'other', input: 'hi' })).body.id
    for (let n = 0; n < 5; n++) {
      const next = await ask(secret, 'POST', '/v1/responses', { model: 'm', input: 'hi', previous_response_id: first })
      expect([next.status, next.body.id[5]]).toEqual([200, '2'])
    }
  })

  test('a file stays with its deployment: in batches, in calls, when it is read', async () => {
    const { app, accounts, ask, config } = await setup()
    const { secret } = await app.key()
    const file = (await ask(secret, 'POST', '/v1/files?model=other', form())).body.id
    expect(file).toMatch(/^file-2/)
    expect((await ask(secret, 'GET', `/v1/files/${file}`)).status).toBe(200)
    const batch = await ask(secret, 'POST', '/v1/batches', { input_file_id: file, endpoint: '/v1/chat/completions' })
    expect(batch).toMatchObject({ status: 200, body: { id: expect.stringMatching(/^batch_2/) } })
    expect((await ask(secret, 'GET', `/v1/files/${batch.body.output_file_id}`)).status).toBe(200)
    const input = [{ role: 'user', content: [{ type: 'input_file', file_id: file }] }]
    for (let n = 0; n < 5; n++) {
      expect((await ask(secret, 'POST', '/v1/responses', { model: 'm', input })).body.id).toMatch(/^resp_2/)
    }
    expect(accounts[0].asked).toEqual([])
    // Another process, where a key of the same user may not call the model behind that deployment.
    const narrow = await app.key({ models: ['m'], user_id: 'u' })
    // Owners are written behind the answers.
    await until(() =>
      app.sql`select 1 from express_litellm.resources where id = ${file}`.then(
        (rows) => rows.length > 0,
        () => false,
      ),
    )
    await app.sql`update express_litellm.resources set user_id = 'u'`
    const other = await startApp({ upstream: '', options: { config, databaseUrl: app.databaseUrl } })
    cleanups.push(other.close)
    expect((await asker(other)(narrow.secret, 'GET', `/v1/files/${file}`)).status).toBe(403)
  })

  test('at Azure resources are beside the deployments, with the version of its API', async () => {
    const upstream = await startUpstream((res) => sendJson(res, 200, { id: 'file-1', object: 'file' }), {
      strict: false,
    })
    cleanups.push(upstream.close)
    const litellm_params = {
      model: 'azure/gpt-4o',
      api_base: upstream.url.replace('/v1', ''),
      api_key: 'k',
      api_version: '2024-10-21',
    }
    const config = { model_list: [{ model_name: 'az', litellm_params }] }
    const app = await startApp({ upstream: '', options: { config } })
    cleanups.push(app.close)
    const { secret } = await app.key()
    const ask = asker(app)
    expect((await ask(secret, 'POST', '/v1/files?model=az', form())).status).toBe(200)
    expect((await ask(secret, 'GET', '/v1/files/file-1')).status).toBe(200)
    expect(upstream.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /openai/files?model=az&api-version=2024-10-21',
      'GET /openai/files/file-1?api-version=2024-10-21',
    ])
  })

  test.each(['vector_stores', 'assistants', 'threads', 'fine_tuning/jobs'])(
    '%s are the provider’s of the environment, as before',
    async (kind) => {
      const { app, accounts, ask } = await setup()
      const { secret } = await app.key()
      const made = await ask(secret, 'POST', `/v1/${kind}`, {})
      expect((await ask(secret, 'GET', `/v1/${kind}/${made.body.id}`)).status).toBe(200)
      expect(accounts[1].asked).toEqual([])
    },
  )
})

describe('LiteLLM’s managed files', () => {
  const encoded = (text: string) => Buffer.from(text).toString('base64url')

  test('of several models are used at a deployment that has a copy, under the id of that', async () => {
    const { app, accounts, ask } = await setup()
    const [mine, stranger] = [await app.key({ user_id: 'u' }), await app.key({ user_id: 'w' })]
    const copies = { gone: 'file-gone', second: accounts[1].keep('files') }
    const unified = encoded(
      'litellm_proxy:application/octet-stream;unified_id,c4843482;target_model_names,m;llm_output_file_id,file-gone;llm_output_file_model_id,gone',
    )
    await app.sql`
      insert into "LiteLLM_ManagedFileTable" (id, unified_file_id, model_mappings, flat_model_file_ids, created_by, updated_at)
      values ('1', ${unified}, ${app.sql.json(copies)}, ${Object.values(copies)}, 'u', now())`
    const order = { input_file_id: unified, endpoint: '/v1/chat/completions', completion_window: '24h' }
    expect((await ask(stranger.secret, 'POST', '/v1/batches', order)).status).toBe(404)
    const made = await ask(mine.secret, 'POST', '/v1/batches', order)
    expect(made).toMatchObject({ status: 200, body: { id: expect.stringMatching(/^batch_2/) } })
    expect((await ask(mine.secret, 'GET', `/v1/batches/${made.body.id}`)).status).toBe(200)
    expect((await ask(mine.secret, 'GET', `/v1/files/${unified}`)).body.id).toBe(copies.second)
    const messages = [{ role: 'user', content: [{ type: 'file', file: { file_id: unified } }] }]
    await ask(mine.secret, 'POST', '/v1/chat/completions', { model: 'm', messages })
    expect(accounts[1].asked.at(-1)).toBe('POST /v1/chat/completions')
    const narrow = await app.key({ user_id: 'u', models: ['other'] })
    expect((await ask(narrow.secret, 'POST', '/v1/batches', order)).status).toBe(403)
  })

  test('vector stores and batches of its ids are found where the ids say', async () => {
    const { app, accounts, ask } = await setup()
    const { secret } = await app.key({ user_id: 'u' })
    const [store, batch] = [accounts[1].keep('vector_stores'), accounts[1].keep('batches')]
    const storeId = encoded(
      `litellm_proxy:vector_store;unified_id,a;target_model_names,m;resource_id,${store};model_id,second`,
    )
    const batchId = encoded(`litellm_proxy;model_id:second;llm_batch_id:${batch}`)
    await app.sql`
      insert into "LiteLLM_ManagedVectorStoreTable" (id, unified_resource_id, model_mappings, flat_model_resource_ids, created_by, updated_at)
      values ('1', ${storeId}, ${app.sql.json({ second: store })}, ${[store]}, 'u', now())`
    await app.sql`
      insert into "LiteLLM_ManagedObjectTable" (id, unified_object_id, model_object_id, file_object, file_purpose, created_by, updated_at)
      values ('1', ${batchId}, ${batch}, '{}', 'batch', 'u', now())`
    expect((await ask(secret, 'GET', `/v1/vector_stores/${storeId}`)).body.id).toBe(store)
    expect((await ask(secret, 'GET', `/v1/batches/${batchId}`)).body.id).toBe(batch)
    const foreign = await app.key({ user_id: 'w' })
    expect((await ask(foreign.secret, 'GET', `/v1/vector_stores/${storeId}`)).status).toBe(404)
    expect((await ask(foreign.secret, 'GET', `/v1/batches/${batchId}`)).status).toBe(404)
  })
})

describe('while the database is away', () => {
  test('what is known is used; what is not gets 503 with a sentence, in paths, bodies and lists, and never passes', async () => {
    const { app, accounts, config } = await setup()
    const line = await startLine(app.databaseUrl)
    cleanups.push(line.close)
    const other = await startApp({ upstream: '', options: { config, databaseUrl: line.url } })
    cleanups.push(other.close)
    const ask = asker(other)
    const { secret } = await app.key()
    const made = (await ask(secret, 'POST', '/v1/responses', { model: 'm', input: 'hi' })).body.id
    const foreign = accounts[0].keep('files')
    line.cut()
    const asked = accounts.flatMap((account) => account.asked).length
    const tries: readonly (readonly [string, string, unknown?])[] = [
      ['GET', `/v1/files/${foreign}`],
      ['GET', '/v1/responses/resp_unknown'],
      ['GET', '/anthropic/v1/files/file_unknown'],
      ['GET', '/anthropic/v1/messages/batches/msgbatch_unknown'],
      ['GET', '/gemini/v1beta/files/unknown'],
      ['GET', '/v1/threads/thread_unknown'],
      ['GET', '/v1/vector_stores/vs_unknown'],
      ['GET', '/v1/fine_tuning/jobs/ftjob-unknown'],
      ['POST', '/v1/batches', { input_file_id: foreign }],
      ['POST', '/v1/responses', { model: 'm', input: 'hi', previous_response_id: 'resp_unknown' }],
      ['POST', '/v1/responses', { model: 'm', input: [{ type: 'item_reference', id: 'msg_unknown' }] }],
    ]
    for (const [method, path, body] of tries) {
      const answer = await ask(secret, method, path, body)
      expect([path, answer.status]).toEqual([path, 503])
      expect(answer.body.error.message).toMatch(/cannot be looked up who made this resource/)
    }
    expect(accounts.flatMap((account) => account.asked)).toHaveLength(asked)
    const next = await ask(secret, 'POST', '/v1/responses', { model: 'm', input: 'hi', previous_response_id: made })
    expect(next.status).toBe(200)
    expect((await ask(MASTER_KEY, 'GET', `/v1/files/${foreign}`)).status).toBe(200)
    expect((await ask(secret, 'GET', '/v1/files')).status).toBe(503)
  })

  test('with `report` nothing is refused, and the answer says what would be', async () => {
    const { app, accounts, config } = await setup()
    const line = await startLine(app.databaseUrl)
    cleanups.push(line.close)
    const options: LiteLLMOptions = { config, databaseUrl: line.url, mode: 'report' }
    const other = await startApp({ upstream: '', options })
    cleanups.push(other.close)
    const { secret } = await app.key()
    await asker(other)(secret, 'GET', '/v1/models')
    line.cut()
    const answer = await asker(other)(secret, 'GET', `/v1/files/${accounts[0].keep('files')}`)
    expect([answer.status, answer.headers.get('x-litellm-would-refuse')]).toEqual([200, 'resource_owner_unknown'])
  })
})

async function ids({ sql }: TestApp): Promise<readonly string[]> {
  const rows = await sql<{ id: string }[]>`select id from express_litellm.resources`.catch(() => [])
  return rows.map(({ id }) => id)
}
