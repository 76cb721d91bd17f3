import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createLiteLLM, litellm } from '../../../../src/index.ts'

/*
 * A gateway in a process of its own: `spender.ts <database> <upstream> <secret> <calls> <litellm_settings>`. Says `ready`, makes its calls
 * at once when it is told to on stdin, prints the status of each, and writes them when it is told to again.
 */

const [databaseUrl, upstream, secret, calls, settings = '{}'] = process.argv.slice(2)
const prices = { input_cost_per_token: 0, output_cost_per_token: 2e-6 }
const gateway = createLiteLLM({
  databaseUrl,
  reserve: 'postgres',
  reserveWait: '0s',
  limitStore: 'postgres',
  logFlushInterval: '1h',
  minConns: 2,
  maxConns: 4,
  config: {
    litellm_settings: JSON.parse(settings),
    model_list: [
      { model_name: 'gpt-4o', litellm_params: { model: 'openai/gpt-4o', api_base: upstream, api_key: 'k', ...prices } },
    ],
  },
})
const faults: string[] = []
gateway.events.on('fault', ({ error, where }) => faults.push(`${where}: ${error}`))
gateway.events.on('budget:local', ({ error }) => faults.push(`budget:local: ${error}`))
await gateway.ready()
const server = createServer(express().use(litellm({ gateway })))
await once(server.listen(0, '127.0.0.1'), 'listening')
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`
console.log('ready')
await once(process.stdin, 'data')

const statuses = await Promise.all(Array.from({ length: Number(calls) }, call))
console.log(JSON.stringify({ statuses, faults }))
await once(process.stdin, 'data')
server.close().closeAllConnections()
await gateway.close()
process.exit(0)

async function call() {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4o', messages: [], max_tokens: 5_000 }),
  })
  await answer.text()
  return answer.status
}
