import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { expect, test } from '@jest/globals'
import { createLiteLLM, type LiteLLMOptions } from '../../src/index.ts'
import { cleanups } from '../support/cleanups.ts'

/** Stands for PostgreSQL and Redis, and counts who comes. */
async function startCounter() {
  let connections = 0
  const server = createServer((socket) => {
    connections++
    socket.on('error', () => {}).destroy()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  cleanups.push(() => server.close())
  const { port } = server.address() as { port: number }
  return {
    address: `127.0.0.1:${port}`,
    /** Those that came before this question. Connections are taken in the order in which they were asked for. */
    async seen() {
      const last = connect(port, '127.0.0.1').on('error', () => {})
      await once(last, 'close')
      return connections - 1
    },
  }
}

const CASES: readonly [string, RegExp, (address: string) => LiteLLMOptions][] = [
  ['an unknown routing strategy', /router_settings.routing_strategy/, () => config({ routing_strategy: 'no-such' })],
  [
    'an endpoint without an address',
    /pass_through_endpoints\[0\]\.target must be a URL/,
    () => ({ config: { general_settings: { pass_through_endpoints: [{ path: '/a', target: 'ftp://a' }] } } }),
  ],
  [
    'a tag header that carries keys',
    /extra_spend_tag_headers.*authorization/,
    () => ({ config: { litellm_settings: { extra_spend_tag_headers: ['authorization'] } } }),
  ],
  ['a store of limits that is not there', /limitStore: redis/, () => ({ limitStore: 'redis' })],
  ['limits that each worker holds for itself', /limitStore: memory/, () => ({ limitStore: 'memory', workers: 2 })],
  ['budgets that each worker holds for itself', /reserve: memory/, () => ({ reserve: 'memory', workers: 2 })],
  ['no worker', /`workers` must be at least 1/, () => ({ workers: 0 })],
  [
    'the same with a Redis for the router',
    /router_settings.routing_strategy/,
    (address) => config({ routing_strategy: 'no-such', redis_url: `redis://${address}` }),
  ],
]

function config(router_settings: object): LiteLLMOptions {
  return { config: { router_settings } }
}

test.each(CASES)('%s is told before anything is opened', async (_, sentence, options) => {
  const { address, seen } = await startCounter()
  const databaseUrl = `postgres://u:p@${address}/litellm`
  expect(() => createLiteLLM({ databaseUrl, durability: 'journal', ...options(address) })).toThrow(sentence)
  expect(await seen()).toBe(0)
})
