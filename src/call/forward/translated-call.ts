import type { Gateway } from '../../gateway.ts'
import type { Try } from '../../models/routing/plan/action.ts'
import { type CallTranslation, translateCall } from '../../translation/call-translation.ts'
import { EMBEDDINGS_SHAPE } from '../../translation/embeddings/embeddings-translation.ts'
import { modelFactsOf } from '../../translation/model-facts.ts'
import { translationFor } from '../../translation/translations.ts'
import type { Call, Deployment, Json } from '../../types.ts'
import { gatewayMembersOf, withoutGatewayMetadata } from '../../upstream/gateway-members.ts'
import { preparedParams } from '../../upstream/prepared-params.ts'
import type { UsageReader } from '../../usage/shapes/reader.ts'
import { readerOfShape } from '../../usage/shapes/readers.ts'

/** A call as its deployment is asked it. */
export interface TranslatedCall {
  readonly call: Call
  /** Of the shape that the provider answers in. */
  readonly reader: UsageReader
  readonly translation: CallTranslation
}

/**
 * The call of one try in the API of its deployment's provider; `undefined` where the client speaks that itself, or where
 * there is no translation. Throws what the client did wrong.
 */
export function translatedCall(
  call: Call,
  callId: string,
  { try: deployment, params }: Pick<Try, 'try' | 'params'>,
  { prices, calls }: Pick<Gateway, 'prices' | 'calls'>,
): TranslatedCall | undefined {
  if (!call.json || call.form) return undefined
  const facts = modelFactsOf(prices.describe?.(deployment))
  const found = translationFor(call.shape, deployment, facts, { ...deployment.defaults, ...call.json })
  if (!found) return undefined
  const { dropped } = deployment.translation ?? {}
  const translation = translateCall(found, {
    call,
    callId,
    deployment,
    facts,
    asked: withoutGatewayMembers({ ...call.json, ...params }, call, deployment),
    withDefaults: (json) => preparedParams({ shape: pivotOf(call), json }, { ...deployment, dropped }),
  })
  const { path, query, body } = translation.request
  const reader = readerOfShape(calls.readers, found.provider.shape)
  const asked = {
    ...call,
    shape: reader.shape,
    // Bedrock has one operation for chats and embeddings.
    callType: call.shape === EMBEDDINGS_SHAPE ? call.callType : reader.callType,
    upstreamPath: path,
    query,
    json: body,
    extraBody: undefined,
    body: Buffer.from(JSON.stringify(body)),
    translated: { from: call.shape, callType: call.callType, losses: translation.losses },
  }
  return { call: asked, reader, translation }
}

/** The shape in which a deployment's own parameters are known to it. */
function pivotOf({ shape }: Call): string {
  return shape === EMBEDDINGS_SHAPE ? shape : 'openai-chat'
}

function withoutGatewayMembers(json: Json, call: Call, deployment: Deployment): Json {
  const own = gatewayMembersOf(deployment)
  const members = Object.entries(withoutGatewayMetadata(json, call, deployment.provider))
  return Object.fromEntries(members.filter(([name]) => !own.has(name)))
}
