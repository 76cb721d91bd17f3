import { afterAll, describe, expect, test } from '@jest/globals'
import { readSchema } from '../../../src/database/schema.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { LITELLM_VERSIONS } from '../../support/litellm-schema.ts'

const databases: TestDatabase[] = []
afterAll(() => Promise.all(databases.map((database) => database.drop())))

const ENDPOINT_SINCE = '20260216'

describe.each(LITELLM_VERSIONS)('a database of LiteLLM %s', (version) => {
  test('tells its real columns and unique keys', async () => {
    const database = await createTestDatabase({ schema: version })
    databases.push(database)
    const schema = await readSchema(database.sql)
    const daily = schema.get('LiteLLM_DailyUserSpend')!
    expect(daily.columns.has('endpoint')).toBe(version === ENDPOINT_SINCE)
    expect(daily.uniqueKeys[0]).toEqual(['id'])
    expect(daily.uniqueKeys[1]!.slice(0, 5)).toEqual(['user_id', 'date', 'api_key', 'model', 'custom_llm_provider'])
    expect(daily.uniqueKeys[1]!.includes('endpoint')).toBe(version === ENDPOINT_SINCE)
    expect(schema.has('LiteLLM_DailyAgentSpend')).toBe(version === ENDPOINT_SINCE)
    expect(schema.get('LiteLLM_SpendLogs')!.uniqueKeys).toEqual([['request_id']])
  })
})

test('a partitioned log table tells its composite key', async () => {
  const database = await createTestDatabase({ partitioned: true })
  databases.push(database)
  const schema = await readSchema(database.sql)
  expect(schema.get('LiteLLM_SpendLogs')!.uniqueKeys).toEqual([['request_id', 'startTime']])
})

test('an empty database has no table', async () => {
  const database = await createTestDatabase({ schema: 'empty' })
  databases.push(database)
  expect((await readSchema(database.sql)).size).toBe(0)
})
