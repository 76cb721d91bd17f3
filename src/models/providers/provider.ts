import type { Environment } from '../../lib/environment.ts'
import type { Credential } from '../../types.ts'
import type { CloudParams } from './cloud-credential.ts'
import { chatProbe, type Probe } from './probe.ts'
import type { AuthHeader, ChatDialect, OwnSide, SpokenShapes } from './spoken-shapes.ts'

/** The record of one provider: what is known of it, and nowhere else. */
export interface Provider extends ProviderAddress {
  /** LiteLLM's name, the prefix of `model`. */
  readonly name: string
  readonly shapes: SpokenShapes
  readonly dialect: ChatDialect
  /** Where its own API is. Absent: where its OpenAI-compatible side is. */
  readonly ownSide?: OwnSide
  /** Its own API, relayed as it is. Absent: it is only called. */
  readonly passThrough?: PassThrough
  readonly billing: Billing
  readonly errors: ErrorWords
  /**
   * It goes on generating, and billing, when a stream is cancelled: OpenRouter's list of providers without stream
   * cancellation (openrouter.ai/docs, "Stream cancellation").
   */
  readonly billsAfterCancel: boolean
  /** It is another LiteLLM: it is sent what is meant for a gateway. */
  readonly isGateway: boolean
  /** Members of a body that others keep for the gateway, and this one has as parameters of its own. */
  readonly ownMembers: readonly string[]
  /** Parameters of OpenAI's chat that its compatible side refuses, by the provider's own documentation. */
  readonly refusedParams: readonly string[]
  /** It keeps chat completions that ask for it, and takes `metadata` with those. */
  readonly storesChats: boolean
  /** Its streams say their usage unasked, and it may refuse to be asked. */
  readonly statesStreamUsage: boolean
  /** The smallest chat: it shows whether a deployment works. */
  probe(model: string): Probe
}

/** Where calls go, and with whose key. Variables and addresses are LiteLLM's. */
export interface ProviderAddress {
  /**
   * Used when the entry names no `api_base` and no variable does. Absent: an `api_base` must be given. A `{NAME}` in it is
   * filled in from the environment.
   */
  readonly baseUrl?: string
  /** Variables that may hold the base URL, first one wins. */
  readonly baseUrlFrom: readonly string[]
  /** Variables that may hold the provider key, first one wins. */
  readonly keyFrom: readonly string[]
  /** The variable with the organization that is billed. */
  readonly organizationFrom?: string
  /** Variables that may hold the version of a dated API. Absent: its API has no dates. */
  readonly apiVersionFrom?: readonly string[]
  /** The domains that keys from the environment may go to, where `baseUrl` does not tell. */
  readonly domains?: readonly string[]
  /** Header that carries the provider key. */
  readonly auth: AuthHeader
  /** The header that carries it on these hosts instead. */
  readonly authOn?: { readonly hosts: RegExp; readonly auth: AuthHeader }
  /** Sent with every call. */
  readonly headers: Readonly<Record<string, string>>
  /** Ends the base URL when what the entry says does not end in it already. */
  readonly suffix: string
  /** Model names without a prefix that everybody knows to be this provider's. */
  readonly wellKnown?: RegExp
  /** Where a model is served, if that depends on more than a variable, and what it is called there. */
  place?(source: PlaceSource, env: Environment): Place | { readonly problem: string }
  /** The base URL of a model below `url`. Absent: `url` with the suffix. */
  baseUrlOf?(url: string, model: string, apiVersion: string | undefined): string
  /** Signs calls, or gets them a token, when no provider key is given. */
  credential?(source: CredentialSource, env: Environment): Credential | undefined
}

export interface PlaceSource {
  readonly params: CloudParams
  readonly apiBase?: string | undefined
  /** As it stands in the entry, without the provider's prefix. */
  readonly model: string
}

export interface Place {
  readonly apiBase: string
  readonly model: string
}

export interface CredentialSource {
  readonly params: CloudParams
  /** As it stands in the entry, without the provider's prefix. */
  readonly model: string
  /** The address is the provider's own, or the environment's. */
  readonly isAtHome: boolean
}

/** A provider's own API as it is relayed below a prefix of our paths. What is absent is as for calls. */
export interface PassThrough {
  /** What our paths begin with. */
  readonly prefixes: readonly string[]
  /** Without the version. Absent: a variable must name it. */
  readonly baseUrl?: string
  readonly baseUrlFrom?: readonly string[]
  readonly keyFrom?: readonly string[]
  readonly auth?: AuthHeader
  /** Begins every path of the API; added where a client leaves it out. */
  readonly version?: string
  /** Paths name the model, so that a model group can be meant. */
  readonly namesModels?: boolean
  /** Bodies are signed, and so have to be read. */
  readonly signsBodies?: boolean
  /** Signs calls to `url`, or gets them a token, when no key is given. */
  credential?(env: Environment, url: string): Credential
  /** What a path begins with that names no project. `undefined` when the environment names none. */
  project?(env: Environment): string | undefined
  /** Another host for paths that the usual one does not serve. */
  urlFor?(url: string, path: string): string
  /** Path segments of the collections whose resources belong to the caller who made them. Absent: there are none. */
  readonly collections?: readonly string[]
  /** A resource is named by its collection and its id. */
  readonly namesCollections?: boolean
}

/** A provider whose own API is relayed. */
export type PassThroughProvider = Provider & { readonly passThrough: PassThrough }

/** How calls are billed. LiteLLM's rules. */
export interface Billing {
  /** The provider whose rules these are. `plain`: by what the entry of the price map says, and nothing else. */
  readonly family: BillingFamily
  /** Entries of these providers are its prices too. */
  readonly alsoPricedAs: readonly string[]
  /** Its entries, and what LiteLLM calls its parts, begin like this: "vertex_ai-language-models". */
  readonly prefix?: string
  /** It sells the models of all others under their names. */
  readonly resells: boolean
  /** Its bill in the answer is believed: it is the true one. */
  readonly statesCost: boolean
}

export type BillingFamily =
  | 'plain'
  | 'aiml'
  | 'anthropic'
  | 'azure'
  | 'azure_ai'
  | 'bedrock'
  | 'dashscope'
  | 'databricks'
  | 'fireworks_ai'
  | 'gemini'
  | 'openai'
  | 'perplexity'
  | 'recraft'
  | 'together_ai'
  | 'vertex_ai'
  | 'xai'

/** How LiteLLM words the errors of a provider. */
export interface ErrorWords {
  /** `openai`: as of all that LiteLLM calls by OpenAI's API. `plain`: by the status alone. */
  readonly family: ErrorFamily
  /** The name of its exceptions. Absent: that of the provider with a capital. */
  readonly exception?: string
  /** APIs for which LiteLLM uses OpenAI's own client, which reads the sentence out of the body. */
  readonly readByClient: readonly string[]
  /** APIs whose errors are told in that client's words. */
  readonly wordedByClient: readonly string[]
}

export type ErrorFamily = 'openai' | 'azure' | 'anthropic' | 'gemini' | 'plain'

/** What differs from a provider that speaks OpenAI's API below one base URL. */
export type ProviderFacts = Partial<Omit<Provider, 'name' | 'shapes' | 'dialect' | 'billing' | 'errors'>> & {
  readonly shapes?: Partial<SpokenShapes>
  readonly dialect?: Partial<ChatDialect>
  readonly billing?: Partial<Billing>
  readonly errors?: Partial<ErrorWords>
}

/** The record of a provider that is like OpenAI, but for `facts`. */
export function defineProvider(name: string, facts: ProviderFacts = {}): Provider {
  const { shapes, dialect, billing, errors } = LIKE_OPENAI
  return {
    ...LIKE_OPENAI,
    ...facts,
    name,
    shapes: { ...shapes, ...facts.shapes },
    dialect: { ...dialect, ...facts.dialect },
    billing: { ...billing, ...facts.billing },
    errors: { ...errors, ...facts.errors },
  }
}

const LIKE_OPENAI: Omit<Provider, 'name'> = {
  baseUrlFrom: [],
  keyFrom: [],
  auth: 'authorization',
  headers: {},
  suffix: '',
  shapes: {
    native: [],
    openai: 'all',
    any: false,
    responses: false,
    reasonsInResponses: false,
    isNativeOnly: () => false,
    chat: () => 'openai-chat',
  },
  dialect: {
    isOpenai: false,
    takesServiceTier: false,
    ignoresUser: false,
    takesCacheMarks: false,
    isStrict: false,
    fetchesFiles: false,
    refusesClosedSchemas: false,
  },
  billing: { family: 'plain', alsoPricedAs: [], resells: false, statesCost: false },
  errors: { family: 'openai', readByClient: [], wordedByClient: [] },
  billsAfterCancel: false,
  isGateway: false,
  ownMembers: [],
  refusedParams: [],
  storesChats: false,
  statesStreamUsage: false,
  probe: chatProbe,
}

/** A base URL that ends in `end`, whether it did before or not. */
export function withEnd(url: string, end: string): string {
  const clean = url.trim().replace(/\/+$/, '')
  return clean.endsWith(end) ? clean : clean + end
}
