import type { IncomingMessage, ServerResponse } from 'node:http'
import { openContext, type RequestContext } from '../call/request/context.ts'
import { callOf } from '../call/request/read-call.ts'
import type { Gateway } from '../gateway.ts'
import { type Middleware, thenNext } from '../lib/http/middleware.ts'
import type { CallHooks } from '../signals/callbacks/call-hooks.ts'
import type { HookedCall } from '../signals/callbacks/custom-logger.ts'
import type { Call, Json } from '../types.ts'
import { framingOf } from '../usage/streams/framings.ts'
import { type GatewayOption, gatewayOf } from './default-gateway.ts'

type HooksGateway = Pick<Gateway, 'calls' | 'hooks' | 'events'>

/** Larger events are not shown to hooks. */
const MAX_EVENT_BYTES = 1 << 20

/**
 * Asks the hooks of custom loggers: `preCall` before the call is made, `postCall` before its head is sent, `onStreamEvent`
 * for what is sent then. Mount it after `litellmAuth`. Without hooks it does nothing.
 */
export function litellmHooks(options: GatewayOption<HooksGateway> = {}): Middleware {
  const { calls, hooks, events } = gatewayOf<HooksGateway>(options)

  return function litellmHooksMiddleware(req, res, next) {
    if (!hooks) return next()
    thenNext(() => ask(req, res, hooks), next)
  }

  async function ask(req: IncomingMessage, res: ServerResponse, hooks: CallHooks): Promise<void> {
    const context = openContext(req)
    const call = await callOf(req, res, calls)
    const shown = shownOf(context, call)
    const body = await hooks.preCall(call.json, shown)
    if (body !== call.json && body) context.call = withBody(call, body)
    addHeaders(res, context, shown, hooks)
    if (call.stream && hooks.hearsStreams) {
      showEvents(
        res,
        (event) => hooks.onStreamEvent(event, shown),
        (error) => events.tell('fault', { error, where: 'onStreamEvent' }),
      )
    }
  }
}

function shownOf({ callId, key }: RequestContext, call: Call): HookedCall {
  const { modelGroup, shape, callType, stream, endUserId } = call
  return { callId, key, modelGroup, shape, callType, stream, endUserId }
}

/** Another model is another model group: rights and budgets were looked at for the one that the client asked for. */
function withBody(call: Call, body: Json): Call {
  const { model } = body
  const isOther = typeof model === 'string' && model !== '' && model !== call.json?.model
  return {
    ...call,
    json: body,
    extraBody: undefined,
    body: Buffer.from(JSON.stringify(body)),
    modelGroup: isOther ? model : call.modelGroup,
  }
}

function addHeaders(res: ServerResponse, context: RequestContext, call: HookedCall, hooks: CallHooks): void {
  const { writeHead } = res
  res.writeHead = function hookedWriteHead(this: ServerResponse, statusCode: number, ...rest: never[]) {
    this.writeHead = writeHead
    const { id: deploymentId, model, provider } = context.deployment ?? {}
    for (const [name, value] of hooks.postCall(call, { statusCode, deploymentId, model, provider })) {
      setHeader(this, name, value)
    }
    return writeHead.call(this, statusCode, ...rest)
  } as typeof writeHead
}

/** What is no header is left out: the answer matters more. */
function setHeader(res: ServerResponse, name: string, value: string): void {
  try {
    res.setHeader(name, value)
  } catch {
    // Characters that no header may have.
  }
}

/** Shows each document of a stream once its bytes have been written. */
function showEvents(res: ServerResponse, show: (event: Json) => void, fault: (error: unknown) => void): void {
  const { write, end } = res
  let cutter: ReturnType<NonNullable<ReturnType<typeof framingOf>>['cut']> | undefined
  res.write = function hookedWrite(this: ServerResponse, ...args: unknown[]) {
    const more = Reflect.apply(write, this, args)
    see(args[0])
    return more
  } as typeof write
  res.end = function hookedEnd(this: ServerResponse, ...args: unknown[]) {
    Object.assign(this, { write, end })
    const ended = Reflect.apply(end, this, args)
    see(args[0])
    cutter?.end()
    return ended
  } as typeof end

  function see(chunk: unknown): void {
    if (!(chunk instanceof Uint8Array) && typeof chunk !== 'string') return
    try {
      cutter ??= open()
      cutter?.push(Buffer.from(chunk as Uint8Array))
    } catch (error) {
      fault(error)
    }
  }

  function open() {
    const framing = framingOf(String(res.getHeader('content-type') ?? ''), undefined)
    return framing?.cut({ frame: (frame) => documentIn(framing.payload(frame), show), passOver() {} }, MAX_EVENT_BYTES)
  }
}

/** `[DONE]` is none. */
function documentIn(payload: Buffer | undefined, show: (event: Json) => void): void {
  if (payload?.[0] !== 0x7b && payload?.[0] !== 0x20) return
  let document: unknown
  try {
    document = JSON.parse(payload.toString())
  } catch {
    return
  }
  if (typeof document === 'object' && document !== null) show(document as Json)
}
