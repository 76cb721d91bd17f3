import { describe, expect, test } from '@jest/globals'
import { createLiteLLM, type LiteLLMOptions } from '../../../src/index.ts'
import { startApp } from '../../support/app.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createKey } from '../../support/keys.ts'
import { until } from '../../support/until.ts'
import { chatCompletion, sendJson, startUpstream } from '../../support/upstream.ts'

interface Setup {
  readonly cache_params?: object
  readonly options?: Omit<LiteLLMOptions, 'config'>
  readonly limits?: Record<string, number>
  /** The upstream answers when each call of `together` has got there or been refused. */
  readonly held?: boolean
}

/** Gateways of two processes, as far as limits can tell: each counts for itself, unless they share a store. */
async function setup({ cache_params = { type: 'local' }, options, limits = { rpm_limit: 3 }, held = false }: Setup) {
  const waiting: (() => void)[] = []
  const upstream = await startUpstream((res) => {
    const answer = () => sendJson(res, 200, chatCompletion({ id: '' }))
    if (held) waiting.push(answer)
    else answer()
  })
  cleanups.push(upstream.close)
  const model = { model: 'openai/gpt-4o', api_base: upstream.url, api_key: 'k' }
  const config = { model_list: [{ model_name: 'gpt-4o', litellm_params: model }], litellm_settings: { cache_params } }
  const first = await startApp({ upstream: upstream.url, options: { config, ...options } })
  cleanups.push(first.close)
  const { databaseUrl } = first
  const apps = [first, await startApp({ upstream: upstream.url, options: { config, databaseUrl, ...options } })]
  cleanups.push(apps[1]!.close)
  const key = await createKey(first.sql, limits)
  const chat = async (app: number) =>
    (await apps[app]!.post('/v1/chat/completions', key.secret, { model: 'gpt-4o', messages: [] })).status
  const together = async (calls: number) => {
    let refused = 0
    const statuses = Array.from({ length: calls }, async (_, call) => {
      const status = await chat(call % 2)
      if (status !== 200) refused++
      return status
    })
    if (held) await until(() => refused + waiting.length === calls)
    for (const answer of waiting.splice(0)) answer()
    return (await Promise.all(statuses)).sort()
  }
  return { apps, chat, together }
}

const redisUrl = process.env.TEST_REDIS_URL
if (redisUrl) {
  test('two processes share one limit through Redis', async () => {
    const { chat } = await setup({ cache_params: { type: 'redis', url: redisUrl } })
    expect([await chat(0), await chat(1), await chat(0), await chat(1), await chat(0)]).toEqual([
      200, 200, 200, 429, 429,
    ])
  })

  test('two processes share the parallel calls of a key through Redis', async () => {
    const { together } = await setup({
      cache_params: { type: 'redis', url: redisUrl },
      limits: { max_parallel_requests: 2 },
      held: true,
    })
    expect(await together(6)).toEqual([200, 200, 429, 429, 429, 429])
  })
} else {
  test('without a Redis: limits shared through Redis are not tested, those of one process are', async () => {
    process.stderr.write('No Redis: limits were tested within one process only, not through Redis.\n')
    const { chat } = await setup({})
    expect([await chat(0), await chat(0), await chat(0), await chat(0)]).toEqual([200, 200, 200, 429])
    expect(await chat(1)).toBe(200)
  })
}

describe('with limitStore: postgres', () => {
  const options = { limitStore: 'postgres' } as const

  test('two processes share one limit through the database', async () => {
    const { chat } = await setup({ options })
    expect([await chat(0), await chat(1), await chat(0), await chat(1), await chat(0)]).toEqual([
      200, 200, 200, 429, 429,
    ])
  })

  test('two processes share the parallel calls of a key through the database', async () => {
    const { together } = await setup({ options, limits: { max_parallel_requests: 2 }, held: true })
    expect(await together(6)).toEqual([200, 200, 429, 429, 429, 429])
    // A place in a store is given back after the answer.
    await until(async () => (await together(1))[0] === 200)
  })

  test.each([
    [true, 200],
    [false, 503],
  ])('while its tables are away, passOnStoreError: %s answers %i', async (passOnStoreError, status) => {
    const { apps, chat } = await setup({ options: { ...options, passOnStoreError } })
    const told: string[] = []
    for (const name of ['limits:local', 'limits:shared'] as const)
      apps[0]!.gateway.events.on(name, () => told.push(name))
    expect(await chat(0)).toBe(200)
    await apps[0]!.sql`alter table express_litellm.rates rename to gone`
    expect(await chat(0)).toBe(status)
    expect(told).toEqual(['limits:local'])
  })

  test('without a database it is a mistake that is told at start', () => {
    expect(() => createLiteLLM({ ...options, enabled: false, config: {} })).toThrow('needs a database')
  })
})

test('limitStore: memory counts in each process, whatever Redis there is', async () => {
  const cache_params = { type: 'redis', url: redisUrl ?? 'redis://127.0.0.1:1' }
  const { chat } = await setup({ cache_params, options: { limitStore: 'memory' }, limits: { rpm_limit: 1 } })
  expect([await chat(0), await chat(1), await chat(0)]).toEqual([200, 200, 429])
})

test('limitStore: redis without a Redis is a mistake that is told at start', () => {
  expect(() => createLiteLLM({ limitStore: 'redis', enabled: false, config: {} })).toThrow('needs a Redis')
})

const AWAY = { type: 'redis', host: '127.0.0.1', port: 1 }

test('while Redis is away each process counts for itself, and says so', async () => {
  const { apps, chat } = await setup({ cache_params: AWAY })
  const told: unknown[] = []
  apps[0]!.gateway.events.on('limits:local', ({ error }) => told.push(error))
  expect([await chat(0), await chat(0), await chat(0), await chat(0), await chat(1)]).toEqual([200, 200, 200, 429, 200])
  expect(told).toHaveLength(1)
})

test('while Redis is away calls with limits are refused, where the operator wants it', async () => {
  const { chat } = await setup({ cache_params: AWAY, options: { passOnStoreError: false } })
  expect(await chat(0)).toBe(503)
})

test('while Redis is away a key has its parallel calls in each process', async () => {
  const { together } = await setup({ cache_params: AWAY, limits: { max_parallel_requests: 1 }, held: true })
  expect(await together(4)).toEqual([200, 200, 429, 429])
})
