import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import type { Gateway, LiteLLMOptions, Router } from '../../src/index.ts'
import type { CallPlan } from '../../src/models/routing/plan/call-plan.ts'
import type { TestApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { FEW_WORDS, halves } from '../support/halves.ts'
import type { TestKey } from '../support/keys.ts'
import { leaveEarly } from '../support/leave-early.ts'
import { startScriptedApp } from '../support/scripted-app.ts'
import { until } from '../support/until.ts'
import { chatEvents, type Script, sendJson } from '../support/upstream.ts'

type Mode = 'auto' | 'drain' | 'cancel'
type Own = Mode | { mode?: Mode; drain_timeout?: string; drain_max_bytes?: number }

interface Given {
  readonly script: Script
  readonly provider?: string
  readonly mode?: Mode
  readonly own?: Own
  readonly options?: LiteLLMOptions
}

async function setup({ script, provider = 'openai', mode, own, options }: Given) {
  const started = await startScriptedApp(script, (api_base) => {
    const litellm_params = {
      model: `${provider}/gpt-4o-2024-08-06`,
      api_base,
      api_key: 'sk-provider',
      input_cost_per_token: 1e-6,
      output_cost_per_token: 2e-6,
      ...(own && { on_client_abort: own }),
    }
    return { models: [{ model_name: 'm', litellm_params }], options: { onClientAbort: mode, ...options } }
  })
  cleanups.push(started.close)
  return started
}

const BODY = { model: 'm', stream: true, messages: [{ role: 'user', content: 'Say a few words.' }] }

/** Words without end. */
const endless: Script = async (res) => {
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  while (!res.destroyed) {
    res.write(FEW_WORDS[1])
    await sleep(1)
  }
}

/** A client that leaves after its first bytes; and the row that it leaves behind. */
async function leaveAfterFirstBytes(stops: boolean, { script, go, ...given }: Given & { go?: () => void }) {
  const { app, key, upstream } = await setup({ ...given, script })
  await leave(app, key)
  if (stops) await until(() => upstream.aborted === 1)
  go?.()
  await until(async () => (await app.rows()).length === 1)
  expect(upstream.aborted).toBe(stops ? 1 : 0)
  const [row] = await app.rows()
  return row!
}

async function leave(app: TestApp, key: TestKey) {
  await leaveEarly(app, key, BODY)
  const connections = promisify(app.server.getConnections.bind(app.server))
  await until(async () => (await connections()) === 0)
}

describe('a client that leaves in the middle of a stream', () => {
  test.each<[Mode, Mode | undefined, string]>([
    ['cancel', undefined, 'openai'],
    ['cancel', undefined, 'groq'],
    ['auto', undefined, 'openai'],
    ['drain', 'cancel', 'openai'],
  ])(
    '%s, the deployment %s, %s: the upstream is stopped, and what was relayed is counted',
    async (mode, own, provider) => {
      const row = await leaveAfterFirstBytes(true, { ...halves(), mode, own, provider })
      expect(row).toMatchObject({ status: 'success' })
      expect(row.metadata).toMatchObject({
        usage_source: 'estimated',
        usage_complete: false,
        error_information: { error_code: '499' },
      })
      expect(row.prompt_tokens).toBeGreaterThan(3)
      // "Some words ": less than the 20 of the whole answer.
      expect(row.completion_tokens).toBeGreaterThan(0)
      expect(row.completion_tokens).toBeLessThan(10)
      expect(row.spend).toBeCloseTo(row.prompt_tokens * 1e-6 + row.completion_tokens * 2e-6, 12)
    },
  )

  test.each<[Mode, Mode | undefined, string]>([
    ['drain', undefined, 'openai'],
    ['drain', undefined, 'groq'],
    ['auto', undefined, 'groq'],
    ['cancel', 'drain', 'openai'],
    ['cancel', 'auto', 'groq'],
  ])('%s, the deployment %s, %s: the answer is read on, and its true usage is billed', async (mode, own, provider) => {
    const row = await leaveAfterFirstBytes(false, { ...halves(), mode, own, provider })
    expect(row).toMatchObject({ prompt_tokens: 10, completion_tokens: 20 })
    expect(row.metadata).toMatchObject({ usage_source: 'reported', usage_complete: true })
    expect(row.spend).toBeCloseTo(0.00005, 12)
  })

  test.each<[string, Omit<Given, 'script'>]>([
    ['a number of bytes', { mode: 'drain', options: { drainMaxBytes: 5_000 } }],
    ['a time', { mode: 'drain', options: { drainTimeout: '100ms' } }],
    ['its deployment’s number of bytes', { own: { mode: 'drain', drain_max_bytes: 5_000 } }],
    ['its deployment’s time', { mode: 'drain', own: { drain_timeout: '100ms' } }],
  ])('an answer without end is read on for %s, then its upstream is stopped', async (_, given) => {
    const row = await leaveAfterFirstBytes(true, { ...given, script: endless })
    expect(row).toMatchObject({ status: 'success' })
    const error_information = { error_code: '499' }
    expect(row.metadata).toMatchObject({ usage_source: 'estimated', usage_complete: false, error_information })
    expect(row.completion_tokens).toBeGreaterThan(0)
  })

  test('an answer within the bound is read to its end', async () => {
    const rest = Buffer.byteLength(FEW_WORDS.join(''))
    const given = { ...halves(), mode: 'drain' as const, options: { drainMaxBytes: rest } }
    const row = await leaveAfterFirstBytes(false, given)
    expect(row).toMatchObject({ prompt_tokens: 10, completion_tokens: 20 })
  })

  test.each<[string, Omit<Given, 'script'>]>([
    ['at once', { mode: 'cancel' }],
    ['at the bound of what is read on', { mode: 'drain', options: { drainMaxBytes: 100 } }],
  ])('is not under way any more for the router when its upstream is stopped %s', async (_, given) => {
    const { app, key } = await setup({ ...given, script: endless })
    const results = trackedBy(app.gateway)
    await leave(app, key)
    await until(() => results.length > 0)
    expect(results).toMatchObject([{ success: false, timedOut: false }])
  })
})

/** What the router is told of the calls from now on. */
function trackedBy({ router }: Gateway): readonly object[] {
  const results: object[] = []
  const tracking = router as Router & Pick<CallPlan, 'track'>
  const { track } = tracking
  tracking.track = (...begun) => {
    const tell = track(...begun)
    return (result) => {
      results.push(result)
      tell(result)
    }
  }
  return results
}

describe('an upstream that rejects `stream_options`', () => {
  const script: Script = (res, { body }) => {
    if (JSON.parse(body.toString()).stream_options) {
      return sendJson(res, 400, { error: { message: 'Unknown field: stream_options', type: 'invalid_request_error' } })
    }
    res.writeHead(200, { 'content-type': 'text/event-stream' }).end(chatEvents({ usage: false }).join(''))
  }

  test('is asked again without, and from then on', async () => {
    const { app, key, upstream } = await setup({ script })
    for (let calls = 0; calls < 2; calls++) {
      const response = await app.post('/v1/chat/completions', key.secret, BODY)
      expect(response.status).toBe(200)
      expect(await response.text()).toBe(chatEvents({ usage: false, model: 'm' }).join(''))
    }
    const asked = upstream.requests.map(({ body }) => 'stream_options' in JSON.parse(body.toString()))
    expect(asked).toEqual([true, false, false])
    const rows = await app.rows()
    expect(rows.map(({ status, metadata }) => [status, metadata.usage_source, metadata.attempted_retries])).toEqual([
      ['success', 'estimated', 0],
      ['success', 'estimated', 0],
    ])
  })

  test('tells its error to a client that asked for usage itself', async () => {
    const { app, key, upstream } = await setup({ script })
    const body = { ...BODY, stream_options: { include_usage: true } }
    expect((await app.post('/v1/chat/completions', key.secret, body)).status).toBe(400)
    expect(upstream.requests).toHaveLength(1)
  })
})

test('a call whose tokens are still being counted is written before the gateway closes', async () => {
  const script: Script = (res) =>
    res.writeHead(200, { 'content-type': 'text/event-stream' }).end(chatEvents({ usage: false }).join(''))
  const { app, key } = await setup({ script })
  const response = await app.post('/v1/chat/completions', key.secret, BODY)
  await response.text()
  const { openStreams } = await app.gateway.close()
  const rows = await app.sql`select metadata ->> 'usage_source' as source from "LiteLLM_SpendLogs"`
  expect([openStreams, ...rows.map(({ source }) => source)]).toEqual([0, 'estimated'])
})
