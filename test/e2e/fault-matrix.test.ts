import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startApp, type TestApp } from '../support/app.ts'
import {
  chatCompletion,
  chatEvents,
  type Script,
  type ScriptedUpstream,
  sendJson,
  startUpstream,
} from '../support/upstream.ts'

interface Fault {
  /** What the upstream does with a call whose model has the fault's name. */
  readonly script?: Script
  /** `api_base` instead of that upstream's. */
  readonly base?: (upstream: string) => string
  /** What the client sees when nothing else is tried. */
  readonly status: number
  /** Whether LiteLLM tries a lone deployment again. */
  readonly retried: boolean
}

const status = (code: number, retried: boolean, headers: Record<string, string> = {}): Fault => ({
  script: (res) => sendJson(res, code, { error: { message: 'no', type: 'upstream_says_no' } }, headers),
  status: code,
  retried,
})

const isStream = (request: { body: Buffer }) => JSON.parse(request.body.toString()).stream === true

const FAULTS: Readonly<Record<string, Fault>> = {
  'connection refused': { base: () => 'http://127.0.0.1:1/v1', status: 502, retried: true },
  'no such host': { base: () => 'http://no-such-host.invalid/v1', status: 502, retried: true },
  'TLS error': { base: (url) => url.replace('http:', 'https:'), status: 502, retried: true },
  '400': status(400, false),
  '401': status(401, false),
  '403': status(403, false),
  '404': status(404, false),
  '408': status(408, true),
  '413': status(413, false),
  '422': status(422, false),
  '429': status(429, true),
  '429 with retry-after': status(429, true, { 'retry-after-ms': '5' }),
  '500': status(500, true),
  '502': status(502, true),
  '503': status(503, true),
  '529': status(529, true),
  'slow head': { script: () => {}, status: 504, retried: true },
  'cut before the head': { script: (res) => void res.destroy(), status: 502, retried: true },
  'cut in a JSON body': {
    script: (res, request) => {
      if (isStream(request)) return void res.destroy()
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': '900' }).write('{"id"')
      setTimeout(() => res.destroy(), 10)
    },
    status: 502,
    retried: true,
  },
  'error as the first event of a 200 stream': {
    script: (res, request) => {
      const error = { error: { message: 'overloaded', type: 'server_error', code: 503 } }
      if (!isStream(request)) return sendJson(res, 503, error)
      res.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: ${JSON.stringify(error)}\n\n`)
    },
    status: 503,
    retried: true,
  },
}

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
  upstream = await startUpstream((res, request) => {
    const { model, stream } = JSON.parse(request.body.toString())
    const fault = FAULTS[model]
    if (fault) return void fault.script?.(res, request)
    if (!stream) return sendJson(res, 200, chatCompletion({ id: '' }))
    res.writeHead(200, { 'content-type': 'text/event-stream' }).end(chatEvents({ id: '' }).join(''))
  })
})
afterAll(() => upstream.close())

async function setup(strategy: string, retries: boolean, fallbacks: boolean): Promise<TestApp> {
  const prices = { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 }
  const model = (name: string, base = upstream.url) => ({
    model_name: name,
    litellm_params: {
      model: `openai/${name}`,
      api_base: base,
      api_key: 'k',
      timeout: name === 'slow head' ? 1 : 60,
      ...prices,
    },
  })
  return await startApp({
    upstream: upstream.url,
    options: {
      config: {
        environment_variables: { INITIAL_RETRY_DELAY: '0.01', JITTER: '0' },
        model_list: [
          model('healthy'),
          ...Object.entries(FAULTS).map(([name, { base }]) => model(name, base?.(upstream.url))),
        ],
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
  if (response.status === 200 && !stream) expect(JSON.parse(text)).toEqual(chatCompletion({ id: '' }))
  if (response.status === 200 && stream) expect(text).toBe(chatEvents({ id: '', usage: false }).join(''))
  if (response.status !== 200) expect(JSON.parse(text).error.message).toEqual(expect.any(String))
  return { fault, stream, status: response.status }
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
