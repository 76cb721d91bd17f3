import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { runCommand } from '../../../src/cli/commands/run-command.ts'
import { packageProgram } from '../../../src/cli/postgres/package-program.ts'
import { GatewayEvents } from '../../../src/events.ts'
import { DeliveryError } from '../../../src/signals/outbox/delivery.ts'
import { createOutbox } from '../../../src/signals/outbox/outbox.ts'
import { outboxDir } from '../../../src/signals/outbox/outbox-letters.ts'
import { OutboxTable } from '../../../src/signals/outbox/outbox-table.ts'
import { cleanups } from '../../support/cleanups.ts'
import { createTestDatabase } from '../../support/database.ts'
import { until } from '../../support/until.ts'

async function setup() {
  const dir = await mkdtemp(join(tmpdir(), 'letters-'))
  cleanups.push(() => rm(dir, { recursive: true, force: true }))
  const told: string[] = []
  let refuses = true
  const outbox = createOutbox({
    name: 'langfuse',
    events: new GatewayEvents(),
    queueSize: 10,
    retryDelayMs: 1,
    timeoutMs: 10_000,
    flushIntervalMs: 1,
    journal: {
      dir: outboxDir(dir, 'langfuse'),
      fsync: 'never',
      fsyncIntervalMs: 1_000,
      maxBytes: 1 << 20,
      segmentBytes: 1 << 16,
      onFull: 'drop-newest',
    },
    sink: {
      async deliver(batch) {
        if (refuses) throw new DeliveryError('a.example has answered 422', { isRefused: true })
        told.push(...batch.map(({ id }) => id))
      },
    },
  })
  cleanups.push(() => outbox.close(0))
  for (const id of ['a', 'b']) await outbox.add({ id, status: 'success', payload: { litellm_call_id: id } })
  await outbox.flush()
  const dlq = async (...argv: string[]) => {
    const printed: string[] = []
    const exitCode = await runCommand(['dlq', ...argv, '--journal', dir], packageProgram, {
      env: {},
      cwd: dir,
      print: (line) => void printed.push(line),
      warn: (line) => void printed.push(line),
      stopRequested: new Promise<void>(() => {}),
    })
    return { exitCode, printed: printed.join('\n') }
  }
  const names = async () => (await dlq('list')).printed.match(/^langfuse\/\S+/gm) ?? []
  const accept = () => {
    refuses = false
  }
  return { dlq, names, told, accept }
}

test('what a callback refuses is listed under its name, and shown', async () => {
  const { dlq, names } = await setup()
  const { printed } = await dlq('list')
  expect(printed).toMatch(/^langfuse\/\d{15}-[0-9a-f]{8} {2}20\d\d-.*Z {2}- {2}a\.example has answered 422/)
  const [first] = await names()
  expect(JSON.parse((await dlq('show', first!)).printed)).toMatchObject({ id: 'a', payload: { litellm_call_id: 'a' } })
})

test('what is replayed is told by the gateway that runs', async () => {
  const { dlq, names, told, accept } = await setup()
  accept()
  const [first] = await names()
  expect(await dlq('replay', first!)).toMatchObject({ exitCode: 0, printed: '1 of 1 deliveries wait to be told again' })
  await until(() => told.length === 1)
  expect([told, (await names()).length]).toEqual([['a'], 1])
})

test('what nobody wants is removed', async () => {
  const { dlq, names } = await setup()
  expect((await dlq('purge', '--all')).printed).toBe('2 dead letters are gone')
  expect(await names()).toEqual([])
})

test('with `durability: sync` those in the database are listed, shown, replayed and removed', async () => {
  const { url, sql, drop } = await createTestDatabase()
  cleanups.push(() => drop())
  const table = new OutboxTable({ sql })
  cleanups.push(() => table.close())
  const outbox = createOutbox({
    ...{ name: 'langfuse', events: new GatewayEvents(), table, queueSize: 10, retryDelayMs: 1, timeoutMs: 10_000 },
    flushIntervalMs: 1,
    sink: { deliver: () => Promise.reject(new DeliveryError('a.example has answered 422', { isRefused: true })) },
  })
  for (const id of ['a', 'b']) await outbox.add({ id, status: 'success', payload: { litellm_call_id: id } })
  await outbox.flush()
  const cwd = await mkdtemp(join(tmpdir(), 'letters-'))
  cleanups.push(() => rm(cwd, { recursive: true, force: true }))
  await writeFile(join(cwd, 'config.yaml'), JSON.stringify({ litellm_db: { durability: 'sync' } }))
  const dlq = async (...argv: string[]) => {
    const printed: string[] = []
    const print = (line: string) => void printed.push(line)
    const around = { env: { DATABASE_URL: url }, cwd, print, warn: print, stopRequested: new Promise<void>(() => {}) }
    await runCommand(['dlq', ...argv], packageProgram, around)
    return printed.join('\n')
  }
  const [first, second] = (await dlq('list')).match(/^langfuse\/\d+/gm) ?? []
  expect(await dlq('list')).toMatch(/ a\.example has answered 422$/m)
  expect(JSON.parse(await dlq('show', first!))).toMatchObject({ id: 'a' })
  expect(await dlq('replay', first!)).toBe('1 of 1 deliveries wait to be told again')
  expect(await dlq('purge', second!)).toBe('1 dead letters are gone')
  expect(await dlq('list')).toBe('There are no dead letters.')
  expect(await sql`select call_id, refused from express_litellm.outbox`).toEqual([{ call_id: 'a', refused: null }])
})
