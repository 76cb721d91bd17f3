import { LiteLLMError } from '../errors.ts'
import type { RelayTarget } from '../upstream/relay.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { type BatchFile, batchInputReader } from '../usage/batch-input.ts'

const BATCHES = /\/batches(?=\?|$)/

/**
 * Asks the upstream that a batch is ordered of for its input file, and reads what is in it. `undefined` when there is no
 * such file: the upstream will say so. Rejects when it cannot be read, or not to its end.
 */
export async function readBatchInput(
  fileId: string,
  target: RelayTarget,
  upstream: Upstream,
): Promise<BatchFile | undefined> {
  const path = target.path.replace(BATCHES, `/files/${encodeURIComponent(fileId)}/content`)
  const headers = { ...target.headers, 'accept-encoding': 'identity' }
  const reader = batchInputReader()
  const { promise, resolve, reject } = Promise.withResolvers<BatchFile | undefined>()
  const request = { method: 'GET', url: target.origin + path, headers, body: undefined, credential: target.credential }
  const exchange = upstream.send(request, {
    onHead(status) {
      if (status === 200) return
      exchange.abort()
      if (status === 404) resolve(undefined)
      else reject(unreadable(new Error(`It was answered with ${status}`)))
    },
    onData: (bytes) => reader.push(bytes),
    onEnd: () => resolve(reader.end()),
    onError: (cause) => reject(unreadable(cause)),
  })
  return await promise
}

function unreadable(cause: unknown): LiteLLMError {
  return new LiteLLMError('upstream_error', { cause, message: 'The input file of the batch could not be read.' })
}
