import { expect, test } from '@jest/globals'
import { reportEvents } from '../../../src/cli/report-events.ts'
import { GatewayEvents } from '../../../src/events.ts'

test('what is counted in this process alone is said, with the reason, and when it is over', () => {
  const events = new GatewayEvents()
  const lines: string[] = []
  reportEvents({ events }, (line) => lines.push(line))
  const error = new Error('it is away')
  events.tell('keys:deaf', {})
  events.tell('limits:local', { error })
  events.tell('limits:shared')
  events.tell('budget:local', { error })
  events.tell('budget:shared')
  events.tell('budget:reset-failed', { error })
  expect(lines).toEqual([
    expect.stringContaining('auth_cache_ttl'),
    expect.stringMatching(/^Rate limits .* it is away$/),
    'Rate limits are shared again',
    expect.stringMatching(/^Budgets .* it is away$/),
    'Budgets are shared again',
    expect.stringMatching(/^Budgets could not start anew: it is away$/),
  ])
})
