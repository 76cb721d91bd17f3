import { randomUUID } from 'node:crypto'
import { isLiteLLMError, LiteLLMError } from '../errors.ts'
import type { Call, Deployment, Json } from '../types.ts'
import type { ChatAnswer, ChatChunk, ChatRequest, ChatToolCallDelta } from './chat.ts'
import { entryOf } from './common/members.ts'
import type { ModelFacts, ProviderRequest, TranslationContext } from './translation.ts'
import type { Translation } from './translations.ts'

/** One call, said in the API of the deployment that is asked. A new one for each try. */
export interface CallTranslation extends Translation {
  /** The client's body, without what is meant for the gateway. */
  readonly asked: Json
  /** The pivot, as the provider's side was given it. */
  readonly chat: ChatRequest
  readonly context: TranslationContext
  readonly request: ProviderRequest
  /** What was left out. */
  readonly losses: readonly string[]
}

export interface TranslationSource {
  readonly call: Call
  readonly callId: string
  readonly deployment: Deployment
  /** The body without what is meant for the gateway. */
  readonly asked: Json
  readonly facts: ModelFacts
  /** The deployment's own parameters where the pivot says nothing itself. */
  withDefaults(chat: Json): Json
}

const ANSWER_ID = 'chatcmpl-'

/**
 * Says a call in a provider's API. Throws `bad_request` for what cannot be said at all, and `params_unsupported` for what
 * would be left out where the operator or the client wants no parameter left out.
 */
export function translateCall(translation: Translation, source: TranslationSource): CallTranslation {
  const { client, provider } = translation
  const { call, callId, deployment, asked, facts } = source
  const lost = new Set<string>()
  const context: TranslationContext = {
    model: deployment.model,
    askedShape: provider.shape,
    provider: deployment.provider,
    facts,
    params: { ...deployment.defaults, ...deployment.translation?.extraBody },
    losses: { add: (parameter) => void lost.add(wordFor(client.words, parameter)) },
    modelGroup: call.modelGroup,
    callId,
    deploymentId: deployment.id,
    earlier: call.earlier,
    framing: /(^|&)alt=sse(&|$)/.test(call.query ?? '') ? 'sse' : 'json-array',
    createdAt: Math.floor(Date.now() / 1000),
    newId: (prefix) => prefix + (prefix === ANSWER_ID ? callId : randomUUID()).replaceAll('-', ''),
  }
  const said = sayable(() => client.request(asked, context))
  // Of some APIs the path tells whether the answer is a stream.
  const chat = source.withDefaults(call.stream ? { ...said, stream: true } : said) as ChatRequest
  const request = sayable(() => provider.request(chat, context))
  const allowed = allowedOf(call, deployment)
  const kept = [...lost].filter((name) => allowed.has(name) && chat[name] !== undefined)
  const losses = [...lost].filter((name) => !kept.includes(name))
  if (losses.length > 0 && !dropsLosses(call, deployment)) throw unsupported(losses, deployment)
  const more = { ...Object.fromEntries(kept.map((name) => [name, chat[name]])), ...deployment.translation?.extraBody }
  const parts = request.parts?.map((part) => ({ ...part, ...more }))
  const whole = { ...request, body: { ...request.body, ...more }, ...(parts ? { parts } : {}) }
  return { client, provider, asked, chat, context, losses, request: whole }
}

/** A body whose members are of types that no client library makes is the client's fault, whatever breaks by it. */
function sayable<T>(say: () => T): T {
  try {
    return say()
  } catch (error) {
    if (isLiteLLMError(error)) throw error
    const message =
      'The body cannot be said in the API of this model: one of its members has a value of the wrong type.'
    throw new LiteLLMError('bad_request', { message, cause: error })
  }
}

function wordFor(words: Readonly<Record<string, string>> = {}, parameter: string): string {
  return entryOf(words, parameter) ?? parameter
}

/** `allowed_openai_params` of the deployment and of the call. */
function allowedOf({ json }: Call, { translation }: Deployment): ReadonlySet<unknown> {
  const own = json?.allowed_openai_params
  return new Set([...(translation?.allowed ?? []), ...(Array.isArray(own) ? own : [])])
}

/** The call's own word comes first, then the deployment's, which has the gateway's where it has none. */
function dropsLosses({ json }: Call, { translation }: Deployment): boolean {
  const own = json?.drop_params
  return typeof own === 'boolean' ? own : (translation?.dropParams ?? true)
}

/** In LiteLLM's words: people search for them. */
function unsupported(losses: readonly string[], { provider, model }: Deployment): LiteLLMError {
  const names = `[${losses.map((name) => `'${name}'`).join(', ')}]`
  return new LiteLLMError('params_unsupported', {
    param: losses[0]!,
    message:
      `litellm.UnsupportedParamsError: ${provider} does not support parameters: ${names}, for model=${model}. ` +
      'To drop these, set `litellm.drop_params=True` or for proxy:\n\n`litellm_settings:\n drop_params: true`\n. \n ' +
      `If you want to use these params dynamically send allowed_openai_params=${names} in your request.`,
  })
}

/** A whole answer as the chunks of a stream, for a client that wants one where the provider has given none. */
export function chunksOf({ choices, usage, ...answer }: ChatAnswer): readonly ChatChunk[] {
  const common = { ...answer, object: 'chat.completion.chunk' as const }
  const said = choices.flatMap(({ index, message, finish_reason }): ChatChunk[] => {
    const { tool_calls: calls, role: _, ...rest } = message
    const delta = {
      role: 'assistant' as const,
      ...rest,
      content: typeof message.content === 'string' ? message.content : null,
      ...(calls && calls.length > 0
        ? { tool_calls: calls.map((call, at): ChatToolCallDelta => ({ ...call, index: at })) }
        : {}),
    }
    return [
      { ...common, choices: [{ index, delta, finish_reason: null }] },
      { ...common, choices: [{ index, delta: {}, finish_reason }] },
    ]
  })
  return usage ? [...said, { ...common, choices: [], usage }] : said
}
