import { expect, test } from '@jest/globals'
import { GatewayEvents } from '../../../../src/events.ts'
import { logEvents, logUnpricedModels } from '../../../../src/signals/log/log-events.ts'
import { listLogger } from '../../../support/list-logger.ts'

test('what is counted in this process alone is said, with the reason, and when it is over', () => {
  const events = new GatewayEvents()
  const { logger, lines } = listLogger()
  logEvents(events, logger, { accessLog: true })
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
    expect.stringMatching(/^Budgets could not be reset: it is away$/),
  ])
})

test('what befalls rows, models, prices, budgets and deployments is said, in one line each', () => {
  const events = new GatewayEvents()
  const { logger, lines } = listLogger()
  logEvents(events, logger, { accessLog: true })
  const error = new Error('it is away')
  events.tell('spend:retry', { size: 3, attempt: 2, error })
  events.tell('models:stale', { error })
  events.tell('model:reject', { modelId: 'm1', modelName: 'gpt', problem: 'no api_base' })
  events.tell('budget:alert', { kind: 'soft', entity: 'team', id: 't1', spend: 5, budget: 4 })
  events.tell('budget:alert', { kind: 'near', entity: 'key', id: 'k1', spend: 8, budget: 10 })
  events.tell('deployment:cool', {
    deploymentId: 'd1',
    modelGroup: 'gpt',
    ms: 4_500,
    class: 'RateLimitError',
    status: 429,
  })
  events.tell('deployment:lacks', { deploymentId: 'd1', modelGroup: 'gpt', shape: 'openai-responses', ms: 300_000 })
  for (let call = 0; call < 3; call++) events.tell('call:unpriced', { callId: `c${call}`, model: 'x', provider: 'p' })
  events.tell('resources:local', { error })
  events.tell('resources:shared')
  expect(lines).toEqual([
    'Writing 3 spend logs has failed, attempt 2; it is tried again: it is away',
    'Models cannot be read from the database, so the known ones go on serving: it is away',
    'Model gpt (m1) cannot be used: no api_base',
    'The team t1 has reached its soft budget: 5 of 4 dollars',
    'The key k1 has spent 80 % of its budget: 8 of 10 dollars',
    'Deployment d1 of gpt is left alone for 5 s, after 429 RateLimitError',
    'Deployment d1 of gpt does not speak openai-responses, its upstream has answered 404 to the route: such calls are not sent to it for 300 s, other calls are',
    'The price of p/x is not known: its calls cost nothing and use up no budget, first call c0',
    expect.stringMatching(/^Owners of .* it is away$/),
    expect.stringMatching(/^Owners of .* written again$/),
  ])
})

test('a deployment without a price is a line, with what to do', () => {
  const { logger, lines } = listLogger()
  const events = new GatewayEvents()
  logUnpricedModels(events, logger)
  events.tell('model:unpriced', { deploymentId: 'd', modelGroup: 'm', model: 'x', provider: 'openai' })
  expect(lines).toEqual([expect.stringMatching(/^Model m \(openai\/x\) has no price: .*`input_cost_per_token`/)])
})
