import { type IncomingMessage, type Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { answerError, toLiteLLMError } from '../../call/answer/answer.ts'
import { attributionOf } from '../../call/request/attribution.ts'
import { openContext } from '../../call/request/context.ts'
import { type ClientSettings, clientIpOf } from '../../call/request/request-facts.ts'
import { LiteLLMError } from '../../errors.ts'
import type { Call } from '../../types.ts'
import { relayPathProblem } from '../../upstream/relay/relay-path.ts'
import { litellmAuth } from '../auth.ts'
import type { RelayGateway } from './relay-parts.ts'
import { createSession, type RelayedSession } from './relay-session.ts'
import { relayTargetOf } from './relay-target.ts'

/** A listener for a server's `upgrade` event. Leaves sockets alone that others may want. */
export type Upgrade = (req: IncomingMessage, socket: Duplex, head: Buffer) => void

const REALTIME = /^(?:\/v1)?\/realtime(?:\?|$)/

/**
 * Realtime sessions: authenticated like calls, sent to a deployment of the model in the query, metered message by message,
 * recorded as one row when they end.
 */
export function createUpgrade(gateway: RelayGateway): Upgrade {
  const auth = litellmAuth({ gateway })

  return function litellmUpgrade(req, socket, head) {
    if (!isSpoken(req)) return serveAsHttp(req, socket as Socket, head)
    // An error of a socket without a listener would end the process.
    socket.on('error', () => {})
    const session = createSession(openContext(req), gateway, () => socket.destroy())
    const res = new ServerResponse(req)
    res.assignSocket(socket as Socket)
    // What auth has reserved is given back when the response closes; here that is when the session does.
    socket.once('close', () => {
      session.end()
      res.emit('close')
    })
    const refuse = (error: unknown) => {
      session.fail(toLiteLLMError(error).status, toLiteLLMError(error).message)
      answer(req, res, socket, error)
    }
    try {
      openContext(req).call = callOf(req, gateway.calls)
    } catch (error) {
      return refuse(error)
    }
    auth(req, res, (error) => {
      if (error) return refuse(error)
      try {
        relay(req, res, socket as Socket, head, session)
      } catch (problem) {
        refuse(problem)
      }
    })
  }

  function relay(req: IncomingMessage, res: ServerResponse, socket: Socket, head: Buffer, session: RelayedSession) {
    const context = openContext(req)
    const { router, relay: parts } = gateway
    const route = { kind: 'resource', resource: 'realtime', rest: '/realtime', auth: true } as const
    const sources = { router, env: parts.env, models: parts.models }
    const { target, deployment } = relayTargetOf(route, req.url ?? '/', context.call!, context.key, sources)
    context.deployment = deployment
    res.detachSocket(socket)
    parts.transport.upgrade(req, socket, head, {
      target: { ...target, path: withModel(target.path, deployment.model) },
      answerHeaders: { 'x-litellm-call-id': context.callId },
      onOpen: session.open,
      onRefused: (status) => session.fail(status, `The upstream answered with status ${status}.`),
      onError(error) {
        session.fail(error.status, error.message)
        // After the upgrade there is no HTTP left to answer in.
        if (socket.bytesWritten === 0) reply(req, socket, error)
        else socket.destroy()
      },
    })
  }
}

function callOf(req: IncomingMessage, settings: ClientSettings): Call {
  const { url = '/' } = req
  const problem = relayPathProblem(url)
  if (problem) throw new LiteLLMError('bad_request', { param: 'path', message: `This cannot be relayed: ${problem}.` })
  const model = new URLSearchParams(url.split('?')[1] ?? '').get('model')
  if (!model) throw new LiteLLMError('model_missing', { param: 'model', message: 'Pass `?model=` in the URL.' })
  return {
    shape: 'openai-realtime',
    callType: '_arealtime',
    upstreamPath: '/realtime',
    modelGroup: model,
    stream: true,
    ...attributionOf(req.headers, undefined, settings),
    userAgent: req.headers['user-agent'],
    clientIp: clientIpOf(req, settings),
  }
}

/** The query with the provider's own name of the model. */
function withModel(path: string, model: string): string {
  const [before = '', query = ''] = path.split('?')
  const parameters = new URLSearchParams(query)
  parameters.set('model', model)
  return `${before}?${parameters}`
}

function reply(req: IncomingMessage, socket: Socket, error: LiteLLMError): void {
  const res = new ServerResponse(req)
  res.assignSocket(socket)
  answer(req, res, socket, error)
}

function answer(req: IncomingMessage, res: ServerResponse, socket: Duplex, error: unknown): void {
  res.shouldKeepAlive = false
  res.once('finish', () => socket.end())
  answerError(req, res, toLiteLLMError(error))
}

function isSpoken({ method, url = '/', headers }: IncomingMessage): boolean {
  return method === 'GET' && REALTIME.test(url) && headers.upgrade?.toLowerCase() === 'websocket'
}

/**
 * An upgrade that is not spoken here is passed over, as a server may (RFC 9110, 7.8): curl and Java ask for HTTP/2 with
 * ordinary requests. Node has taken the socket from its server; it gets it back, with the request as if it asked for no
 * upgrade. When others listen for upgrades too, the socket may be theirs.
 */
function serveAsHttp(req: IncomingMessage, socket: Socket, head: Buffer): void {
  const { server } = req.socket as Socket & { server?: Server }
  if (server?.listenerCount('upgrade') !== 1) return
  // The server sets its own again.
  socket.removeAllListeners('timeout')
  socket.unshift(Buffer.concat([headWithoutUpgrade(req), head]))
  server.emit('encrypted' in socket ? 'secureConnection' : 'connection', socket)
}

const OF_UPGRADES = /^(upgrade|http2-settings)$/i

function headWithoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2)
    if (OF_UPGRADES.test(name)) continue
    const kept = /^connection$/i.test(name)
      ? value.split(',').filter((option) => !OF_UPGRADES.test(option.trim()))
      : [value]
    if (kept.length > 0) lines.push(`${name}: ${kept.join(',')}`)
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}
