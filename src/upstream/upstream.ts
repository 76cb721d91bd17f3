import { Agent, type Dispatcher } from 'undici'
import { isLiteLLMError, type LiteLLMError } from '../errors.ts'
import { callUnderWay, inStep } from '../lib/turn-queue.ts'
import type { Credential, ParallelLimit, UploadBody } from '../types.ts'
import { guardedLookup } from './client-side.ts'
import { Exchange, type UpstreamExchange, type UpstreamReceiver } from './exchange.ts'
import type { Authorizer } from './sign/authorizer.ts'
import { credentialError } from './sign/credentials.ts'
import { createSlots } from './slots.ts'
import { toUpstreamError } from './upstream-error.ts'

export interface UpstreamRequest {
  readonly method: string
  /** Absolute, from the deployment and the call's shape; never from anything a client chose. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
  /** Instead of `body`: one that is sent while it comes. */
  readonly upload?: UploadBody
  /** Signs the request. */
  readonly credential?: Credential
  /** The address is not the operator's: only the open internet is talked to. */
  readonly guarded?: boolean
  /** Waits while so many requests of that name are under way. */
  readonly parallel?: ParallelLimit & { readonly name: string }
  /** Instead of the upstream's own. */
  readonly timeoutMs?: number
}

export interface Upstream {
  send(request: UpstreamRequest, receiver: UpstreamReceiver): UpstreamExchange
  close(): Promise<void>
}

export interface UpstreamOptions {
  /** Longest wait for the head of an answer, and between two pieces of its body. */
  readonly timeoutMs: number
  /** Needed for requests with a credential only. */
  readonly authorizer?: Authorizer
}

const KEPT = {
  pipelining: 1,
  connections: null,
  keepAliveTimeout: 30_000,
  // A stream of events has no length that could be too long.
  maxResponseSize: -1,
}

/** Sends calls to upstreams over kept connections. Answers are handed over piece by piece, unbuffered. */
export function createUpstream({ timeoutMs, authorizer }: UpstreamOptions): Upstream {
  const settings = { ...KEPT, headersTimeout: timeoutMs, bodyTimeout: timeoutMs }
  const agent = new Agent(settings)
  const slots = createSlots()
  let open: Agent | undefined
  return {
    send(request, receiver) {
      const exchange = new Exchange(receiver, callUnderWay())
      if (request.parallel) queue(request, request.parallel, exchange)
      else begin(request, exchange)
      return exchange
    },
    close: async () => void (await Promise.all([agent.destroy(), open?.destroy()])),
  }

  function queue(
    request: UpstreamRequest,
    { name, calls, toEnd }: NonNullable<UpstreamRequest['parallel']>,
    exchange: Exchange,
  ) {
    const start = () => {
      exchange.waiting = false
      begin(request, exchange)
    }
    exchange.waiting = true
    const refuse = (error: LiteLLMError) => exchange.fail(error)
    const giveBack = slots.take({ name, limit: calls, timeoutMs: request.timeoutMs ?? timeoutMs }, { start, refuse })
    exchange.hold(giveBack, toEnd)
  }

  function begin(request: UpstreamRequest, exchange: Exchange): void {
    if (exchange.aborted) return
    if (request.credential) void signed(request, request.credential, exchange)
    else depart(request, exchange)
  }

  function depart(request: UpstreamRequest, exchange: Exchange): void {
    exchange.waiting = true
    inStep('departures', () => {
      exchange.waiting = false
      if (exchange.aborted) return
      try {
        dispatch(request, exchange)
      } catch (error) {
        exchange.fail(toUpstreamError(error as Error))
      }
    })
  }

  function dispatch(request: UpstreamRequest, exchange: Exchange): void {
    const { origin, path } = splitUrl(request.url)
    const { method, headers, body, timeoutMs: own = timeoutMs } = request
    const timeouts = { headersTimeout: own, bodyTimeout: own }
    const by = request.guarded ? guardedAgent() : agent
    const content = request.upload ? uploaded(request.upload, headers) : { headers, body }
    by.dispatch({ origin, path, method: method as Dispatcher.HttpMethod, ...content, ...timeouts }, exchange)
  }

  function guardedAgent(): Agent {
    open ??= new Agent({ ...settings, connect: { lookup: guardedLookup } })
    return open
  }

  async function signed(request: UpstreamRequest, credential: Credential, exchange: Exchange): Promise<void> {
    try {
      if (!authorizer) throw credentialError('This gateway signs no calls.')
      exchange.signature = await authorizer.authorize(credential, request)
      const headers = { ...request.headers, ...exchange.signature }
      depart({ ...request, headers }, exchange)
    } catch (error) {
      exchange.fail(isLiteLLMError(error) ? error : credentialError('The call could not be signed.', error))
    }
  }
}

function uploaded({ byteLength, open }: UploadBody, headers: UpstreamRequest['headers']) {
  const length = byteLength === undefined ? {} : { 'content-length': String(byteLength) }
  return { headers: { ...headers, ...length }, body: open() }
}

function splitUrl(url: string): { origin: string; path: string } {
  const slash = url.indexOf('/', url.indexOf('//') + 2)
  return slash < 0 ? { origin: url, path: '/' } : { origin: url.slice(0, slash), path: url.slice(slash) }
}
