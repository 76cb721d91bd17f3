import { expect, test } from '@jest/globals'
import { GatewayEvents } from '../../../src/events.ts'
import { warnOfDrops } from '../../../src/ledger/spend-counts.ts'

function setup() {
  const events = new GatewayEvents()
  const said: string[] = []
  const more = Promise.withResolvers<void>()
  warnOfDrops(events, (line) => said.push(line) > 1 && more.resolve(), 20)
  const drop = (callIds: string[], error?: Error) => {
    events.tell('spend:drop', { callIds, rows: () => [], reason: 'overflow', error })
  }
  return { events, said, drop, more: more.promise }
}

test('the first call that is given up is said at once, the ones after it together', async () => {
  const { said, drop, more } = setup()
  drop(['a'])
  expect(said).toEqual(['Gave up 1 spend logs (overflow)'])
  drop(['b', 'c'])
  drop(['d'], new Error('the database is away'))
  expect(said).toHaveLength(1)
  const held = setInterval(() => {}, 1_000)
  await more
  clearInterval(held)
  expect(said[1]).toBe('Gave up 3 spend logs (overflow): the database is away')
})

test('a host that listens is left to say it', () => {
  const { events, said, drop } = setup()
  events.on('spend:drop', () => {})
  drop(['a'])
  expect(said).toEqual([])
})
