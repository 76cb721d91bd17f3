/**
 * The names under which LiteLLM's map may hold the price of `model`, the most exact first: with provider and region,
 * with provider, bare, without its first segment, then all over again without what tells versions apart.
 */
export function priceNames(model: string, provider: string, region: string | undefined): readonly string[] {
  const bare = withoutPrefix(model, `${provider}/`)
  const stripped = (STRIP.find(([pattern]) => pattern.test(provider))?.[1] ?? stripDated)(bare)
  return [
    ...new Set([
      ...(region ? [`${provider}/${region}/${bare}`] : []),
      ...(bare === model ? [] : [model]),
      `${provider}/${bare}`,
      bare,
      bare.slice(bare.indexOf('/') + 1),
      ...(region ? [`${provider}/${region}/${stripped}`] : []),
      `${provider}/${stripped}`,
      stripped,
      // A provider that resells under its own name twice: "perplexity/perplexity/kimi-k3".
      ...(bare === model ? [] : [`${provider}/${model}`]),
    ]),
  ]
}

const STRIP: readonly (readonly [RegExp, (name: string) => string])[] = [
  [/^bedrock/, stripBedrock],
  [/^(?:vertex_ai|gemini|databricks)/, stripVersion],
]

/** "@20250929" or "-002". LiteLLM also takes shorter numbers off, which would price "claude-x-4-9" as "claude-x-4". */
function stripVersion(name: string): string {
  return name.replace(/@[^@]+$|-\d{3,}$/, '')
}

/** Routers repeat the provider: "openai/openai/gpt-4o". */
function withoutPrefix(name: string, prefix: string): string {
  let bare = name
  while (bare.startsWith(prefix)) bare = bare.slice(prefix.length)
  return bare
}

const FINE_TUNED = /^(ft:[^:]+):.*$/
const SNAPSHOT = /-\d{4}-\d{2}-\d{2}$/

/** "ft:gpt-4o:org:name:id" is priced as "ft:gpt-4o", a dated snapshot as its model. */
function stripDated(name: string): string {
  return FINE_TUNED.test(name) ? name.replace(FINE_TUNED, '$1') : name.replace(SNAPSHOT, '')
}

const BEDROCK_ROUTE = /^(?:bedrock|converse|invoke|chat_completions|openai|mantle|nova-2|nova)\//
const BEDROCK_REGION = /^[a-z]{2}(?:-[a-z]+)+-\d\//
const BEDROCK_PROFILE = /^(?:global|us|eu|apac|jp|au|us-gov)\./

/** "converse/us.anthropic.claude-x-v1:0:18k" is priced as "anthropic.claude-x-v1:0". */
function stripBedrock(name: string): string {
  const model = /\barn:/i.test(name) ? name.slice(name.lastIndexOf('/') + 1) : name
  return model
    .replace(BEDROCK_ROUTE, '')
    .replace(BEDROCK_REGION, '')
    .replace(BEDROCK_PROFILE, '')
    .replace(/(:\d+):\d+k$/, '$1')
    .replace(/\[\w+\]$/, '')
}
