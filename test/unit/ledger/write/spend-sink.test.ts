import { expect, test } from '@jest/globals'
import { type GatewayEventMap, GatewayEvents } from '../../../../src/events.ts'
import { createSpendSink } from '../../../../src/ledger/write/spend-sink.ts'
import { spendEvent } from '../../../support/spend-event.ts'

test('what is dropped can still be read: its row, without what was asked and answered', async () => {
  const events = new GatewayEvents()
  const drops: GatewayEventMap['spend:drop'][0][] = []
  events.on('spend:drop', (drop) => drops.push(drop))
  const sink = createSpendSink({ ...OPTIONS, events, queueSize: 0, prompts: { maxLength: 100 } })
  await sink.record({ ...spendEvent({ callId: 'c1', cost: 0.25 }), request: { ask: 'asked' }, answer: { say: 'said' } })
  await sink.close(0)
  expect(drops.map(({ callIds, reason }) => [callIds, reason])).toEqual([[['c1'], 'overflow']])
  expect(drops[0]!.rows()).toEqual([expect.objectContaining({ call_id: 'c1', spend: 0.25, status: 'success' })])
  expect(JSON.stringify(drops[0]!.rows())).not.toMatch(/asked|said/)
})

const OPTIONS = {
  batchSize: 10,
  flushIntervalMs: 1_000,
  closeTimeoutMs: 0,
  retryAttempts: 0,
  retryDelayMs: 1,
  write: async () => {},
}
