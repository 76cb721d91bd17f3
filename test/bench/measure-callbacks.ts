// node test/bench/measure-callbacks.ts [rounds]
// What a callback that hangs costs the calls: small JSON calls through two gateways in one process, by turns. The callback
// of one is answered, that of the other is not. Says p50 and p99 of both, and their ratio.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLiteLLM, litellm } from '../../src/index.ts'
import { compose } from '../../src/lib/http/middleware.ts'

const ROUNDS = Number(process.argv[2] ?? '40')
const CALLS = 100
const CLIENTS = 8
const MASTER_KEY = 'sk-bench'

const answer = JSON.stringify({
  ...{
    id: 'c',
    object: 'chat.completion',
    model: 'm',
    usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
  },
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hi' } }],
})
const upstream = await listening(
  createServer((req, res) => {
    req.resume().once('end', () => res.writeHead(200, { 'content-type': 'application/json' }).end(answer))
  }),
)
const hanging = await listening(createServer((req) => req.resume()))
const answering = await listening(createServer((req, res) => void req.resume().once('end', () => res.end('{}'))))
const gateways = await Promise.all([gatewayTelling(answering), gatewayTelling(hanging)])
const times: [number[], number[]] = [[], []]
for (let round = -5; round < ROUNDS; round++) {
  for (const which of [0, 1] as const) {
    const found = await measure(gateways[which].url)
    if (round >= 0) times[which].push(...found)
  }
}
const [answered, unanswered] = times.map((ms) => ({ p50: quantile(ms, 0.5), p99: quantile(ms, 0.99) }))
console.log({ calls: times[0].length, answered, unanswered })
console.log(
  `ratio p50 ${(unanswered!.p50 / answered!.p50).toFixed(3)}, p99 ${(unanswered!.p99 / answered!.p99).toFixed(3)}`,
)
process.exit()

async function gatewayTelling(endpoint: string): Promise<{ readonly url: string }> {
  const gateway = createLiteLLM({
    enabled: false,
    masterKey: MASTER_KEY,
    config: {
      model_list: [{ model_name: 'm', litellm_params: { model: 'openai/m', api_base: upstream, api_key: 'x' } }],
      litellm_settings: { callbacks: ['generic_api'] },
      environment_variables: { GENERIC_LOGGER_ENDPOINT: endpoint, DEFAULT_FLUSH_INTERVAL_SECONDS: '1' },
    },
  })
  const app = compose(litellm({ gateway }))
  return { url: await listening(createServer((req, res) => app(req, res, () => res.writeHead(404).end()))) }
}

async function listening(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function measure(url: string): Promise<number[]> {
  const ms: number[] = []
  const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }] })
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (let call = 0; call < CALLS / CLIENTS; call++) {
        const at = performance.now()
        const headers = { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' }
        const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body })
        if (response.status !== 200) throw new Error(await response.text())
        await response.arrayBuffer()
        ms.push(performance.now() - at)
      }
    }),
  )
  return ms
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Number(sorted[Math.floor(sorted.length * share)]!.toFixed(2))
}
