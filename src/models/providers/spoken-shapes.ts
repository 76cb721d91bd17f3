/*
 * Which APIs a provider speaks, and how.
 */

/** A header that carries the provider key. */
export type AuthHeader = 'authorization' | 'x-api-key' | 'api-key' | 'x-goog-api-key'

/** Which API shapes a provider answers. */
export interface SpokenShapes {
  /** The API of its own. No other provider speaks these shapes, except servers that may stand for any provider. */
  readonly native: readonly string[]
  /** What it has of OpenAI's API. */
  readonly openai: 'all' | readonly string[]
  /** A server that speaks what it is told to; whether this one does, only it knows. */
  readonly any: boolean
  /** Its Responses API can be relied on. */
  readonly responses: boolean
  /** Only there do its models show their reasoning, and keep it from one turn to the next. */
  readonly reasonsInResponses: boolean
  /** Whether a model is served by the own API alone. */
  isNativeOnly(model: string): boolean
  /** The shape in which a chat with this model can say most: what calls of other shapes are translated to. */
  chat(model: string): string
}

/** How its chat completions differ from OpenAI's. */
export interface ChatDialect {
  /** They are OpenAI's: what only OpenAI has is taken, and what it does not know is refused. */
  readonly isOpenai: boolean
  readonly takesServiceTier: boolean
  /** It refuses `user`, or has no use for it. */
  readonly ignoresUser: boolean
  /** It passes marks of the cache on to providers that have one. */
  readonly takesCacheMarks: boolean
  /** It refuses messages with members that it does not know. */
  readonly isStrict: boolean
  /** It reads files from addresses. OpenAI's own chat takes bytes only. */
  readonly fetchesFiles: boolean
  /** Its grammar refuses what only closes a schema: `additionalProperties: false`. */
  readonly refusesClosedSchemas: boolean
}

/** The side of a provider that speaks its own API. */
export interface OwnSide {
  /** What the base URL of the compatible side ends in, and that of this one does not. */
  readonly without: string
  /** The header that carries the provider key here. */
  readonly auth?: AuthHeader
  /** What upstream paths begin with that name no publisher of the model. Empty: the provider has no publishers. */
  readonly publisher?: string
  /** What the compatible side calls a model. */
  readonly compatible?: (model: string) => string
  /** The header that carries the provider key on the own side alone: the compatible side wants it as a bearer. */
  readonly ownAuth?: AuthHeader
}
