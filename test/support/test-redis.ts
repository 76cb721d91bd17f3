import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { GenericContainer, getContainerRuntimeClient } from 'testcontainers'
import { within } from './within.ts'

export interface TestRedis {
  readonly url: string
  /** Which server it is, for the one line that a run prints. */
  readonly name: string
  stop(): Promise<void>
}

const DETECT_MS = 2_000
const START_MS = 90_000
const POLL_MS = 20

/** `TEST_REDIS_URL`, else the `redis-server` of this machine, else one in a container, else none. */
export async function startTestRedis(): Promise<TestRedis | undefined> {
  const url = process.env.TEST_REDIS_URL
  if (url) return { url, name: `TEST_REDIS_URL, ${new URL(url).host}`, stop: async () => {} }
  return (await startProgram().catch(() => undefined)) ?? (await startContainer().catch(() => undefined))
}

/** Keeps nothing. */
const STANDALONE = ['--save', '', '--appendonly', 'no'] as const

/** A server of its own on a free port. For tests that stop it, too. */
export async function startProgram(port?: number, more: readonly string[] = STANDALONE): Promise<TestRedis> {
  const chosen = port ?? (await freePort())
  const [config, ...options] = more[0]?.startsWith('--') ? ['', ...more] : more
  const flags = [...(config ? [config] : []), '--port', String(chosen), '--bind', '127.0.0.1', ...options]
  const server = spawn('redis-server', flags, { stdio: 'ignore' })
  await once(server, 'spawn')
  const url = `redis://127.0.0.1:${chosen}`
  await within(START_MS, answers(url, server))
  return { url, name: 'redis-server of this machine', stop: () => end(server) }
}

async function startContainer(): Promise<TestRedis> {
  await within(DETECT_MS, getContainerRuntimeClient())
  const container = await within(START_MS, new GenericContainer('redis:7-alpine').withExposedPorts(6379).start())
  return {
    url: `redis://${container.getHost()}:${container.getMappedPort(6379)}`,
    name: 'a container of redis:7-alpine',
    stop: async () => void (await container.stop()),
  }
}

async function answers(url: string, server: ChildProcess): Promise<void> {
  const redis = new Redis(url, { retryStrategy: () => POLL_MS, maxRetriesPerRequest: null })
  redis.on('error', () => {}) // not yet listening
  try {
    while (server.exitCode === null) {
      if ((await redis.ping()) === 'PONG') return
      await sleep(POLL_MS)
    }
    throw new Error(`redis-server ended with ${server.exitCode}`)
  } finally {
    redis.disconnect()
  }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return
  server.kill('SIGTERM')
  await once(server, 'exit')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
