import type { Work } from '../types.ts'
import type { RelayTarget } from '../upstream/relay.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { batchLines } from '../usage/batch-lines.ts'
import { createMeter } from '../usage/meter.ts'
import { byModel } from '../usage/works.ts'

const BATCH = /\/batches\/[^/?]+(?=\?|$)/

/**
 * Asks the upstream that has told of a batch for its output file, as LiteLLM does, and reads the usage in it line by line.
 * Rejects when the file cannot be read to its end.
 */
export async function worksInFile(work: Work, target: RelayTarget, upstream: Upstream): Promise<readonly Work[]> {
  const { file, ...whole } = work
  const path = target.path.replace(BATCH, `/files/${encodeURIComponent(file!)}/content`)
  const headers = { ...target.headers, 'accept-encoding': 'identity' }
  const meter = createMeter({ reader: batchLines, contentType: 'application/x-ndjson' })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const request = { method: 'GET', url: target.origin + path, headers, body: undefined, credential: target.credential }
  const exchange = upstream.send(request, {
    onHead(status) {
      if (status === 200) return
      exchange.abort()
      reject(new Error(`The output file of a batch was answered with ${status}`))
    },
    onData: (bytes) => void meter.push(bytes),
    onEnd: resolve,
    onError: reject,
  })
  await promise
  const { usage } = await meter.end().reading
  return byModel(whole, usage?.others ?? [])
}
