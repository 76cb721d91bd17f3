import { expect, test } from '@jest/globals'
import { retryAfterMsOf } from '../../../../src/models/routing/cooldown/retry-after.ts'
import { backOffMs } from '../../../../src/models/routing/plan/back-off.ts'
import { requestTimeoutsOf, timeoutMsOf } from '../../../../src/models/routing/timeouts.ts'
import { deployment } from './make.ts'

const NOW = Date.parse('2026-03-01T00:00:00Z')
const BACK_OFF = { initialMs: 500, maxMs: 8000, jitterMs: 750, leastMs: 0 }

test.each([
  [{ 'retry-after': '2' }, 2000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after': ['3', '9'] }, 3000],
  [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1500],
  [{ 'retry-after': 'Sun, 01 Mar 2026 00:00:10 GMT' }, 10_000],
  [{ 'retry-after': 'Sat, 28 Feb 2026 23:59:00 GMT' }, undefined],
  [{ 'retry-after': '0' }, undefined],
  [{ 'retry-after': '-1' }, undefined],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '' }, undefined],
  [{ 'retry-after': 'Infinity' }, undefined],
  [{}, undefined],
])('%j asks to wait %p ms', (headers, ms) => {
  expect(retryAfterMsOf(headers, NOW)).toBe(ms)
})

test.each([
  [0, undefined, 0, 500],
  [1, undefined, 0, 1000],
  [3, undefined, 0, 4000],
  [9, undefined, 0, 8000],
  [0, undefined, 1, 1250],
  [9, 2000, 1, 2000],
  [0, 60_000, 0, 60_000],
  [0, 60_001, 0, 500],
  [0, 0, 0, 500],
])('retry %i after a failure that asked for %p ms waits, with %f of the jitter, %i ms', (retry, asked, jitter, ms) => {
  expect(backOffMs(retry, asked, BACK_OFF, () => jitter)).toBe(ms)
})

test('retry_after is the shortest wait', () => {
  expect(backOffMs(0, undefined, { ...BACK_OFF, leastMs: 3000 }, () => 0)).toBe(3000)
  expect(backOffMs(0, 1000, { ...BACK_OFF, leastMs: 3000 }, () => 0)).toBe(3000)
})

test.each([
  [false, { timeoutMs: 1 }, { timeoutMs: 2 }, { timeoutMs: 3 }, 1],
  [false, {}, { timeoutMs: 2 }, { timeoutMs: 3 }, 2],
  [false, {}, {}, { timeoutMs: 3 }, 3],
  [false, {}, {}, {}, 9],
  [false, { streamTimeoutMs: 1 }, { streamTimeoutMs: 2 }, { streamTimeoutMs: 3 }, 9],
  [true, { timeoutMs: 1, streamTimeoutMs: 4 }, { streamTimeoutMs: 2 }, {}, 4],
  [true, { timeoutMs: 1 }, { streamTimeoutMs: 2 }, {}, 1],
  [true, {}, { timeoutMs: 5, streamTimeoutMs: 2 }, {}, 2],
  [true, {}, { timeoutMs: 5 }, { streamTimeoutMs: 3 }, 5],
  [true, {}, {}, { timeoutMs: 6, streamTimeoutMs: 3 }, 3],
])('stream %p, request %j, deployment %j, router %j: %i ms', (stream, request, routing, router, ms) => {
  expect(timeoutMsOf(stream, request, deployment('a', 'g', routing), { ...router, defaultTimeoutMs: 9 })).toBe(ms)
})

test('a request sets timeouts in headers before its body, in seconds', () => {
  expect(requestTimeoutsOf({ 'x-litellm-timeout': '1.5', 'x-litellm-stream-timeout': '2' }, { timeout: 9 })).toEqual({
    timeoutMs: 1500,
    streamTimeoutMs: 2000,
  })
  expect(requestTimeoutsOf({}, { timeout: 3, stream_timeout: '4' })).toEqual({ timeoutMs: 3000, streamTimeoutMs: 4000 })
  expect(requestTimeoutsOf({ 'x-litellm-timeout': 'x' }, { timeout: -1, stream_timeout: {} })).toEqual({
    timeoutMs: undefined,
    streamTimeoutMs: undefined,
  })
})
