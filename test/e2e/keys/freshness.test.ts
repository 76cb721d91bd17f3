import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import express from 'express'
import { createLiteLLM, litellm } from '../../../src/index.ts'
import { defaultModels, MASTER_KEY, startApp, type TestApp } from '../../support/app.ts'
import { until } from '../../support/until.ts'
import { chatCompletion, type ScriptedUpstream, sendJson, startUpstream } from '../../support/upstream.ts'

let app: TestApp
let upstream: ScriptedUpstream
/** The address of another process's gateway on the same database. */
let elsewhere: string
const closers: (() => unknown)[] = []

beforeAll(async () => {
  upstream = await startUpstream((res) => sendJson(res, 200, chatCompletion({ id: '' })))
  const options = { authCacheTtl: '1h' }
  app = await startApp({ upstream: upstream.url, options })
  const gateway = createLiteLLM({
    ...options,
    databaseUrl: app.databaseUrl,
    masterKey: MASTER_KEY,
    ...{ minConns: 1, maxConns: 3 },
    config: { model_list: defaultModels(upstream.url) },
  })
  const server = createServer(express().use(litellm({ gateway })))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  elsewhere = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  closers.push(
    () => server.close().closeAllConnections(),
    () => gateway.close(),
  )
})

afterAll(async () => {
  for (const close of closers) await close()
  await app.close()
  await upstream.close()
})

interface Made {
  readonly key: string
  readonly id: string
}

type Change = readonly [path: string, body: object]

/** What is made, what is changed about it, and the status that the key then has. */
const CHANGES: Readonly<
  Record<string, { made: (id: string) => readonly Change[]; key?: object; change: Change; status: number }>
> = {
  'a key is blocked': { made: () => [], change: ['/key/block', { key: '<key>' }], status: 401 },
  'a key is deleted': { made: () => [], change: ['/key/delete', { keys: ['<key>'] }], status: 401 },
  'a key gets a budget': { made: () => [], change: ['/key/update', { key: '<key>', max_budget: 0 }], status: 422 },
  'a team is blocked': {
    made: () => [['/team/new', { team_id: 't-<id>' }]],
    key: { team_id: 't-<id>' },
    change: ['/team/block', { team_id: 't-<id>' }],
    status: 401,
  },
  'a team gets a limit': {
    made: () => [['/team/new', { team_id: 't-<id>' }]],
    key: { team_id: 't-<id>' },
    change: ['/team/update', { team_id: 't-<id>', rpm_limit: 0 }],
    status: 429,
  },
  'a user gets a budget': {
    made: () => [['/user/new', { user_id: 'u-<id>', auto_create_key: false }]],
    key: { user_id: 'u-<id>' },
    change: ['/user/update', { user_id: 'u-<id>', max_budget: 0 }],
    status: 422,
  },
  'a member gets a budget': {
    made: () => [
      ['/user/new', { user_id: 'u-<id>', auto_create_key: false }],
      ['/team/new', { team_id: 't-<id>', members_with_roles: [{ role: 'user', user_id: 'u-<id>' }] }],
      ['/team/member_update', { team_id: 't-<id>', user_id: 'u-<id>', max_budget_in_team: 5 }],
    ],
    key: { team_id: 't-<id>', user_id: 'u-<id>' },
    change: ['/team/member_update', { team_id: 't-<id>', user_id: 'u-<id>', max_budget_in_team: 0 }],
    status: 422,
  },
  'a budget that a key has is changed': {
    made: () => [['/budget/new', { budget_id: 'b-<id>', max_budget: 5 }]],
    key: { budget_id: 'b-<id>' },
    change: ['/budget/update', { budget_id: 'b-<id>', max_budget: 0 }],
    status: 422,
  },
  'an organization gets a limit': {
    made: () => [['/organization/new', { organization_id: 'o-<id>', organization_alias: 'o-<id>' }]],
    key: { organization_id: 'o-<id>' },
    change: ['/organization/update', { organization_id: 'o-<id>', rpm_limit: 0 }],
    status: 429,
  },
  'a customer gets another budget': {
    made: () => [['/customer/new', { user_id: 'e-<id>', max_budget: 5 }]],
    change: ['/customer/update', { user_id: 'e-<id>', max_budget: 1e-9 }],
    status: 422,
  },
  'a tag gets another budget': {
    made: () => [['/tag/new', { name: 'tag-<id>', max_budget: 5 }]],
    // Else what is spent under a client's tag is not the tag's.
    key: { metadata: { allow_client_tags: true } },
    change: ['/tag/update', { name: 'tag-<id>', max_budget: 1e-9 }],
    status: 422,
  },
}

let count = 0

describe.each(Object.entries(CHANGES))('%s', (_name, { made, key: asked = {}, change, status }) => {
  test('at once here, without the rows being read again, and soon elsewhere', async () => {
    const id = `${++count}`
    for (const [path, body] of made(id)) await manage([path, body], { id, key: '' })
    const { key } = await manage(['/key/generate', asked], { id, key: '' })
    const names = { id, key }
    expect([await chat(app.url, names), await chat(elsewhere, names)]).toEqual([200, 200])
    await manage(change, names)
    expect(await chat(app.url, names)).toBe(status)
    await until(async () => (await chat(elsewhere, names)) === status)
  })
})

async function manage([path, body]: Change, { id, key }: Made): Promise<any> {
  const text = JSON.stringify(body).replaceAll('<id>', id).replaceAll('<key>', key)
  const answer = await fetch(app.url + path, {
    // As in LiteLLM.
    method: path === '/organization/update' ? 'PATCH' : 'POST',
    headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
    body: text,
  })
  const json = await answer.json()
  expect([path, answer.status, (json as any).error ?? (json as any).detail]).toEqual([path, 200, undefined])
  return json
}

async function chat(url: string, { id, key }: Made): Promise<number> {
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'gpt-4o', messages: [], user: `e-${id}`, tags: [`tag-${id}`] }),
  })
  await answer.arrayBuffer()
  return answer.status
}

test('what cannot be a key is looked up nowhere; what can be one is', async () => {
  const asked: string[] = []
  const keys = { find: async (hashedToken: string) => void asked.push(hashedToken) }
  const alone = await startApp({ upstream: upstream.url, options: { keys } })
  const ask = (authorization: string) =>
    fetch(`${alone.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization },
      body: '{"model":"gpt-4o"}',
    })
  try {
    const malformed = [
      ...['Bearer', 'Bearer ', 'Bearer  sk-x', 'sk-x', 'BEARER sk-x', 'Bearer nothing', 'Basic Og==', 'Digest sk-x'],
      ...[
        `Bearer ${'f'.repeat(64)}`,
        `Bearer sk-${'x'.repeat(5_000)}`,
        'Bearer sk-\u00ff',
        'Bearer sk-x\ty',
        'Bearer sk-x y',
      ],
    ]
    for (const header of malformed) expect([header, (await ask(header)).status]).toEqual([header, 401])
    expect(asked).toEqual([])
    expect((await ask('Bearer sk-x')).status).toBe(401)
    expect(asked).toHaveLength(1)
  } finally {
    await alone.close()
  }
})
