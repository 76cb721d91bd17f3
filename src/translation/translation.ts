import type { Json } from '../types.ts'
import type { ChatAnswer, ChatChunk, ChatError, ChatRequest } from './chat.ts'

/**
 * What a translation may know of the call. One is made for each try: a fallback to another provider is translated from
 * the client's request, not from the try before.
 */
export interface TranslationContext {
  /** The provider's name for the model, without the provider's prefix. */
  readonly model: string
  /** The shape in which the deployment is asked: that of the provider's API. */
  readonly askedShape: string
  /** LiteLLM's name of the provider. */
  readonly provider: string
  readonly facts: ModelFacts
  /** `litellm_params` of the deployment: what the operator says of this model. */
  readonly params: Json
  /** What is lost is named here, in the client's words (`seed`, `response_format`). */
  readonly losses: Losses
  /** The name that the client asked for. Answers say it in `model`. */
  readonly modelGroup: string
  /** Seconds since 1970, for `created` of answers that say none. */
  readonly createdAt: number
  /** Ours, unique per call. */
  readonly callId: string
  /** The deployment that is asked. */
  readonly deploymentId: string
  /**
   * What `previous_response_id` names: items of OpenAI Responses, input and output, oldest first. `undefined`: nothing
   * is named, or what is named is not known.
   */
  readonly earlier?: readonly Json[]
  /** How a stream of Gemini's goes out: its query says `alt=sse` or not. Default: one JSON array. */
  readonly framing?: 'sse' | 'json-array'
  /** A new id for what the provider gives none. That of an answer, `newId('chatcmpl-')`, has the id of the call. */
  newId(prefix: string): string
}

/** What the price map says that a model can do. `undefined`: the map does not know the model, or does not say. */
export interface ModelFacts {
  /** It answers OpenAI's Responses and no chat. */
  readonly responsesOnly?: boolean
  readonly maxOutputTokens?: number
  /** False for every model that the map knows and that it does not call a reasoning model. */
  readonly supportsReasoning?: boolean
  readonly supportsVision?: boolean
  readonly supportsPdfInput?: boolean
  readonly supportsAudioInput?: boolean
  readonly supportsFunctionCalling?: boolean
  readonly supportsParallelFunctionCalling?: boolean
  readonly supportsToolChoice?: boolean
  readonly supportsResponseSchema?: boolean
  readonly supportsPromptCaching?: boolean
  readonly supportsSystemMessages?: boolean
  readonly supportsWebSearch?: boolean
  /** It answers by a JSON Schema without the detour of a forced tool. */
  readonly supportsNativeStructuredOutput?: boolean
  /** It decides itself how long it thinks, and is told an effort instead of a budget. */
  readonly supportsAdaptiveThinking?: boolean
  /** It takes a budget of thinking tokens although its thinking is adaptive. */
  readonly supportsLegacyThinking?: boolean
  /** `false`: it refuses `temperature`, `top_p` and `top_k`. */
  readonly supportsSamplingParams?: boolean
  /** `false`: it refuses to be forced to call a tool. */
  readonly supportsForcedToolUse?: boolean
  /** It can be told, through Bedrock, to make one call at a time. */
  readonly supportsParallelToolUseConfig?: boolean
  /** It takes system messages after the first turn. */
  readonly supportsMidConversationSystem?: boolean
  readonly supportsXhighReasoningEffort?: boolean
  readonly supportsMaxReasoningEffort?: boolean
}

/** Names of what the provider's API cannot say. */
export interface Losses {
  add(parameter: string): void
}

/** What is sent to the provider. The host is the deployment's and nothing here can change it. */
export interface ProviderRequest {
  /**
   * Appended to the deployment's base URL; `{model}` in it stands for the deployment's model. The same form that
   * `UsageReader.match` returns, so that it finds the same reader.
   */
  readonly path: string
  /** Without `?`. */
  readonly query?: string
  readonly body: Json
  /** Of an API that takes one input a call: a body for each, the first of which is `body`. `ProviderApi.join` makes one answer. */
  readonly parts?: readonly Json[]
  /** Beside those that the deployment sends with each call: `anthropic-beta`. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A provider's API, seen from the pivot. Pure functions: nothing is fetched, nothing is remembered between calls. */
export interface ProviderApi {
  /** The shape whose usage reader reads the provider's own bytes. */
  readonly shape: string
  /** @throws {LiteLLMError} `bad_request` with `param`, when the request cannot be said at all. */
  request(chat: ChatRequest, context: TranslationContext): ProviderRequest
  /** `asked` is what `request` was given: tool names that it had to change are changed back. */
  answer(body: Json, asked: ChatRequest, context: TranslationContext): ChatAnswer
  /** A new one for each stream. */
  stream(asked: ChatRequest, context: TranslationContext): ProviderStream
  /** `body` is parsed JSON, or text when it is none. */
  error(status: number, body: unknown): ChatError
  /** The answers to a request's `parts` as one document, which the usage reader reads too. */
  join?(answers: readonly Json[]): Json
}

export interface ProviderStream {
  /**
   * One document of the provider's stream, parsed. What comes in goes out: no piece waits for the next, but where the
   * pivot cannot say it before. A usage chunk is always given, last; the client's API decides whether it is shown.
   */
  event(document: Json): StreamPiece[]
  /** The stream has ended. Gives what is still owed. */
  end(): StreamPiece[]
}

/** A chunk, or the error that ends the stream. */
export type StreamPiece = ChatChunk | { readonly error: ChatError }

/** An API that clients speak, seen from the pivot. Pure functions as well. */
export interface ClientApi {
  /** The shape of the calls that it reads. */
  readonly shape: string
  /** What it calls parameters that the pivot calls otherwise, for losses: `stop` is its `stop_sequences`. */
  readonly words?: Readonly<Record<string, string>>
  /** @throws {LiteLLMError} `bad_request` with `param`, when the client's request is wrong. */
  request(body: Json, context: TranslationContext): ChatRequest
  /** `asked`: the client's own body, for members that the answer repeats. */
  answer(answer: ChatAnswer, asked: Json, context: TranslationContext): Json
  /** A new one for each stream. */
  stream(asked: Json, context: TranslationContext): ClientStream
  error(error: ChatError): Json
}

export interface ClientStream {
  /** The frames that this piece becomes, as they go over the wire. Often one, sometimes none. */
  piece(piece: StreamPiece): string
  /** The frames that end the stream. Empty after an error piece, where the API ends with that. */
  end(): string
}
