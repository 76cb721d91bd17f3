import { type Environment, firstOf } from '../../lib/environment.ts'
import type { ProviderAddress } from '../../models/providers/provider.ts'

type Scalars = Readonly<Record<string, string | number | boolean>>

export interface HeaderSource {
  readonly api_key?: string | undefined
  readonly organization?: string | undefined
  readonly headers?: Scalars | undefined
  readonly extra_headers?: Scalars | undefined
}

/** What is sent upstream with every call of a deployment: provider key, organization, the entry's own headers. Lower-case. */
export function upstreamHeaders(
  provider: ProviderAddress,
  params: HeaderSource,
  baseUrl: string,
  env: Environment,
): Readonly<Record<string, string>> {
  const known = isAtHome(baseUrl, provider, env)
  const key = params.api_key || (known ? firstOf(env, provider.keyFrom) : undefined)
  const { organizationFrom } = provider
  const organization = params.organization ?? (known && organizationFrom ? env[organizationFrom] : undefined)
  const auth = provider.authOn?.hosts.test(new URL(baseUrl).hostname) ? provider.authOn.auth : provider.auth
  return {
    ...provider.headers,
    ...(key ? { [auth]: auth === 'authorization' ? `Bearer ${key}` : key } : {}),
    ...(organization ? { 'openai-organization': organization } : {}),
    ...lowerCase(params.headers),
    ...lowerCase(params.extra_headers),
  }
}

/**
 * SECURITY: a key from the environment goes only where it belongs: to the provider's own domain, to the address the
 * environment names beside it, or anywhere for providers that have no address of their own. LiteLLM sends
 * `OPENAI_API_KEY` to any `api_base` that comes without a key.
 */
export function isAtHome(baseUrl: string, provider: ProviderAddress, env: Environment): boolean {
  const domains = domainsOf(provider)
  if (domains === undefined) return true
  const { host } = new URL(baseUrl)
  const own = [provider.baseUrl, firstOf(env, provider.baseUrlFrom)].map((url = '') => hostOf(url))
  return own.includes(host) || domains.some((domain) => host === domain || host.endsWith(`.${domain}`))
}

/** eu.api.openai.com belongs to openai.com. */
function domainsOf({ baseUrl, domains }: ProviderAddress): readonly string[] | undefined {
  return domains ?? (baseUrl === undefined ? undefined : [new URL(baseUrl).hostname.split('.').slice(-2).join('.')])
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined
}

function lowerCase(headers: Scalars = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))
}
