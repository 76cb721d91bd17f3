import { matchPath, plainPath } from './match-path.ts'
import { type UsageReader, usageOf } from './reader.ts'

const match = matchPath('/batches')

/** POST /batches. Creating one costs nothing; its work is billed when it is done. */
export const openaiBatches: UsageReader = {
  shape: 'openai-batches',
  callType: 'acreate_batch',
  // Anthropic's are at /messages/batches.
  match: (path) => (plainPath(path).endsWith('/messages/batches') ? undefined : match(path)),
  usesNothing: () => true,
  read: (document, sofar) => sofar ?? (document.object === 'batch' ? usageOf({ raw: null }) : undefined),
}
