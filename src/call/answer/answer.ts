import type { IncomingMessage, ServerResponse } from 'node:http'
import { pythonFloat } from '../../admission/facts/python-text.ts'
import { isLiteLLMError, LiteLLMError } from '../../errors.ts'
import { ownErrorFor } from '../../translation/clients/errors.ts'
import { openContext } from '../request/context.ts'
import { pathOf } from '../request/read-call.ts'

/** Answers with JSON, through `node:http` alone, so that Connect and bare servers work as well as Express. */
export function answerJson(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
) {
  const text = JSON.stringify(body)
  res.writeHead(status, {
    ...headers,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  })
  res.end(text)
}

/** Answers in the error shape that clients of this path parse. A response that has begun can only be cut. */
export function answerError(req: IncomingMessage, res: ServerResponse, error: LiteLLMError): void {
  if (res.headersSent) return void res.destroy()
  const { callId, key, call } = openContext(req)
  const { body, headers } = ownErrorFor(pathOf(req), error, namedByClient(req) ?? callId)
  answerJson(res, error.status, error.form === 'detail' ? error : body, {
    'x-litellm-call-id': callId,
    // Of a call of a known key, as LiteLLM tells it.
    ...(key && call ? { 'x-litellm-response-cost': '0', 'x-litellm-key-spend': pythonFloat(key.spend) } : {}),
    ...headers,
    ...error.headers,
    // A body that was not read to its end would be taken for the next request of the connection.
    ...(req.complete ? {} : { connection: 'close' }),
  })
}

/** The client's own name of the request, which LiteLLM says again in errors. */
function namedByClient({ headers }: IncomingMessage): string | undefined {
  const name = String(headers['x-request-id'] ?? '')
  return /^[\x21-\x7e]{1,128}$/.test(name) ? name : undefined
}

/** What the client is told about `error`: ours as it is, anything else without its details. */
export function toLiteLLMError(error: unknown): LiteLLMError {
  return isLiteLLMError(error) ? error : new LiteLLMError('internal', { cause: error })
}

/** What a response is made of, as its head tells. */
export interface ResponseHead {
  readonly statusCode: number
  readonly contentType: string
  readonly contentEncoding: string
  readonly headers: Readonly<Record<string, unknown>>
  /** Take out the one event that was only asked for so that usage comes back. */
  readonly hideExtra: boolean
}

/** Headers by which providers name a request, in LiteLLM's order. */
const REQUEST_IDS = [
  ...['x-amzn-requestid', 'x-request-id', 'request-id', 'x-ms-request-id', 'apim-request-id', 'x-goog-request-id'],
  'cf-ray',
]

export function requestIdIn(headers: ResponseHead['headers']): string | undefined {
  const id = REQUEST_IDS.map((name) => headers[name]).find((value) => typeof value === 'string' && value !== '')
  return id as string | undefined
}

/** The head of a response that somebody else writes. */
export function headOf(res: ServerResponse): ResponseHead {
  return {
    statusCode: res.statusCode,
    contentType: String(res.getHeader('content-type') ?? ''),
    contentEncoding: String(res.getHeader('content-encoding') ?? ''),
    headers: res.getHeaders(),
    hideExtra: false,
  }
}
