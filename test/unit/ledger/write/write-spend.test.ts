import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import type { Schema } from '../../../../src/database/schema.ts'
import { writeSpend } from '../../../../src/ledger/write/sql/write-spend.ts'

const FIXTURES = new URL('../../../fixtures/', import.meta.url)
const PRINTED = new URL('sql/write-spend-20261101.sql', FIXTURES)

/** LiteLLM's tables as its newest migrations make them. */
function newestSchema(): Schema {
  const tables: Record<string, { columns: object; primary_key: string[]; unique: Record<string, string[]> }> =
    JSON.parse(readFileSync(new URL('litellm-schemas/20261101.json', FIXTURES), 'utf8'))
  return new Map(
    Object.entries(tables).map(([name, { columns, primary_key: key, unique }]) => [
      name,
      { columns: new Set(Object.keys(columns)), uniqueKeys: [key, ...Object.values(unique)], insertable: true },
    ]),
  )
}

// The statement is put together from parts. A reviewer reads it whole in the fixture: `UPDATE_SQL=1` prints it again.
test('the statement that writes a batch is the one that was reviewed', () => {
  const printed = `${writeSpend(newestSchema(), { server: 170_000 }).trim()}\n`
  if (process.env.UPDATE_SQL === '1') writeFileSync(PRINTED, printed)
  expect(printed).toBe(readFileSync(PRINTED, 'utf8'))
})

test('a table that the schema lacks is not in the statement', () => {
  const schema = new Map(newestSchema())
  schema.delete('LiteLLM_DailyTagSpend')
  expect(writeSpend(newestSchema(), { server: 170_000 })).toContain('"LiteLLM_DailyTagSpend"')
  expect(writeSpend(schema, { server: 170_000 })).not.toContain('LiteLLM_DailyTagSpend')
})
