import { Agent, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { createProxyMiddleware, type Plugin } from 'http-proxy-middleware'
import { isLiteLLMError, type LiteLLMError } from '../../errors.ts'
import { secretsIn } from '../../lib/secrets.ts'
import type { Credential, UploadBody } from '../../types.ts'
import type { Authorizer } from '../sign/authorizer.ts'
import { credentialError } from '../sign/credentials.ts'
import { toUpstreamError } from '../upstream-error.ts'
import { type AnswerReading, relayAnswer } from './relay-answer.ts'
import { keepUpgradeHeaders, relayRequestHeaders, relayUpgradeHeaders } from './relay-headers.ts'

/** Where a request goes. All of it comes from the configuration but the end of the path, which has been checked. */
export interface RelayTarget {
  /** "https://host:port". */
  readonly origin: string
  /** Path and query, as they are sent. */
  readonly path: string
  /** Provider key and the like. Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Signs the request, whose body must have been read. */
  readonly credential?: Credential
}

export interface RelayJob {
  readonly target: RelayTarget
  /** The body, when somebody has read it; else it is streamed. */
  readonly body?: Buffer
  /** The same of a form that is passed on, changed, while it comes. */
  readonly upload?: UploadBody
  /** Added to the answer. */
  readonly answerHeaders?: Readonly<Record<string, string>>
  /** How an answer in JSON is read before the client gets it. Default: it passes as it comes. */
  readonly answer?: AnswerReading
  /** The upstream answers with an error, which the client gets. */
  onFailure?(status: number, said: string): void
  /** The request could not be relayed. Nothing has been answered. */
  onError(error: LiteLLMError): void
}

export interface UpgradeJob {
  readonly target: RelayTarget
  /** Added to the answer. */
  readonly answerHeaders?: Readonly<Record<string, string>>
  /** The upstream agreed; its bytes come from this socket. */
  onOpen(upstream: Socket): void
  /** The upstream answered with this status instead. The client has it. */
  onRefused(status: number): void
  onError(error: LiteLLMError): void
}

/** Relays what is not dispatched: uploads, unknown paths, WebSockets. */
export interface Relay {
  web(req: IncomingMessage, res: ServerResponse, job: RelayJob): void
  upgrade(req: IncomingMessage, socket: Socket, head: Buffer, job: UpgradeJob): void
  close(): void
}

export interface RelayOptions {
  /** Longest silence of an upstream. */
  readonly timeoutMs: number
  /** Needed for targets with a credential only. */
  readonly authorizer?: Authorizer
}

type Job = RelayJob | UpgradeJob

export function createRelay({ timeoutMs, authorizer }: RelayOptions): Relay {
  const jobs = new WeakMap<IncomingMessage, Job>()
  const agents = [new Agent({ keepAlive: true }), new SecureAgent({ keepAlive: true })] as const
  const proxy = createProxyMiddleware<IncomingMessage, ServerResponse>({
    changeOrigin: true,
    selfHandleResponse: true,
    proxyTimeout: timeoutMs,
    // The default plugins answer errors with text of their own, and write to the console.
    ejectPlugins: true,
    plugins: [reportTo(jobs)],
    router(view, res, options) {
      const job = jobs.get(view)
      if (!job) throw new Error('No job is known of this request')
      const isWeb = res !== undefined
      // `options` are a copy for this request.
      if (isWeb) options.agent = job.target.origin.startsWith('https:') ? agents[1] : agents[0]
      if ('body' in job && job.body) options.buffer = Readable.from([job.body])
      else if ('upload' in job) options.buffer = job.upload?.open()
      return job.target.origin
    },
  })

  return {
    web(req, res, job) {
      const { credential } = job.target
      if (credential) void signed(req, res, job, credential)
      else send(req, res, job)
    },
    upgrade(req, socket, head, job) {
      const view = viewOf(req, job.target.path, relayUpgradeHeaders(req.headers, job.target.headers))
      jobs.set(view, job)
      proxy.upgrade(view, socket, head)
    },
    close() {
      for (const agent of agents) agent.destroy()
    },
  }

  function send(req: IncomingMessage, res: ServerResponse, job: RelayJob): void {
    const headers = { ...relayRequestHeaders(req.headers, job.target.headers), ...lengthOf(req, job) }
    const view = viewOf(req, job.target.path, headers)
    jobs.set(view, job)
    void proxy(view, res, (error) => job.onError(relayErrorOf(error as Error)))
  }

  async function signed(req: IncomingMessage, res: ServerResponse, job: RelayJob, credential: Credential) {
    const { target, body } = job
    const headers = relayRequestHeaders(req.headers, target.headers) as Record<string, string>
    const request = { method: req.method ?? 'GET', url: target.origin + target.path, headers, body }
    try {
      if (!authorizer) throw credentialError('This gateway signs no calls.')
      const own = await authorizer.authorize(credential, request)
      if (!res.destroyed) send(req, res, { ...job, target: { ...target, headers: { ...target.headers, ...own } } })
    } catch (error) {
      job.onError(isLiteLLMError(error) ? error : credentialError('The request could not be signed.', error))
    }
  }
}

function reportTo(jobs: WeakMap<IncomingMessage, Job>): Plugin {
  const opened = new WeakMap<Socket, UpgradeJob>()
  return (server) => {
    server.on('proxyRes', (upstream, view, res) => {
      const job = jobs.get(view) as RelayJob
      relayAnswer(upstream, res, {
        headers: job.answerHeaders ?? {},
        secrets: secretsIn(job.target.headers),
        reading: job.answer,
        onFailure: job.onFailure,
        onError: job.onError,
      })
    })
    // What a client does wrong in the middle of an upload ends the request to the upstream: it must not seem complete.
    server.on('proxyReq', (upstreamReq, _view, _res, { buffer }) => {
      buffer?.once('error', (error: Error) => upstreamReq.destroy(error))
    })
    // Registered before the proxy's own listeners, so that it copies what we leave of the headers.
    server.on('proxyReqWs', (upstreamReq: ClientRequest, view) => {
      const job = jobs.get(view) as UpgradeJob
      upstreamReq.on('upgrade', (upstream: IncomingMessage, socket: Socket) => {
        keepUpgradeHeaders(upstream.headers)
        Object.assign(upstream.headers, job.answerHeaders)
        opened.set(socket, job)
      })
      upstreamReq.on('response', (upstream: IncomingMessage) => {
        keepUpgradeHeaders(upstream.headers)
        Object.assign(upstream.headers, job.answerHeaders)
        job.onRefused(upstream.statusCode ?? 502)
      })
    })
    // Not earlier: a listener for data that comes before the proxy's pipe would take the first bytes from the client.
    server.on('open', (socket) => opened.get(socket)?.onOpen(socket))
    server.on('error', (error, view) => view && jobs.get(view)?.onError(relayErrorOf(error)))
  }
}

function relayErrorOf(error: Error): LiteLLMError {
  return isLiteLLMError(error) ? error : toUpstreamError(error)
}

/** A body that somebody has read has a length; of one that is streamed as it is, the client's own is passed on. */
function lengthOf({ headers }: IncomingMessage, { body, upload }: RelayJob): Record<string, string> {
  const length = upload ? upload.byteLength : (body?.length ?? headers['content-length'])
  return length === undefined ? {} : { 'content-length': String(length) }
}

/**
 * The request as the proxy is to see it: another path, other headers. The request itself stays what the client sent,
 * because the app may log it, and our provider key must not be in it. Changing the outgoing request in `proxyReq` is no
 * way: the proxy leaves that event out when the client sends `Expect`.
 */
function viewOf(req: IncomingMessage, path: string, headers: Record<string, string | string[]>): IncomingMessage {
  const bound = STREAM_METHODS.map((name) => [name, { value: req[name].bind(req) }])
  return Object.create(req, {
    url: { value: path, writable: true },
    headers: { value: headers },
    ...Object.fromEntries(bound),
  }) as IncomingMessage
}

/** What the proxy calls of a request must change the request, not the view of it. */
const STREAM_METHODS = ['on', 'once', 'off', 'pipe', 'unpipe', 'pause', 'resume', 'destroy'] as const
