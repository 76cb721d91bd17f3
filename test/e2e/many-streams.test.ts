import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startApp, type TestApp } from '../support/app.ts'
import { until } from '../support/until.ts'
import { chatEvents, type ScriptedUpstream, sendJson, startUpstream } from '../support/upstream.ts'

const STREAMS = 1_000

let upstream: ScriptedUpstream
let app: TestApp

// Every fifth stream is cut after its second event, every seventh fails before it begins; the rest take their time.
beforeAll(async () => {
  let count = 0
  upstream = await startUpstream(async (res) => {
    const nth = count++
    if (nth % 7 === 0) return sendJson(res, 500, { error: { message: 'no' } })
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const [index, event] of chatEvents({ id: `chatcmpl-${nth}` }).entries()) {
      if (nth % 5 === 0 && index === 2) return void res.destroy()
      res.write(event)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    res.end()
  })
  app = await startApp({ upstream: upstream.url, options: { config: config(upstream.url) } })
})

afterAll(async () => {
  await app.close()
  await upstream.close()
})

function config(api_base: string) {
  const litellm_params = { model: 'openai/gpt-4o', api_base, api_key: 'k' }
  return {
    model_list: [{ model_name: 'gpt-4o', litellm_params }],
    router_settings: { num_retries: 0, disable_cooldowns: true },
  }
}

async function run() {
  const { secret } = await app.key()
  const body = { model: 'gpt-4o', stream: true, messages: [] }
  const answers = await Promise.all(
    Array.from({ length: STREAMS }, async () => {
      // A stream that is cut may reach its client as a reset before or after its head.
      try {
        const response = await app.post('/v1/chat/completions', secret, body)
        await response.text()
        return response.status
      } catch {
        return 0
      }
    }),
  )
  await app.gateway.flush()
  return answers
}

async function rowsReach(count: number): Promise<void> {
  await until(async () => {
    await app.gateway.flush()
    return (await app.rows()).length >= count
  })
}

/** Bytes in use, without what the upstream remembers and idle connections: how many were needed at once differs by run. */
async function usedBytes(): Promise<number> {
  upstream.forget()
  app.server.closeIdleConnections()
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  // What is let go when something else is collected needs another pass.
  for (let pass = 0; pass < 3; pass++) {
    collect()
    await sleep(20)
  }
  return process.memoryUsage().heapUsed
}

test('1,000 streams at once with an upstream that fails at random: one row each, and nothing is left behind', async () => {
  const first = await run()
  expect(new Set(first)).toEqual(new Set([200, 500, 0]))
  await rowsReach(STREAMS)
  expect(await app.rows()).toHaveLength(STREAMS)
  const listeners = process.listenerCount('exit')
  await run()
  // What stays open are idle connections that are kept for the next calls, never more than were needed at once.
  expect(process.listenerCount('exit')).toBe(listeners)
  const sockets = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
  expect(sockets).toBeLessThan(4 * STREAMS)
  await rowsReach(2 * STREAMS)
  expect(await app.rows()).toHaveLength(2 * STREAMS)
  const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  expect(timers).toBeLessThan(50)
  const warned: Error[] = []
  const warn = (warning: Error) => void warned.push(warning)
  process.on('warning', warn)
  const before = await usedBytes()
  await run()
  await rowsReach(3 * STREAMS)
  // An open stream has six times as much: none of these is kept, once the last sockets have closed.
  await until(async () => ((await usedBytes()) - before) / STREAMS < 4_096)
  process.off('warning', warn)
  expect(warned.filter(({ name }) => name === 'MaxListenersExceededWarning')).toEqual([])
})
