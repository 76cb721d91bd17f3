import { expect, test } from '@jest/globals'
import { readSchema } from '../../../src/database/schema.ts'
import { createLedgerWriter } from '../../../src/ledger/write/ledger-writer.ts'
import { cleanups } from '../../support/cleanups.ts'
import { readTotals } from '../../support/ledger.ts'
import { spendEvent } from '../../support/spend-event.ts'
import { startUpstream } from '../../support/upstream.ts'
import { cents, setupLedger } from './setup.ts'

/** A ledger whose rows go to a service that answers with these statuses, then with 200. */
async function setup(...statuses: number[]) {
  const base = await setupLedger()
  const service = await startUpstream((res) => res.writeHead(statuses.shift() ?? 200).end())
  cleanups.push(service.close)
  const posted = () => service.requests.map(({ body }) => JSON.parse(body.toString()) as Record<string, unknown>[])
  const write = createLedgerWriter({
    sql: base.sql,
    schema: () => readSchema(base.sql),
    rows: true,
    url: new URL(service.url).origin,
  })
  return { ...base, service, posted, ledger: base.open('memory', { write, flushIntervalMs: 60_000 }) }
}

test('rows are posted as LiteLLM posts them, totals and days stay here', async () => {
  const { ledger, service, posted, rows, sql } = await setup()
  for (const event of cents(5)) void ledger.record(event)
  await ledger.flush()
  expect(service.requests).toMatchObject([{ method: 'POST', url: '/spend/update' }])
  expect(service.requests[0]!.headers['content-type']).toBe('application/json')
  const [batch] = posted()
  expect(batch!.map(({ request_id, spend }) => [request_id, spend])).toEqual(
    cents(5).map(({ callId }) => [callId, 0.01]),
  )
  const { metadata, request_tags, ...row } = batch![0]!
  expect(row).toMatchObject({ call_type: 'acompletion', model_group: 'gpt', total_tokens: 120, messages: '{}' })
  expect(JSON.parse(metadata as string)).toMatchObject({ provider_request_id: 'chatcmpl-call-0', status: null })
  expect(JSON.parse(request_tags as string)).toEqual([])
  expect(await rows()).toBe(0)
  expect((await readTotals(sql)).user).toEqual({ u0: 100, u1: 100, u2: 100, u3: 100, u4: 100 })
})

test('while the service is away nothing is charged and nothing is lost; then each call is charged once', async () => {
  const { ledger, posted, sql, events } = await setup(503, 500)
  const errors: unknown[] = []
  events.on('spend:retry', ({ error }) => errors.push((error as Error).message))
  for (const event of cents(5)) void ledger.record(event)
  await ledger.flush()
  expect(errors).toEqual(['SPEND_LOGS_URL has answered 503', 'SPEND_LOGS_URL has answered 500'])
  expect(posted()).toHaveLength(3)
  expect((await readTotals(sql)).user).toEqual({ u0: 100, u1: 100, u2: 100, u3: 100, u4: 100 })
})

test('a row that the service refuses is not charged either, and takes no other down', async () => {
  const { ledger, sql, drops } = await setup(422, 200, 422)
  void ledger.record(spendEvent({ callId: 'good' }))
  void ledger.record(spendEvent({ callId: 'bad' }))
  await ledger.flush()
  expect(drops).toMatchObject([{ reason: 'rejected', callIds: ['bad'] }])
  expect((await readTotals(sql)).user).toEqual({ u1: 100 })
})
