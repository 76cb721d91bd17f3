import type { Environment } from './environment.ts'
import type { Provider } from './providers.ts'
import { maskSecrets } from './secrets.ts'

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
  name: string,
  provider: Provider,
  { apiBase, model, apiVersion }: BaseUrlSource,
  env: Environment,
): { readonly url: string } | { readonly problem: string } {
  const given = apiBase ?? firstOf(env, provider.baseUrlFrom) ?? provider.baseUrl
  if (given === undefined) {
    const variable = provider.baseUrlFrom?.[0]
    return {
      problem: `\`api_base\` is missing: ${name} has no address of its own${variable ? ` (or set ${variable})` : ''}`,
    }
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
  return { url: name === 'azure' ? azureUrl(url, model, apiVersion) : withSuffix(url, provider.suffix) }
}

/** The first of these variables that is set and not empty. */
export function firstOf(env: Environment, names: readonly string[] = []): string | undefined {
  return names.map((name) => env[name]).find(Boolean)
}

function withSuffix(url: string, suffix = ''): string {
  return url.endsWith(suffix) ? url : `${url}${suffix}`
}

/** Azure's dated API names the deployment in the path; its v1 API is OpenAI's and names it in the body. */
function azureUrl(url: string, model: string, apiVersion: string | undefined): string {
  if (url.includes('/openai/')) return url
  return apiVersion ? `${url}/openai/deployments/${encodeURIComponent(model)}` : `${url}/openai/v1`
}
