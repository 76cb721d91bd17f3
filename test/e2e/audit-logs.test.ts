import { expect, test } from '@jest/globals'
import { MASTER_KEY, startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'

const ON = { litellm_settings: { store_audit_logs: true } }
const OFF = { litellm_settings: { store_audit_logs: false } }
const named = (value: string) => ({ environment_variables: { LITELLM_STORE_AUDIT_LOGS: value } })

test.each<[what: string, isOurs: boolean, config: object, entries: number]>([
  ['our own database has a log of changes', true, {}, 1],
  ['one that LiteLLM manages has none, as LiteLLM writes none', false, {}, 0],
  ['the setting turns it on', false, ON, 1],
  ['the setting turns it off', true, OFF, 0],
  ['so does the variable', false, named('True'), 1],
  ['and the other way round', true, named('false'), 0],
  ['the setting comes before the variable', false, { ...ON, ...named('false') }, 1],
])('%s', async (_, isOurs, config, entries) => {
  const options = { config: { model_list: [], ...config } }
  const app = await startApp({ upstream: '', options, ...(isOurs && { database: { schema: 'empty' } }) })
  cleanups.push(app.close)
  if (isOurs) await app.gateway.migrate()
  const made = await app.post('/budget/new', MASTER_KEY, { budget_id: 'b', max_budget: 1 })
  expect(made.status).toBe(200)
  const team = await app.post('/team/new', MASTER_KEY, { team_id: 't' })
  expect(team.status).toBe(200)
  expect(await app.sql`select 1 from "LiteLLM_AuditLog" where object_id = 't' and action = 'created'`).toHaveLength(
    entries,
  )
})
