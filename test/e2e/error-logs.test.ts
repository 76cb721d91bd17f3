import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import type { LiteLLMOptions } from '../../src/index.ts'
import { cleanups } from '../support/cleanups.ts'
import { startScriptedApp } from '../support/scripted-app.ts'
import { chatCompletion, sendJson } from '../support/upstream.ts'

async function setup(options: LiteLLMOptions = {}, before = '') {
  const started = await startScriptedApp(
    (res, { body }) =>
      JSON.parse(body.toString()).messages[0].content === 'fail'
        ? sendJson(res, 429, { error: { message: 'slow down', type: 'rate_limit' } })
        : sendJson(res, 200, chatCompletion()),
    (api_base) => ({
      options: {
        config: {
          model_list: [
            { model_name: 'm', litellm_params: { model: 'openai/gpt-4o', api_base, api_key: 'sk-provider' } },
          ],
          router_settings: { num_retries: 0, disable_cooldowns: true },
        },
        ...options,
      },
    }),
  )
  cleanups.push(started.close)
  const { app, key } = started
  if (before) await app.sql.unsafe(before)
  const call = async (content: string) =>
    await (
      await app.post('/v1/chat/completions', key.secret, { model: 'm', messages: [{ role: 'user', content }] })
    ).text()
  return { app, call }
}

const directory = () => mkdtemp(path.join(tmpdir(), 'journal-'))

test.each(['memory', 'journal', 'sync'] as const)(
  'with durability %s each failure leaves its row, and a success none',
  async (durability) => {
    const { app, call } = await setup({
      durability,
      ...(durability === 'journal' && { journal: { dir: await directory() } }),
    })
    for (const content of ['Hi', 'fail', 'fail']) await call(content)
    const rows = (await app.rows()).filter(({ status }) => status === 'failure')
    const errors = await app.sql`select * from "LiteLLM_ErrorLogs" order by "startTime", request_id`
    expect(errors).toHaveLength(2)
    expect(errors.map(({ request_id }) => request_id).sort()).toEqual(rows.map(({ request_id }) => request_id).sort())
    expect(errors[0]).toMatchObject({
      model_group: 'm',
      litellm_model_name: 'openai/gpt-4o',
      status_code: '429',
      exception_type: 'RateLimitError',
      request_kwargs: {},
      startTime: rows[0]!.startTime,
    })
    expect(errors[0]!.exception_string).not.toBe('')
  },
)

test.each([
  ['without the table', 'drop table "LiteLLM_ErrorLogs"'],
  ['with a table that lacks columns', 'alter table "LiteLLM_ErrorLogs" drop column exception_string'],
])('%s failures are logged and counted as ever', async (_, before) => {
  const { app, call } = await setup({}, before)
  await call('fail')
  expect(await app.rows()).toMatchObject([{ status: 'failure' }])
  const [daily] = await app.sql`select failed_requests::int as failed from "LiteLLM_DailyUserSpend"`
  expect(daily).toEqual({ failed: 1 })
})
