import { createHash } from 'node:crypto'
import { afterAll, describe, expect, test } from '@jest/globals'
import { migrate } from '../../../src/upkeep/migrate.ts'
import { createTestDatabase } from '../../support/database.ts'
import { LITELLM_VERSIONS } from '../../support/litellm-schema.ts'
import { NOW, startAdmin, type TestAdmin } from './support.ts'

const admins: TestAdmin[] = []
afterAll(() => Promise.all(admins.map(({ database }) => database.drop())))

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

describe.each(LITELLM_VERSIONS)('on a database of LiteLLM %s', (version) => {
  test('a key lives from its generation to its deletion', async () => {
    const { post, get, row, keys, audits } = await setup({ schema: version })
    const made = await post('/key/generate', {
      key_alias: 'robot',
      models: ['gpt-4o'],
      max_budget: 10,
      duration: '30d',
    })
    expect(made).toMatchObject({
      status: 200,
      body: {
        key_alias: 'robot',
        models: ['gpt-4o'],
        max_budget: 10,
        expires: '2026-04-17T10:20:30.456000Z',
        user_id: null,
      },
    })
    const { key, token } = made.body
    expect(key).toMatch(/^sk-[\w-]{22}$/)
    expect(token).toBe(sha256(key))
    expect(made.body.key_name).toBe(`sk-...${key.slice(-4)}`)
    expect(await keys.find(token)).toMatchObject({ alias: 'robot', models: ['gpt-4o'], maxBudget: 10 })

    const info = await get(`/key/info?key=${key}`)
    expect(info).toMatchObject({ status: 200, body: { key, info: { key_alias: 'robot', spend: 0, blocked: null } } })
    expect(info.body.info).not.toHaveProperty('token')

    expect(await post('/key/update', { key, max_budget: 20, tags: ['a'] })).toMatchObject({
      status: 200,
      body: { key, token, max_budget: 20, key_alias: 'robot', metadata: { tags: ['a'] } },
    })
    expect(await keys.find(token)).toMatchObject({ maxBudget: 20 })

    expect(await post('/key/block', { key })).toMatchObject({ status: 200, body: { token, blocked: true } })
    expect(await keys.find(token)).toMatchObject({ blocked: true })
    expect(await post('/key/unblock', { key: token })).toMatchObject({ status: 200, body: { token, blocked: false } })

    const again = await post(`/key/${key}/regenerate`, {})
    expect(again).toMatchObject({ status: 200, body: { key_alias: 'robot', max_budget: 20 } })
    expect(again.body.key).not.toBe(key)
    expect(await keys.find(token)).toBeUndefined()
    expect(await keys.find(again.body.token)).toMatchObject({ alias: 'robot', maxBudget: 20 })

    expect(await post('/key/delete', { keys: [again.body.key] })).toEqual({
      status: 200,
      body: { deleted_keys: [again.body.key] },
    })
    expect(await row('LiteLLM_VerificationToken')).toBeUndefined()
    expect(await keys.find(again.body.token)).toBeUndefined()
    const log = await audits()
    expect(log.map(({ action }) => action).sort()).toEqual([
      'blocked',
      'created',
      'deleted',
      'rotated',
      'unblocked',
      'updated',
    ])
    const written = JSON.stringify(log)
    expect(written).not.toContain(key)
    expect(written).not.toContain(again.body.key)
  })
})

test('a new key is a row that LiteLLM reads', async () => {
  const database = await createTestDatabase({ schema: 'empty' })
  await migrate(database.sql)
  const { post, row } = await setup({ database })
  const { body } = await post('/key/generate', {
    models: ['gpt-4o'],
    budget_duration: '7d',
    tpm_limit: 5_000_000_000,
    rpm_limit: '60',
    model_rpm_limit: { 'gpt-4o': 5 },
    guardrails: ['pii'],
    metadata: { cost_center: 'x' },
    aliases: { fast: 'gpt-4o' },
    key_type: 'llm_api',
    blocked: false,
    unheard_of: 1,
  })
  expect(await row('LiteLLM_VerificationToken')).toMatchObject({
    token: body.token,
    key_name: body.key_name,
    key_alias: null,
    spend: 0,
    expires: null,
    models: ['gpt-4o'],
    aliases: { fast: 'gpt-4o' },
    config: {},
    permissions: {},
    metadata: { cost_center: 'x', model_rpm_limit: { 'gpt-4o': 5 }, guardrails: ['pii'] },
    tpm_limit: '5000000000',
    rpm_limit: '60',
    max_budget: null,
    budget_duration: '7d',
    budget_reset_at: new Date('2026-03-23T00:00:00Z'),
    allowed_cache_controls: [],
    allowed_routes: ['llm_api_routes'],
    key_type: 'llm_api',
    model_spend: {},
    model_max_budget: {},
    blocked: false,
    created_at: NOW,
    updated_at: NOW,
    created_by: 'default_user_id',
    updated_by: 'default_user_id',
    router_settings: {},
    access_group_ids: [],
    policies: [],
    auto_rotate: false,
    soft_budget_cooldown: false,
    rotation_count: 0,
  })
})

async function setup(options: Parameters<typeof startAdmin>[0] = {}) {
  const admin = await startAdmin(options)
  admins.push(admin)
  return admin
}
