import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { answerHeader, bytesOf, type CapturedAnswer, decodedBody } from './captured-response.ts'

type Headers = OutgoingHttpHeaders

/**
 * Keeps back what a handler writes to a response, until it has ended. `rewrite` says what the client gets instead of its
 * body; `undefined`: the answer as it is.
 */
export function holdResponse(res: ServerResponse, rewrite: (answer: CapturedAnswer) => Buffer | undefined): void {
  const { write, end, writeHead } = res
  const pieces: Buffer[] = []
  let head: { readonly statusCode: number; readonly headers: Headers } | undefined

  res.writeHead = ((statusCode: number, ...rest: unknown[]) => {
    const given = rest.at(-1)
    head = { statusCode, headers: typeof given === 'object' && given !== null ? { ...(given as Headers) } : {} }
    return res
  }) as typeof writeHead
  res.write = ((...args: unknown[]) => {
    add(args)
    return true
  }) as typeof write
  res.end = ((...args: unknown[]) => {
    add(args)
    Object.assign(res, { write, end, writeHead })
    void release().catch(() => res.destroy())
    return res
  }) as typeof end

  function add([chunk, encoding]: readonly unknown[]): void {
    const bytes = bytesOf(chunk, encoding)
    if (bytes) pieces.push(bytes)
  }

  async function release(): Promise<void> {
    const { statusCode, headers } = head ?? { statusCode: res.statusCode, headers: {} }
    const held = Buffer.concat(pieces)
    const body = await decodedBody(held, answerHeader(res, headers, 'content-encoding'), Number.POSITIVE_INFINITY)
    const contentType = answerHeader(res, headers, 'content-type')
    const written = body && rewrite({ statusCode, contentType, body })
    if (res.destroyed) return
    if (written) {
      for (const name of Object.keys(headers)) if (OF_BODY.has(name.toLowerCase())) delete headers[name]
      for (const name of OF_BODY) res.removeHeader(name)
      headers['content-length'] = String(written.length)
    }
    res.writeHead(statusCode, headers)
    res.end(written ?? held)
  }
}

/** Headers that speak of the bytes of a body. */
const OF_BODY: ReadonlySet<string> = new Set(['content-length', 'content-encoding', 'transfer-encoding', 'etag'])
