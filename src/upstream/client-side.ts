import { allowsClientSide, matchesClientSide } from '../auth/client-side-params.ts'
import { LiteLLMError } from '../errors.ts'
import type { Call, Deployment } from '../types.ts'
import { namesPrivateAddress } from './guarded-lookup.ts'

/** Members of a body that say where a call goes and with whose key. They go no further than this. */
export const CLIENT_SIDE_FIELDS = ['api_base', 'base_url', 'api_key'] as const

export interface ClientSide {
  readonly deployment: Deployment
  /** The address is not the operator's: it must be one of the open internet. */
  readonly guarded: boolean
}

const ADDRESSES = ['api_base', 'base_url'] as const

/** Headers of a deployment that are no secret. */
const OPEN_HEADERS = ['anthropic-version']
/** Headers that carry a provider key, and how. */
const KEY_HEADERS: readonly (readonly [string, (key: string) => string])[] = [
  ['x-api-key', (key) => key],
  ['api-key', (key) => key],
  ['authorization', (key) => `Bearer ${key}`],
]

/**
 * The deployment as a request wants it that brings a key or an address of its own; `undefined` when it brings none. An
 * address counts where the operator lets clients choose one (`anyAddress`, or the deployment's own list), whatever has
 * been checked before: without auth, or in a mode that only reports, nothing has. SECURITY: what we have for the operator's upstream, LiteLLM would send to
 * the client's too; here nothing of it goes there.
 */
export function clientSideOf(
  { json = {} }: Pick<Call, 'json'>,
  deployment: Deployment,
  anyAddress: boolean,
): ClientSide | undefined {
  const key = text(json.api_key)
  const address = ADDRESSES.map((name) => [name, text(json[name])] as const)
    .filter(([name, value]) => anyAddress || allowsClientSide(deployment.clientSide ?? [], name, value))
    .find(([, value]) => value !== undefined)?.[1]
  if (key === undefined && address === undefined) return undefined
  const { credential: _, ...rest } = deployment
  const [header, written] = KEY_HEADERS.find(([name]) => deployment.headers[name] !== undefined) ?? KEY_HEADERS.at(-1)!
  const own = key === undefined ? {} : { [header]: written(key) }
  if (address === undefined)
    return { deployment: { ...rest, headers: { ...deployment.headers, ...own } }, guarded: false }
  const headers = Object.fromEntries(Object.entries(deployment.headers).filter(([name]) => OPEN_HEADERS.includes(name)))
  const guarded = !isTrusted(address, deployment.clientSide ?? [])
  return { deployment: { ...rest, baseUrl: checked(address, guarded), headers: { ...headers, ...own } }, guarded }
}

/** An expression of the operator's names addresses that he knows. */
function isTrusted(address: string, allowed: readonly unknown[]): boolean {
  return allowed.some((entry) => CLIENT_SIDE_FIELDS.some((name) => matchesClientSide(entry, name, address)))
}

function checked(address: string, guarded: boolean): string {
  const url = /^https?:\/\//i.test(address) ? URL.parse(address) : null
  if (!url || [url.username, url.password, url.search, url.hash].some(Boolean)) {
    throw refused('api_base must be a URL that starts with http:// or https://, without a query or a password.')
  }
  if (guarded && namesPrivateAddress(address)) throw refused('api_base must not be a private address.')
  return address.replace(/\/+$/, '')
}

function refused(message: string): LiteLLMError {
  return new LiteLLMError('bad_request', { param: 'api_base', message })
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
