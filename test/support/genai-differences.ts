/** Which sums differ: those of all tokens, of cached tokens only, of long prompts only. */
export type Difference = 'price' | 'cache' | 'long' | 'cache and long'

interface Differing {
  readonly difference: Difference
  /** What the two lists say. Dollars per million tokens: LiteLLM's, then genai-prices'. */
  readonly why: string
  readonly models: readonly string[]
}

/** The models that LiteLLM's price map of 2026-08-01 and genai-prices 0.1.8 price differently, by their own data. */
export const GENAI_DIFFERENCES: readonly Differing[] = [
  {
    difference: 'price',
    why: 'LiteLLM has the regional price of Azure, a tenth more; genai-prices only the global one',
    models: names('azure/', 'gpt-4o-2024-11-20 gpt-4o-mini gpt-4o-mini-2024-07-18 o1-mini us/o4-mini-2025-04-16'),
  },
  {
    difference: 'price',
    why: "genai-prices has the cut of 2026-07-30 for Azure too (luna 1 and 0.2); LiteLLM for OpenAI's own models only",
    models: names('azure/', 'gpt-5.6-luna gpt-5.6-terra'),
  },
  {
    difference: 'price',
    why: "2.5 and 0.15: genai-prices has the price of gpt-4o-mini's text",
    models: names('azure/', 'gpt-4o-mini-audio-preview-2024-12-17'),
  },
  {
    difference: 'price',
    why: 'LiteLLM has the prices since V3.2 (0.28 in), genai-prices those before it (0.27 and 0.55), and 0.2288 for V3.2',
    models: names('', 'deepseek-chat deepseek-reasoner').concat(
      names('deepseek/', 'deepseek-chat deepseek-reasoner deepseek-v3.2'),
    ),
  },
  {
    difference: 'price',
    why: '0.1 and 0.2; 0.9 and 0.1: LiteLLM prices gemma-3-27b-it by the size of the model',
    models: names('fireworks_ai/accounts/fireworks/models/', 'llama-v3p1-8b-instruct gemma-3-27b-it'),
  },
  {
    difference: 'price',
    why: 'genai-prices has half the price until the end of 2026, LiteLLM the full one',
    models: ['gemini/gemini-3.6-flash', 'gemini-3.6-flash'],
  },
  {
    difference: 'price',
    why: '1.25 and 10 (LiteLLM), 1 and 20 (genai-prices): text in, speech out',
    models: ['gemini/gemini-2.5-pro-preview-tts', 'gemini-2.5-pro-preview-tts'],
  },
  {
    difference: 'price',
    why: '0.3 and 0.5: genai-prices takes them for gemini-live-2.5-flash',
    models: ['', 'gemini/'].flatMap((prefix) =>
      names(`${prefix}gemini-2.5-flash-native-audio-`, 'latest preview-09-2025 preview-12-2025'),
    ),
  },
  {
    difference: 'price',
    why: "0.15 and 0.1: LiteLLM has Vertex AI's price, genai-prices the one of the Gemini API",
    models: ['gemini-2.0-flash-001'],
  },
  {
    difference: 'price',
    why: '1 and 0.8',
    models: names('vertex_ai/', 'claude-3-5-haiku claude-3-5-haiku@20241022'),
  },
  {
    difference: 'price',
    why: '0.05 and 0.07; genai-prices takes the safeguard of 20b for gpt-oss-120b',
    models: names('groq/', 'gemma-7b-it openai/gpt-oss-safeguard-20b'),
  },
  {
    difference: 'price',
    why: 'One name, two generations: each list takes it for another model of that line; open-mistral-nemo is 0.3 and 0.15',
    models: names(
      'mistral/',
      'codestral-latest mistral-large-2407 mistral-large-latest mistral-medium mistral-small-latest open-mistral-nemo',
    ),
  },
  {
    difference: 'price',
    why: '0.135 and 0.39; 0.02 and 0.05; 0.04 and 0.17',
    models: names(
      'novita/',
      'meta-llama/llama-3.3-70b-instruct meta-llama/llama-3.1-8b-instruct mistralai/mistral-nemo',
    ),
  },
  { difference: 'price', why: '0.6 and 0.9', models: ['together_ai/mistralai/Mixtral-8x7B-Instruct-v0.1'] },
  {
    difference: 'cache',
    why: 'LiteLLM has a price of cache reads, genai-prices none',
    models: [
      ...names('', 'gpt-4o-search-preview gpt-4o-search-preview-2025-03-11'),
      ...names('ft:', 'gpt-4o-2024-08-06 gpt-4o-2024-11-20 gpt-4o-mini-2024-07-18'),
      ...['', 'azure/'].flatMap((prefix) =>
        names(prefix, 'gpt-5.4-pro gpt-5.4-pro-2026-03-05 gpt-5.5-pro gpt-5.5-pro-2026-04-23'),
      ),
      ...['', 'gemini/'].flatMap((prefix) => names(prefix, 'gemini-2.0-flash-lite gemini-2.0-flash-lite-001')),
      ...names(
        'fireworks_ai/accounts/fireworks/models/',
        'deepseek-r1-0528 deepseek-v3-0324 glm-4p7 llama4-maverick-instruct-basic minimax-m2p1 qwen2p5-vl-72b-instruct ' +
          'qwen3-235b-a22b',
      ),
    ],
  },
  {
    difference: 'cache',
    why: 'genai-prices has a price of cache reads, LiteLLM none in the field that it charges by',
    models: [
      ...names('deepseek/', 'deepseek-r1'),
      ...names('xai/', 'grok-4'),
      ...names('mistral/', 'codestral-2508 devstral-2512 ministral-8b-2512 ministral-8b-latest mistral-large-2512'),
      ...names('mistral/mistral-medium-', '2505 2508 3-5 latest'),
      ...names('vertex_ai/claude-3-', '5-sonnet 5-sonnet@20240620 haiku haiku@20240307 opus opus@20240229'),
      ...names('vertex_ai/claude-3-', 'sonnet sonnet@20240229'),
    ],
  },
  {
    difference: 'cache',
    why: 'genai-prices has a price of cache writes, LiteLLM none',
    models: names('azure/', 'gpt-5.6 gpt-5.6-sol'),
  },
  {
    difference: 'cache',
    why: 'Reads at 0.275 and 0.28; 0.5 and 0.3; 0.015 and 0.014; a fourth and a tenth of the input',
    models: [
      ...names('azure/', 'o4-mini o4-mini-2025-04-16'),
      ...names('xai/', 'grok-4.5 grok-4.5-latest'),
      'fireworks_ai/accounts/fireworks/models/gpt-oss-120b',
      ...['', 'gemini/'].flatMap((prefix) => names(`${prefix}gemini-2.5-flash-`, 'lite-preview-06-17 preview-09-2025')),
    ],
  },
  {
    difference: 'long',
    why: 'LiteLLM has a higher price above 200,000 tokens (xAI: 128,000), genai-prices has not',
    models: [
      ...names('', 'claude-4-sonnet-20250514 claude-sonnet-4-20250514'),
      ...names('vertex_ai/', 'claude-sonnet-4 claude-sonnet-4@20250514'),
      ...names('xai/', 'grok-4-fast-non-reasoning grok-4-fast-reasoning'),
      ...names('xai/grok-4-1-fast', ' -non-reasoning -non-reasoning-latest -reasoning -reasoning-latest'),
    ],
  },
  {
    difference: 'long',
    why: 'genai-prices has a higher price above 200,000 tokens, LiteLLM has not',
    models: names('vertex_ai/', 'claude-opus-4-6 claude-opus-4-6@default'),
  },
  {
    difference: 'cache and long',
    why: 'LiteLLM has a price above 128,000 tokens and none of cache reads, genai-prices the reverse',
    models: names('xai/', 'grok-4-0709 grok-4-latest'),
  },
]

function names(prefix: string, models: string): string[] {
  return models.split(' ').map((model) => `${prefix}${model}`)
}
