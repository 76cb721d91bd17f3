import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express, { type RequestHandler } from 'express'
import {
  createLiteLLM,
  type Gateway,
  type LiteLLMOptions,
  litellm,
  litellmAuth,
  litellmErrors,
  litellmProxy,
  litellmUsage,
} from '../../../src/index.ts'
import { createServer as createAppServer } from '../../../src/lib/http/create-server.ts'
import { tuneCollector } from '../../../src/lib/speed-devices.ts'
import type { Contender, Started, Surroundings } from './started.ts'

export const authOnly: Contender = {
  name: 'ours: auth',
  what: 'Express 5, `litellmAuth` and `litellmProxy`',
  start: (surroundings) =>
    onExpress(surroundings, (gateway) => [litellmAuth({ gateway }), litellmProxy({ gateway }), litellmErrors()]),
}

export const authAndUsage: Contender = {
  name: 'ours: auth + usage',
  what: 'the same with `litellmUsage`',
  start: (surroundings) =>
    onExpress(surroundings, (gateway) => [
      litellmAuth({ gateway }),
      litellmUsage({ gateway }),
      litellmProxy({ gateway }),
      litellmErrors(),
    ]),
}

export const everything: Contender = {
  name: 'ours: everything, Express 5',
  slowStreams: true,
  what: '`litellm()` in a plain Express 5 app: keys, budgets, metering, cost, spend rows to PostgreSQL',
  ledger: true,
  start: (surroundings) => onExpress(surroundings, (gateway) => [litellm({ gateway })]),
}

export const createdServer: Contender = {
  name: 'ours: everything, createServer(app)',
  what: 'the same app on `createServer(app)`',
  ledger: true,
  async start(surroundings) {
    const gateway = await createGateway(surroundings)
    return { gateway, server: createAppServer(express().use(litellm({ gateway }))) }
  },
}

export const serve: Contender = {
  name: 'ours: everything, serve',
  slowStreams: true,
  what: 'the same without Express, as `express-litellm serve` does it',
  ledger: true,
  start: async (surroundings) => onBareServer(await createGateway(surroundings)),
}

export const journal: Contender = {
  name: 'ours: everything, serve, journal',
  what: 'the same with `durability: journal`: each call is on disk before its answer ends',
  ledger: true,
  async start(surroundings) {
    const dir = await mkdtemp(join(tmpdir(), 'express-litellm-bench-journal-'))
    const gateway = await createGateway(surroundings, { durability: 'journal', journal: { dir } })
    return { ...onBareServer(gateway), cleanUp: () => rm(dir, { recursive: true }) }
  },
}

function onBareServer(gateway: Gateway): Started {
  tuneCollector()
  const middleware = litellm({ gateway })
  return { gateway, server: createServer((req, res) => void middleware(req, res, () => res.writeHead(404).end())) }
}

type Handlers = (gateway: Gateway) => readonly unknown[]

async function onExpress(surroundings: Surroundings, handlers: Handlers): Promise<Started> {
  const gateway = await createGateway(surroundings)
  return { gateway, server: createServer(express().use(...(handlers(gateway) as RequestHandler[]))) }
}

async function createGateway(
  { upstreamPort, databaseUrl }: Surroundings,
  options: LiteLLMOptions = {},
): Promise<Gateway> {
  const litellm_params = {
    model: 'openai/gpt-4o',
    api_base: `http://127.0.0.1:${upstreamPort}/v1`,
    api_key: 'sk-provider',
  }
  const gateway = createLiteLLM({
    databaseUrl,
    masterKey: 'sk-master-of-the-benchmark',
    // Nothing may be refused at full speed: the rows are counted afterwards.
    logQueueSize: 200_000,
    logFlushInterval: '1s',
    durability: 'memory',
    ...options,
    config: { model_list: [{ model_name: 'gpt-4o', litellm_params }] },
  })
  await gateway.ready()
  return gateway
}
