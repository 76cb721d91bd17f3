import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createHistogram, performance } from 'node:perf_hooks'
import { answerCommands } from '../process/answer-commands.ts'
import { bytesOfRequest, type LoadRequest } from './load-request.ts'
import { ResponseReader } from './response-reader.ts'

export interface LoadJob extends LoadRequest {
  readonly connections: number
  readonly seconds: number
}

/** Times in microseconds. */
export interface LoadResult {
  readonly requests: number
  readonly seconds: number
  readonly p50: number
  readonly p99: number
  readonly firstByteP50: number
  /** From the upstream's write of a chunk to its arrival here; 0 when chunks carried no time. */
  readonly chunkP50: number
  readonly chunkP99: number
}

/** Streams that are being opened at once. */
const OPENING = 50
let held: Socket[] = []

answerCommands(undefined, {
  run,
  /** Opens streams and leaves them open. Resolves when each has begun. */
  async hold(job: LoadRequest & { connections: number }) {
    const bytes = bytesOfRequest(job)
    const open = async () => {
      while (held.length < job.connections) {
        const socket = connect(job.port, '127.0.0.1').on('error', () => {})
        held.push(socket)
        socket.write(bytes)
        await once(socket, 'data')
        socket.resume()
      }
    }
    await Promise.all(Array.from({ length: OPENING }, open))
  },
  release() {
    for (const socket of held) socket.destroy()
    held = []
  },
})

/** Each connection sends its next request when the answer before is complete. The ones under way at the end count. */
async function run(job: LoadJob): Promise<LoadResult> {
  const bytes = bytesOfRequest(job)
  const total = createHistogram()
  const firstByte = createHistogram()
  const chunk = createHistogram()
  const startedAt = performance.now()
  const until = startedAt + job.seconds * 1_000
  let requests = 0
  await Promise.all(Array.from({ length: job.connections }, drive))
  const seconds = (performance.now() - startedAt) / 1_000
  const us = (ns: number) => (ns > 1e15 ? 0 : ns / 1_000)
  return {
    requests,
    seconds,
    p50: us(total.percentile(50)),
    p99: us(total.percentile(99)),
    firstByteP50: firstByte.count > 0 ? us(firstByte.percentile(50)) : 0,
    chunkP50: chunk.count > 0 ? us(chunk.percentile(50)) : 0,
    chunkP99: chunk.count > 0 ? us(chunk.percentile(99)) : 0,
  }

  function drive(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect(job.port, '127.0.0.1').setNoDelay()
      let sentAt = 0n
      const reader = new ResponseReader({
        onFirstByte: () => firstByte.record(process.hrtime.bigint() - sentAt),
        onTime: (time) => chunk.record(later(process.hrtime.bigint() - time)),
        onEnd,
        onBad: (text) => {
          socket.destroy()
          reject(new Error(`the contender on port ${job.port} answered: ${text.slice(0, 400)}`))
        },
      })
      socket.once('connect', send).on('data', (data) => reader.push(data))
      socket.once('error', reject).once('close', () => reject(new Error(`port ${job.port} hung up`)))

      function send() {
        sentAt = process.hrtime.bigint()
        socket.write(bytes)
      }

      function onEnd() {
        requests++
        total.record(later(process.hrtime.bigint() - sentAt))
        if (performance.now() < until) return send()
        resolve()
        socket.destroy()
      }
    })
  }
}

function later(ns: bigint): bigint {
  return ns > 0n ? ns : 1n
}
