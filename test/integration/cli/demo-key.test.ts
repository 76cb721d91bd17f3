import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { ensureDemoKey } from '../../../src/cli/postgres/local-database.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createTestDatabase } from '../../support/database.ts'

async function setup() {
  const folder = await mkdtemp(join(tmpdir(), 'demo-key-'))
  const { sql, drop } = await createTestDatabase()
  cleanups.push(drop, () => rm(folder, { recursive: true }))
  const keys = () =>
    sql`select token, key_alias, metadata from "LiteLLM_VerificationToken" order by key_alias nulls last`
  return { sql, keys, ensure: (file = 'demo-key') => ensureDemoKey(sql, join(folder, file)) }
}

test('the key is stored by its hash, and lets clients set tags', async () => {
  const { keys, ensure } = await setup()
  const { secret, hashedToken } = await ensure()
  expect(secret).toMatch(/^sk-[\w-]{32}$/)
  expect(await keys()).toEqual([{ token: hashedToken, key_alias: 'demo', metadata: { allow_client_tags: true } }])
})

test('a second start finds the same key', async () => {
  const { keys, ensure } = await setup()
  const first = await ensure()
  expect(await ensure()).toEqual(first)
  expect(await keys()).toHaveLength(1)
})

test('a row that is gone comes back under the same secret', async () => {
  const { sql, keys, ensure } = await setup()
  const { hashedToken } = await ensure()
  await sql`delete from "LiteLLM_VerificationToken"`
  await ensure()
  expect(await keys()).toMatchObject([{ token: hashedToken }])
})

test('when the file is lost, the old key keeps its alias and a new one works', async () => {
  const { keys, ensure } = await setup()
  const old = await ensure()
  const fresh = await ensure('another-file')
  expect(await keys()).toMatchObject([
    { token: old.hashedToken, key_alias: 'demo' },
    { token: fresh.hashedToken, key_alias: null },
  ])
})
