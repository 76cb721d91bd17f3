import type { Call, Deployment, Json } from '../types.ts'

/** Where an API shape has the parameters that LiteLLM knows by OpenAI's names. */
interface Place {
  /** The object within the body that holds them. Absent: the body itself. */
  readonly within?: string
  readonly names: Readonly<Record<string, string>>
}

const SAMPLING = { temperature: 'temperature', top_p: 'top_p' }
const OLLAMA: Place = {
  within: 'options',
  names: { ...SAMPLING, max_tokens: 'num_predict', top_k: 'top_k', seed: 'seed', stop: 'stop' },
}

/** Shapes that have other names for them, or fewer. */
const PLACES: Readonly<Record<string, Place>> = {
  'openai-responses': {
    names: {
      ...SAMPLING,
      max_tokens: 'max_output_tokens',
      max_completion_tokens: 'max_output_tokens',
      max_output_tokens: 'max_output_tokens',
      parallel_tool_calls: 'parallel_tool_calls',
      service_tier: 'service_tier',
      tool_choice: 'tool_choice',
    },
  },
  'anthropic-messages': {
    names: {
      ...SAMPLING,
      max_tokens: 'max_tokens',
      max_completion_tokens: 'max_tokens',
      stop: 'stop_sequences',
      thinking: 'thinking',
      top_k: 'top_k',
    },
  },
  'gemini-generate': {
    within: 'generationConfig',
    names: {
      temperature: 'temperature',
      top_p: 'topP',
      top_k: 'topK',
      max_tokens: 'maxOutputTokens',
      max_completion_tokens: 'maxOutputTokens',
      seed: 'seed',
      stop: 'stopSequences',
    },
  },
  'bedrock-converse': {
    within: 'inferenceConfig',
    names: {
      temperature: 'temperature',
      top_p: 'topP',
      max_tokens: 'maxTokens',
      max_completion_tokens: 'maxTokens',
      stop: 'stopSequences',
    },
  },
  'ollama-chat': OLLAMA,
  'ollama-generate': OLLAMA,
}

/** Shapes that have them under these very names. Shapes of neither kind have none of them. */
const SAME_NAMES: ReadonlySet<string> = new Set(['openai-chat', 'openai-completions'])

/** Names for the same limit: a body that has one wants no other. */
const OUTPUT_LIMITS = ['max_tokens', 'max_completion_tokens']
/** Written as a list there. */
const LISTS: ReadonlySet<string> = new Set(['stop_sequences', 'stopSequences'])

/**
 * The body of a call with the deployment's own parameters where it says nothing itself, under the names its API has for
 * them, and without those that the deployment is never sent. The body itself when nothing changes.
 */
export function preparedParams({ shape, json = {} }: Pick<Call, 'shape' | 'json'>, deployment: Deployment): Json {
  return without(deployment.dropped ?? [], withDefaults(shape, json, deployment.defaults))
}

function withDefaults(shape: string, json: Json, defaults: Json | undefined): Json {
  if (!defaults) return json
  if (SAME_NAMES.has(shape)) {
    const limited = OUTPUT_LIMITS.some((name) => json[name] !== undefined)
    return { ...(limited ? without(OUTPUT_LIMITS, defaults) : defaults), ...json }
  }
  const place = PLACES[shape]
  if (!place) return json
  const own = Object.entries(defaults).flatMap(([name, value]) => {
    const theirs = place.names[name]
    return theirs === undefined ? [] : [[theirs, LISTS.has(theirs) ? [value].flat() : value] as const]
  })
  if (place.within === undefined) return { ...Object.fromEntries(own), ...json }
  const inner = (json[place.within] ?? {}) as Json
  const missing = own.filter(([name]) => inner[name] === undefined)
  return missing.length > 0 ? { ...json, [place.within]: { ...inner, ...Object.fromEntries(missing) } } : json
}

function without(names: readonly string[], json: Json): Json {
  if (!names.some((name) => json[name] !== undefined)) return json
  return Object.fromEntries(Object.entries(json).filter(([name]) => !names.includes(name)))
}
