import type { OtherUsage, Work } from '../../types.ts'
import type { Reading } from '../meter/reading.ts'
import { decode, plainPath } from '../shapes/match-path.ts'
import { openaiResponses } from '../shapes/openai-responses.ts'
import { object, text, type UsageReader } from '../shapes/reader.ts'
import { polledBatchResults } from './batch-lines.ts'
import { fetched, isFetch, polledBatchOf, RESULTS_FILE } from './polled-batch.ts'

const FINAL = new Set(['completed', 'failed', 'incomplete', 'cancelled'])

/** GET /responses/{id}: the usage of a response that was made in the background. All others were billed when made. */
const fetchedResponse: UsageReader = {
  ...openaiResponses,
  shape: 'fetched-response',
  callType: fetched.callType,
  match: fetched.match,
  read(document, sofar) {
    const response = object(document.response ?? document)
    const isDone = response.background === true && FINAL.has(String(response.status))
    return isDone ? openaiResponses.read(document, sofar) : sofar
  },
}

interface WorkKind {
  readonly reader: UsageReader
  /** The path below which the work is fetched; its first group is the provider's id. */
  readonly path: RegExp
  readonly callType: string
  /** Behind the provider's id, for an id of its own: the call that ordered the work has that already. */
  readonly suffix: string
  /** Nothing in the answer says that it has ended. */
  readonly endless?: boolean
  /** Who ordered it may have been told all of it, in a stream. */
  readonly mayBeTold?: boolean
}

/** Behind the id of a response, for what it cost. */
export const BACKGROUND_COST = '_background_cost'

const KINDS: readonly WorkKind[] = [
  {
    reader: polledBatchResults,
    path: /\/messages\/batches\/([^/]+)\/results$/,
    callType: 'aretrieve_batch',
    suffix: '_batch_cost',
    endless: true,
  },
  {
    reader: polledBatchOf(Date.now),
    path: /(?<!\/messages)\/batches\/([^/]+)$/,
    callType: 'aretrieve_batch',
    suffix: '_batch_cost',
  },
  {
    reader: fetchedResponse,
    path: /\/responses\/([^/]+)$/,
    callType: 'aresponses',
    suffix: BACKGROUND_COST,
    mayBeTold: true,
  },
]

/** The reader of what only fetches, deletes or cancels; `undefined` for all other requests. */
export function polledReader(method: string, path: string): UsageReader | undefined {
  if (!isFetch(method, path)) return undefined
  const kind = method === 'GET' ? KINDS.find((kind) => kind.path.test(plainPath(path))) : undefined
  return kind?.reader ?? fetched
}

/** The readers of what is fetched, by shape. */
export const POLLED: ReadonlyMap<string, UsageReader> = new Map(
  [fetched, ...KINDS.map(({ reader }) => reader)].map((reader) => [reader.shape, reader]),
)

/** The work that an answer, which has been relayed to its end, says is done. `path` is the one it was fetched from. */
export function jobsOf({ source, usage, model, responseId }: Reading, shape: string, path: string): readonly Work[] {
  const kind = KINDS.find(({ reader }) => reader.shape === shape)
  const id = kind?.path.exec(plainPath(path))?.[1]
  if (!kind || !id || !usage || (source !== 'reported' && !kind.endless)) return []
  // One thing may be fetched under several spellings of its path.
  const name = responseId ?? decode(id)
  const { callType, suffix, mayBeTold } = kind
  const file = text(object(usage.raw)[RESULTS_FILE])
  const work = { id: name + suffix, callType, model: model ?? '', usage, responseId: mayBeTold ? name : undefined }
  return usage.others ? byModel(work, usage.others) : [file ? { ...work, file } : work]
}

/** One work by each model, in an order that does not depend on that of the answer: the ids must be the same each time. */
export function byModel(work: Work, parts: readonly OtherUsage[]): readonly Work[] {
  return parts
    .toSorted((a, b) => (a.model < b.model ? -1 : 1))
    .map(({ model, usage }, index) => ({ ...work, model, usage, id: index === 0 ? work.id : `${model}_${work.id}` }))
}
