import type { Json } from '../../types.ts'
import type { Losses } from '../translation.ts'

/** A request whose members are taken one by one. What is left at the end could not be said. */
export interface Members {
  /** The value, or `undefined` where it is null or was not given. */
  take(name: string): unknown
  /** Moves members that the provider's API has under the same name. */
  pass(...names: readonly string[]): Json
  /** Takes all that OpenAI does not know: for APIs that hand a model's own parameters on. */
  takeForeign(): Json
  reportLosses(losses: Losses): void
}

export function membersOf(chat: Json): Members {
  const left = new Set(Object.keys(chat))

  function take(name: string): unknown {
    left.delete(name)
    return chat[name] ?? undefined
  }

  return {
    take,
    pass: (...names) => defined(Object.fromEntries(names.map((name) => [name, take(name)]))),
    takeForeign() {
      const foreign = [...left].filter((name) => !OWN.has(name) && !OPENAI.has(name))
      return defined(Object.fromEntries(foreign.map((name) => [name, take(name)])))
    },
    reportLosses(losses) {
      for (const name of left) if (!OWN.has(name) && !saysNothing(name, chat[name])) losses.add(name)
    },
  }
}

/** The stop sequences as a list, without empty ones: no other API takes those. */
export function stopsOf(members: Members): readonly unknown[] | undefined {
  const stops = [members.take('stop') ?? []].flat().filter((stop) => stop !== '')
  return stops.length > 0 ? stops : undefined
}

/** The entry of a table under a name that a client has sent: nothing that every object has, and no text of an object. */
export function entryOf<T>(table: Readonly<Record<string, T>>, name: unknown): T | undefined {
  return typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined
}

/** Said by the path or by other means, or kept by the gateway. */
const OWN: ReadonlySet<string> = new Set(['model', 'messages', 'stream', 'stream_options', 'metadata'])

/** Members of OpenAI's request. Those of LiteLLM that no model knows by these names are among them. */
const OPENAI: ReadonlySet<string> = new Set([
  ...['audio', 'frequency_penalty', 'function_call', 'functions', 'logit_bias', 'logprobs', 'max_completion_tokens'],
  ...['max_tokens', 'modalities', 'moderation', 'n', 'parallel_tool_calls', 'prediction', 'presence_penalty'],
  ...['prompt_cache_key', 'prompt_cache_retention', 'reasoning_effort', 'response_format', 'safety_identifier', 'seed'],
  ...['service_tier', 'stop', 'store', 'temperature', 'tool_choice', 'tools', 'top_logprobs', 'top_p', 'user'],
  ...['verbosity', 'web_search_options', 'cache_control', 'context_management', 'output_config', 'thinking'],
])

/** Values that ask for what happens anyway. */
const NEUTRAL: Readonly<Record<string, readonly unknown[]>> = {
  n: [1],
  frequency_penalty: [0],
  presence_penalty: [0],
  logprobs: [false],
  top_logprobs: [0],
  store: [false],
  parallel_tool_calls: [true],
  service_tier: ['auto', 'default'],
  tool_choice: ['auto', 'none'],
}

function saysNothing(name: string, value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (name === 'response_format') return (value as Json).type === 'text'
  if (name === 'modalities') return JSON.stringify(value) === '["text"]'
  if (name === 'tools' || name === 'logit_bias') return Object.keys(value).length === 0
  return NEUTRAL[name]?.includes(value) ?? false
}

/** The object without the members that are `undefined`. */
export function defined(object: Json): Json {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}

/** `undefined` where the object has no member: APIs differ in what an empty object means. */
export function filled(object: Json): Json | undefined {
  const left = defined(object)
  return Object.keys(left).length > 0 ? left : undefined
}
