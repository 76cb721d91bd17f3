import { concat } from '../../lib/lists.ts'
import type { BatchInput, BatchPart, Json } from '../../types.ts'
import { resourcesNamedIn } from '../resources/named-resources.ts'
import { object, objects, text } from '../shapes/reader.ts'
import { requestText } from '../tokens/estimate.ts'
import { outputAsked } from '../tokens/output-asked.ts'
import { guessedTokens } from '../tokens/tokenizer.ts'

export interface BatchFile extends BatchInput {
  /** The ids of all files, responses and the like that its requests name. */
  readonly resources: ReadonlySet<string>
}

export interface BatchInputReader {
  push(bytes: Buffer): void
  end(): BatchFile
}

const TOKENS_PER_MESSAGE = 4
const TOKENS_PER_IMAGE = 85
const MAX_LINE_BYTES = 8 << 20
const NEWLINE = 10
const NONE: BatchPart = { requests: 0, input: 0, output: 0, unbound: 0 }

type OnRequest = (customId: string, model: string | undefined, part: BatchPart) => void

/**
 * Reads the input file of a batch, a request a line. Holds one line at most; what is no request counts by its length.
 * `onRequest` is told of each request that has an id.
 */
export function batchInputReader(onRequest?: OnRequest): BatchInputReader {
  const models = new Map<string, BatchPart>()
  const resources = new Set<string>()
  let all = NONE
  let unread = 0
  let line: Buffer[] = []
  let length = 0

  return {
    push(bytes) {
      let start = 0
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
        keep(bytes.subarray(start, end))
        endLine()
        start = end + 1
      }
      keep(bytes.subarray(start))
    },
    end() {
      endLine()
      return { ...all, models, unread, resources }
    },
  }

  function keep(bytes: Buffer): void {
    length += bytes.length
    if (length <= MAX_LINE_BYTES) line.push(bytes)
    else line = []
  }

  function endLine(): void {
    const size = length
    const written = size <= MAX_LINE_BYTES ? concat(line).toString('utf8').trim() : undefined
    line = []
    length = 0
    if (written === '') return
    if (written === undefined) unread++
    const { customId, model, part, named = [] } = requestOf(written, size)
    if (customId !== undefined) onRequest?.(customId, model, part)
    for (const id of named) resources.add(id)
    all = plus(all, part)
    if (model) models.set(model, plus(models.get(model) ?? NONE, part))
  }
}

interface ReadRequest {
  readonly customId?: string
  readonly model?: string
  readonly part: BatchPart
  readonly named?: Iterable<string>
}

function requestOf(line: string | undefined, size: number): ReadRequest {
  const request = line === undefined ? undefined : parsed(line)
  if (!request) return { part: { requests: 1, input: guessedTokens(size), output: 0, unbound: 1 } }
  const body = object(request.body)
  // By its URL, as in LiteLLM: `input` is also what responses are asked for with.
  const url = text(request.url) ?? ''
  const asked = outputAsked(body)
  const answers = url.includes('embeddings') ? 0 : asked.answers
  return {
    customId: text(request.custom_id),
    model: text(body.model),
    named: resourcesNamedIn(body, url.includes('completions') ? 'openai-chat' : ''),
    part: {
      requests: 1,
      input: inputOf(body),
      output: asked.limit * answers,
      unbound: asked.limit === 0 ? answers : 0,
    },
  }
}

function inputOf(request: Json): number {
  const { text: read, messages, images } = requestText(request)
  return guessedTokens(read.length) + messages * TOKENS_PER_MESSAGE + images * TOKENS_PER_IMAGE
}

/** Of a larger batch, so many requests are looked at, evenly spread. */
const MOST_COUNTED = 10_000

/**
 * The tokens of input that a request of a batch of messages has on average, where they stand in the order itself:
 * `requests: [{custom_id, params}]`. Estimated by their length. `undefined` for all other bodies.
 */
export function inputPerRequest(order: Json): number | undefined {
  const requests = objects(order.requests)
  const step = Math.ceil(requests.length / MOST_COUNTED)
  const counted = requests.filter((_, at) => at % step === 0)
  const sum = counted.reduce((tokens, { params }) => tokens + inputOf(object(params)), 0)
  return sum > 0 ? sum / counted.length : undefined
}

function parsed(line: string) {
  try {
    return object(JSON.parse(line))
  } catch {
    return undefined
  }
}

function plus(a: BatchPart, b: BatchPart): BatchPart {
  return {
    requests: a.requests + b.requests,
    input: a.input + b.input,
    output: a.output + b.output,
    unbound: a.unbound + b.unbound,
  }
}
