import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { observe } from '../../../../src/call/answer/observe.ts'
import { ForwardedCall } from '../../../../src/call/forward/forwarded-call.ts'
import type { ForwardOptions } from '../../../../src/call/forward/send-try.ts'
import { openContext } from '../../../../src/call/request/context.ts'
import { LiteLLMError } from '../../../../src/errors.ts'
import { GatewayEvents } from '../../../../src/events.ts'
import type { Action, Attempt, Try } from '../../../../src/models/routing/plan/action.ts'
import type { TrackedResult } from '../../../../src/models/routing/router.ts'
import type { Call, Outcome, Upload } from '../../../../src/types.ts'
import type { UpstreamReceiver } from '../../../../src/upstream/exchange.ts'
import { openaiChat } from '../../../../src/usage/shapes/openai-chat.ts'
import { aCall, aDeployment, aKey } from '../../../support/facts.ts'
import { chatCompletion } from '../../../support/upstream.ts'

// Promises and immediates stay as they are: only pauses and deadlines are in the test's hand.
beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'performance'] }))
afterEach(() => void jest.useRealTimers())

const ANSWER = Buffer.from(JSON.stringify(chatCompletion()))
const PAUSE_MS = 1_000
const DRAIN_MS = 5_000
const NOT_FOUND = { class: 'NotFoundError', status: 404 } as const

interface Given {
  /** What the router says to the attempts so far. Default: one try, then the end. */
  readonly plan?: (attempts: readonly Attempt[]) => Action
  readonly mode?: 'drain' | 'cancel'
  readonly call?: Partial<Call>
  /** Budgets are asked about a fallback, and answer when the test says so. */
  readonly fallBack?: Promise<{ refusal?: never; reported: readonly never[] }>
  readonly observed?: boolean
  /** The client has left already. */
  readonly gone?: boolean
  /** The request waits in this process and has not left. */
  readonly waiting?: boolean
  /** What the upstream delivers when it is stopped: all of it was there. */
  readonly there?: (receiver: UpstreamReceiver) => void
}

function setup(given: Given = {}) {
  const { plan = once, mode = 'drain', observed = true, waiting = false } = given
  const req = { headers: {}, method: 'POST' } as IncomingMessage
  const res = new FakeResponse()
  if (given.gone) res.leave()
  const context = openContext(req)
  context.key = aKey()
  const call = aCall({ modelGroup: 'm', json: { model: 'm' }, ...given.call })
  context.call = call
  const events = new GatewayEvents()
  const outcomes: Outcome[] = []
  if (observed) {
    const observer = observe(req, res.asResponse(), context, { readers: [openaiChat], maxBodyBytes: 1e6, events })
    observer.recordBy((outcome) => void outcomes.push(outcome))
  }
  const sent: { receiver: UpstreamReceiver; exchange: Record<'pause' | 'resume' | 'abort', jest.Mock> }[] = []
  const tracked: TrackedResult[][] = []
  const passed: unknown[] = []
  const options = {
    gateway: {
      events,
      prices: { find: () => undefined },
      calls: { readers: [openaiChat], clientAbort: { mode, drainMs: DRAIN_MS, drainBytes: 1e6 } },
      admission: given.fallBack && { fallBack: () => given.fallBack },
      upstream: {
        send(_request: unknown, receiver: UpstreamReceiver) {
          const abort = jest.fn(() => given.there?.(receiver))
          const exchange = { waiting, signature: {}, pause: jest.fn(), resume: jest.fn(), abort }
          sent.push({ receiver, exchange })
          return exchange
        },
      },
    },
    plan: {
      next: (_call: Call, _key: unknown, attempts: readonly Attempt[]) => plan(attempts),
      track() {
        const results: TrackedResult[] = []
        tracked.push(results)
        return (result: TrackedResult) => void results.push(result)
      },
      timeoutMs: () => undefined,
    },
    req,
    res: res.asResponse(),
    next: (error: unknown) => void passed.push(error),
    context,
    call,
    received: call,
    reader: openaiChat,
    unasked: new Set<string>(),
  } as unknown as ForwardOptions
  const forwarded = new ForwardedCall(options)
  forwarded.start()
  return { forwarded, res, sent, tracked, passed, outcomes, unasked: options.unasked }
}

function aTry(more: Partial<Try> = {}): Try {
  const route = { step: { group: 'm', depth: 0, params: {}, above: 0 }, ahead: [], visited: ['m'], tried: ['d1'] }
  return { try: aDeployment(), afterMs: 0, group: 'm', params: {}, retries: 0, fallbacks: 0, route, ...more }
}

function giveUp(attempts: readonly Attempt[]): Action {
  return { giveUp: 'failed', failure: attempts.at(-1)!.failure }
}

function once(attempts: readonly Attempt[]): Action {
  return attempts.length === 0 ? aTry() : giveUp(attempts)
}

/** One try, and after a pause another. */
function again(attempts: readonly Attempt[]): Action {
  return attempts.length < 2 ? aTry({ afterMs: attempts.length * PAUSE_MS }) : giveUp(attempts)
}

/** One try, then a fallback that budgets are asked about. */
function elsewhere(attempts: readonly Attempt[]): Action {
  return attempts.length === 0 ? aTry() : aTry({ group: 'other', fallbacks: 1 })
}

function answer(receiver: UpstreamReceiver, status = 200, body = ANSWER): void {
  receiver.onHead(status, { 'content-type': 'application/json', 'content-length': String(body.length) })
  receiver.onData(body)
  receiver.onEnd()
}

function broken(): LiteLLMError {
  return new LiteLLMError('upstream_unreachable', { cause: Object.assign(new Error('gone'), { code: 'ECONNRESET' }) })
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('choosing', () => {
  function choosing() {
    const { promise, resolve } = Promise.withResolvers<{ reported: readonly never[] }>()
    const bundle = setup({ plan: elsewhere, fallBack: promise })
    bundle.sent[0]!.receiver.onError(broken())
    expect(bundle.sent).toHaveLength(1)
    return { ...bundle, chosen: () => resolve({ reported: [] }) }
  }

  test('goes on with the try that was chosen', async () => {
    const { sent, chosen } = choosing()
    chosen()
    await settle()
    expect(sent).toHaveLength(2)
  })

  test('makes no try for a client that has left meanwhile', async () => {
    const { sent, chosen, res, tracked, outcomes } = choosing()
    res.leave()
    chosen()
    await settle()
    expect(sent).toHaveLength(1)
    expect(tracked.map((results) => results.length)).toEqual([1])
    expect(outcomes).toMatchObject([{ aborted: true }])
  })

  test('is cut: the client is told once to ask elsewhere', async () => {
    const { forwarded, sent, passed, chosen } = choosing()
    forwarded.cut()
    chosen()
    await settle()
    expect(passed).toMatchObject([{ code: 'shutting_down' }])
    expect(sent).toHaveLength(1)
  })

  test('passes on what goes wrong with it', async () => {
    const fallBack = Promise.reject(new Error('no database'))
    const { sent, passed } = setup({ plan: elsewhere, fallBack })
    sent[0]!.receiver.onError(broken())
    await settle()
    expect(passed).toMatchObject([{ message: 'no database' }])
  })

  test('gives up where there is nothing to try', () => {
    const { passed, sent } = setup({ plan: () => ({ giveUp: 'unknown_group', failure: NOT_FOUND }) })
    expect(passed).toMatchObject([{ code: 'model_not_found' }])
    expect(sent).toEqual([])
  })
})

describe('waiting', () => {
  function waiting() {
    const bundle = setup({ plan: again })
    answer(bundle.sent[0]!.receiver, 503)
    expect(jest.getTimerCount()).toBe(1)
    return bundle
  }

  test('tries again when the pause is over', () => {
    const { sent, res } = waiting()
    jest.advanceTimersByTime(PAUSE_MS)
    expect(sent).toHaveLength(2)
    answer(sent[1]!.receiver)
    expect(JSON.parse(res.body)).toEqual(chatCompletion({ model: 'm' }))
  })

  test('ends at once when its client leaves', async () => {
    const { sent, res, outcomes, passed } = waiting()
    res.leave()
    await settle()
    expect(jest.getTimerCount()).toBe(0)
    expect(outcomes).toMatchObject([{ aborted: true }])
    jest.advanceTimersByTime(PAUSE_MS)
    expect([sent.length, passed]).toEqual([1, []])
  })

  test('is cut: the client is told to ask elsewhere, and no try follows', () => {
    const { forwarded, sent, passed } = waiting()
    forwarded.cut()
    jest.advanceTimersByTime(PAUSE_MS)
    expect(passed).toMatchObject([{ code: 'shutting_down' }])
    expect(sent).toHaveLength(1)
  })
})

describe('trying', () => {
  test('hands the answer to the client, and tells the router', () => {
    const { sent, res, tracked } = setup()
    answer(sent[0]!.receiver)
    expect([res.status, JSON.parse(res.body)]).toEqual([200, chatCompletion({ model: 'm' })])
    expect(tracked).toMatchObject([[{ success: true, promptTokens: 10, completionTokens: 20 }]])
  })

  test('hands on the error of the last try as it is', () => {
    const { sent, res, tracked } = setup()
    answer(sent[0]!.receiver, 503, Buffer.from('{"error":{"message":"busy"}}'))
    expect([res.status, res.body]).toEqual([503, '{"error":{"message":"busy"}}'])
    expect(tracked).toMatchObject([[{ success: false }]])
  })

  test('hands on a connection that broke', () => {
    const { sent, passed } = setup()
    sent[0]!.receiver.onError(broken())
    expect(passed).toMatchObject([{ code: 'upstream_unreachable' }])
  })

  test('is read on when its client leaves', () => {
    const { sent, res } = setup()
    res.leave()
    expect(sent[0]!.exchange.resume).toHaveBeenCalledTimes(1)
    expect(sent[0]!.exchange.abort).not.toHaveBeenCalled()
  })

  test.each([
    ['where its provider stops billing', { mode: 'cancel' }],
    ['where nobody asks for its usage', { observed: false }],
    ['before it has left', { waiting: true }],
    ['while its upload comes', { call: { upload: anUpload({ complete: false }) } }],
  ] as const)('is stopped when its client leaves %s', (_, given) => {
    const { sent, res, tracked } = setup(given)
    res.leave()
    expect(sent[0]!.exchange.abort).toHaveBeenCalledTimes(1)
    expect(tracked).toMatchObject([[{ success: false }]])
    expect(tracked[0]).toHaveLength(1)
  })

  test('that is stopped counts what was there of its answer, once', async () => {
    const { res, tracked, outcomes } = setup({ mode: 'cancel', there: (receiver) => answer(receiver) })
    res.leave()
    await settle()
    expect(tracked).toMatchObject([[{ success: true, completionTokens: 20 }]])
    expect(tracked[0]).toHaveLength(1)
    expect(outcomes).toMatchObject([{ usage: { completionTokens: 20 } }])
  })

  test('that is stopped tells of the error that was there, and makes no other', () => {
    const { res, sent, tracked, passed } = setup({ mode: 'cancel', plan: again, there: (to) => answer(to, 500) })
    res.leave()
    expect(tracked).toMatchObject([[{ failure: { status: 500 } }]])
    expect([tracked[0]!.length, sent.length, jest.getTimerCount(), passed]).toEqual([1, 1, 0, []])
  })

  test('is cut: its answer is read on, and the client is told to ask elsewhere', () => {
    const { forwarded, sent, passed } = setup()
    forwarded.cut()
    expect(passed).toMatchObject([{ code: 'shutting_down' }])
    expect(sent[0]!.exchange.resume).toHaveBeenCalledTimes(1)
  })

  test('is cut: a client that has seen its answer begin loses its connection', () => {
    const { forwarded, res, passed } = setup()
    res.headersSent = true
    forwarded.cut()
    expect([res.destroyed, passed]).toEqual([true, []])
  })

  test('is repeated without the question for usage where the upstream refuses that', () => {
    const { sent, tracked, unasked, res } = setup({ call: { stream: true, json: { model: 'm', stream: true } } })
    const refusal = { error: { message: 'Unknown parameter: stream_options', param: 'stream_options' } }
    answer(sent[0]!.receiver, 400, Buffer.from(JSON.stringify(refusal)))
    expect([sent.length, [...unasked]]).toEqual([2, ['d1']])
    expect(tracked).toMatchObject([[{ success: false }], []])
    answer(sent[1]!.receiver)
    expect(res.status).toBe(200)
  })

  test('that fails by its upload is the fault of its client, not of the deployment', () => {
    const fault = new Error('the form is broken')
    const { sent, tracked, passed } = setup({ plan: again, call: { upload: anUpload({ fault }) } })
    sent[0]!.receiver.onError(broken())
    expect([passed, sent.length]).toEqual([[fault], 1])
    expect(tracked[0]).toEqual([expect.not.objectContaining({ failure: expect.anything() })])
  })

  test('with an upload that cannot be repeated is the only one', () => {
    const { sent, passed } = setup({ plan: again, call: { upload: anUpload({ repeatable: false }) } })
    sent[0]!.receiver.onError(broken())
    expect([passed.length, sent.length, jest.getTimerCount()]).toEqual([1, 1, 0])
  })
})

describe('draining', () => {
  function draining(given: Given = {}) {
    const bundle = setup(given)
    bundle.res.leave()
    return { ...bundle, upstream: bundle.sent[0]! }
  }

  test('records the call when the answer has ended', async () => {
    const { upstream, outcomes, tracked } = draining()
    await settle()
    expect(outcomes).toEqual([])
    answer(upstream.receiver)
    await settle()
    expect(outcomes).toMatchObject([{ usage: { completionTokens: 20 } }])
    expect(tracked).toMatchObject([[{ success: true }]])
    expect(jest.getTimerCount()).toBe(0)
  })

  test('records the call when the answer fails, and makes no other try', async () => {
    const { upstream, outcomes, tracked, sent, passed } = draining({ plan: again })
    upstream.receiver.onError(broken())
    await settle()
    expect(outcomes).toMatchObject([{ aborted: true }])
    expect(tracked).toMatchObject([[{ failure: expect.anything() }]])
    expect([sent.length, jest.getTimerCount(), passed]).toEqual([1, 0, []])
  })

  test('is stopped when it takes too long', async () => {
    const { upstream, outcomes, tracked } = draining()
    jest.advanceTimersByTime(DRAIN_MS)
    await settle()
    expect(upstream.exchange.abort).toHaveBeenCalledTimes(1)
    expect([outcomes.length, tracked[0]!.length]).toEqual([1, 1])
  })

  test('is stopped when the gateway cannot wait', async () => {
    const { forwarded, upstream, outcomes } = draining()
    forwarded.stop()
    forwarded.stop()
    await settle()
    expect(upstream.exchange.abort).toHaveBeenCalledTimes(1)
    expect(outcomes).toHaveLength(1)
  })

  test('hears nothing of a client that leaves again', () => {
    const { forwarded, res, upstream } = draining()
    res.emit('close')
    forwarded.cut()
    expect(upstream.exchange.resume).toHaveBeenCalledTimes(1)
  })
})

describe('ended', () => {
  test('an answered call hears nothing of its client', () => {
    const { forwarded, sent, res } = setup()
    answer(sent[0]!.receiver)
    res.leave()
    forwarded.stop()
    expect(sent[0]!.exchange.abort).not.toHaveBeenCalled()
    expect(sent[0]!.exchange.resume).not.toHaveBeenCalled()
  })

  test('a client that leaves while its error is on the way is recorded at once', async () => {
    const { sent, res, outcomes, tracked } = setup()
    sent[0]!.receiver.onError(broken())
    res.leave()
    await settle()
    expect(outcomes).toHaveLength(1)
    expect(tracked[0]).toHaveLength(1)
    expect(jest.getTimerCount()).toBe(0)
  })

  test('a client that has left before the call begins is asked for nothing', () => {
    expect(setup({ gone: true }).sent).toEqual([])
  })
})

function anUpload(facts: Partial<Upload>): Upload {
  return {
    repeatable: true,
    complete: true,
    fault: undefined,
    edited: () => ({ byteLength: 0, open: () => expect.anything() as never }),
    close() {},
    ...facts,
  }
}

/** What a call needs of a response; its client leaves when the test says so. */
class FakeResponse extends EventEmitter {
  readonly req = { url: '/v1/chat/completions' }
  headersSent = false
  destroyed = false
  writableEnded = false
  writableFinished = false
  statusCode = 200
  status = 0
  body = ''

  asResponse(): ServerResponse {
    return this as unknown as ServerResponse
  }

  writeHead(status: number): this {
    this.headersSent = true
    this.status = status
    return this
  }

  write(bytes: Buffer | string): boolean {
    this.body += bytes
    return true
  }

  end(bytes: Buffer | string = ''): this {
    this.body += bytes
    this.writableEnded = true
    return this
  }

  destroy(): this {
    this.leave()
    return this
  }

  leave(): void {
    if (this.destroyed) return
    this.destroyed = true
    this.emit('close')
  }
}
