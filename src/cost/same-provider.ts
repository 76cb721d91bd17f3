/** Entries of these providers are prices of the other one too. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  openai: ['text-completion-openai'],
  azure: ['azure_text'],
  azure_ai: ['azure', 'openai'],
  cohere: ['cohere_chat'],
  cohere_chat: ['cohere'],
  mistral: ['codestral', 'text-completion-codestral'],
}

/** Providers with one entry family under several names, e.g. "vertex_ai-language-models". */
const PREFIXES = ['vertex_ai', 'bedrock', 'fireworks_ai']

/** Providers that resell the models of all others under their names. */
const ANY = new Set(['litellm_proxy', 'github', 'nadir'])

/** Whether an entry of `entryProvider` prices a deployment of `provider`: the same name elsewhere is another price. */
export function sameProvider(provider: string, entryProvider: unknown): boolean {
  if (typeof entryProvider !== 'string' || entryProvider === provider || ANY.has(provider)) return true
  const family = PREFIXES.find((prefix) => provider.startsWith(prefix))
  return (
    (family !== undefined && entryProvider.startsWith(family)) || FAMILIES[provider]?.includes(entryProvider) === true
  )
}
