import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import type { Sql } from 'postgres'
import { createLiteLLM, type Gateway, type LiteLLMOptions, litellm } from '../../src/index.ts'
import { createTestDatabase, type TestDatabaseOptions } from './database.ts'
import { createKey, type TestKey } from './keys.ts'

export const MASTER_KEY = 'sk-master-of-the-tests'

export interface TestApp {
  readonly url: string
  readonly gateway: Gateway
  readonly sql: Sql
  readonly databaseUrl: string
  readonly server: Server
  key(columns?: Record<string, unknown>): Promise<TestKey>
  /** The rows of the log, oldest first, with everything recorded so far. */
  rows(): Promise<Record<string, any>[]>
  /** POSTs JSON with a bearer key. */
  post(path: string, secret: string, body: unknown, headers?: Record<string, string>): Promise<Response>
  close(): Promise<void>
}

export interface TestAppOptions {
  /** `api_base` of every model. */
  readonly upstream: string
  readonly models?: readonly object[]
  readonly options?: LiteLLMOptions
  readonly database?: TestDatabaseOptions
  /** Default: the preset in a plain Express 5 app. */
  readonly app?: (gateway: Gateway) => RequestListener
}

/** A gateway on a database of its own, listening on a port of its own. */
export async function startApp({
  upstream,
  models,
  options,
  database,
  app = presetApp,
}: TestAppOptions): Promise<TestApp> {
  const { url: databaseUrl, sql, drop } = await createTestDatabase(database)
  const gateway = createLiteLLM({
    databaseUrl,
    masterKey: MASTER_KEY,
    logFlushInterval: '50ms',
    // An upstream that never ends must not hold up the end of a test.
    shutdownGrace: '2s',
    minConns: 1,
    maxConns: 7,
    config: { model_list: models ?? defaultModels(upstream) },
    ...options,
  })
  const server = createServer(app(gateway))
  // A connection that idles out while a busy client writes to it is a reset, not a fault of what is tested.
  server.keepAliveTimeout = 300_000
  // As many as connect at once: a queue that overflows resets them.
  await once(server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    gateway,
    sql,
    databaseUrl,
    server,
    key: (columns) => createKey(sql, columns),
    async rows() {
      await gateway.flush()
      return await sql`select * from "LiteLLM_SpendLogs" order by "startTime", request_id`
    },
    post: (path, secret, body, headers) =>
      fetch(url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async close() {
      server.close().closeAllConnections()
      await gateway.close()
      await drop()
    },
  }
}

function presetApp(gateway: Gateway): RequestListener {
  return express().use(litellm({ gateway }))
}

/** Priced in round figures: 1 and 2 dollars per million tokens. */
export function defaultModels(api_base: string) {
  const prices = { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 }
  return [
    {
      model_name: 'gpt-4o',
      litellm_params: { model: 'openai/gpt-4o-2024-08-06', api_base, api_key: 'sk-provider', ...prices },
    },
    {
      model_name: 'embed',
      litellm_params: { model: 'openai/text-embedding-3-small', api_base, api_key: 'sk-provider' },
    },
  ]
}
