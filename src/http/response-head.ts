import type { ServerResponse } from 'node:http'

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
