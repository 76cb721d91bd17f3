import { describe, expect, test } from '@jest/globals'
import { ParallelCalls } from '../../../../src/admission/limits/parallel-calls.ts'
import { MemoryRateCounters } from '../../../../src/admission/limits/rate-counters.ts'
import type { RateDescriptor } from '../../../../src/admission/limits/rate-descriptor.ts'
import { RateLimits } from '../../../../src/admission/limits/rate-limits.ts'
import { NOW } from '../support/facts.ts'

type RateLimitsOf = RateDescriptor['limits']
const key = (limits: RateLimitsOf): RateDescriptor => ({ name: 'api_key', value: 'hash', limits })
const team = (limits: RateLimitsOf): RateDescriptor => ({ name: 'team', value: 't', limits })

test.each([0, 1, 3])('a limit of %p requests lets as many pass and refuses the next', async (limit) => {
  const { limits } = setup()
  for (let i = 0; i < limit; i++) expect(await passes(limits, `${i}`, [key({ requests: limit })])).toBe(true)
  expect(await passes(limits, 'next', [key({ requests: limit })])).toBe(false)
})

test('calls at once do not pass together what each could pass alone', async () => {
  const { limits } = setup()
  const calls = Array.from({ length: 200 }, (_, i) => passes(limits, `${i}`, [key({ requests: 50 })]))
  expect((await Promise.all(calls)).filter(Boolean)).toHaveLength(50)
})

test('the refusal and its headers are those of LiteLLM', async () => {
  const { limits, clock } = setup()
  await limits.admit('a', [key({ requests: 1 })])
  clock.advance(15_500)
  const { refusal, headers } = await limits.admit('b', [key({ requests: 1 })])
  expect(headers).toEqual({})
  expect(refusal).toEqual({
    code: 'rate_limited',
    exceeded: { type: 'requests' },
    message:
      'Rate limit exceeded for api_key: hash. Limit type: requests. Current limit: 1, Remaining: 0. ' +
      'Limit resets at: 2026-02-16 12:01:00 UTC',
    headers: { 'retry-after': '45', rate_limit_type: 'requests', reset_at: '2026-02-16 12:01:00 UTC' },
  })
})

test('a call that passes learns what is left', async () => {
  const { limits } = setup()
  const { headers } = await limits.admit('a', [key({ requests: 5, tokens: 100, max_parallel_requests: 2 })])
  expect(headers).toEqual({
    'x-ratelimit-api_key-remaining-requests': '4',
    'x-ratelimit-api_key-limit-requests': '5',
    'x-ratelimit-api_key-remaining-tokens': '99',
    'x-ratelimit-api_key-limit-tokens': '100',
    'x-ratelimit-api_key-remaining-max_parallel_requests': '1',
    'x-ratelimit-api_key-limit-max_parallel_requests': '2',
  })
})

test('the window begins with the first call and does not move', async () => {
  const { limits, clock } = setup()
  const one = [key({ requests: 2 })]
  await limits.admit('a', one)
  clock.advance(59_000)
  expect(await passes(limits, 'b', one)).toBe(true)
  expect(await passes(limits, 'c', one)).toBe(false)
  clock.advance(1_000)
  expect(await passes(limits, 'd', one)).toBe(true)
})

test('a call that one limit refuses is counted by none', async () => {
  const { limits } = setup()
  const descriptors = [key({ requests: 5, max_parallel_requests: 5 }), team({ requests: 0 })]
  for (let i = 0; i < 20; i++) expect(await passes(limits, `${i}`, descriptors)).toBe(false)
  const { headers } = await limits.admit('a', [descriptors[0]!])
  expect(headers['x-ratelimit-api_key-remaining-requests']).toBe('4')
  expect(headers['x-ratelimit-api_key-remaining-max_parallel_requests']).toBe('4')
})

test('the first limit that is over is named', async () => {
  const { limits } = setup()
  const { refusal } = await limits.admit('a', [key({ requests: 5 }), team({ requests: 0 })])
  expect(refusal?.message).toContain('Rate limit exceeded for team: t. Limit type: requests.')
})

test('no limits, nothing counted', async () => {
  const { limits, counters } = setup()
  expect(await limits.admit('a', [])).toEqual({ headers: {} })
  expect(counters.size).toBe(0)
})

describe('token limits', () => {
  test('let a call pass while there is one token left, and no more', async () => {
    const { limits } = setup()
    const descriptors = [key({ tokens: 100 })]
    await limits.admit('a', descriptors)
    await limits.finish('a', 99)
    expect(await passes(limits, 'b', descriptors)).toBe(true)
    await limits.finish('b', 50)
    const { refusal } = await limits.admit('c', descriptors)
    expect(refusal?.message).toContain('Limit type: tokens. Current limit: 100, Remaining: 0.')
  })

  test('count what running calls are expected to use', async () => {
    const { limits } = setup()
    const descriptors = [key({ tokens: 100 })]
    expect(await passes(limits, 'a', descriptors, 60)).toBe(true)
    expect(await passes(limits, 'b', descriptors, 60)).toBe(true)
    expect(await passes(limits, 'c', descriptors, 60)).toBe(false)
    await limits.finish('b', 10)
    expect(await passes(limits, 'd', descriptors, 60)).toBe(true)
  })

  test('let a call pass that may use more than the whole limit', async () => {
    const { limits } = setup()
    expect(await passes(limits, 'a', [key({ tokens: 100 })], 5000)).toBe(true)
    expect(await passes(limits, 'b', [key({ tokens: 100 })], 5000)).toBe(false)
  })

  test('refuse a call whose own input does not fit, before it is made, and hold nothing for it', async () => {
    const { limits } = setup()
    const descriptors = [key({ tokens: 100 })]
    const saying = (input: number) => ({ counted: 150, input, output: 50, saidInput: () => input })
    const { refusal } = await limits.admit('a', descriptors, saying(101))
    expect(refusal?.message).toContain('Limit type: tokens. Current limit: 100, Remaining: 100.')
    expect((await limits.admit('b', descriptors, saying(100))).refusal).toBeUndefined()
    await limits.finish('b', { counted: 60, input: 60, output: 0 })
    expect((await limits.admit('c', descriptors, saying(41))).refusal).toBeDefined()
    expect((await limits.admit('d', descriptors, saying(40))).refusal).toBeUndefined()
  })

  test('count the tokens of a call once', async () => {
    const { limits } = setup()
    const descriptors = [key({ tokens: 100 })]
    await limits.admit('a', descriptors, 10)
    await limits.finish('a', 40)
    await limits.finish('a', 40)
    const { headers } = await limits.admit('b', descriptors)
    expect(headers['x-ratelimit-api_key-remaining-tokens']).toBe('59')
  })

  test('count tokens in the window in which the call ends, and give nothing back there', async () => {
    const { limits, clock } = setup()
    const descriptors = [key({ tokens: 100 })]
    await limits.admit('a', descriptors, 90)
    clock.advance(60_000)
    await limits.finish('a', 30)
    const { headers } = await limits.admit('b', descriptors)
    expect(headers['x-ratelimit-api_key-remaining-tokens']).toBe('69')
  })

  test('count what goes in and what comes out apart from each other', async () => {
    const { limits } = setup()
    const split = (counts: 'input' | 'output', tokens: number): RateDescriptor => ({
      name: counts,
      value: 'p:m',
      limits: { tokens },
      counts,
    })
    const descriptors = [key({ tokens: 1000 }), split('input', 100), split('output', 50)]
    const remaining = async (callId: string) => {
      const { headers } = await limits.admit(callId, descriptors, { counted: 90, input: 60, output: 30 })
      return ['api_key', 'input', 'output'].map((name) => headers[`x-ratelimit-${name}-remaining-tokens`])
    }
    expect(await remaining('a')).toEqual(['999', '99', '49'])
    await limits.finish('a', { counted: 35, input: 20, output: 15 })
    expect(await remaining('b')).toEqual(['964', '79', '34'])
    // One is used up, the other is not: the call counts for none of them.
    await limits.finish('b', { counted: 35, input: 0, output: 35 })
    const { refusal } = await limits.admit('c', descriptors, { counted: 9, input: 5, output: 4 })
    expect(refusal?.message).toMatch(/^Rate limit exceeded for output: p:m\. Limit type: tokens\. Current limit: 50, /)
    await limits.admit('d', descriptors.slice(0, 2))
    const { headers } = await limits.admit('e', [descriptors[1]!])
    expect(headers['x-ratelimit-input-remaining-tokens']).toBe('78')
  })

  test('of a longer window hold for as long', async () => {
    const { limits, clock } = setup()
    const long = [{ ...key({ requests: 1 }), windowMs: 3_600_000 }]
    expect(await passes(limits, 'a', long)).toBe(true)
    clock.advance(3_599_999)
    expect(await passes(limits, 'b', long)).toBe(false)
    clock.advance(1)
    expect(await passes(limits, 'c', long)).toBe(true)
  })

  test('of 0 refuse every call', async () => {
    const { limits } = setup()
    expect(await passes(limits, 'a', [key({ tokens: 0 })])).toBe(false)
  })
})

describe('limits on parallel calls', () => {
  const descriptors = [key({ max_parallel_requests: 2 })]

  test('are free again when a call has ended, however often that is said', async () => {
    const { limits } = setup()
    expect(await passes(limits, 'a', descriptors)).toBe(true)
    expect(await passes(limits, 'b', descriptors)).toBe(true)
    expect(await passes(limits, 'c', descriptors)).toBe(false)
    await limits.finish('a', 0)
    await limits.finish('a', 0)
    expect(await passes(limits, 'd', descriptors)).toBe(true)
    expect(await passes(limits, 'e', descriptors)).toBe(false)
  })

  test('do not wait for ever for a call that never ends', async () => {
    const { limits, clock } = setup({ placeTtlMs: 1000 })
    await limits.admit('a', descriptors)
    await limits.admit('b', descriptors)
    clock.advance(1000)
    expect(await passes(limits, 'c', descriptors)).toBe(true)
  })

  test('say so, with a second to wait', async () => {
    const { limits } = setup()
    const { refusal } = await limits.admit('a', [key({ max_parallel_requests: 0 })])
    expect(refusal?.message).toContain('Limit type: max_parallel_requests. Current limit: 0, Remaining: 0.')
    expect(refusal?.headers?.['retry-after']).toBe('1')
  })

  test('count an attempt that is made again once', async () => {
    const { limits } = setup()
    for (let i = 0; i < 5; i++) expect(await passes(limits, 'a', descriptors)).toBe(true)
  })
})

test('counters that fail leave no call in its place', async () => {
  const limits = new RateLimits({ counters: { add: () => Promise.reject(new Error('redis is down')) } })
  const parallel = { name: 'user', value: 'u', limits: { max_parallel_requests: 1 } }
  await expect(limits.admit('a', [parallel, key({ requests: 1 })])).rejects.toThrow('redis is down')
  expect(await passes(limits, 'b', [parallel])).toBe(true)
})

test('counters whose window is over do not fill the memory', async () => {
  const { counters, clock } = setup()
  for (let i = 0; i < 100_000; i++) {
    clock.advance(10)
    await counters.add(`${i}`, 1, 60_000)
  }
  expect(counters.size).toBeLessThan(25_000)
})

function setup({ placeTtlMs }: { placeTtlMs?: number } = {}) {
  let now = NOW.getTime()
  const clock = {
    advance(ms: number) {
      now += ms
    },
  }
  const counters = new MemoryRateCounters(() => now)
  const places = new ParallelCalls({ ttlMs: placeTtlMs, clock: () => now })
  const limits = new RateLimits({ counters, places, clock: () => new Date(now) })
  return { limits, counters, clock }
}

async function passes(limits: RateLimits, callId: string, descriptors: RateDescriptor[], tokens?: number) {
  return (await limits.admit(callId, descriptors, tokens)).refusal === undefined
}
