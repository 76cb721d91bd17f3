/*
 * The pivot: OpenAI's chat completions in our own types, with LiteLLM's additions (thinking blocks, cache marks). Each
 * client API is read into it, each provider API is written from it. Members that are not listed are kept, so that a
 * provider can take what OpenAI does not have (`top_k`, `thinking`, `safety_settings`).
 */

export interface ChatRequest {
  readonly model?: string
  readonly messages: readonly ChatMessage[]
  readonly tools?: readonly ChatTool[]
  readonly tool_choice?: ChatToolChoice
  readonly parallel_tool_calls?: boolean
  readonly max_tokens?: number
  readonly max_completion_tokens?: number
  readonly temperature?: number
  readonly top_p?: number
  readonly n?: number
  readonly stop?: string | readonly string[]
  readonly stream?: boolean
  readonly stream_options?: { readonly include_usage?: boolean }
  readonly response_format?: ChatResponseFormat
  readonly reasoning_effort?: string
  /** Anthropic's own way to ask for reasoning. Given in place of `reasoning_effort` where Claude itself is called. */
  readonly thinking?: Readonly<Record<string, unknown>>
  readonly user?: string
  readonly [member: string]: unknown
}

export type ChatRole = 'system' | 'developer' | 'user' | 'assistant' | 'tool'

export interface ChatMessage {
  readonly role: ChatRole
  /** Of a tool: it may hold images and files. A provider that takes none gets `mediaBehindTools` of the messages. */
  readonly content?: string | readonly ChatPart[] | null
  /** Of an assistant: what it asked for. */
  readonly tool_calls?: readonly ChatToolCall[]
  /** Of a tool: the call that it answers. */
  readonly tool_call_id?: string
  /** Of a tool: it failed. Only some providers can be told. */
  readonly is_error?: boolean
  readonly name?: string
  readonly refusal?: string | null
  readonly reasoning_content?: string | null
  /**
   * Reasoning as its provider signs it. It goes back as it came, and only to where it came from: OpenAI's is told apart
   * by `openaiReasoningIn`.
   */
  readonly thinking_blocks?: readonly ThinkingBlock[]
  readonly provider_specific_fields?: Readonly<Record<string, unknown>> | null
  readonly [member: string]: unknown
}

export type ThinkingBlock =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature?: string | null }
  | { readonly type: 'redacted_thinking'; readonly data: string }

export type ChatPart = TextPart | ImagePart | FilePart | AudioPart

interface CacheMarked {
  /** Anthropic's mark: what stands before it may be cached. */
  readonly cache_control?: { readonly type: 'ephemeral'; readonly ttl?: string } | null
}

export interface TextPart extends CacheMarked {
  readonly type: 'text'
  readonly text: string
}

export interface ImagePart extends CacheMarked {
  readonly type: 'image_url'
  /** An https address or a data URL. */
  readonly image_url: string | { readonly url: string; readonly detail?: string; readonly format?: string }
}

export interface FilePart extends CacheMarked {
  readonly type: 'file'
  readonly file: {
    /** A data URL. */
    readonly file_data?: string
    readonly file_id?: string
    readonly filename?: string
    readonly format?: string
  }
}

export interface AudioPart extends CacheMarked {
  readonly type: 'input_audio'
  /** Base64 and its format, "wav" or "mp3". */
  readonly input_audio: { readonly data: string; readonly format: string }
}

export interface ChatToolCall extends CacheMarked {
  readonly index?: number
  readonly id: string
  readonly type: 'function'
  /** `arguments` is JSON text. It is not checked: a model may have written anything. */
  readonly function: { readonly name: string; readonly arguments: string }
  readonly provider_specific_fields?: Readonly<Record<string, unknown>> | null
}

export interface ChatTool extends CacheMarked {
  readonly type: 'function'
  readonly function: {
    readonly name: string
    readonly description?: string
    /** JSON Schema. */
    readonly parameters?: Readonly<Record<string, unknown>>
    readonly strict?: boolean | null
  }
}

export type ChatToolChoice =
  | 'none'
  | 'auto'
  | 'required'
  | { readonly type: 'function'; readonly function: { readonly name: string } }

export type ChatResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json_object' }
  | {
      readonly type: 'json_schema'
      readonly json_schema: {
        readonly name?: string
        readonly schema?: Readonly<Record<string, unknown>>
        readonly strict?: boolean | null
      }
    }

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter'

export interface ChatUsage {
  /** Everything that was read: fresh, from the cache and written to the cache. */
  readonly prompt_tokens: number
  /** Everything that was written, reasoning included. */
  readonly completion_tokens: number
  readonly total_tokens: number
  readonly prompt_tokens_details?: Readonly<Record<string, unknown>> | null
  readonly completion_tokens_details?: Readonly<Record<string, unknown>> | null
  readonly cache_creation_input_tokens?: number
  readonly cache_read_input_tokens?: number
  readonly [member: string]: unknown
}

/** A whole answer, OpenAI's `chat.completion`. */
export interface ChatAnswer {
  readonly id: string
  readonly object: 'chat.completion'
  /** Seconds since 1970. */
  readonly created: number
  readonly model: string
  readonly choices: readonly ChatChoice[]
  readonly usage?: ChatUsage
  readonly [member: string]: unknown
}

export interface ChatChoice {
  readonly index: number
  readonly message: ChatMessage
  readonly finish_reason: FinishReason | null
  /** The stop sequence that ended it, where the provider says which (vLLM's member). */
  readonly stop_reason?: string | number | null
  readonly [member: string]: unknown
}

/** One piece of a streamed answer, OpenAI's `chat.completion.chunk`. */
export interface ChatChunk {
  readonly id: string
  readonly object: 'chat.completion.chunk'
  /** Seconds since 1970. */
  readonly created: number
  readonly model: string
  readonly choices: readonly ChatChunkChoice[]
  readonly usage?: ChatUsage | null
  readonly [member: string]: unknown
}

export interface ChatChunkChoice {
  readonly index: number
  readonly delta: ChatDelta
  readonly finish_reason: FinishReason | null
  readonly stop_reason?: string | number | null
}

export interface ChatDelta {
  readonly role?: 'assistant'
  readonly content?: string | null
  readonly refusal?: string | null
  /** New text of the reasoning. `thinking_blocks` of the same piece repeats it, or adds the signature to what came. */
  readonly reasoning_content?: string | null
  readonly thinking_blocks?: readonly ThinkingBlock[]
  /** `index` counts the calls of the message from 0. `id` and `name` come with the first piece of each. */
  readonly tool_calls?: readonly ChatToolCallDelta[]
  readonly provider_specific_fields?: Readonly<Record<string, unknown>> | null
  readonly [member: string]: unknown
}

export interface ChatToolCallDelta {
  readonly index: number
  readonly id?: string
  readonly type?: 'function'
  readonly function: { readonly name?: string; readonly arguments?: string }
  readonly provider_specific_fields?: Readonly<Record<string, unknown>> | null
}

/** What went wrong, in no API's form. */
export interface ChatError {
  /** The provider's status, or 500 for an error within a stream that names none. */
  readonly status: number
  /** The provider's own words. */
  readonly message: string
  /** The provider's own type of the error, e.g. "overloaded_error". */
  readonly type?: string
  readonly code?: string | number | null
  readonly param?: string | null
}
