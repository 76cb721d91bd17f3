import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, expect, test } from '@jest/globals'
import postgres from 'postgres'
import { withDeadline } from '../../../src/database/with-deadline.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const databases: TestDatabase[] = []
afterAll(() => Promise.all(databases.map((database) => database.drop())))

async function setup() {
  const database = await createTestDatabase({ schema: 'empty' })
  databases.push(database)
  return database
}

test('an answer in time is the answer', async () => {
  const { sql } = await setup()
  expect(await withDeadline(sql`select 1 as one`, 5_000)).toEqual([{ one: 1 }])
})

test('a statement that takes too long ends on the server too', async () => {
  const { url, sql } = await setup()
  const slow = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await expect(withDeadline(slow`select pg_sleep(60)`, 50)).rejects.toMatchObject({ code: 'QUERY_TIMEOUT' })
    // The only connection is free again.
    expect(await slow`select 1 as one`).toEqual([{ one: 1 }])
  } finally {
    await slow.end({ timeout: 1 })
  }
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
})

/** In a process of its own: the fault would be a rejection that nobody handles. */
test('a server that is gone at the deadline does not end the process', async () => {
  const { url } = await setup()
  const program = `
    import postgres from 'postgres'
    import { withDeadline } from ${JSON.stringify(file('../../../src/database/with-deadline.ts'))}
    import { createFaultProxy } from ${JSON.stringify(file('../../../src/testing/fault-proxy.ts'))}
    const proxy = await createFaultProxy(${JSON.stringify(url)})
    const sql = postgres(proxy.url, { max: 1 })
    await sql\`select 1\`
    proxy.freeze()
    proxy.refuse()
    const code = await withDeadline(sql\`select 2\`, 50).catch((error) => error.code)
    await new Promise((resolve) => setTimeout(resolve, 200))
    process.stdout.write(code)
    process.exit(0)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    timeout: 60_000,
  })
  expect(stdout).toBe('QUERY_TIMEOUT')
})

function file(path: string): string {
  return new URL(path, import.meta.url).href
}
