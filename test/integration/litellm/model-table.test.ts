import { afterAll, describe, expect, test } from '@jest/globals'
import { readSchema } from '../../../src/database/schema.ts'
import { readModelTable } from '../../../src/models/stored/model-table.ts'
import { createSecretBox, type SecretAlgorithm } from '../../../src/models/stored/secret-box.ts'
import type { Json } from '../../../src/types.ts'
import { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from '../../support/database.ts'
import { LITELLM_VERSIONS } from '../../support/litellm-schema.ts'

const databases: TestDatabase[] = []
afterAll(() => Promise.all(databases.map((database) => database.drop())))

const BOX = createSecretBox(['sk-1234'])
const ENV = { AZURE_API_KEY: 'azure-secret', DROP: ' True ' }

async function setup(options: TestDatabaseOptions = {}) {
  const database = await createTestDatabase(options)
  databases.push(database)
  const { sql } = database
  return {
    sql,
    async addModel(id: string, params: unknown, info: unknown = null, name = 'gpt-4o') {
      await sql`
        insert into "LiteLLM_ProxyModelTable" (
          model_id, model_name, litellm_params, model_info, created_at, created_by, updated_at, updated_by
        )
        values (
          ${id}, ${name}, ${sql.json(params as never)}, ${info === null ? null : sql.json(info as never)},
          '2026-03-01 12:00:00', 'admin', '2026-03-02 12:00:00', 'admin'
        )`
    },
    async addCredential(name: string, values: unknown) {
      await sql`
        insert into "LiteLLM_CredentialsTable" (
          credential_id, credential_name, credential_values, created_by, updated_at, updated_by
        )
        values (${`id-${name}`}, ${name}, ${sql.json(values as never)}, 'admin', now(), 'admin')`
    },
    read: async (box: typeof BOX | undefined = BOX) =>
      readModelTable({ sql, schema: await readSchema(sql), box, env: ENV }),
  }
}

function seal(params: Json, algorithm: SecretAlgorithm): Json {
  const entries = Object.entries(params).map(([name, value]) => [
    name,
    typeof value === 'string' ? BOX.seal(value, algorithm) : value,
  ])
  return Object.fromEntries(entries)
}

const PARAMS = { model: 'openai/gpt-4o', api_key: 'sk-provider', rpm: 60, tags: ['free'] }

describe.each(LITELLM_VERSIONS)('a database of LiteLLM %s', (schema) => {
  test('gives its models, however they are sealed and stored', async () => {
    const { addModel, read } = await setup({ schema })
    await addModel('gcm', seal(PARAMS, 'aes-256-gcm'))
    await addModel('nacl', seal(PARAMS, 'xsalsa20-poly1305'))
    await addModel('plain', PARAMS)
    await addModel('text', JSON.stringify(seal(PARAMS, 'aes-256-gcm')), JSON.stringify({ mode: 'chat' }))
    const { entries, problems } = await read()
    expect(problems).toEqual([])
    expect(entries.map(({ model_info: { id } }) => id)).toEqual(['gcm', 'nacl', 'plain', 'text'])
    for (const entry of entries) expect(entry).toMatchObject({ model_name: 'gpt-4o', litellm_params: PARAMS })
    expect(entries[3]!.model_info).toEqual({
      id: 'text',
      mode: 'chat',
      db_model: true,
      blocked: false,
      created_at: '2026-03-01T12:00:00+00:00',
      created_by: 'admin',
      updated_at: '2026-03-02T12:00:00+00:00',
      updated_by: 'admin',
    })
  })
})

test('one bad row is reported and holds back nobody else; no report tells a value', async () => {
  const { addModel, addCredential, read } = await setup()
  const foreign = createSecretBox(['sk-other']).seal('sk-very-secret', 'aes-256-gcm')
  await addCredential('sealed', { api_key: foreign })
  await addModel('1-text', 'sk-very-secret')
  await addModel('2-list', [PARAMS])
  await addModel('3-empty', { api_key: 'sk-very-secret' })
  await addModel('4-foreign', { ...PARAMS, api_key: foreign })
  await addModel('5-variable', { ...PARAMS, api_key: 'os.environ/NOT_SET' })
  await addModel('6-credential', { ...PARAMS, litellm_credential_name: 'missing' })
  await addModel('7-sealed', { ...PARAMS, litellm_credential_name: 'sealed' })
  await addModel('8-good', PARAMS)
  const { entries, problems } = await read()
  expect(entries.map(({ model_info: { id } }) => id)).toEqual(['8-good'])
  expect(problems.map(({ modelId, problem }) => [modelId, problem])).toEqual([
    ['1-text', 'litellm_params is not a JSON object.'],
    ['2-list', 'litellm_params is not a JSON object.'],
    ['3-empty', 'litellm_params.model is missing.'],
    ['4-foreign', 'litellm_params.api_key cannot be decrypted. Check LITELLM_SALT_KEY.'],
    ['5-variable', 'litellm_params.api_key needs the environment variable NOT_SET.'],
    ['6-credential', 'The credential "missing" does not exist.'],
    ['7-sealed', 'The credential "sealed".api_key cannot be decrypted. Check LITELLM_SALT_KEY.'],
  ])
  expect(JSON.stringify(problems)).not.toContain('very-secret')
})

test('without a key what is sealed is a problem, and what is not still serves', async () => {
  const { addModel, read } = await setup()
  await addModel('plain', PARAMS)
  await addModel('sealed', seal(PARAMS, 'aes-256-gcm'))
  const { sql } = databases.at(-1)!
  const { entries, problems } = await readModelTable({ sql, schema: await readSchema(sql), box: undefined, env: ENV })
  expect(entries.map(({ model_info: { id } }) => id)).toEqual(['plain'])
  expect(problems.map(({ modelId }) => modelId)).toEqual(['sealed'])
  expect((await read()).problems).toEqual([])
})

test('a credential fills in what the row does not say itself', async () => {
  const { addModel, addCredential, read } = await setup()
  await addCredential(
    'azure',
    seal({ api_key: 'from-credential', api_base: 'https://azure', api_version: '1' }, 'aes-256-gcm'),
  )
  await addModel(
    'm',
    seal({ model: 'azure/gpt-4o', api_version: '2', api_base: null, litellm_credential_name: 'azure' }, 'aes-256-gcm'),
  )
  const { entries } = await read()
  expect(entries[0]!.litellm_params).toEqual({
    model: 'azure/gpt-4o',
    api_key: 'from-credential',
    api_base: 'https://azure',
    api_version: '2',
    litellm_credential_name: 'azure',
  })
})

test('variables of the environment are looked up after opening, its booleans as booleans', async () => {
  const { addModel, addCredential, read } = await setup()
  await addCredential('c', { api_key: 'os.environ/AZURE_API_KEY' })
  const params = { model: 'azure/gpt-4o', drop_params: 'os.environ/DROP', litellm_credential_name: 'c' }
  await addModel('m', seal(params, 'xsalsa20-poly1305'))
  const { entries } = await read()
  expect(entries[0]!.litellm_params).toMatchObject({ api_key: 'azure-secret', drop_params: true })
})

test('a model is blocked by its column where the table has one, else by its model_info', async () => {
  const { sql, addModel, read } = await setup()
  const blocked = async () => (await read()).entries.map(({ model_info }) => model_info.blocked)
  await addModel('a', PARAMS)
  await addModel('b', PARAMS, { blocked: true })
  expect(await blocked()).toEqual([false, true])
  await sql`alter table "LiteLLM_ProxyModelTable" add column blocked boolean not null default false`
  await sql`update "LiteLLM_ProxyModelTable" set blocked = true where model_id = 'a'`
  expect(await blocked()).toEqual([true, true])
})

test("a row keeps the id in its model_info, and its model's name", async () => {
  const { addModel, read } = await setup()
  await addModel('row-id', PARAMS, { id: 'own-id', team_id: 't1' }, 'smart')
  expect((await read()).entries[0]).toMatchObject({
    model_name: 'smart',
    model_info: { id: 'own-id', team_id: 't1' },
  })
})

test('a database without these tables has no models', async () => {
  const { read } = await setup({ schema: 'empty' })
  expect(await read()).toEqual({ entries: [], problems: [] })
})
