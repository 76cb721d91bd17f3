import { expect, test } from '@jest/globals'
import { outcomeOf, type SeenResponse } from '../../../../src/call/answer/outcome-of.ts'

const AT = new Date(0)

function outcome(seen: Partial<SeenResponse> = {}) {
  return outcomeOf({
    call: undefined,
    deployment: undefined,
    reading: { source: 'reported', complete: true },
    settled: { usageSource: 'reported' },
    finished: true,
    statusCode: 200,
    told: undefined,
    startedAt: AT,
    firstByteAt: AT,
    endedAt: AT,
    ...seen,
  })
}

test('an error is told with the id that the upstream gave it', () => {
  expect(outcome({ statusCode: 429, reading: ERROR, providerRequestId: 'req-1' }).error).toMatchObject({
    class: 'RateLimitError',
    providerRequestId: 'req-1',
  })
  expect(outcome({ providerRequestId: 'req-1' }).error).toBeUndefined()
})

test('a document says more of an error than its status', () => {
  const error = { message: 'too long', code: 'context_length_exceeded' }
  const reading = { source: 'none', complete: true, error: { error } } as const
  expect(outcome({ statusCode: 400, reading }).error).toMatchObject({ class: 'ContextWindowExceededError' })
})

const CUT = { source: 'partial', complete: false } as const
const ERROR = { source: 'none', complete: true, error: { error: { message: 'no', code: 'bad' } } } as const
const TOLD = { code: '502', class: 'APIConnectionError', message: 'cut' }

test.each([
  ['whole', {}, ['success', 200, false]],
  ['whole, the client gone after the end marker', { finished: false }, ['success', 200, false]],
  ['cut off by the client', { finished: false, reading: CUT }, ['failure', 499, true]],
  ['cut off by the upstream', { finished: false, reading: CUT, told: TOLD }, ['failure', 502, false]],
  ['refused', { statusCode: 429, reading: ERROR }, ['failure', 429, false]],
  ['an error under a good status', { reading: ERROR }, ['failure', 500, false]],
] as const)('an answer that is %s', (_, seen, [status, statusCode, aborted]) => {
  expect(outcome(seen)).toMatchObject({ status, statusCode, aborted })
})
