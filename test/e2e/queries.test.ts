import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startApp, type TestApp } from '../support/app.ts'
import { chatCompletion, type ScriptedUpstream, sendJson, startUpstream } from '../support/upstream.ts'

/** The queries that people run on LiteLLM's tables, over rows that the gateway wrote. */
let app: TestApp
let upstream: ScriptedUpstream

beforeAll(async () => {
  let count = 0
  upstream = await startUpstream((res, { body }) => {
    const { messages } = JSON.parse(body.toString())
    if (messages[0].content === 'fail') return sendJson(res, 500, { error: { message: 'no' } })
    sendJson(res, 200, chatCompletion({ id: `chatcmpl-${count++}`, prompt: 10, completion: 20 }))
  })
  app = await startApp({ upstream: upstream.url, options: { storePromptsInSpendLogs: true } })
  await app.sql`insert into "LiteLLM_UserTable" (user_id) values ('ann')`
  const ann = await app.key({ user_id: 'ann', key_alias: 'ann-key', max_budget: 5 })
  const session = (agent_name: string) => ({
    session_id: 'session-1',
    agent_name,
    conversation_name: 'onboarding',
    department: 'sales',
  })
  const chat = (metadata: object, content = 'Hi') =>
    app.post('/v1/chat/completions', ann.secret, {
      model: 'gpt-4o',
      user: 'customer',
      metadata,
      messages: [{ role: 'user', content }],
    })
  for (const agent of ['researcher', 'researcher', 'writer']) await (await chat(session(agent))).text()
  await (await chat({ session_id: 'session-2', agent_name: 'writer' })).text()
  await (await chat({}, 'fail')).text()
  await app.gateway.flush()
})

afterAll(async () => {
  await app.close()
  await upstream.close()
})

const SPEND = 0.00005

async function run(query: string): Promise<Record<string, any>[]> {
  return await app.sql.unsafe(query)
}

describe('usage', () => {
  test('Q1 recent requests', async () => {
    const rows =
      await run(`SELECT "startTime", "endTime", model, "user", spend, total_tokens, prompt_tokens, completion_tokens
      FROM "LiteLLM_SpendLogs" ORDER BY "startTime" DESC LIMIT 10`)
    expect(rows).toHaveLength(5)
    expect(rows[1]).toMatchObject({ model: 'openai/gpt-4o-2024-08-06', user: 'ann', total_tokens: 30 })
    expect(rows[1]!.endTime.getTime()).toBeGreaterThanOrEqual(rows[1]!.startTime.getTime())
  })

  test('Q2 summary by model', async () => {
    const [row] =
      await run(`SELECT model, COUNT(*) AS request_count, SUM(spend) AS total_cost, AVG(total_tokens) AS avg_tokens,
      SUM(prompt_tokens) AS total_prompt_tokens, SUM(completion_tokens) AS total_completion_tokens
      FROM "LiteLLM_SpendLogs" GROUP BY model ORDER BY total_cost DESC`)
    expect(row).toMatchObject({ request_count: '5', total_prompt_tokens: '48', total_completion_tokens: '80' })
    expect(row!.total_cost).toBeCloseTo(4 * SPEND, 12)
  })

  test('Q3 spending of users and keys', async () => {
    const rows =
      await run(`SELECT user_id, key_alias, spend, max_budget, models, created_at FROM "LiteLLM_VerificationToken"
      WHERE user_id IS NOT NULL ORDER BY spend DESC`)
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ user_id: 'ann', key_alias: 'ann-key', max_budget: 5 })
    expect(rows[0]!.spend).toBeCloseTo(4 * SPEND, 12)
  })

  test('Q4 usage by day', async () => {
    const rows =
      await run(`SELECT DATE("startTime") AS day, COUNT(*) AS requests, SUM(spend) AS cost, COUNT(DISTINCT "user") AS users,
      AVG(total_tokens) AS tokens FROM "LiteLLM_SpendLogs" GROUP BY DATE("startTime") ORDER BY day DESC LIMIT 7`)
    expect(rows.reduce((sum, { requests }) => sum + Number(requests), 0)).toBe(5)
    expect(rows[0]!.users).toBe('1')
  })

  test('Q5 performance by model', async () => {
    const [row] =
      await run(`SELECT model, AVG(EXTRACT(EPOCH FROM ("endTime" - "startTime"))) AS avg, MIN(EXTRACT(EPOCH FROM ("endTime" - "startTime"))) AS min,
      MAX(EXTRACT(EPOCH FROM ("endTime" - "startTime"))) AS max, COUNT(*) AS requests FROM "LiteLLM_SpendLogs"
      WHERE "startTime" IS NOT NULL AND "endTime" IS NOT NULL GROUP BY model ORDER BY avg ASC`)
    expect(row!.requests).toBe('5')
    expect(Number(row!.min)).toBeGreaterThanOrEqual(0)
    expect(Number(row!.max)).toBeLessThan(60)
  })

  test('Q6 activity of users', async () => {
    const [row] =
      await run(`SELECT "user", COUNT(*) AS requests, SUM(spend) AS cost, AVG(total_tokens) AS tokens, MIN("startTime") AS first, MAX("startTime") AS last
      FROM "LiteLLM_SpendLogs" WHERE "user" IS NOT NULL AND "user" != '' GROUP BY "user" ORDER BY requests DESC`)
    expect(row).toMatchObject({ user: 'ann', requests: '5' })
  })

  test('Q7 failed requests', async () => {
    const rows = await run(
      `SELECT model, "user", "startTime", metadata, total_tokens FROM "LiteLLM_SpendLogs" WHERE spend = 0 ORDER BY "startTime" DESC LIMIT 10`,
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]!.metadata).toMatchObject({ status: 'failure', error_information: { error_code: '500' } })
  })

  test('Q8 cost by hour', async () => {
    const rows =
      await run(`SELECT EXTRACT(HOUR FROM "startTime") AS hour, COUNT(*) AS requests, SUM(spend) AS cost, AVG(total_tokens) AS tokens
      FROM "LiteLLM_SpendLogs" WHERE "startTime" >= (NOW() AT TIME ZONE 'UTC') - INTERVAL '24 hours' GROUP BY hour ORDER BY hour`)
    expect(rows.reduce((sum, { cost }) => sum + cost, 0)).toBeCloseTo(4 * SPEND, 12)
  })

  test('Q9 tokens by model', async () => {
    const [row] =
      await run(`SELECT model, SUM(prompt_tokens) AS prompt, SUM(completion_tokens) AS completion, SUM(total_tokens) AS total,
      ROUND(AVG(completion_tokens::float / prompt_tokens::float)::numeric, 2) AS ratio
      FROM "LiteLLM_SpendLogs" WHERE prompt_tokens > 0 GROUP BY model ORDER BY total DESC`)
    expect(row).toMatchObject({ prompt: '48', completion: '80', total: '128', ratio: '1.60' })
  })

  test('Q10 record counts', async () => {
    const rows = await run(`SELECT 'SpendLogs' AS name, COUNT(*) AS count FROM "LiteLLM_SpendLogs" UNION ALL
      SELECT 'VerificationToken', COUNT(*) FROM "LiteLLM_VerificationToken" UNION ALL SELECT 'UserTable', COUNT(*) FROM "LiteLLM_UserTable"`)
    expect(rows.map(({ count }) => count)).toEqual(['5', '1', '1'])
  })
})

describe('sessions', () => {
  test('S1 requests of a session', async () => {
    const rows =
      await run(`SELECT request_id, "startTime", "user", model, total_tokens, spend, metadata->>'agent_name' AS agent_name,
      metadata->>'conversation_name' AS conversation_name, metadata FROM "LiteLLM_SpendLogs" WHERE metadata->>'session_id' = 'session-1' ORDER BY "startTime"`)
    expect(rows.map(({ agent_name }) => agent_name)).toEqual(['researcher', 'researcher', 'writer'])
    expect(rows[0]).toMatchObject({ conversation_name: 'onboarding', metadata: { department: 'sales' } })
  })

  test('S2 summary of sessions', async () => {
    const rows =
      await run(`SELECT metadata->>'session_id' AS session_id, metadata->>'agent_name' AS agent_name, metadata->>'conversation_name' AS conversation_name, "user",
      COUNT(*) AS requests, SUM(total_tokens) AS tokens, SUM(spend) AS cost, MIN("startTime") AS first, MAX("startTime") AS last,
      ROUND(AVG(EXTRACT(EPOCH FROM ("endTime" - "startTime"))), 2) AS seconds FROM "LiteLLM_SpendLogs" WHERE metadata->>'session_id' IS NOT NULL
      GROUP BY 1, 2, 3, 4 ORDER BY requests DESC, 1`)
    expect(rows).toHaveLength(3)
    expect(rows[0]).toMatchObject({ session_id: 'session-1', agent_name: 'researcher', requests: '2', tokens: '60' })
  })

  test('S3 flow of a conversation', async () => {
    const rows = await run(
      `SELECT "startTime", messages, response FROM "LiteLLM_SpendLogs" WHERE metadata->>'session_id' = 'session-1' ORDER BY "startTime" ASC`,
    )
    expect(rows.map(({ messages, response }) => [messages, response.choices[0].message.content])).toEqual(
      Array.from({ length: 3 }, () => [[{ role: 'user', content: 'Hi' }], 'Hello!']),
    )
  })

  test('S4 performance of agents', async () => {
    const rows =
      await run(`SELECT metadata->>'agent_name' AS agent_name, COUNT(DISTINCT metadata->>'session_id') AS sessions, COUNT(*) AS requests,
      SUM(total_tokens) AS tokens, SUM(spend) AS cost, AVG(EXTRACT(EPOCH FROM ("endTime" - "startTime"))) AS seconds
      FROM "LiteLLM_SpendLogs" WHERE metadata->>'agent_name' IS NOT NULL GROUP BY metadata->>'agent_name' ORDER BY requests DESC, 1`)
    expect(rows.map(({ agent_name, sessions, requests }) => [agent_name, sessions, requests])).toEqual([
      ['researcher', '1', '2'],
      ['writer', '2', '2'],
    ])
  })

  test('S5 all sessions of a user', async () => {
    const rows =
      await run(`SELECT metadata->>'session_id' AS session_id, metadata->>'agent_name' AS agent, metadata->>'conversation_name' AS conversation, MIN("startTime") AS start
      FROM "LiteLLM_SpendLogs" WHERE "user" = 'ann' AND metadata->>'session_id' IS NOT NULL GROUP BY 1, 2, 3 ORDER BY start DESC`)
    expect(rows[0]).toMatchObject({ session_id: 'session-2' })
    expect(rows).toHaveLength(3)
  })

  test('S6 sessions by day', async () => {
    const rows =
      await run(`SELECT DATE("startTime") AS date, COUNT(DISTINCT metadata->>'session_id') AS sessions, COUNT(*) AS requests,
      COUNT(DISTINCT "user") AS users, SUM(spend) AS cost FROM "LiteLLM_SpendLogs"
      WHERE "startTime" >= NOW() - INTERVAL '7 days' AND metadata->>'session_id' IS NOT NULL GROUP BY 1 ORDER BY date DESC`)
    expect(rows.reduce((sum, { requests }) => sum + Number(requests), 0)).toBe(4)
  })

  test('the session has its own column too', async () => {
    const rows = await run(`SELECT COUNT(*) AS count FROM "LiteLLM_SpendLogs" WHERE session_id = 'session-1'`)
    expect(rows[0]!.count).toBe('3')
  })
})
