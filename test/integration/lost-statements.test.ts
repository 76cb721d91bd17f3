import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { expect, test } from '@jest/globals'
import { openPool } from '../../src/database/connections.ts'
import { withDeadline } from '../../src/database/with-deadline.ts'
import { cleanups } from '../support/cleanups.ts'
import { createTestDatabase } from '../support/database.ts'
import { startLine } from '../support/database-line.ts'

const ROUNDS = 40

/** A pool of one connection, and a way to have that connection reset while it is idle. */
async function setup() {
  const { url, drop } = await createTestDatabase({ schema: 'empty' })
  cleanups.push(drop)
  const target = new URL(url)
  const [host, port] = [target.hostname, Number(target.port || 5432)]
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(port, host)
    sockets.add(client)
    client
      .on('error', () => {})
      .on('close', () => {
        sockets.delete(client)
        upstream.destroy()
      })
    upstream.on('error', () => {}).on('close', () => client.destroy())
    client.pipe(upstream).pipe(client)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  cleanups.push(async () => void server.close())
  target.hostname = '127.0.0.1'
  target.port = String((server.address() as { port: number }).port)
  const settings = { prepare: true, maxConns: 1, minConns: 1, healthCheckIntervalMs: 60_000, connectTimeoutMs: 5_000 }
  const sql = openPool({ url: target.href, writes: true, listens: false, ...settings }, 1)
  cleanups.push(() => sql.end({ timeout: 1 }))
  return {
    sql,
    reset() {
      for (const socket of sockets) socket.resetAndDestroy()
    },
  }
}

test('a statement that is sent while its connection is being lost fails at once, and the next one is answered', async () => {
  const { sql, reset } = await setup()
  const codes: unknown[] = []
  for (let round = 0; round < ROUNDS; round++) {
    expect(await withDeadline(sql`select 1 as one`, 20_000)).toEqual([{ one: 1 }])
    reset()
    // Between the error of a connection and its end: which turn that is, is not said.
    for (let turn = 0; turn < round % 10; turn++) await new Promise(setImmediate)
    const ends = await withDeadline(sql`select 1`, 20_000).then(
      () => 'answered',
      ({ code }) => code,
    )
    codes.push(ends)
    // At once, as whoever tries again may do.
    if (ends !== 'answered')
      codes.push(
        await withDeadline(sql`select 1`, 20_000).then(
          () => 'again',
          ({ code }) => code,
        ),
      )
  }
  expect(
    codes.filter((code) => !['answered', 'again', 'ECONNRESET', 'CONNECTION_CLOSED', 'EPIPE'].includes(code as string)),
  ).toEqual([])
  expect(codes).toContain('again')
})

test('a statement whose time is over before there is a connection leaves a pool that works when there is one', async () => {
  const { url, drop } = await createTestDatabase({ schema: 'empty' })
  cleanups.push(drop)
  const line = await startLine(url)
  cleanups.push(line.close)
  line.cut()
  const settings = { prepare: true, maxConns: 1, minConns: 1, healthCheckIntervalMs: 60_000, connectTimeoutMs: 5_000 }
  const sql = openPool({ url: line.url, writes: true, listens: false, ...settings }, 1)
  cleanups.push(() => sql.end({ timeout: 1 }))
  const asked = Array.from({ length: 3 }, () => withDeadline(sql`select 1`, 300).catch(({ code }) => code))
  expect(await Promise.all(asked)).toEqual(['QUERY_TIMEOUT', 'QUERY_TIMEOUT', 'QUERY_TIMEOUT'])
  line.mend()
  expect(await withDeadline(sql`select 1 as one`, 20_000)).toEqual([{ one: 1 }])
})
