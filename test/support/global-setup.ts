import { newRunId, startTestServer, type TestServer } from './test-server.ts'

declare global {
  /** Between global set-up and tear-down, which share nothing else. */
  var testServer: TestServer | undefined
}

/** Chooses the PostgreSQL of this run and says which. The workers inherit its address. */
export default async function globalSetup() {
  const server = await startTestServer()
  globalThis.testServer = server
  process.env.TEST_DATABASE_URL = server.url
  process.env.TEST_RUN_ID = newRunId()
  console.log(`\nTests use PostgreSQL: ${server.name}`)
}
