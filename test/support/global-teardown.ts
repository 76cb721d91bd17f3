import { dropDatabasesOf } from './test-server.ts'

/** Fails the run when a test left a database behind. */
export default async function globalTeardown() {
  const { TEST_DATABASE_URL: url, TEST_RUN_ID: runId } = process.env
  try {
    const forgotten = url && runId ? await dropDatabasesOf(runId, url) : []
    if (forgotten.length > 0) throw new Error(`Tests left databases behind: ${forgotten.join(', ')}`)
  } finally {
    await globalThis.testRedis?.stop()
    await globalThis.testServer?.stop()
  }
}
