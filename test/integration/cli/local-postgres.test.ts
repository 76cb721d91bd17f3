import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import postgres from 'postgres'
import {
  type LocalPostgres,
  type LocalPostgresOptions,
  startLocalPostgres,
} from '../../../src/cli/postgres/local-postgres.ts'
import { readPidFile } from '../../../src/cli/postgres/postmaster.ts'
import { ConfigError } from '../../../src/errors.ts'
import { cleanups } from '../../support/cleanups.ts'

async function setup() {
  const home = await mkdtemp(join(tmpdir(), 'local-postgres-'))
  cleanups.push(() => rm(home, { recursive: true, force: true }))
  await chmod(home, 0o755) // PostgreSQL may run as another account
  const dir = join(home, 'postgres')
  async function start(options: Partial<LocalPostgresOptions> = {}): Promise<LocalPostgres> {
    const server = await startLocalPostgres({ dir, persistent: true, settings: { fsync: 'off' }, ...options })
    cleanups.push(() => server.stop())
    return server
  }
  return { dir, start, running: () => readPidFile(join(dir, 'data')) }
}

async function query(url: string, text: string) {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return await sql.unsafe(text)
  } finally {
    await sql.end()
  }
}

test('a second start finds the data of the first', async () => {
  const { start } = await setup()
  const first = await start()
  await query(first.url, 'create table kept as select 42 as answer')
  await first.stop()
  const second = await start()
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }])
})

test('the database speaks UTF-8 and sorts like C', async () => {
  const { start } = await setup()
  const { url } = await start()
  const [row] = await query(
    url,
    `select current_database() as name, pg_encoding_to_char(encoding) as encoding, datcollate as collation
     from pg_database where datname = current_database()`,
  )
  expect(row).toEqual({ name: 'litellm', encoding: 'UTF8', collation: 'C' })
})

test('nobody gets in without the password, which only its owner can read', async () => {
  const { start, dir } = await setup()
  const { url } = await start()
  const guess = new URL(url)
  guess.password = 'guess'
  await expect(query(guess.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  expect((await stat(join(dir, 'password'))).mode & 0o777).toBe(0o600)
})

test('a server that runs already is shared, and the last user stops it', async () => {
  const { start, running } = await setup()
  const first = await start()
  const second = await start()
  expect(second.url).toBe(first.url)
  await first.stop()
  expect(await query(second.url, 'select 1 as alive')).toEqual([{ alive: 1 }])
  await second.stop()
  expect(await running()).toBeUndefined()
})

test('starts at the same moment on an empty folder end on one server', async () => {
  const { start } = await setup()
  const servers = await Promise.all([start(), start(), start()])
  expect(new Set(servers.map(({ url }) => url)).size).toBe(1)
})

test('the pid file of a crash is overcome, also when its number belongs to another program now', async () => {
  const { start, dir } = await setup()
  await (await start()).stop()
  const lines = [process.pid, join(dir, 'data'), 0, 5432, '', '127.0.0.1', '', 'ready']
  await writeFile(join(dir, 'data', 'postmaster.pid'), `${lines.join('\n')}\n`)
  const { url } = await start()
  expect(await query(url, 'select 1 as alive')).toEqual([{ alive: 1 }])
})

test('stop ends open sessions, may be called twice, and leaves nothing when the data is not to be kept', async () => {
  const { start, dir } = await setup()
  const server = await start({ persistent: false })
  const sql = postgres(server.url, { max: 1, onnotice: () => {} })
  await sql`select 1`
  await Promise.all([server.stop(), server.stop()])
  await sql.end({ timeout: 0 })
  await expect(stat(dir)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a port that is taken is a sentence, not a stack of retries', async () => {
  const { start } = await setup()
  const taken = createServer().listen(0, '127.0.0.1')
  cleanups.push(async () => taken.close())
  await new Promise((resolve) => taken.once('listening', resolve))
  const { port } = taken.address() as { port: number }
  await expect(start({ port })).rejects.toThrow(
    `PostgreSQL cannot listen on port ${port}: listen EADDRINUSE: address already in use 127.0.0.1:${port}.`,
  )
})

test('a setting that PostgreSQL refuses is named', async () => {
  const { start } = await setup()
  await expect(start({ settings: { max_connections: 'many' } })).rejects.toThrow(/did not start:.*max_connections/)
})

test('a folder that cannot be made is a ConfigError', async () => {
  const { start, dir } = await setup()
  await writeFile(dir, 'a file is in the way')
  await expect(start()).rejects.toThrow(ConfigError)
})
