import { once } from 'node:events'
import { request } from 'node:http'
import { expect, test } from '@jest/globals'
import { assertLedgerConsistent } from '../../src/testing/index.ts'
import { defaultModels, startApp } from '../support/app.ts'
import { cleanups } from '../support/cleanups.ts'
import { until } from '../support/until.ts'
import { chatCompletion, chatEvents, type Script, sendJson, startUpstream } from '../support/upstream.ts'

type Answer = Parameters<Script>[0]

/** An upstream that answers when the test says so. */
async function setup() {
  const held: Answer[] = []
  const upstream = await startUpstream((res) => held.push(res))
  cleanups.push(upstream.close)
  const config = {
    model_list: defaultModels(upstream.url),
    litellm_settings: { cache: true, cache_params: { type: 'local' } },
    router_settings: { num_retries: 0, disable_cooldowns: true },
  }
  const app = await startApp({ upstream: upstream.url, options: { config } })
  cleanups.push(app.close)
  const { secret, hashedToken } = await app.key()
  const body = (more: object = {}) => ({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }], ...more })
  const chat = (more?: object) => app.post('/v1/chat/completions', secret, body(more))
  /** Until so many calls are in the gateway. */
  const begun = (count: number) => until(() => app.gateway.openCalls!.size === count)
  const asked = (count: number) => until(() => held.length === count)
  /** A client that can leave. */
  const leaver = (more: object) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
    const req = request(`${app.url}/v1/chat/completions`, { method: 'POST', headers })
    req.on('error', () => {})
    req.end(JSON.stringify(body(more)))
    return req
  }
  return { upstream, app, held, chat, begun, asked, leaver, hashedToken }
}

function beginStream(res: Answer, events: readonly string[]): void {
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  res.write(events.join(''))
}

test('1,000 equal calls at once make one upstream call, and counters say the same as rows', async () => {
  const { upstream, app, held, chat, begun, asked, hashedToken } = await setup()
  const calls = Array.from({ length: 1_000 }, async () => {
    const response = await chat()
    return [response.status, await response.text()] as const
  })
  await asked(1)
  await begun(1_000)
  sendJson(held[0]!, 200, chatCompletion())
  const answers = await Promise.all(calls)
  expect(new Set(answers.map(([status, text]) => `${status} ${text}`))).toEqual(
    new Set([`200 ${JSON.stringify({ ...chatCompletion(), model: 'gpt-4o' })}`]),
  )
  expect(upstream.requests.length).toBe(1)
  await until(() => app.gateway.cache!.gauges().stored === 1)
  expect(app.gateway.cache!.gauges()).toMatchObject({ hits: 999, misses: 1 })
  const rows = await app.rows()
  expect(rows.length).toBe(1_000)
  expect(rows.filter(({ cache_hit }) => cache_hit === 'True').length).toBe(999)
  expect(rows.reduce((sum, { spend }) => sum + spend, 0)).toBe(5e-5)
  const [key] = await app.sql`select spend from "LiteLLM_VerificationToken" where token = ${hashedToken}`
  expect(key!.spend).toBe(5e-5)
  await assertLedgerConsistent(app.sql)
})

test('a call that fails wakes the next, which makes it again', async () => {
  const { upstream, held, chat, begun, asked } = await setup()
  const calls = Array.from({ length: 20 }, async () => {
    const response = await chat()
    await response.text()
    return response.status
  })
  await asked(1)
  await begun(20)
  sendJson(held[0]!, 500, { error: { message: 'no' } })
  await asked(2)
  await begun(19)
  sendJson(held[1]!, 200, chatCompletion())
  const statuses = (await Promise.all(calls)).sort()
  expect(statuses).toEqual([...Array(19).fill(200), 500])
  expect(upstream.requests.length).toBe(2)
})

test('after two failures nobody waits for another any more', async () => {
  const { held, chat, begun, asked } = await setup()
  const calls = Array.from({ length: 5 }, async () => (await chat()).status)
  await asked(1)
  await begun(5)
  sendJson(held[0]!, 500, { error: { message: 'no' } })
  await asked(2)
  sendJson(held[1]!, 500, { error: { message: 'no' } })
  await asked(5)
  for (const res of held.slice(2)) sendJson(res, 200, chatCompletion())
  expect((await Promise.all(calls)).sort()).toEqual([200, 200, 200, 500, 500])
})

test('a stream feeds all that ask for the same while it comes', async () => {
  const { upstream, app, held, chat, begun, asked } = await setup()
  const events = chatEvents()
  const [first, ...rest] = events
  const responses = Promise.all(Array.from({ length: 50 }, () => chat({ stream: true })))
  await asked(1)
  await begun(50)
  beginStream(held[0]!, [first!])
  // Each has the head and the first event before the second is sent.
  const readers = (await responses).map(({ body }) => body!.getReader())
  for (const reader of readers) expect(Buffer.from((await reader.read()).value!).toString()).toContain('"role"')
  const late = await chat({ stream: true })
  held[0]!.end(rest.join(''))
  const texts = await Promise.all(
    readers.map(async (reader) => {
      let text = ''
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return text
        text += Buffer.from(value).toString()
      }
    }),
  )
  expect(new Set(texts).size).toBe(1)
  expect(texts[0]).toContain('[DONE]')
  expect(await late.text()).toContain(texts[0])
  expect(upstream.requests.length).toBe(1)
  const rows = await app.rows()
  expect(rows.map(({ total_tokens }) => total_tokens)).toEqual(Array(51).fill(30))
  expect(rows.filter(({ spend }) => spend > 0).length).toBe(1)
})

test('a stream goes on for the others when the client that asked first leaves', async () => {
  const { upstream, app, held, chat, begun, asked, leaver } = await setup()
  const [first, ...rest] = chatEvents()
  const leader = leaver({ stream: true })
  await asked(1)
  const follower = chat({ stream: true })
  await begun(2)
  beginStream(held[0]!, [first!])
  const [response] = await once(leader, 'response')
  await once(response, 'data')
  const reader = (await follower).body!.getReader()
  await reader.read()
  leader.destroy()
  await until(async () => response.destroyed)
  held[0]!.end(rest.join(''))
  let text = ''
  for (let read = await reader.read(); !read.done; read = await reader.read())
    text += Buffer.from(read.value).toString()
  expect(text).toContain('[DONE]')
  expect(upstream.requests.length).toBe(1)
  await until(() => app.gateway.cache!.gauges().stored === 1)
  const rows = await app.rows()
  expect(rows.map(({ cache_hit, spend }) => [cache_hit, spend]).sort()).toEqual([
    ['False', 5e-5],
    ['True', 0],
  ])
})

test('a client that leaves before the answer begins wakes the next', async () => {
  const { held, chat, begun, asked, leaver } = await setup()
  const leader = leaver({ stream: true, temperature: 1 })
  await asked(1)
  const follower = chat({ stream: true, temperature: 1 })
  await begun(2)
  leader.destroy()
  held[0]!.on('close', () => {})
  if (!held[0]!.destroyed) beginStream(held[0]!, chatEvents())
  held[0]!.end()
  expect(await (await follower).text()).toContain('[DONE]')
})

test('a stream that breaks off is broken off for all, and not stored', async () => {
  const { app, held, chat, begun, asked } = await setup()
  const responses = Promise.all(Array.from({ length: 3 }, () => chat({ stream: true })))
  await asked(1)
  await begun(3)
  beginStream(held[0]!, chatEvents().slice(0, 2))
  // All have its head.
  const begunStreams = await responses
  held[0]!.destroy()
  const settled = await Promise.allSettled(begunStreams.map((response) => response.text()))
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(app.gateway.cache!.gauges().stored).toBe(0)
  const rows = await app.rows()
  expect(rows.map(({ status }) => status)).toEqual(['failure', 'failure', 'failure'])
})

test('a stream that cannot be stored is told to its end all the same', async () => {
  const { upstream, app, held, chat, begun, asked } = await setup()
  const calls = Array.from({ length: 3 }, async () => (await chat({ stream: true })).text())
  await asked(1)
  await begun(3)
  const events = chatEvents()
  const unknown = events[1]!.replace('"delta":{', '"delta":{"audio":{"data":"x"},')
  beginStream(held[0]!, [events[0]!, unknown])
  held[0]!.end(events.slice(2).join(''))
  for (const text of await Promise.all(calls)) expect(text).toMatch(/"audio".*\[DONE\]/s)
  expect(upstream.requests.length).toBe(1)
  expect(app.gateway.cache!.gauges().stored).toBe(0)
  const rows = await app.rows()
  expect(rows.map(({ status, completion_tokens }) => [status, completion_tokens > 0])).toEqual(
    Array(3).fill(['success', true]),
  )
})

test('calls that differ, or want nothing of the cache, do not wait for each other', async () => {
  const { held, chat, asked } = await setup()
  const calls = [{}, { temperature: 1 }, { cache: { 'no-cache': true } }, { cache: { 'no-store': true } }].map((more) =>
    chat(more),
  )
  await asked(4)
  for (const res of held) sendJson(res, 200, chatCompletion())
  for (const { status } of await Promise.all(calls)) expect(status).toBe(200)
})
