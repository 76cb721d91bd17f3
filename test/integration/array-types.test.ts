import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import postgres, { type Sql } from 'postgres'
import { openPool } from '../../src/database/connections.ts'
import { cleanups } from '../support/cleanups.ts'
import { createTestDatabase } from '../support/database.ts'

const POOL = {
  writes: true,
  listens: false,
  prepare: true,
  maxConns: 1,
  minConns: 1,
  healthCheckIntervalMs: 60_000,
  connectTimeoutMs: 30_000,
}

function poolOf(url: string): Sql {
  const sql = openPool({ url, ...POOL }, 1)
  cleanups.push(() => sql.end())
  return sql
}

const ARRAYS = [
  `array['a', 'b c', '', 'NULL', null, 'with "quotes" and \\ and , and {braces}', E'line\\nend', 'é€𝄞']::text[]`,
  `'{}'::text[]`,
  `array[array['a', 'b'], array['c', 'd']]::text[]`,
  `array[array[1, 2], array[3, null]]::int[]`,
  `'[2:3]={7,8}'::int[]`,
  `array[1, 2, null]::bigint[]`,
  `array[1.5, 'NaN', null]::float8[]`,
  `array[1.5]::numeric[]`,
  `array[true, false]`,
  `array['{"a": [1, "x"]}']::jsonb[]`,
  `array['2026-01-02 03:04:05+00']::timestamptz[]`,
  `array['a', 'b']::varchar[]`,
  `array['00000000-0000-0000-0000-000000000001']::uuid[]`,
]

describe('arrays', () => {
  test('are read and written as postgres.js does it when it has asked for their types', async () => {
    const own = await createTestDatabase({ schema: 'empty' })
    cleanups.push(own.drop)
    const asking = postgres(own.url, { max: 1, connection: { TimeZone: 'UTC' }, onnotice: () => {} })
    cleanups.push(() => asking.end())
    const sql = poolOf(own.url)
    for (const array of ARRAYS.filter((one) => !one.startsWith(`'[`))) {
      const [expected] = await asking.unsafe(`select ${array} as value`)
      const [found] = await sql.unsafe(`select ${array} as value`)
      // Of postgres.js, NULL among texts is a text.
      const plain = (row: unknown) => JSON.stringify(row).replaceAll('"NULL"', 'null')
      expect([array, plain(found)]).toEqual([array, plain(expected)])
      const type = array.slice(array.lastIndexOf('::') + 2)
      // postgres.js takes a list of dates for one date, whatever it has asked.
      if (!array.includes('::') || type === 'timestamptz[]') continue
      const [back] = await sql.unsafe(`select $1::${type} = ${array} as same`, [found!.value])
      expect([array, back!.same]).toEqual([array, true])
    }
    const [bounds] = await sql.unsafe(`select '[2:3]={7,8}'::int[] as value`)
    expect(bounds!.value).toEqual([7, 8])
    const [nulls] = await sql.unsafe(`select array[true, null] as flags, array['NULL', null] as texts`)
    expect(nulls).toEqual({ flags: [true, null], texts: [expect.any(String), null] })
  })
})

test('a connection that opens is sent nothing but what it was opened for', async () => {
  const database = await createTestDatabase({ schema: 'empty' })
  cleanups.push(database.drop)
  const target = new URL(database.url)
  const sent: string[] = []
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname)
    client.on('data', (bytes) => sent.push(bytes.toString('latin1'))).on('error', () => {})
    upstream.on('error', () => {})
    client.pipe(upstream).pipe(client)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  cleanups.push(() => void server.close())
  const line = new URL(database.url)
  line.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const sql = poolOf(line.href)
  await sql`select 'the only statement' as said`
  const statements = sent.join('').match(/select [ -~]+/gi)
  expect(statements).toEqual([expect.stringContaining('the only statement')])
})
