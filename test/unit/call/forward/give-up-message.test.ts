import { expect, test } from '@jest/globals'
import { giveUpMessage } from '../../../../src/call/forward/next-try.ts'
import type { GiveUp } from '../../../../src/models/routing/plan/action.ts'
import { FAILURE_OF_REASON, type NoneReason } from '../../../../src/models/routing/usable.ts'

const given = (reason: NoneReason, retryAfterMs?: number): GiveUp => ({
  giveUp: reason,
  failure: FAILURE_OF_REASON[reason],
  retryAfterMs,
})

test.each([
  [given('unknown_group'), 'There are no healthy deployments for this model. Passed model=m.', 404],
  [given('cooling', 4001), 'No deployments available for selected model, Try again in 5 seconds. Passed model=m.', 429],
  [given('rate_limited'), 'No deployments available for selected model. Passed model=m.', 429],
  [given('tags'), 'Not allowed to access model due to tags configuration. Passed model=m.', 401],
  [given('context_window'), 'The prompt is longer than any deployment of this model reads. Passed model=m.', 400],
])('%j says %j with status %i', (giveUp, message, status) => {
  expect([giveUpMessage(giveUp, 'm'), giveUp.failure.status]).toEqual([message, status])
})

test('what was tried speaks for itself', () => {
  const failure = { class: 'InternalServerError', status: 500 } as const
  expect(giveUpMessage({ giveUp: 'failed', failure }, 'm')).toBeUndefined()
})
