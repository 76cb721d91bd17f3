import { fileURLToPath } from 'node:url'
import { chromiumPath } from './chromium.ts'
import { startTestRedis, type TestRedis } from './test-redis.ts'
import { newRunId, startTestServer, type TestServer } from './test-server.ts'

declare global {
  /** Between global set-up and tear-down, which share nothing else. */
  var testServer: TestServer | undefined
  var testRedis: TestRedis | undefined
}

/** Where processes of tests find the product compiled: a start takes less than half of the CPU. */
const COMPILE_CACHE = fileURLToPath(new URL('../../node_modules/.cache/node-compile-cache', import.meta.url))

/** Chooses the PostgreSQL and the Redis of this run and says which. The workers inherit their addresses. */
export default async function globalSetup() {
  const server = await startTestServer()
  globalThis.testServer = server
  process.env.TEST_DATABASE_URL = server.url
  process.env.TEST_RUN_ID = newRunId()
  process.env.NODE_COMPILE_CACHE ??= COMPILE_CACHE
  const redis = await startTestRedis()
  globalThis.testRedis = redis
  if (redis) process.env.TEST_REDIS_URL = redis.url
  const shared = redis?.name ?? 'NONE, so what several processes share through Redis is NOT tested'
  const browser = chromiumPath() ?? 'NONE, so the dashboard is NOT tested in a browser'
  console.log(`\nTests use PostgreSQL: ${server.name}; Redis: ${shared}; Chromium: ${browser}`)
}
