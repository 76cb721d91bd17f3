import globalSetup from '../support/global-setup.ts'
import globalTeardown from '../support/global-teardown.ts'

/** Runs `work` with the PostgreSQL that the tests use. */
export async function withTestServer(work: () => Promise<void>): Promise<void> {
  await globalSetup()
  try {
    await work()
  } finally {
    await globalTeardown()
  }
}
