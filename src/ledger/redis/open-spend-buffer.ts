import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { ConfigError } from '../../errors.ts'
import type { GatewayEvents } from '../../events.ts'
import { openRedis } from '../../lib/redis/open-redis.ts'
import type { RedisAddress } from '../../lib/redis/redis-address.ts'
import { RedisLock } from '../../lib/redis/redis-lock.ts'
import { withTimeout } from '../../lib/with-timeout.ts'
import { Drain } from '../drain/drain.ts'
import type { RetryOptions } from '../drain/retry.ts'
import { readSpendRecord } from '../record/spend-record.ts'
import type { WriteRecords } from '../write/spend-writer.ts'
import { isAtFault } from '../write/verdict.ts'
import { BatchStream, type StreamBatch } from './batch-stream.ts'
import { SpendBuffer } from './spend-buffer.ts'
import { StreamSource } from './stream-source.ts'

export interface OpenBufferOptions extends Pick<RetryOptions, 'retryDelayMs'> {
  readonly redis: RedisAddress
  /** Processes with the same name share one stream. One for each database. */
  readonly name: string
  readonly write: WriteRecords
  readonly events: GatewayEvents
  /** How long the others wait when the process that writes has died. */
  readonly lockMs: number
}

export interface OpenBuffer {
  readonly write: WriteRecords
  leave: SpendBuffer['leave']
  /** Rejects with a ConfigError when the package is missing. A Redis that is away is waited for. */
  ready(): Promise<void>
  close(): Promise<void>
}

const COMMAND_MS = 2_000
/** How long the first batch waits for the connection, before it goes another way. */
const CONNECT_MS = 2_000

/** This process's part in the Redis buffer: it sends its batches there, and writes everybody's while it has the lock. */
export function openSpendBuffer({ redis: address, name, lockMs, ...options }: OpenBufferOptions): OpenBuffer {
  const sender = randomUUID()
  const opening = open()
  opening.catch(() => {})
  const buffer = new SpendBuffer({
    stream: opening.then(({ stream }) => stream),
    sender,
    direct: options.write,
    events: options.events,
  })
  return {
    write: buffer.write,
    leave: buffer.leave,
    async ready() {
      await opening.catch((cause: unknown) => {
        throw new ConfigError('`use_redis_transaction_buffer` needs the package ioredis: npm install ioredis', {
          cause,
        })
      })
    },
    async close() {
      buffer.close()
      const opened = await opening.catch(() => undefined)
      await opened?.drain.stop()
      opened?.redis.disconnect()
    },
  }

  async function open() {
    const redis = await openRedis(address, {
      commandTimeout: COMMAND_MS,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
    })
    if (redis.status !== 'ready') await withTimeout(CONNECT_MS, once(redis, 'ready'), () => {}).catch(() => {})
    const stream = new BatchStream(redis, name)
    const lock = new RedisLock(redis, `{${name}}:lock`, sender, lockMs)
    const source = new StreamSource({ stream, lock, renewMs: lockMs / 3 })
    const drain = startBufferDrain({ ...options, source })
    return { redis, stream, drain }
  }
}

interface BufferDrainOptions extends Pick<RetryOptions, 'retryDelayMs'> {
  readonly source: StreamSource
  readonly write: WriteRecords
  readonly events: GatewayEvents
}

interface BufferDrain {
  /** Lets a write that is on its way end, for a moment; what it does not settle stays pending in Redis. */
  stop(): Promise<void>
}

/** A write that is on its way is given this long when the process ends. */
const STOP_MS = 2_000

/** Takes the batches of all processes from Redis to the database, while this process holds the lock there. */
export function startBufferDrain({ source, write, events, retryDelayMs }: BufferDrainOptions): BufferDrain {
  const drain = new Drain<StreamBatch>({
    source,
    // Each batch was collected by its sender: none waits for others, and several that wait go together.
    batchSize: 1,
    flushIntervalMs: 0,
    retryDelayMs,
    retryAttempts: Number.POSITIVE_INFINITY,
    isAtFault,
    async write(batches) {
      try {
        await write(batches.flatMap(({ text }) => (text === '' ? [] : text.split('\n').map(readSpendRecord))))
      } catch (error) {
        // Another process repeats it.
        if (source.ended) drain.stop()
        throw error
      }
    },
    onRetry: ({ length }, attempt, error) => events.tell('spend:retry', { size: length, attempt, error }),
  })
  void source.start()
  drain.wake()
  return {
    async stop() {
      source.end()
      await withTimeout(STOP_MS, drain.idle(), () => {})
      drain.stop()
      await source.release()
    },
  }
}
