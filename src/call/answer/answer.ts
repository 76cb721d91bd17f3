import type { IncomingMessage, ServerResponse } from 'node:http'
import { isLiteLLMError, LiteLLMError } from '../../errors.ts'
import { openContext } from '../request/context.ts'

/** Answers with JSON, through `node:http` alone, so that Connect and bare servers work as well as Express. */
export function answerJson(res: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = JSON.stringify(body)
  res.writeHead(status, {
    ...headers,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  })
  res.end(text)
}

/** Answers in the error shape that OpenAI clients parse. A response that has begun can only be cut. */
export function answerError(req: IncomingMessage, res: ServerResponse, error: LiteLLMError): void {
  if (res.headersSent) return void res.destroy()
  // A body that was not read to its end would be taken for the next request of the connection.
  const headers = {
    'x-litellm-call-id': openContext(req).callId,
    ...error.headers,
    ...(req.complete ? {} : { connection: 'close' }),
  }
  answerJson(res, error.status, error, headers)
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
