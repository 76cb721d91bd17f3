/** Each value as it was sent, by lower-case name. In `req.headers` duplicates have been joined or lost before. */
export type HeaderValues = Readonly<Record<string, string | readonly string[] | undefined>>

export interface SecretOptions {
  /** LiteLLM's `litellm_key_header_name`: replaces every other place, and its value must start with `Bearer `. */
  readonly keyHeaderName?: string
  /** How a configured pass-through endpoint names its caller. */
  readonly passThrough?: PassThroughCredential
}

export interface PassThroughCredential {
  /** The header that holds the secret (`headers.litellm_user_api_key` of the endpoint). */
  readonly headerName?: string
  /** `langfuse`: the secret is the user name of Basic authentication. */
  readonly parser?: 'langfuse'
}

type Reader = (value: string) => string

/** In LiteLLM's order: the first header that is present decides, even when its value is malformed. */
const SOURCES: readonly (readonly [header: string, read: Reader])[] = [
  ['x-litellm-api-key', (value) => withoutScheme(value) ?? value],
  ['authorization', (value) => withoutScheme(value) ?? ''],
  ['api-key', asIs],
  ['x-api-key', asIs],
  ['x-goog-api-key', asIs],
  ['ocp-apim-subscription-key', asIs],
]

/** LiteLLM's built-in pass-through routes; below them `litellm_user_api_key` may name the caller. */
const PASS_THROUGH =
  /^\/(bedrock|vertex-ai|vertex_ai|cohere|gemini|anthropic|langfuse|azure|azure_ai|openai|openai_passthrough|assemblyai|eu\.assemblyai|vllm|mistral|milvus)(\/|\?|$)/

/** Names, in lower case, of the headers in which a secret may be. */
export function secretHeaders({ keyHeaderName = '', passThrough: { headerName = '' } = {} }: SecretOptions) {
  const names = [...SOURCES.map(([name]) => name), CALLER, keyHeaderName, headerName]
  return new Set(names.filter(Boolean).map((name) => name.toLowerCase()))
}

const CALLER = 'litellm_user_api_key'
const MAX_LENGTH = 4096
const VISIBLE_ASCII = /^[\x21-\x7e]+$/

/**
 * The secret the client sent, whichever SDK it uses.
 * `undefined`: none was sent. `''`: one was sent that cannot be a secret (wrong scheme, sent twice, longer than 4 KiB,
 * not visible ASCII); such a value never reaches the database.
 */
export function secretFrom(headers: HeaderValues, url: string, options: SecretOptions = {}): string | undefined {
  const { keyHeaderName, passThrough = {} } = options
  if (keyHeaderName) return clean(first(headers, keyHeaderName, bearerOnly) ?? '')
  const special = passThrough.parser === 'langfuse' ? first(headers, 'authorization', basicUser) : undefined
  return clean(
    special ??
      (passThrough.headerName ? first(headers, passThrough.headerName, asIs) : undefined) ??
      fromHeaders(headers) ??
      fromQuery(url) ??
      (PASS_THROUGH.test(url) ? first(headers, CALLER, asIs) : undefined),
  )
}

function fromHeaders(headers: HeaderValues): string | undefined {
  for (const [name, read] of SOURCES) {
    const found = first(headers, name, read)
    if (found !== undefined) return found
  }
  return undefined
}

/** `?key=`, which Google's SDKs send; nowhere else, so that secrets do not get into access logs. */
function fromQuery(url: string): string | undefined {
  const start = url.indexOf('?')
  if (start < 0 || !/generateContent|streamGenerateContent/.test(url.slice(0, start))) return undefined
  const [value, ...more] = new URLSearchParams(url.slice(start + 1)).getAll('key')
  return more.length > 0 ? '' : value
}

/** A header sent twice is malformed: which of the two a proxy before us has checked cannot be known. */
function first(headers: HeaderValues, name: string, read: Reader): string | undefined {
  const value = headers[name.toLowerCase()]
  if (value === undefined) return undefined
  if (typeof value === 'string') return read(value)
  const [only, ...more] = value
  if (only === undefined) return undefined
  return more.length > 0 ? '' : read(only)
}

function asIs(value: string): string {
  return value
}

function bearerOnly(value: string): string {
  return value.startsWith('Bearer ') ? value.slice('Bearer '.length) : ''
}

function withoutScheme(value: string): string | undefined {
  const scheme = /^(Bearer |bearer |Basic )/.exec(value)?.[0]
  if (scheme) return value.slice(scheme.length)
  // boto3 signs its requests; LiteLLM's way to pass a key is as the access key id.
  return /^AWS4-HMAC-SHA256 Credential=Bearer ([^/]*)/.exec(value)?.[1]
}

function basicUser(value: string): string {
  const encoded = /^Basic (.*)$/.exec(value)?.[1]
  return encoded === undefined ? value : (Buffer.from(encoded, 'base64').toString('latin1').split(':')[0] ?? '')
}

function clean(secret: string | undefined): string | undefined {
  if (secret === undefined) return undefined
  return secret.length <= MAX_LENGTH && VISIBLE_ASCII.test(secret) ? secret : ''
}
