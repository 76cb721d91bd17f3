/** As OpenAI words it. */
interface OpenAIRefusal {
  readonly error: {
    readonly message: string
    readonly type: 'invalid_request_error'
    readonly param: string | null
    readonly code: string | null
  }
}

const SAMPLING = ['model', 'user', 'temperature', 'top_p', 'stream', 'stream_options', 'store', 'metadata']
const SHARED = [...SAMPLING, 'parallel_tool_calls', 'prompt_cache_key', 'prompt_cache_retention', 'safety_identifier']

/** Every member that the endpoint knows. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  '/chat/completions': [
    ...SHARED,
    ...['messages', 'audio', 'frequency_penalty', 'function_call', 'functions', 'logit_bias', 'logprobs', 'n'],
    ...['max_completion_tokens', 'max_tokens', 'modalities', 'prediction', 'presence_penalty', 'reasoning_effort'],
    ...['response_format', 'seed', 'service_tier', 'stop', 'tool_choice', 'tools', 'top_logprobs', 'verbosity'],
    'web_search_options',
  ],
  '/completions': [
    ...['model', 'prompt', 'best_of', 'echo', 'frequency_penalty', 'logit_bias', 'logprobs', 'max_tokens', 'n'],
    ...['presence_penalty', 'seed', 'stop', 'stream', 'stream_options', 'suffix', 'temperature', 'top_p', 'user'],
  ],
  '/embeddings': ['model', 'input', 'dimensions', 'encoding_format', 'user'],
  '/responses': [
    ...SHARED,
    ...['background', 'context_management', 'conversation', 'include', 'input', 'instructions', 'max_output_tokens'],
    ...['max_tool_calls', 'previous_response_id', 'prompt', 'reasoning', 'service_tier', 'text', 'tool_choice'],
    ...['tools', 'top_logprobs', 'truncation'],
  ],
  '/moderations': ['model', 'input'],
}

/** Every field that the form of an endpoint may have, without brackets. */
const FORM_FIELDS: Readonly<Record<string, readonly string[]>> = {
  '/audio/transcriptions': [
    ...['file', 'model', 'language', 'prompt', 'response_format', 'temperature', 'timestamp_granularities', 'stream'],
    ...['include', 'chunking_strategy', 'known_speaker_names', 'known_speaker_references', 'user'],
  ],
  '/images/edits': [
    ...['image', 'mask', 'model', 'prompt', 'n', 'size', 'quality', 'background', 'input_fidelity', 'moderation'],
    ...['output_format', 'output_compression', 'partial_images', 'response_format', 'stream', 'user'],
  ],
  '/files': ['file', 'purpose', 'expires_after'],
  '/containers/*/files': ['file', 'file_id'],
}

const MESSAGES_MEMBERS = [
  ...['model', 'messages', 'max_tokens', 'metadata', 'stop_sequences', 'stream', 'system', 'temperature', 'thinking'],
  ...['tool_choice', 'tools', 'top_k', 'top_p', 'service_tier', 'container', 'mcp_servers', 'context_management'],
  ...['output_config', 'output_format', 'cache_control', 'inference_geo', 'speed'],
]

/** What the provider's own API answers with status 400 to this body; `undefined`: nothing, or an endpoint not known here. */
export function providerRefusal(path: string, body: Buffer): object | undefined {
  return /\/v1\/messages$/.test(path) ? anthropicRefusal(body) : openaiRefusal(path, body)
}

function anthropicRefusal(body: Buffer): object | undefined {
  const json = jsonOf(body) ?? {}
  const unknown =
    Object.keys(json).find((name) => !MESSAGES_MEMBERS.includes(name)) ??
    Object.keys(json.metadata ?? {}).find((name) => name !== 'user_id')
  if (unknown === undefined) return undefined
  return {
    type: 'error',
    error: { type: 'invalid_request_error', message: `${unknown}: Extra inputs are not permitted` },
  }
}

function openaiRefusal(path: string, body: Buffer): OpenAIRefusal | undefined {
  const endpoint = path
    .replace(/[?].*$/, '')
    .replace(/^.*\/v1(?=\/)/, '')
    .replace(/(?<=^\/containers\/)[^/]+/, '*')
  const fields = FORM_FIELDS[endpoint]
  if (fields && body.toString('latin1', 0, 2) === '--') return formRefusal(fields, body)
  const known = MEMBERS[endpoint]
  const json = known && jsonOf(body)
  if (!json) return undefined
  const unknown = Object.keys(json).find((name) => !known.includes(name))
  if (unknown !== undefined) return refusal(`Unrecognized request argument supplied: ${unknown}`, null)
  return refusalOfMetadata(json, path)
}

function formRefusal(fields: readonly string[], body: Buffer): OpenAIRefusal | undefined {
  const named = body.toString('latin1').matchAll(/form-data; name="([^"[]*)/g)
  const unknown = [...named].map(([, name = '']) => name).find((name) => !fields.includes(name))
  return unknown === undefined ? undefined : refusal(`Unrecognized request argument supplied: ${unknown}`, null)
}

function refusalOfMetadata({ metadata, store }: Record<string, unknown>, path: string): OpenAIRefusal | undefined {
  if (metadata === undefined || metadata === null) return undefined
  if (path.includes('/chat/completions') && store !== true) {
    return refusal("The 'metadata' parameter is only allowed when 'store' is enabled.", 'metadata')
  }
  const entries = Object.entries(metadata)
  const wrong = entries.find(([, value]) => typeof value !== 'string')
  if (wrong) {
    const [name, value] = wrong
    const message = `Invalid type for 'metadata.${name}': expected a string, but got ${typeof value} instead.`
    return refusal(message, `metadata.${name}`, 'invalid_type')
  }
  if (entries.length > 16) return refusal("Invalid 'metadata': too many properties.", 'metadata')
  const long = entries.find(([name, value]) => name.length > 64 || (value as string).length > 512)
  return long && refusal(`Invalid 'metadata.${long[0]}': string too long.`, `metadata.${long[0]}`)
}

function refusal(message: string, param: string | null, code: string | null = null): OpenAIRefusal {
  return { error: { message, type: 'invalid_request_error', param, code } }
}

function jsonOf(body: Buffer): Record<string, unknown> | undefined {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
