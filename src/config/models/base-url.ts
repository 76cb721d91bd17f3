import { maskSecrets } from '../../lib/config-error.ts'
import { type Environment, firstOf } from '../../lib/environment.ts'
import type { Provider } from '../../models/providers/provider.ts'

export interface BaseUrlSource {
  readonly apiBase?: string | undefined
  /** The provider's own model name. */
  readonly model: string
  readonly apiVersion?: string | undefined
}

/**
 * Where the calls of a deployment go, without a trailing slash, or what is wrong with it. A `/v1` is never added, as with
 * LiteLLM and the OpenAI SDK, except for providers whose `api_base` is customarily written without one.
 */
export function baseUrlOf(
  provider: Provider,
  { apiBase, model, apiVersion }: BaseUrlSource,
  env: Environment,
): { readonly url: string } | { readonly problem: string } {
  const given = apiBase ?? firstOf(env, provider.baseUrlFrom) ?? filledUrl(provider.baseUrl, env)
  if (given === undefined) {
    const variables = [provider.baseUrlFrom[0], ...namesIn(provider.baseUrl)].filter((variable) => variable)
    const help = variables.length > 0 ? ` (or set ${variables.join(' or ')})` : ''
    return { problem: `\`api_base\` is missing: ${provider.name} has no address of its own${help}` }
  }
  const url = given.trim().replace(/\/+$/, '')
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    return {
      problem: `\`api_base\` must be a URL that starts with http:// or https://, got ${JSON.stringify(maskSecrets(given))}`,
    }
  }
  if (new URL(url).search || new URL(url).hash) {
    return { problem: '`api_base` must be a URL without `?` and `#`: the path of each call is appended to it' }
  }
  return { url: provider.baseUrlOf?.(url, model, apiVersion) ?? withSuffix(url, provider.suffix) }
}

/** An address whose `{A|B}` is replaced by the first of these variables that is set; `undefined` when none is. */
export function filledUrl(baseUrl: string | undefined, env: Environment): string | undefined {
  const names = namesIn(baseUrl)
  if (names.length === 0) return baseUrl
  const value = firstOf(env, names)
  return value && /^[\w-]+$/.test(value) ? baseUrl?.replace(/\{.*\}/, value) : undefined
}

function namesIn(baseUrl = ''): readonly string[] {
  return /\{(.*)\}/.exec(baseUrl)?.[1]?.split('|') ?? []
}

/** `https://host/api` with the suffix `/api/v1` ends in `/api/v1` too: the part that is present is not added twice. */
function withSuffix(url: string, suffix: string): string {
  const ends = [...suffix.matchAll(/\/|$/g)].map(({ index }) => index).reverse()
  const there = ends.find((end) => url.endsWith(suffix.slice(0, end))) ?? 0
  return url + suffix.slice(there)
}
