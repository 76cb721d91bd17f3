import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import nacl from 'tweetnacl'
import type { LiteLLMOptions } from '../../src/index.ts'
import { defaultModels, MASTER_KEY, startApp, type TestApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { keptResources } from '../support/resource-upstream.ts'
import { until } from '../support/until.ts'
import { startUpstream } from '../support/upstream.ts'

interface Setup {
  readonly general?: object
  readonly options?: LiteLLMOptions
}

async function setup({ general = {}, options = {} }: Setup = {}) {
  const account = keptResources()
  const upstream = await startUpstream(account.script)
  cleanups.push(upstream.close)
  const config = {
    model_list: defaultModels(upstream.url),
    general_settings: general,
    environment_variables: {
      OPENAI_API_KEY: 'sk-openai-ours',
      OPENAI_BASE_URL: upstream.url,
      ...ANTHROPIC(upstream.url),
    },
  }
  const app = await startApp({ upstream: upstream.url, options: { config, ...options } })
  cleanups.push(app.close)
  const ask = asker(app)
  return { app, account, upstream, ask, config }
}

const ANTHROPIC = (url: string) => ({
  ANTHROPIC_API_KEY: 'sk-anthropic-ours',
  ANTHROPIC_API_BASE: url.replace('/v1', ''),
})

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: any
}

function asker({ url }: Pick<TestApp, 'url'>) {
  return async (secret: string, method: string, path: string, body?: unknown): Promise<Answer> => {
    const isForm = body instanceof FormData
    const answer = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      },
      body: isForm ? body : typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body),
    })
    const text = await answer.text()
    const parsed = answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
    return { status: answer.status, headers: answer.headers, body: parsed }
  }
}

function form(): FormData {
  const data = new FormData()
  data.set('purpose', 'batch')
  data.set('file', new Blob(['{}']), 'a.jsonl')
  return data
}

const KINDS: readonly (readonly [path: string, body: () => unknown])[] = [
  ['/v1/files', form],
  ['/files', form],
  ['/openai/v1/files', form],
  ['/v1/vector_stores', () => ({ name: 'v' })],
  ['/v1/assistants', () => ({ model: 'gpt-4o' })],
  ['/v1/threads', () => ({})],
  ['/v1/containers', () => ({ name: 'c' })],
  ['/v1/responses', () => ({ model: 'gpt-4o', input: 'hi' })],
  ['/openai/v1/responses', () => ({ model: 'gpt-4o', input: 'hi' })],
  ['/v1/responses stream', () => ({ model: 'gpt-4o', input: 'hi', stream: true })],
]

describe.each(KINDS)('%s', (named, body) => {
  const path = named.replace(' stream', '')

  test('what a key has made is its own: a stranger gets 404 in every way, and no sign that it exists', async () => {
    const { app, account, ask } = await setup()
    const [mine, stranger] = [await app.key(), await app.key()]
    const made = await ask(mine.secret, 'POST', path, body())
    expect(made.status).toBe(200)
    const id = made.body.id ?? /"id":"(resp_\d+)"/.exec(made.body)![1]
    expect(await ask(mine.secret, 'GET', `${path}/${id}`)).toMatchObject({ status: 200, body: { id } })
    const asked = account.asked.length
    const tries = [
      ['GET', `${path}/${id}`],
      ['GET', `${path}/${id.slice(0, 1)}%${id.charCodeAt(1).toString(16)}${id.slice(2)}`],
      ['GET', `${path}/${id}/content`],
      ['POST', `${path}/${id}/cancel`],
      ['POST', `${path}/${id}`],
      ['DELETE', `${path}/${id}`],
      ['GET', `/openai${path.replace('/openai', '')}/${id}`],
    ] as const
    for (const [method, target] of tries) {
      const answer = await ask(stranger.secret, method, target, method === 'POST' ? {} : undefined)
      expect([target, answer.status]).toEqual([target, 404])
      const unknown = await ask(
        stranger.secret,
        method,
        target.replace(/\d{6}/, '999999'),
        method === 'POST' ? {} : undefined,
      )
      expect(unknown.body.error.message.replace('999999', '')).toBe(answer.body.error.message.replace(/\d{6}/, ''))
    }
    expect(account.asked.slice(asked)).toEqual([])
    expect((await ask(MASTER_KEY, 'GET', `${path}/${id}`)).status).toBe(200)
    expect((await ask(mine.secret, 'DELETE', `${path}/${id}`)).status).toBe(200)
  })

  test('another process knows the owner too, and the time after a restart', async () => {
    const { app, ask, config } = await setup()
    const [mine, stranger] = [await app.key(), await app.key()]
    const made = await ask(mine.secret, 'POST', path, body())
    const id = made.body.id ?? /"id":"(resp_\d+)"/.exec(made.body)![1]
    const other = await startApp({ upstream: '', options: { config, databaseUrl: app.databaseUrl } })
    cleanups.push(other.close)
    const there = asker(other)
    expect((await there(mine.secret, 'GET', `${path}/${id}`)).status).toBe(200)
    expect((await there(stranger.secret, 'GET', `${path}/${id}`)).status).toBe(404)
  })
})

describe('who owns what a key has made', () => {
  test('its team, and no other', async () => {
    const { app, ask } = await setup()
    await app.sql`insert into "LiteLLM_TeamTable" (team_id) values ('t1'), ('t2')`
    const [mine, mate, other] = [
      await app.key({ team_id: 't1', user_id: 'u' }),
      await app.key({ team_id: 't1' }),
      await app.key({ team_id: 't2', user_id: 'u' }),
    ]
    const { body } = await ask(mine.secret, 'POST', '/v1/vector_stores', {})
    expect((await ask(mate.secret, 'GET', `/v1/vector_stores/${body.id}`)).status).toBe(200)
    expect((await ask(other.secret, 'GET', `/v1/vector_stores/${body.id}`)).status).toBe(404)
  })

  test('its user, where there is no team', async () => {
    const { app, ask } = await setup()
    const [mine, second, other] = [
      await app.key({ user_id: 'u' }),
      await app.key({ user_id: 'u' }),
      await app.key({ user_id: 'w' }),
    ]
    const { body } = await ask(mine.secret, 'POST', '/v1/threads', {})
    expect((await ask(second.secret, 'GET', `/v1/threads/${body.id}`)).status).toBe(200)
    expect((await ask(other.secret, 'GET', `/v1/threads/${body.id}`)).status).toBe(404)
  })

  test('the key that takes its place', async () => {
    const { app, ask } = await setup()
    const mine = await app.key()
    const { body } = await ask(mine.secret, 'POST', '/v1/threads', {})
    await until(async () => (await owners(app)).length === 1)
    const renewed = await ask(MASTER_KEY, 'POST', '/key/regenerate', { key: mine.hashedToken })
    expect(renewed.status).toBe(200)
    expect((await ask(renewed.body.key, 'GET', `/v1/threads/${body.id}`)).status).toBe(200)
  })

  test('the master key makes nothing for everybody', async () => {
    const { app, ask } = await setup()
    const { secret } = await app.key()
    const { body } = await ask(MASTER_KEY, 'POST', '/v1/vector_stores', {})
    expect((await ask(secret, 'GET', `/v1/vector_stores/${body.id}`)).status).toBe(404)
  })

  test('a file that a batch makes is the owner of the batch’s, whoever looks at the batch', async () => {
    const { app, ask } = await setup()
    const [mine, stranger] = [await app.key(), await app.key()]
    const file = (await ask(mine.secret, 'POST', '/v1/files', form())).body.id
    const made = await ask(mine.secret, 'POST', '/v1/batches', {
      input_file_id: file,
      endpoint: '/v1/chat/completions',
    })
    expect(made.status).toBe(200)
    await ask(MASTER_KEY, 'GET', `/v1/batches/${made.body.id}`)
    const output = `/v1/files/${made.body.output_file_id}/content`
    expect((await ask(mine.secret, 'GET', output)).status).toBe(200)
    expect((await ask(stranger.secret, 'GET', output)).status).toBe(404)
  })

  test('what a client says in its metadata makes it the owner of nothing', async () => {
    const { app, account, ask } = await setup()
    const { secret } = await app.key()
    const foreign = account.keep('files')
    const metadata = { id: foreign, file_id: foreign, output_file_id: foreign }
    expect((await ask(secret, 'POST', '/v1/threads', { metadata })).status).toBe(200)
    expect((await ask(secret, 'GET', `/v1/files/${foreign}`)).status).toBe(404)
  })
})

describe('what the requests of a batch input file name', () => {
  const lines = {
    '/v1/responses': (id: string) => ({ input: [{ role: 'user', content: [{ type: 'input_file', file_id: id }] }] }),
    '/v1/chat/completions': (id: string) => ({
      messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: id } }] }],
    }),
  }

  test.each(Object.entries(lines))(
    '%s: a stranger’s file is not found, one’s own and an administrator’s is',
    async (url, body) => {
      const { app, account, ask } = await setup()
      const [mine, stranger] = [await app.key(), await app.key()]
      const file = (await ask(mine.secret, 'POST', '/v1/files', form())).body.id
      // A second line, so that what comes first does not decide.
      const requests = [body('https://example.com/a.pdf'), body(file)]
      const content = requests.map((one, n) =>
        JSON.stringify({ custom_id: `c${n}`, method: 'POST', url, body: { model: 'gpt-4o', ...one } }),
      )
      const order = async ({ secret }: { readonly secret: string }) => {
        const input = (await ask(secret, 'POST', '/v1/files', form())).body.id
        account.fill(input, content.join('\n'))
        return await ask(secret, 'POST', '/v1/batches', { input_file_id: input, endpoint: url })
      }
      const refused = await order(stranger)
      expect([refused.status, refused.body.error.message]).toEqual([404, expect.stringContaining(file)])
      expect(account.asked.filter((asked) => asked === 'POST /v1/batches')).toEqual([])
      expect((await order(mine)).status).toBe(200)
      expect((await order({ secret: MASTER_KEY })).status).toBe(200)
    },
  )

  test('a request that is too long to be looked into is refused, with the way out', async () => {
    const { app, account, ask } = await setup()
    const { secret } = await app.key()
    const input = (await ask(secret, 'POST', '/v1/files', form())).body.id
    account.fill(input, JSON.stringify({ url: '/v1/responses', body: { input: 'x'.repeat(8 << 20) } }))
    const { status, body } = await ask(secret, 'POST', '/v1/batches', { input_file_id: input })
    expect([status, body.error.message]).toEqual([403, expect.stringContaining('Name large inputs as files')])
  })

  test('with `report` the batch is made, and the answer says what would be refused', async () => {
    const { app, account, ask } = await setup({ options: { mode: 'report' } })
    const { secret } = await app.key()
    const input = (await ask(secret, 'POST', '/v1/files', form())).body.id
    const foreign = account.keep('files')
    account.fill(input, JSON.stringify({ url: '/v1/responses', body: lines['/v1/responses'](foreign) }))
    const { status, headers } = await ask(secret, 'POST', '/v1/batches', { input_file_id: input })
    expect([status, headers.get('x-litellm-would-refuse')]).toEqual([200, 'resource_not_found'])
  })
})

describe('what a body names', () => {
  const bodies: readonly (readonly [path: string, kind: string, body: (id: string) => unknown])[] = [
    ['/v1/batches', 'files', (id) => ({ input_file_id: id, endpoint: '/v1/chat/completions' })],
    ['/openai/v1/batches', 'files', (id) => ({ input_file_id: id })],
    ['/v1/batches', 'files', (id) => `{"input_file_id":"${id}","input_file_id":"mine"}`],
    ['/v1/fine_tuning/jobs', 'files', (id) => ({ model: 'gpt-4o', training_file: id })],
    ['/v1/fine_tuning/jobs', 'files', (id) => ({ model: 'gpt-4o', training_file: 'mine', validation_file: id })],
    ['/v1/vector_stores', 'files', (id) => ({ file_ids: ['mine', id] })],
    ['/v1/responses', 'responses', (id) => ({ model: 'gpt-4o', input: 'hi', previous_response_id: id })],
    ['/openai/v1/responses', 'responses', (id) => ({ model: 'gpt-4o', previous_response_id: id })],
    [
      '/v1/responses',
      'files',
      (id) => ({ model: 'gpt-4o', input: [{ role: 'user', content: [{ type: 'input_file', file_id: id }] }] }),
    ],
    [
      '/v1/responses',
      'vector_stores',
      (id) => ({ model: 'gpt-4o', input: 'hi', tools: [{ type: 'file_search', vector_store_ids: [id] }] }),
    ],
    [
      '/v1/responses',
      'containers',
      (id) => ({ model: 'gpt-4o', input: 'hi', tools: [{ type: 'code_interpreter', container: id }] }),
    ],
    [
      '/v1/chat/completions',
      'files',
      (id) => ({ model: 'gpt-4o', messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: id } }] }] }),
    ],
    [
      '/openai/v1/chat/completions',
      'files',
      (id) => ({ model: 'gpt-4o', messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: id } }] }] }),
    ],
    [
      '/anthropic/v1/messages',
      'files',
      (id) => ({
        model: 'gpt-4o',
        max_tokens: 1,
        messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'file', file_id: id } }] }],
      }),
    ],
    ['/v1/threads', 'files', (id) => ({ messages: [{ role: 'user', attachments: [{ file_id: id }] }] })],
    ['/v1/assistants', 'vector_stores', (id) => ({ tool_resources: { file_search: { vector_store_ids: [id] } } })],
    ['/v1/threads/runs', 'assistants', (id) => ({ assistant_id: id })],
  ]

  test.each(bodies)('%s: a stranger’s %s is not found, and the upstream is not asked', async (path, kind, body) => {
    const { app, account, ask } = await setup()
    const { secret } = await app.key()
    const own = (await ask(secret, 'POST', '/v1/files', form())).body.id
    const foreign = account.keep(kind)
    const asked = account.asked.length
    const made = body(foreign)
    const sent = (typeof made === 'string' ? made : JSON.stringify(made)).replaceAll('mine', own)
    const answer = await ask(secret, 'POST', path, sent)
    // Of two members the upstream sees the one that was looked at.
    if (typeof made === 'string') expect(answer.body.id).toMatch(/^batch_/)
    else expect(answer).toMatchObject({ status: 404, body: { error: notFoundOn(path) } })
    if (typeof made !== 'string') expect(account.asked.slice(asked)).toEqual([])
    await ask(MASTER_KEY, 'POST', path, sent)
    expect(account.asked.length).toBeGreaterThan(asked)
  })

  test('one’s own is used, and what only looks like a name is no name', async () => {
    const { app, ask } = await setup()
    const { secret } = await app.key()
    const first = (await ask(secret, 'POST', '/v1/responses', { model: 'gpt-4o', input: 'hi' })).body.id
    const second = await ask(secret, 'POST', '/v1/responses', {
      model: 'gpt-4o',
      input: 'hi',
      previous_response_id: first,
      metadata: { file_id: 'file-of-mine' },
      tools: [{ type: 'function', name: 'f', parameters: { properties: {}, default: { file_id: 'x' } } }],
    })
    expect(second.status).toBe(200)
  })

  test('a body that may name others is refused where it says that it is no JSON', async () => {
    const { app, account, upstream } = await setup()
    const { secret } = await app.key()
    const foreign = account.keep('files')
    const answer = await fetch(`${app.url}/v1/batches`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/octet-stream' },
      body: JSON.stringify({ input_file_id: foreign }),
    })
    expect(answer.status).toBe(400)
    expect(upstream.requests).toHaveLength(0)
  })
})

describe('lists', () => {
  test('show one’s own, page by page, and administrators everything', async () => {
    const { app, account, ask } = await setup()
    const [mine, stranger] = [await app.key(), await app.key()]
    const own: string[] = []
    for (let n = 0; n < 5; n++) {
      own.unshift((await ask(mine.secret, 'POST', '/v1/files', form())).body.id)
      for (let other = 0; other < 40; other++) account.keep('files')
      await ask(stranger.secret, 'POST', '/v1/files', form())
    }
    const seen: string[] = []
    for (let after = ''; ; ) {
      const { body } = await ask(mine.secret, 'GET', `/v1/files?limit=2${after}`)
      seen.push(...body.data.map((file: { id: string }) => file.id))
      expect(body).toMatchObject({ object: 'list', last_id: seen.at(-1), has_more: seen.length < own.length })
      if (!body.has_more) break
      after = `&after=${body.last_id}`
    }
    expect(seen).toEqual(own)
    const none = await ask((await app.key()).secret, 'GET', '/openai/v1/files')
    expect(none.body).toMatchObject({ data: [], has_more: false, first_id: null, last_id: null })
    expect((await ask(MASTER_KEY, 'GET', '/v1/files?limit=300')).body.data).toHaveLength(210)
  })

  test.each(['batches', 'vector_stores', 'assistants', 'containers', 'fine_tuning/jobs'])('of %s too', async (kind) => {
    const { app, account, ask } = await setup()
    const { secret } = await app.key()
    account.keep(kind)
    expect((await ask(secret, 'GET', `/v1/${kind}`)).body.data).toEqual([])
    expect((await ask(MASTER_KEY, 'GET', `/v1/${kind}`)).body.data).toHaveLength(1)
  })

  test('a file that a batch has made is known from a list', async () => {
    const { app, ask } = await setup()
    const mine = await app.key()
    const file = (await ask(mine.secret, 'POST', '/v1/files', form())).body.id
    await ask(mine.secret, 'POST', '/v1/batches', { input_file_id: file })
    const { body } = await ask(mine.secret, 'GET', '/v1/batches')
    expect((await ask(mine.secret, 'GET', `/v1/files/${body.data[0].output_file_id}`)).status).toBe(200)
  })
})

describe('what was not seen made', () => {
  test('is for administrators and keys with the right, which does not reach what others made', async () => {
    const { app, account, ask } = await setup()
    await app.sql`insert into "LiteLLM_UserTable" (user_id, user_role) values ('a', 'proxy_admin'), ('v', 'proxy_admin_viewer')`
    const [plain, trusted, admin, viewer] = [
      await app.key(),
      await app.key({ metadata: app.sql.json({ allow_foreign_resources: true }) }),
      await app.key({ user_id: 'a' }),
      await app.key({ user_id: 'v' }),
    ]
    const path = `/v1/vector_stores/${account.keep('vector_stores')}`
    for (const [key, status] of [
      [plain, 404],
      [viewer, 404],
      [trusted, 200],
      [admin, 200],
      [plain, 404],
    ] as const) {
      expect((await ask(key.secret, 'GET', path)).status).toBe(status)
    }
    const own = (await ask(plain.secret, 'POST', '/v1/vector_stores', {})).body.id
    expect((await ask(trusted.secret, 'GET', `/v1/vector_stores/${own}`)).status).toBe(404)
    expect((await ask(trusted.secret, 'GET', '/v1/vector_stores')).body.data).toHaveLength(1)
    expect((await ask(admin.secret, 'GET', '/v1/vector_stores')).body.data).toHaveLength(2)
  })

  test('a vector store that an administrator has named in an object permission is given with it', async () => {
    const { account, ask } = await setup()
    const store = account.keep('vector_stores')
    const made = await ask(MASTER_KEY, 'POST', '/key/generate', { object_permission: { vector_stores: [store] } })
    expect((await ask(made.body.key, 'GET', `/v1/vector_stores/${store}`)).status).toBe(200)
  })

  test('only administrators give the right', async () => {
    const { app, ask } = await setup()
    await app.sql`insert into "LiteLLM_UserTable" (user_id, user_role) values ('u', 'internal_user')`
    const { secret, hashedToken } = await app.key({ user_id: 'u', created_by: 'u' })
    const metadata = { allow_foreign_resources: true }
    expect((await ask(secret, 'POST', '/key/generate', { metadata })).status).toBe(403)
    expect((await ask(secret, 'POST', '/key/update', { key: hashedToken, metadata })).status).toBe(403)
    expect((await ask(secret, 'POST', '/key/regenerate', { key: hashedToken, metadata })).status).toBe(403)
    expect((await ask(MASTER_KEY, 'POST', '/key/update', { key: hashedToken, metadata })).status).toBe(200)
    // What it has, it may keep.
    expect((await ask(secret, 'POST', '/key/update', { key: hashedToken, metadata })).status).toBe(200)
  })

  test.each([
    ['disable_responses_id_security', 200, 200],
    ['allow_unmanaged_response_ids', 200, 404],
    ['nothing', 404, 404],
  ])('LiteLLM’s %s opens responses', async (name, unseen, seen) => {
    const { app, account, ask } = await setup({ general: { [name]: true } })
    const [mine, other] = [await app.key(), await app.key()]
    const body = { model: 'gpt-4o', input: 'hi' }
    const own = (await ask(mine.secret, 'POST', '/v1/responses', body)).body.id
    const foreign = account.keep('responses')
    expect((await ask(other.secret, 'GET', `/v1/responses/${foreign}`)).status).toBe(unseen)
    expect((await ask(other.secret, 'POST', '/v1/responses', { ...body, previous_response_id: own })).status).toBe(seen)
    expect((await ask(other.secret, 'GET', `/v1/files/${account.keep('files')}`)).status).toBe(404)
  })

  test('compat shares everything, as LiteLLM does', async () => {
    const { app, account, ask } = await setup({ options: { compat: { resources: 'shared' } } })
    const { secret } = await app.key()
    const foreign = account.keep('files')
    expect((await ask(secret, 'GET', `/v1/files/${foreign}`)).status).toBe(200)
    expect((await ask(secret, 'GET', '/v1/files')).body.data).toHaveLength(1)
  })

  test('is reported where nothing is refused', async () => {
    const { app, account, ask } = await setup({ options: { mode: 'report' } })
    const { secret } = await app.key()
    const reports: string[] = []
    app.gateway.events.on('key:report', ({ code }) => reports.push(code))
    const answer = await ask(secret, 'GET', `/v1/files/${account.keep('files')}`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-litellm-would-refuse')).toBe('resource_not_found')
    expect(reports).toEqual(['resource_not_found'])
  })
})

describe('LiteLLM’s ids', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const seal = (text: string, salt: string) => {
    const nonce = randomBytes(24)
    const box = nacl.secretbox(Buffer.from(text), nonce, createHash('sha256').update(salt).digest())
    return Buffer.concat([nonce, box]).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
  }

  test('of files and batches work for the owner, at the model that they name', async () => {
    const { app, ask, account } = await setup()
    const [mine, stranger] = [await app.key(), await app.key()]
    const own = (await ask(mine.secret, 'POST', '/v1/files', form())).body.id
    const encoded = `file-${base64(`litellm:${own};model,gpt-4o`).replace(/=+$/, '')}`
    const got = await ask(mine.secret, 'GET', `/v1/files/${encoded}`)
    expect(got).toMatchObject({ status: 200, body: { id: own } })
    expect((await ask(stranger.secret, 'GET', `/v1/files/${encoded}`)).status).toBe(404)
    expect((await ask(mine.secret, 'POST', '/v1/batches', { input_file_id: encoded })).status).toBe(200)
    expect(account.asked).toContain(`GET /v1/files/${own}`)
    const { secret } = await app.key({ models: ['embed'], metadata: app.sql.json({ allow_foreign_resources: true }) })
    const foreign = `file-${base64(`litellm:${account.keep('files')};model,gpt-4o`)}`
    expect((await ask(secret, 'GET', `/v1/files/${foreign}`)).status).toBe(403)
  })

  test('of responses, sealed with user and team, are the user’s', async () => {
    const { app, account, ask } = await setup()
    const [mine, stranger] = [await app.key({ user_id: 'u' }), await app.key({ user_id: 'w' })]
    const id = account.keep('responses')
    const inner = `resp_${base64(`litellm:custom_llm_provider:openai;model_id:none;response_id:${id}`)}`
    const sealed = `resp_${seal(`litellm_proxy:responses_api:response_id:${inner};user_id:u;team_id:`, MASTER_KEY)}`
    const forged = `resp_${seal(`litellm_proxy:responses_api:response_id:${inner};user_id:w;team_id:`, 'other')}`
    const body = { model: 'gpt-4o', input: 'hi' }
    expect(await ask(mine.secret, 'GET', `/v1/responses/${sealed}`)).toMatchObject({ status: 200, body: { id } })
    const next = await ask(mine.secret, 'POST', '/v1/responses', { ...body, previous_response_id: sealed })
    expect(next.status).toBe(200)
    expect((await ask(stranger.secret, 'GET', `/v1/responses/${sealed}`)).status).toBe(404)
    expect(
      (await ask(stranger.secret, 'POST', '/v1/responses', { ...body, previous_response_id: forged })).status,
    ).toBe(404)
    expect((await ask(mine.secret, 'GET', `/v1/responses/${inner}`)).status).toBe(404)
    await app.sql`
      insert into "LiteLLM_SpendLogs" (request_id, call_type, api_key, spend, "startTime", "endTime")
      values (${inner}, 'aresponses', ${mine.hashedToken}, 0, now(), now())`
    expect((await ask(mine.secret, 'GET', `/v1/responses/${inner}`)).status).toBe(200)
  })

  test('that it manages itself are its users’', async () => {
    const { app, account, ask } = await setup()
    const [mine, stranger] = [await app.key({ user_id: 'u' }), await app.key({ user_id: 'w' })]
    const id = account.keep('files')
    await app.sql`
      insert into "LiteLLM_ManagedFileTable" (id, unified_file_id, model_mappings, flat_model_file_ids, created_by, updated_at)
      values ('1', 'unified', '{}', ${[id]}, 'u', now())`
    expect((await ask(mine.secret, 'GET', `/v1/files/${id}`)).status).toBe(200)
    expect((await ask(stranger.secret, 'GET', `/v1/files/${id}`)).status).toBe(404)
  })
})

describe('without the table', () => {
  test('a database that refuses to have it leaves owners to the process, and says so once', async () => {
    const { app, ask, config } = await setup()
    const role = `r${randomBytes(6).toString('hex')}`
    const database = new URL(app.databaseUrl)
    await app.sql.unsafe(`
      create role ${role} login password 'x';
      grant select, insert, update, delete on all tables in schema public to ${role};
      revoke create on database "${database.pathname.slice(1)}" from public`)
    cleanups.push(async () => {
      await app.sql.unsafe(`drop owned by ${role}; drop role ${role}`)
    })
    database.username = role
    database.password = 'x'
    const other = await startApp({ upstream: '', options: { config, databaseUrl: database.href } })
    cleanups.push(other.close)
    const told: unknown[] = []
    other.gateway.events.on('resources:local', ({ error }) => told.push(error))
    const there = asker(other)
    const [mine, stranger] = [await app.key(), await app.key()]
    const { body } = await there(mine.secret, 'POST', '/v1/threads', {})
    await until(() => told.length === 1)
    expect((await there(mine.secret, 'GET', `/v1/threads/${body.id}`)).status).toBe(200)
    expect((await there(stranger.secret, 'GET', `/v1/threads/${body.id}`)).status).toBe(404)
    expect((await ask(MASTER_KEY, 'GET', `/v1/threads/${body.id}`)).status).toBe(200)
    expect(told).toHaveLength(1)
  })

  test('a table that is dropped meanwhile is made anew', async () => {
    const { app, ask } = await setup()
    const mine = await app.key()
    await ask(mine.secret, 'POST', '/v1/threads', {})
    await until(async () => (await owners(app)).length === 1)
    await app.sql`drop schema express_litellm cascade`
    const { body } = await ask(mine.secret, 'POST', '/v1/threads', {})
    await until(async () => (await owners(app)).some(({ id }) => id === body.id))
  })
})

async function owners({ sql }: TestApp): Promise<readonly { id: string }[]> {
  return await sql<{ id: string }[]>`select * from express_litellm.resources`.catch(() => [])
}

/** In the shape of the API that the path belongs to. */
function notFoundOn(path: string) {
  return path.endsWith('/messages') ? { type: 'not_found_error' } : { code: '404', type: 'invalid_request_error' }
}
