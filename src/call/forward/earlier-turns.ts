import { type LiteLLMId, litellmIdOf } from '../../admission/resources/litellm-id.ts'
import { mayUseResource } from '../../admission/resources/resource-owner.ts'
import { CUT_TEXTS, type StoredTurn, type StoredTurns, type TurnLog } from '../../admission/resources/turn-log.ts'
import { LiteLLMError } from '../../errors.ts'
import type { Gateway } from '../../gateway.ts'
import { type MaybePromise, whenKnown } from '../../lib/maybe-promise.ts'
import { inputItems } from '../../translation/clients/responses/request.ts'
import { itemsOfTurn } from '../../translation/clients/responses/responses.ts'
import type { Call, Json, VirtualKey } from '../../types.ts'
import { text } from '../../usage/shapes/reader.ts'
import { notFound } from './resource-guard.ts'

export type TurnGateway = Partial<Pick<Gateway, 'resources' | 'turns'>>

/** A response that a call goes on with and that no provider keeps: this gateway or LiteLLM has translated it. */
export interface TranslatedResponse extends LiteLLMId {
  /** As the request names it. */
  readonly sent: string
}

/** What `previous_response_id` names, if it is the answer of a model that has no Responses API of its own. */
export function translatedResponseIn(call: Call, { resources }: TurnGateway): TranslatedResponse | undefined {
  const sent = call.shape === 'openai-responses' ? text(call.json?.previous_response_id) : undefined
  return sent === undefined ? undefined : translatedResponse(sent, { resources })
}

export function translatedResponse(sent: string, { resources }: TurnGateway): TranslatedResponse | undefined {
  const found = litellmIdOf(sent, resources?.open)
  // The ids of those that have one, within LiteLLM's.
  return !found || found.id.startsWith('resp_') ? undefined : { ...found, sent }
}

/** One response as the log keeps it. `undefined` and throws as `withEarlierTurns`. */
export async function storedTurn(
  gateway: TurnGateway,
  key: VirtualKey | undefined,
  response: TranslatedResponse,
  onReport: (refusal: LiteLLMError) => void,
): Promise<StoredTurn | undefined> {
  const turn = await read(gateway.turns, (turns) => turns.findOne(response))
  const refusal = turn && key && refusalOf(gateway, key, [turn], response)
  if (refusal) onReport(refusal)
  if (turn?.isCut) throw new LiteLLMError('bad_request', { message: `The response '${response.sent}' ${CUT_TEXTS}.` })
  return turn
}

/**
 * The call with the turns that it goes on with, as the log keeps them; `undefined` where it does not. Throws
 * `resource_not_found` where one of them is not the key's to use, and `bad_request` where they are not whole.
 */
export function withEarlierTurns(
  gateway: TurnGateway,
  key: VirtualKey,
  call: Call,
  response: TranslatedResponse,
  onReport: (refusal: LiteLLMError) => void,
): MaybePromise<Call | undefined> {
  if (!gateway.turns) return undefined
  return whenKnown(
    read(gateway.turns, (turns) => turns.find(response)),
    (stored: StoredTurns | undefined) => {
      if (!stored) return undefined
      const refusal = refusalOf(gateway, key, stored.turns, response)
      if (refusal) onReport(refusal)
      const earlier = stored.turns.flatMap((turn) => itemsOfTurn(turn.request, turn.response))
      return { ...call, earlier, sessionId: call.sessionId ?? stored.sessionId }
    },
  )
}

async function read<T>(turns: Gateway['turns'], find: (turns: TurnLog) => Promise<T>): Promise<T | undefined> {
  try {
    return turns && (await find(turns))
  } catch (cause) {
    throw cause instanceof LiteLLMError ? cause : new LiteLLMError('resource_owner_unknown', { cause })
  }
}

/** Thrown where it refuses; told where it only reports. */
function refusalOf(
  { resources }: TurnGateway,
  key: VirtualKey,
  turns: readonly StoredTurn[],
  { id, sent }: TranslatedResponse,
): LiteLLMError | undefined {
  if (!resources || resources.mode === 'shared' || resources.responses === 'shared') return undefined
  if (turns.every(({ owner }) => mayUseResource(key, id, owner))) return undefined
  const refusal = notFound(sent)
  if (resources.mode === 'own') throw refusal
  return refusal
}

/** The call for a provider that speaks Responses itself, but did not give the earlier ones: they stand in the input. */
export function withEarlierInput(call: Call): Call {
  if (!call.earlier || !call.json) return call
  const { previous_response_id: _, input, ...rest } = call.json
  const json = { ...rest, input: [...call.earlier.flatMap(readable), ...inputItems(input)] }
  return { ...call, json, body: Buffer.from(JSON.stringify(json)) }
}

/** Reasoning is signed by who has thought it, and ids are of another provider's items. */
function readable({ id: _, ...item }: Json): readonly Json[] {
  return item.type === 'reasoning' ? [] : [item]
}
