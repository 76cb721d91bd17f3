import { describe, expect, test } from '@jest/globals'
import type { AdmissionControlOptions } from '../../../src/admission/admission-control.ts'
import type { CheckSettings } from '../../../src/admission/facts/check.ts'
import { BatchRates } from '../../../src/admission/limits/batch-rates.ts'
import { MemoryRateCounters } from '../../../src/admission/limits/rate-counters.ts'
import type { BatchInput, VirtualKey } from '../../../src/types.ts'
import { aCall, aKey, aProject, aTeam, NOW } from './support/facts.ts'
import { aGate } from './support/gate.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const part = (requests: number, input: number, output = 0, unbound = 0) => ({ requests, input, output, unbound })

function batch(
  requests: number,
  input: number,
  models: Readonly<Record<string, ReturnType<typeof part>>> = {},
): BatchInput {
  return { ...part(requests, input), unread: 0, models: new Map(Object.entries(models)) }
}

describe('limits of tokens per day', () => {
  test('take the place of those per minute', async () => {
    const { order } = setup()
    const key = { limits: { rpm: 1, tpm: 10, tpd: 1000 } }
    expect(await order(key, batch(50, 500))).toBeUndefined()
  })

  test('refuse what would exceed them, with the time that is left of the day', async () => {
    const { order, clock } = setup()
    const key = { limits: { rpm: 1, tpd: 1000 } }
    expect(await order(key, batch(6, 600))).toBeUndefined()
    clock.advance(3 * 60 * MINUTE)
    expect(await order(key, batch(6, 600))).toEqual({
      code: 'rate_limited',
      exceeded: { type: 'tokens' },
      message:
        'Batch rate limit exceeded for api_key_tpd: hash. Batch contains 600 tokens but only 400 tokens remaining ' +
        'out of 1000 TPD limit. Limit resets at: 2026-02-17 12:00:00 UTC',
      headers: { 'retry-after': `${21 * 3600}`, rate_limit_type: 'tokens', reset_at: '2026-02-17 12:00:00 UTC' },
    })
    expect(await order(key, batch(4, 400))).toBeUndefined()
    clock.advance(DAY)
    expect(await order(key, batch(1, 1000))).toBeUndefined()
  })

  test('are given back when the batch is not made, once, and those per minute are not', async () => {
    const { order, gate } = setup()
    const key = { limits: { rpm: 100 }, owners: { teamId: 't' }, team: aTeam({ limits: { tpd: 1000 } }) }
    expect(await order(key, batch(60, 800), 'a')).toBeUndefined()
    await gate.settle('a', { cost: 0, failed: true })
    await gate.settle('a', { cost: 0, failed: true })
    expect(await order(key, batch(1, 1000), 'b')).toBeUndefined()
    await gate.settle('b', { cost: 0 })
    expect((await order(key, batch(1, 1)))?.message).toContain('team_tpd: t')
    expect((await order({ ...key, team: aTeam() }, batch(60, 1)))?.message).toContain('api_key: hash')
  })

  test('hold for calls not at all', async () => {
    const { gate } = setup()
    const key = aKey({ limits: { tpd: 0 } })
    expect((await gate.admit({ callId: 'a', key, call: aCall() })).refusal).toBeUndefined()
  })
})

describe('limits per minute', () => {
  test('count every request of a batch, and its order with them', async () => {
    const { order, gate } = setup()
    const key = aKey({ limits: { rpm: 10 } })
    await gate.admit({ callId: 'a', key, call: aCall() })
    expect(await order(key, batch(10, 5), 'a')).toBeUndefined()
    expect((await gate.admit({ callId: 'b', key, call: aCall() })).refusal?.code).toBe('rate_limited')
  })

  test.each([
    ['requests', batch(11, 5), 'Batch contains 11 requests but only 10 requests remaining out of 10 RPM limit.'],
    ['tokens', batch(1, 101), 'Batch contains 101 tokens but only 100 tokens remaining out of 100 TPM limit.'],
  ])('refuse a batch of too many %s, which counts for none of them', async (_what, input, message) => {
    const { gate, order } = setup()
    const key = aKey({ limits: { rpm: 10, tpm: 100 } })
    await gate.admit({ callId: 'a', key, call: aCall() })
    expect((await order(key, input, 'a'))?.message).toContain(message)
    expect(await order(key, batch(10, 100), 'a')).toBeUndefined()
  })

  test('of projects are those of the models that the requests name', async () => {
    const { order } = setup()
    const limits = { model_itpm_limit: { a: 100 }, model_otpm_limit: { a: 1000 } }
    const key = { project: aProject({ modelLimits: limits }) }
    expect(await order(key, batch(2, 900, { a: part(1, 100, 400, 1), b: part(1, 800) }))).toBeUndefined()
    expect((await order(key, batch(1, 1, { a: part(1, 1) })))?.message).toContain('model_per_project_itpm: p:a')
    const { order: anew } = setup()
    // An answer that nothing bounds takes a quarter of the limit.
    expect((await anew(key, batch(4, 4, { a: part(4, 4, 10, 4) })))?.message).toContain('Batch contains 1010 tokens')
  })
})

describe('models that a file names', () => {
  test.each([
    ['one that the key may call', { models: ['a'] }, { a: part(1, 1) }, undefined],
    ['one that it may not', { models: ['a'] }, { a: part(1, 1), b: part(1, 1) }, 'b'],
    ['any, for a key without a list', {}, { b: part(1, 1) }, undefined],
    ['any, for a key that may call all', { models: ['all-proxy-models'] }, { b: part(1, 1) }, undefined],
    [
      "one that its team may not, for a key with its team's models",
      { models: ['all-team-models'], owners: { teamId: 't' }, team: aTeam({ models: ['a'] }) },
      { b: part(1, 1) },
      'b',
    ],
    ['any, for the master key', { master: true, models: ['a'] }, { b: part(1, 1) }, undefined],
  ] as [string, Partial<VirtualKey>, Record<string, ReturnType<typeof part>>, string | undefined][])(
    '%s',
    async (_name, key, models, denied) => {
      const refusal = await setup().order(key, batch(1, 1, models))
      expect([refusal?.code, refusal?.message?.includes(`not authorized to use: model=${denied}, reason=`)]).toEqual(
        denied ? ['forbidden', true] : [undefined, undefined],
      )
    },
  )

  test('cannot hide in a request that is too long to be looked into', async () => {
    const hidden = { ...batch(1, 1), unread: 1 }
    expect((await setup().order({ models: ['a'] }, hidden))?.code).toBe('forbidden')
    expect(await setup().order({}, hidden)).toBeUndefined()
  })
})

test.each([
  ['nothing limits', {}, {}, 0],
  ['a limit per minute', { limits: { rpm: 5 } }, {}, 1],
  ['a list of models', { models: ['a'] }, {}, 1],
  ['a project with a limit for some model', { project: aProject({ metadata: { model_itpm_limit: { a: 1 } } }) }, {}, 1],
  ['a limit that the settings keep from batches', { limits: { rpm: 5 } }, { ignoreBatchContents: true }, 0],
] as [string, Partial<VirtualKey>, CheckSettings, number][])(
  '%s: the file is read or not',
  async (_name, key, settings, reads) => {
    let read = 0
    const { gate } = setup({ settings })
    await gate.admitBatch!({ callId: 'a', key: aKey(key), call: aCall() }, async () => void read++ as undefined)
    expect(read).toBe(reads)
  },
)

test('in report mode it is told what would be refused, and nothing counts', async () => {
  const { gate } = setup({ mode: 'report' })
  const key = aKey({ limits: { tpd: 10 } })
  const order = (input: BatchInput) => gate.admitBatch!({ callId: 'a', key, call: aCall() }, async () => input)
  expect(await order(batch(1, 10))).toEqual({ reported: [] })
  expect(await order(batch(1, 10))).toEqual({ reported: [] })
  expect((await order(batch(1, 11))).reported.map(({ code }) => code)).toEqual(['rate_limited'])
})

function setup(options: Partial<AdmissionControlOptions> = {}) {
  let now = 0
  const counters = new MemoryRateCounters(() => now)
  const batches = new BatchRates({ counters, clock: () => new Date(NOW.getTime() + now) })
  const gate = aGate({ batches, ...options }, {}, counters)
  let orders = 0
  return {
    gate,
    clock: {
      advance(ms: number) {
        now += ms
      },
    },
    order: async (key: Partial<VirtualKey>, input: BatchInput, callId = `order ${orders++}`) =>
      (await gate.admitBatch!({ callId, key: aKey(key), call: aCall() }, async () => input)).refusal,
  }
}
