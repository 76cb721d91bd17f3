import { expect, test } from '@jest/globals'
import { errorInformation } from '../../../../src/ledger/record/error-information.ts'
import type { OutcomeError } from '../../../../src/types.ts'
import { spendEvent } from '../../../support/spend-event.ts'

function told(error: Partial<OutcomeError>) {
  const whole = { code: '429', class: 'RateLimitError', message: 'no', ...error }
  return errorInformation(spendEvent({ outcome: { status: 'failure', statusCode: 429, error: whole } }))
}

test('a call that did not fail has none', () => {
  expect(errorInformation(spendEvent())).toBeNull()
})

test('a budget is told with whose it is', () => {
  const exceeded = { type: 'budget', entity: 'team', entityId: 't1', budget: 2, spend: 2.5 }
  expect(told({ refusal: 'budget_exceeded', exceeded })).toMatchObject({
    error_class: 'BudgetExceededError',
    error_budget_entity_type: 'team',
    error_budget_entity_id: 't1',
    error_budget_limit: 2,
    error_budget_spend: 2.5,
    error_rate_limit_category: 'litellm_rate_limit',
    error_rate_limit_type: 'budget',
  })
})

test('a limit is told with what it counts', () => {
  expect(told({ refusal: 'rate_limited', exceeded: { type: 'tokens' } })).toMatchObject({
    error_rate_limit_category: 'litellm_rate_limit',
    error_rate_limit_type: 'tokens',
    error_budget_entity_type: null,
    error_budget_limit: null,
  })
})

test("a provider's limit is its own, and its request is named", () => {
  expect(told({ providerRequestId: 'req-1' })).toMatchObject({
    error_rate_limit_category: 'vendor_rate_limit',
    error_rate_limit_type: null,
    error_provider_request_id: 'req-1',
  })
})

test('other errors are no limits', () => {
  expect(told({ class: 'BadRequestError' })).toMatchObject({ error_rate_limit_category: null })
})
