import { createEmbeddedPrices, embeddedNames } from '../cost/embedded-prices.ts'
import { isWildcard, wildcardMatcher } from '../routing/wildcard.ts'

let byProvider: ReadonlyMap<string, readonly string[]> | undefined

/**
 * The models that a pattern stands for, as far as anybody knows: those of the price list whose provider the pattern names
 * (`openai/*`, `anthropic/claude-*`). A name without a pattern is itself; `*` alone stands for too much to be listed.
 */
export function expandModels(groups: readonly string[]): readonly string[] {
  return groups.flatMap((group) => (isWildcard(group) ? modelsBehind(group) : [group]))
}

function modelsBehind(pattern: string): readonly string[] {
  const [provider = ''] = pattern.split('/')
  const matches = wildcardMatcher(pattern)
  byProvider ??= namesByProvider()
  return (byProvider.get(provider) ?? []).filter((name) => matches(name))
}

/** Prices of one size or quality of picture, not models. */
const VARIANT = /\d+-x-\d+|^(?:low|medium|high|standard|hd)\//

function namesByProvider(): ReadonlyMap<string, readonly string[]> {
  const prices = createEmbeddedPrices()
  const provided = embeddedNames().flatMap((name) => {
    const provider = prices.get(name)?.litellm_provider
    if (typeof provider !== 'string' || VARIANT.test(name)) return []
    return [{ provider, name: name.startsWith(`${provider}/`) ? name : `${provider}/${name}` }]
  })
  const grouped = Map.groupBy(provided, ({ provider }) => provider)
  return new Map([...grouped].map(([provider, all]) => [provider, [...new Set(all.map(({ name }) => name))].sort()]))
}
