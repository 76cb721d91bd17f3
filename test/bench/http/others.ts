import { once } from 'node:events'
import http, { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { pathToFileURL } from 'node:url'
import { peers } from './peers.ts'
import type { Contender } from './started.ts'

const CONNECTIONS = 512

export const httpPipe: Contender = {
  name: 'node:http pipe',
  what: 'a hand-written proxy: `http.request` with a keep-alive agent, piped both ways',
  async start({ upstreamPort }) {
    const agent = new http.Agent({ keepAlive: true })
    const server = createServer((req, res) => {
      const headers = { ...req.headers, host: `127.0.0.1:${upstreamPort}` }
      const path = req.url
      const upstream = http.request({ port: upstreamPort, method: req.method, path, headers, agent }, (answer) => {
        res.writeHead(answer.statusCode!, answer.headers)
        answer.pipe(res)
      })
      upstream.on('error', () => res.destroy())
      req.pipe(upstream)
    })
    return { server }
  },
}

export const undiciPipe: Contender = {
  name: 'undici.dispatch pipe',
  slowStreams: true,
  what: 'a hand-written proxy: `undici` dispatch on `node:http`, piped both ways',
  async start({ upstreamPort }) {
    const { Agent } = await import('undici')
    const agent = new Agent({ connections: null, pipelining: 1 })
    const origin = `http://127.0.0.1:${upstreamPort}`
    const server = createServer((req, res) => {
      const { host, connection, ...headers } = req.headers
      agent.dispatch(
        { origin, path: req.url!, method: req.method as 'POST', headers, body: req },
        {
          onRequestStart() {},
          onResponseStart(controller, statusCode, { connection, 'keep-alive': _, ...answer }) {
            res.writeHead(statusCode, answer)
            res.on('drain', () => controller.resume())
          },
          onResponseData(controller, bytes) {
            if (!res.write(bytes)) controller.pause()
          },
          onResponseEnd: () => void res.end(),
          onResponseError: () => void res.destroy(),
        },
      )
    })
    return { server }
  },
}

export const expressProxy: Contender = {
  name: 'express + http-proxy-middleware',
  slowStreams: true,
  what: 'Express 5 and http-proxy-middleware 4 with a keep-alive agent, nothing else',
  async start({ upstreamPort }) {
    const { default: express } = await import('express')
    const { createProxyMiddleware } = await import('http-proxy-middleware')
    const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS * 4 })
    const target = `http://127.0.0.1:${upstreamPort}`
    return { server: createServer(express().use(createProxyMiddleware({ target, changeOrigin: true, agent }))) }
  },
}

export const fastifyProxy: Contender = {
  name: 'fastify + @fastify/http-proxy',
  what: 'Fastify and its proxy plug-in, nothing else',
  packages: ['fastify', '@fastify/http-proxy'],
  async start({ upstreamPort }) {
    const fastify = peers('fastify')()
    const upstream = `http://127.0.0.1:${upstreamPort}`
    fastify.register(peers('@fastify/http-proxy'), { upstream, undici: { connections: CONNECTIONS, pipelining: 1 } })
    await fastify.listen({ port: 0, host: '127.0.0.1' })
    return { port: (fastify.server.address() as AddressInfo).port }
  },
}

export const portkey: Contender = {
  name: '@portkey-ai/gateway',
  what: 'a gateway from npm that has no keys, budgets or ledger',
  packages: ['@portkey-ai/gateway'],
  headers: ({ upstreamPort }) => ({
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
  }),
  async start() {
    const port = await freePort()
    process.argv.push(`--port=${port}`, '--headless')
    const manifest = peers.resolve('@portkey-ai/gateway/package.json')
    await import(new URL('build/start-server.js', pathToFileURL(manifest)).href)
    return { port }
  },
}

async function freePort(): Promise<number> {
  const server = createTcpServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  await once(server.close(), 'close')
  return port
}
