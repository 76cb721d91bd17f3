import { chromiumPath } from './chromium.ts'
import { startTestRedis, type TestRedis } from './test-redis.ts'
import { newRunId, startTestServer, type TestServer } from './test-server.ts'

declare global {
  /** Between global set-up and tear-down, which share nothing else. */
  var testServer: TestServer | undefined
  var testRedis: TestRedis | undefined
}

/** Chooses the PostgreSQL and the Redis of this run and says which. The workers inherit their addresses. */
export default async function globalSetup() {
  const server = await startTestServer()
  globalThis.testServer = server
  process.env.TEST_DATABASE_URL = server.url
  process.env.TEST_RUN_ID = newRunId()
  const redis = await startTestRedis()
  globalThis.testRedis = redis
  if (redis) process.env.TEST_REDIS_URL = redis.url
  const shared = redis?.name ?? 'NONE, so what several processes share through Redis is NOT tested'
  const browser = chromiumPath() ?? 'NONE, so the dashboard is NOT tested in a browser'
  console.log(`\nTests use PostgreSQL: ${server.name}; Redis: ${shared}; Chromium: ${browser}`)
}
