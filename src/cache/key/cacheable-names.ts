/**
 * The arguments that LiteLLM 1.106 puts into a key: the parameters of OpenAI's APIs for chats, completions, embeddings,
 * transcriptions and responses, of reranking, and of Anthropic's messages, without `metadata`. All others are ignored.
 */
export const CACHEABLE_NAMES: ReadonlySet<string> = new Set([
  ...['audio', 'background', 'best_of', 'cache_control', 'chunking_strategy', 'compaction', 'container'],
  ...['context_management', 'conversation', 'dimensions', 'documents', 'echo', 'encoding_format', 'file'],
  ...['frequency_penalty', 'function_call', 'functions', 'include', 'inference_geo', 'input', 'instruction'],
  ...['instructions', 'keywords', 'known_speaker_names', 'known_speaker_references', 'language', 'languages'],
  ...['logit_bias', 'logprobs', 'max_chunks_per_doc', 'max_completion_tokens', 'max_output_tokens', 'max_tokens'],
  ...['max_tokens_per_doc', 'max_tokens_per_query', 'max_tool_calls', 'mcp_servers', 'messages', 'modalities'],
  ...['model', 'moderation', 'n', 'output_config', 'output_format', 'parallel_tool_calls', 'prediction'],
  ...['presence_penalty', 'previous_response_id', 'prompt', 'prompt_cache_key', 'prompt_cache_options'],
  ...['prompt_cache_retention', 'query', 'rank_fields', 'reasoning', 'reasoning_effort', 'response_format'],
  ...['return_documents', 'safeguards', 'safety_identifier', 'seed', 'service_tier', 'speed', 'stop'],
  ...['stop_sequences', 'store', 'stream', 'stream_options', 'suffix', 'system', 'temperature', 'text', 'thinking'],
  ...['timestamp_granularities', 'tool_choice', 'tools', 'top_k', 'top_logprobs', 'top_n', 'top_p'],
  ...['truncate_prompt_tokens', 'truncation', 'truncation_side', 'user', 'verbosity', 'web_search_options'],
])

/** Providers for which LiteLLM does not list `stream_options`: their streams are not asked for usage before they are keyed. */
export const STREAMS_WITHOUT_OPTIONS: ReadonlySet<string> = new Set([
  ...['anthropic', 'gemini', 'vertex_ai', 'cohere', 'cohere_chat', 'ollama', 'ollama_chat', 'mistral', 'perplexity'],
  ...[
    'databricks',
    'nvidia_nim',
    'cerebras',
    'deepinfra',
    'anyscale',
    'replicate',
    'watsonx',
    'snowflake',
    'ai21_chat',
  ],
])
