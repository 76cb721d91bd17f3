import type { IncomingHttpHeaders } from 'node:http'
import type { Json } from '../types.ts'
import type { UpstreamExchange, UpstreamReceiver } from './exchange.ts'
import type { Upstream, UpstreamRequest } from './upstream.ts'

/** Parts of one call that are under way at once. */
const MOST_AT_ONCE = 8
/** Of one part they say what is not so of the whole. */
const OF_ONE_PART = /^(content-|transfer-encoding$|x-amzn-bedrock-)/

interface Parts {
  readonly bodies: readonly Buffer[]
  /** The one answer that those of all parts make. */
  join(answers: readonly Json[]): Json
}

/**
 * Sends one call in parts, for an API that takes one input at a time, and hands over one answer: that of all parts, in
 * their order, or the first that is an error.
 */
export function sendParts(
  upstream: Pick<Upstream, 'send'>,
  request: UpstreamRequest,
  { bodies, join }: Parts,
  receiver: UpstreamReceiver,
): UpstreamExchange {
  const open = new Set<UpstreamExchange>()
  const answers: Json[] = []
  let started = 0
  let answered = 0
  let isOver = false
  for (let n = 0; n < Math.min(MOST_AT_ONCE, bodies.length); n++) startNext()

  return {
    get waiting() {
      return answered === 0 && [...open].every(({ waiting }) => waiting)
    },
    get signature() {
      return [...open][0]?.signature ?? {}
    },
    // Embeddings are whole answers: there is nothing to hold back.
    pause() {},
    resume() {},
    abort: stop,
  }

  function startNext(): void {
    const at = started++
    const pieces: Buffer[] = []
    let status = 0
    let headers: IncomingHttpHeaders = {}
    const exchange = upstream.send(
      { ...request, body: bodies[at] },
      {
        onHead(statusCode, received) {
          status = statusCode
          headers = received
        },
        onData: (bytes) => void pieces.push(bytes),
        onEnd() {
          open.delete(exchange)
          take(at, status, headers, Buffer.concat(pieces))
        },
        onError(error) {
          if (isOver) return
          stop()
          receiver.onError(error)
        },
      },
    )
    open.add(exchange)
  }

  function take(at: number, status: number, headers: IncomingHttpHeaders, bytes: Buffer): void {
    if (isOver) return
    const answer = status === 200 ? parsed(bytes) : undefined
    if (!answer) {
      stop()
      hand(receiver, status, headers, bytes)
      return
    }
    answers[at] = answer
    answered++
    if (answered < bodies.length) {
      if (started < bodies.length) startNext()
      return
    }
    isOver = true
    const kept = Object.entries(headers).filter(([name]) => !OF_ONE_PART.test(name))
    const whole = Buffer.from(JSON.stringify(join(answers)))
    hand(receiver, 200, { ...Object.fromEntries(kept), 'content-type': 'application/json' }, whole)
  }

  function stop(): void {
    isOver = true
    for (const exchange of open) exchange.abort()
    open.clear()
  }
}

function hand(receiver: UpstreamReceiver, status: number, headers: IncomingHttpHeaders, bytes: Buffer): void {
  receiver.onHead(status, headers)
  receiver.onData(bytes)
  receiver.onEnd()
}

function parsed(bytes: Buffer): Json | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Json) : undefined
  } catch {
    return undefined
  }
}
