import type { RelayTarget } from '../../upstream/relay/relay.ts'
import type { Upstream } from '../../upstream/upstream.ts'

/** Where a request was relayed to, to be asked for more. */
export interface AskedUpstream {
  readonly upstream: Upstream
  readonly target: RelayTarget
}

const MAX_JSON_BYTES = 32 << 20

/**
 * GETs `path` of the upstream that a request was relayed to, with the same credential. `onData` is given the body when the
 * status is 200. Resolves with the status, once the body has come to its end; rejects when it does not.
 */
export async function askUpstream(
  { upstream, target }: AskedUpstream,
  path: string,
  onData: (bytes: Buffer) => void,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const headers = { ...target.headers, 'accept-encoding': 'identity' }
  const request = { method: 'GET', url: target.origin + path, headers, body: undefined, credential: target.credential }
  const exchange = upstream.send(request, {
    onHead(status) {
      if (status === 200) return
      exchange.abort()
      resolve(status)
    },
    onData(bytes) {
      try {
        onData(bytes)
      } catch (error) {
        exchange.abort()
        reject(error)
      }
    },
    onEnd: () => resolve(200),
    onError: reject,
  })
  return await promise
}

export class AskRefused extends Error {
  readonly status: number

  constructor(status: number) {
    super(`It was answered with ${status}.`)
    this.name = 'AskRefused'
    this.status = status
  }
}

/** The same for a document of JSON. Rejects with a sentence that says why when there is none. */
export async function askForJson(asked: AskedUpstream, path: string): Promise<unknown> {
  const pieces: Buffer[] = []
  let size = 0
  const status = await askUpstream(asked, path, (bytes) => {
    size += bytes.length
    if (size > MAX_JSON_BYTES) throw new Error('It is too long.')
    pieces.push(bytes)
  })
  if (status !== 200) throw new AskRefused(status)
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'))
  } catch {
    throw new Error('It is not JSON.')
  }
}
