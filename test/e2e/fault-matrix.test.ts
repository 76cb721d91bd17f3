import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startApp, type TestApp } from '../support/app.ts'
import { FAULTS, faultyModel, faultyUpstream } from '../support/faults.ts'
import { until } from '../support/until.ts'
import { chatCompletion, chatEvents, type ScriptedUpstream } from '../support/upstream.ts'

const STRATEGIES = [
  'simple-shuffle',
  'least-busy',
  'usage-based-routing',
  'usage-based-routing-v2',
  'latency-based-routing',
  'cost-based-routing',
]
const RETRIES = 2

let upstream: ScriptedUpstream
beforeAll(async () => {
  upstream = await faultyUpstream()
})
afterAll(() => upstream.close())

async function setup(strategy: string, retries: boolean, fallbacks: boolean): Promise<TestApp> {
  return await startApp({
    upstream: upstream.url,
    options: {
      config: {
        environment_variables: { INITIAL_RETRY_DELAY: '0.01', JITTER: '0' },
        model_list: ['healthy', ...Object.keys(FAULTS)].map((name) => faultyModel(name, upstream)),
        router_settings: {
          routing_strategy: strategy,
          num_retries: retries ? RETRIES : 0,
          disable_cooldowns: true,
          ...(fallbacks && { default_fallbacks: ['healthy'] }),
        },
      },
    },
  })
}

const WAYS = [false, true].flatMap((retries) => [false, true].map((fallbacks) => ({ retries, fallbacks })))

describe.each(STRATEGIES)('%s', (strategy) => {
  test('every fault, with and without retries and fallbacks: the client sees the one right thing, and one right row is left', async () => {
    // Mostly waiting, so together.
    await Promise.all(WAYS.map((way) => run(strategy, way)))
  })
})

async function run(strategy: string, { retries, fallbacks }: { retries: boolean; fallbacks: boolean }) {
  const app = await setup(strategy, retries, fallbacks)
  try {
    const { secret } = await app.key()
    const calls = Object.keys(FAULTS).flatMap((fault) => [false, true].map((stream) => ({ fault, stream })))
    const seen = await Promise.all(calls.map((call) => make(app, secret, call)))
    const rows = await app.rows()
    const expected = calls.map(({ fault, stream }) => {
      const { status, retried } = FAULTS[fault]!
      const tries = retries && retried ? RETRIES + 1 : 1
      return { fault, stream, status: fallbacks ? 200 : status, tries, rows: 1, spend: fallbacks ? 0.00005 : 0 }
    })
    expect(seen.map((answer) => ({ ...answer, ...left(rows, answer) }))).toEqual(
      expected.map((one) => ({ ...one, spend: expect.closeTo(one.spend, 12) })),
    )
  } finally {
    await app.close()
  }
}

async function make(app: TestApp, secret: string, { fault, stream }: { fault: string; stream: boolean }) {
  const metadata = { session_id: `${fault}/${stream}` }
  const response = await app.post('/v1/chat/completions', secret, { model: fault, stream, messages: [], metadata })
  const text = await response.text()
  if (response.status === 200 && !stream) expect(JSON.parse(text)).toMatchObject({ choices: chatCompletion().choices })
  if (response.status === 200 && stream)
    expect(withoutModel(text)).toBe(withoutModel(chatEvents({ id: '', usage: false }).join('')))
  if (response.status !== 200) expect(JSON.parse(text).error.message).toEqual(expect.any(String))
  return { fault, stream, status: response.status }
}

/** Models of fallbacks are named as their provider does. */
function withoutModel(events: string): string {
  return events.replace(/"model":"[^"]*",/g, '')
}

/** What the log says of a call: its rows, its spend, and how often its own model group was tried. */
function left(
  rows: readonly Record<string, any>[],
  { fault, stream, status }: { fault: string; stream: boolean; status: number },
) {
  const own = rows.filter(({ session_id }) => session_id === `${fault}/${stream}`)
  const [row] = own
  expect([fault, row?.status]).toEqual([fault, status === 200 ? 'success' : 'failure'])
  const { attempted_retries, attempted_fallbacks } = row!.metadata
  expect([fault, attempted_fallbacks]).toEqual([fault, status === 200 ? 1 : 0])
  return { tries: attempted_retries + 1, rows: own.length, spend: row!.spend }
}

test('one failure cools a deployment of several down after the faults that say it is ill, and after no other', async () => {
  const names = Object.keys(FAULTS)
  const list = names.flatMap((name) => [faultyModel(name, upstream), faultyModel(name, upstream, { weight: 1 })])
  const app = await startApp({
    upstream: upstream.url,
    options: { config: { model_list: list, router_settings: { num_retries: 0, cooldown_time: 60 } } },
  })
  try {
    const cooled = new Map<string, number>()
    app.gateway.events.on('deployment:cool', ({ modelGroup, ms }) => cooled.set(modelGroup, ms))
    const { secret } = await app.key()
    const calls = names.map((model) => app.post('/v1/chat/completions', secret, { model, messages: [] }))
    await Promise.all((await Promise.all(calls)).map((response) => response.text()))
    const expected = names.filter((name) => FAULTS[name]!.cools)
    // Those of its credential are asked about first.
    await until(() => cooled.size >= expected.length)
    // An upstream that says when to come back is believed.
    expect(Object.fromEntries(cooled)).toEqual(
      Object.fromEntries(expected.map((name) => [name, name.includes('retry-after') ? 5 : 60_000])),
    )
  } finally {
    await app.close()
  }
})
