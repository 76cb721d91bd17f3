import { PROVIDERS } from './providers.ts'

/**
 * Provider and the provider's own model name behind LiteLLM's `model`: `custom_llm_provider`, the prefix, a well-known
 * name, or the provider at whose own address `api_base` points. `undefined` when none of them tells.
 */
export function providerOf(
  model: string,
  { custom, apiBase }: { custom?: string | undefined; apiBase?: string | undefined },
): { readonly name: string; readonly model: string } | undefined {
  const [prefix, ...rest] = model.split('/')
  const prefixed = rest.length > 0 && Object.hasOwn(PROVIDERS, prefix!)
  if (custom) {
    if (!Object.hasOwn(PROVIDERS, custom)) return undefined
    return { name: custom, model: prefix === custom && rest.length > 0 ? rest.join('/') : model }
  }
  if (prefixed) return { name: prefix!, model: rest.join('/') }
  const known = byName(model) ?? byAddress(apiBase)
  return known === undefined ? undefined : { name: known, model }
}

function byName(model: string): string | undefined {
  return Object.values(PROVIDERS).find(({ wellKnown }) => wellKnown?.test(model))?.name
}

function byAddress(apiBase: string | undefined): string | undefined {
  if (!apiBase || !URL.canParse(apiBase)) return undefined
  const { host } = new URL(apiBase)
  return Object.values(PROVIDERS).find(
    ({ baseUrl = '' }) => baseUrl.startsWith('https:') && URL.canParse(baseUrl) && new URL(baseUrl).host === host,
  )?.name
}
