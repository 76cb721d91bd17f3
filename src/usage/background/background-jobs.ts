import type { OtherUsage, UntoldUsage, Usage, UsageDoubt, Work } from '../../types.ts'
import { addDoubts } from '../meter/add-usage.ts'
import { believable } from '../meter/believable.ts'
import type { Reading } from '../meter/reading.ts'
import { decode, plainPath } from '../shapes/match-path.ts'
import { openaiResponses } from '../shapes/openai-responses.ts'
import { object, objects, type UsageReader, usageOf } from '../shapes/reader.ts'
import { polledBatchResults } from './batch-lines.ts'
import { fetched, filesOf, isFetch, polledBatchOf } from './polled-batch.ts'

const FINAL = new Set(['completed', 'failed', 'incomplete', 'cancelled'])
/** Of these a model has said something, whatever is said about usage. */
const ANSWERED = new Set(['completed', 'incomplete'])

/** GET /responses/{id}: the usage of a response that was made in the background. All others were billed when made. */
const fetchedResponse: UsageReader = {
  ...openaiResponses,
  shape: 'fetched-response',
  callType: fetched.callType,
  match: fetched.match,
  // Of one that is done, what is said is judged here, and what is not said is asked for.
  usesNothing: () => true,
  read(document, sofar) {
    const response = object(document.response ?? document)
    if (response.background !== true || !FINAL.has(String(response.status))) return sofar
    const read = openaiResponses.read(document, undefined)
    const isAnswer = ANSWERED.has(String(response.status)) || objects(response.output).length > 0
    if (!read) return isAnswer ? usageOf({ raw: null }) : sofar
    const answerBytes = Buffer.byteLength(JSON.stringify(response))
    return believable(read, { request: response, asked: undefined, answerBytes })
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
export function jobsOf(reading: Reading, shape: string, path: string): readonly Work[] {
  const { source, usage, model, responseId } = reading
  const kind = KINDS.find(({ reader }) => reader.shape === shape)
  const id = kind?.path.exec(plainPath(path))?.[1]
  if (!kind || !id || !usage || (source !== 'reported' && !kind.endless)) return []
  // One thing may be fetched under several spellings of its path.
  const name = responseId ?? decode(id)
  const { callType, suffix, mayBeTold } = kind
  const untold = mayBeTold ? untoldOf(usage, name, (reading.relayed?.totalBytes ?? 0) > 0) : filesOf(usage)
  const usageSource = untold || usage.doubts?.some(({ figure }) => TOTALS.has(figure)) ? 'estimated' : undefined
  const work = { id: name + suffix, callType, model: model ?? '', usage, usageSource, untold } as const
  if (usage.others) return byModel(work, usage.others)
  return [mayBeTold ? { ...work, responseId: name } : work]
}

/** A figure of these that is not believed is counted instead. */
const TOTALS = new Set(['prompt_tokens', 'completion_tokens'])

/** A response that says nothing of its input, or of its output though it has one. */
function untoldOf(usage: Usage, response: string, hasText: boolean): UntoldUsage | undefined {
  const { promptTokens, cacheReadTokens, completionTokens } = usage
  const isTold = promptTokens + cacheReadTokens > 0 && (completionTokens > 0 || !hasText)
  return isTold ? undefined : { kind: 'response', response }
}

/** One work by each model, in an order that does not depend on that of the answer: the ids must be the same each time. */
export function byModel(work: Work, parts: readonly OtherUsage[]): readonly Work[] {
  return parts
    .toSorted((a, b) => (a.model < b.model ? -1 : 1))
    .map(({ model, usage, estimated, withoutInput }, index) => ({
      ...work,
      model,
      withoutInput,
      usage: doubted(usage, work.usage.doubts),
      usageSource: estimated ? 'estimated' : undefined,
      id: index === 0 ? work.id : `${model}_${work.id}`,
    }))
}

function doubted(usage: Usage, doubts: readonly UsageDoubt[] | undefined): Usage {
  return doubts ? { ...usage, doubts: addDoubts(doubts, usage.doubts) } : usage
}
