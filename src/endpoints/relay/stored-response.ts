import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerJson } from '../../call/answer/answer.ts'
import { reportTo } from '../../call/forward/call-resources.ts'
import { storedTurn, type TranslatedResponse, translatedResponse } from '../../call/forward/earlier-turns.ts'
import type { RequestContext } from '../../call/request/context.ts'
import { LiteLLMError } from '../../errors.ts'
import { inputOfTurn, responseOfTurn } from '../../translation/clients/responses/responses.ts'
import type { Json } from '../../types.ts'
import { decode } from '../../usage/shapes/match-path.ts'
import type { RelayGateway } from './relay-parts.ts'
import type { RelayRoute } from './relay-target.ts'

const RESPONSE = /^\/responses\/([^/]+)(?:\/(.+))?$/
/** OpenAI's, of a list. */
const PAGE = 20
const MAX_PAGE = 100

/**
 * Answers what is asked of a response that was translated: no provider keeps it, but the rows of the log may. `false` for
 * all others, which are their provider's to answer. Throws `resource_not_found` where the log does not keep it, or another
 * key made it, and `bad_request` for what rows cannot do.
 */
export async function answerStoredResponse(
  gateway: RelayGateway,
  { req, res }: { readonly req: IncomingMessage; readonly res: ServerResponse },
  route: RelayRoute,
  { key, callId }: RequestContext,
): Promise<boolean> {
  const [, id = '', below = ''] = (route.kind === 'resource' && RESPONSE.exec(route.rest)) || []
  const response = translatedResponse(decode(id), gateway)
  if (!response) return false
  const onReport = key ? reportTo({ events: gateway.events }, key, res) : () => {}
  const turn = await storedTurn(gateway, key, response, onReport)
  // Of LiteLLM's ids it is not sure that they are of a translated one.
  if (!turn && response.callId === undefined) return false
  if (!turn) throw notKept(response)
  const { searchParams } = new URL(req.url ?? '/', 'http://localhost')
  const asked = `${req.method} ${below}`
  if (searchParams.get('stream') === 'true' || !(asked in ANSWERS)) throw new LiteLLMError('bad_request', READ_ONLY)
  const answer = ANSWERS[asked]?.(response.sent, turn, searchParams)
  answerJson(res, 200, answer, { 'x-litellm-call-id': callId })
  return true
}

interface StoredAnswer {
  readonly request: Json
  readonly response: Json
}

/** By method and what stands behind the id in the path. */
const ANSWERS: Readonly<Record<string, (id: string, turn: StoredAnswer, query: URLSearchParams) => Json>> = {
  'GET ': (id, { request, response }) => responseOfTurn(id, request, response),
  'GET input_items': (id, { request }, query) => pageOf(inputOfTurn(id, request), query),
}

/** The newest first, where a client does not say. */
function pageOf(items: readonly Json[], query: URLSearchParams): Json {
  const ordered = query.get('order') === 'asc' ? items : items.toReversed()
  const after = query.get('after')
  const start = after === null ? 0 : ordered.findIndex(({ id }) => id === after) + 1
  const size = Math.min(Math.max(Math.trunc(Number(query.get('limit'))) || PAGE, 1), MAX_PAGE)
  const data = ordered.slice(start, start + size)
  const [first, last] = [data[0]?.id ?? null, data.at(-1)?.id ?? null]
  return { object: 'list', data, first_id: first, last_id: last, has_more: start + size < ordered.length }
}

function notKept({ sent }: TranslatedResponse): LiteLLMError {
  const message = `The response '${sent}' is not kept here. A model without a Responses API of its own made it; such responses are read from the spend logs, as long as these keep prompts (\`general_settings.store_prompts_in_spend_logs: true\`).`
  return new LiteLLMError('resource_not_found', { message })
}

const READ_ONLY = {
  message:
    'This response is kept in the rows of the spend logs alone, which can be read (`GET /v1/responses/{id}` and `/input_items`, without `stream`), and are deleted by `maximum_spend_logs_retention_period`. It cannot be deleted, cancelled or streamed by its id.',
}
