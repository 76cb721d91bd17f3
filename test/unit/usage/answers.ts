import type { Reading } from '../../../src/usage/meter/reading.ts'

/** What must be read from an answer of the fixtures, by the name of its file. `error` stands for any error document. */
export interface Answer {
  readonly usage?: Readonly<Record<string, unknown>>
  readonly source?: Reading['source']
  readonly id?: string | undefined
  readonly model?: string
  readonly text?: string
  readonly error?: boolean
  readonly complete?: boolean
  readonly request?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

const claude = {
  usage: {
    promptTokens: 14_060,
    completionTokens: 503,
    cacheReadTokens: 2,
    cacheWriteTokens: 14_055,
    cacheWrite1hTokens: 13_999,
    reasoningTokens: 100,
    quantities: { webSearches: 2 },
    inferenceGeo: 'us',
    serviceTier: 'standard',
  },
  id: 'msg_014p7gG3wDgGV9EUtLvnow3U',
  model: 'claude-sonnet-4-5-20250929',
}
const gemini = {
  usage: {
    promptTokens: 15_033,
    completionTokens: 17,
    cacheReadTokens: 14_316,
    reasoningTokens: 7,
    promptDetails: { text: 15_033 },
    cacheReadDetails: { text: 14_316 },
    quantities: { webSearches: 2 },
  },
  id: 'q2XmaOrLBM6hmtkPmeTF8AE',
  model: 'gemini-2.5-flash',
}
const converse = {
  usage: {
    promptTokens: 37_004,
    completionTokens: 547,
    cacheReadTokens: 36_000,
    cacheWriteTokens: 1000,
    cacheWrite1hTokens: 400,
  },
}
const cohere = { usage: { promptTokens: 71, completionTokens: 418 }, id: 'c14c80c3-18eb-4519-9460-6c92edd8cfb4' }
const responses = {
  usage: {
    promptTokens: 328,
    completionTokens: 52,
    cacheReadTokens: 300,
    reasoningTokens: 12,
    serviceTier: 'default',
    quantities: { webSearches: 2, fileSearches: 1, codeSessions: 1 },
  },
  id: 'resp_67c9fdcecf488190bdd9a0409de3a1ec07b8b0ad4e5eb654',
  model: 'gpt-4.1-2025-04-14',
}
const imageTokens = {
  promptTokens: 50,
  completionTokens: 50,
  promptDetails: { text: 10, image: 40 },
  completionDetails: { text: 0, image: 50 },
}

/** By the names of their files; one name for a whole answer and the stream that says the same. */
const expected: Readonly<Record<string, Answer>> = {
  'openai-chat/gpt-4o-2024-08-06-plain.{json,sse}': {
    usage: { promptTokens: 19, completionTokens: 10, cacheReadTokens: 0, reasoningTokens: 0, serviceTier: 'default' },
    id: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
    model: 'gpt-4o-2024-08-06',
  },
  'openai-chat/gpt-4o-2024-08-06-cached.{json,sse}': {
    usage: { promptTokens: 2006, completionTokens: 300, cacheReadTokens: 1920 },
    id: 'chatcmpl-AuX3h4mJkQ9d0yQyP7sZk1uVb2c3D',
  },
  'openai-chat/gpt-4o-2024-08-06-no-usage.sse': { source: 'none', text: 'Hello world' },
  'openai-chat/deepseek-chat-cached.{json,sse}': {
    usage: { promptTokens: 1037, completionTokens: 92, cacheReadTokens: 960 },
    id: '8c1a7d62-1f0d-4f43-9d4e-6b1c2f9a4e11',
  },
  'openai-chat/deepseek-reasoner-cached.{json,sse}': {
    usage: { promptTokens: 1037, completionTokens: 92, cacheReadTokens: 960, reasoningTokens: 81 },
  },
  'openai-chat/llama-3.3-70b-groq.{json,sse}': { usage: { promptTokens: 47, completionTokens: 5 } },
  'openai-chat/grok-4-reasoning.{json,sse}': {
    usage: { promptTokens: 32, completionTokens: 103, reasoningTokens: 94, cacheReadTokens: 6, statedCost: 0.001631 },
  },
  'openai-chat/moonshot-v1-8k-in-choice.{json,sse}': {
    usage: { promptTokens: 19, completionTokens: 13, cacheReadTokens: 18 },
  },
  'openai-chat/openrouter-claude-cost.{json,sse}': {
    usage: { promptTokens: 194, completionTokens: 2, statedCost: 0.000612 },
    model: 'anthropic/claude-sonnet-4.5',
  },
  'openai-chat/sonar-pro-searches.{json,sse}': {
    usage: {
      promptTokens: 14,
      completionTokens: 470,
      statedCost: 0.013092,
      quantities: { webSearches: 2, citationTokens: 3520 },
    },
  },
  'openai-chat/mistral-small-plain.{json,sse}': { usage: { promptTokens: 16, completionTokens: 34 } },
  'openai-chat/vllm-continuous.{json,sse}': { usage: { promptTokens: 12, completionTokens: 3 } },
  'openai-chat/azure-gpt-4o-filtered.{json,sse}': {
    usage: { promptTokens: 11, completionTokens: 2 },
    id: 'chatcmpl-AzuRe0123456789abcdefghijkl',
    model: 'gpt-4o-2024-11-20',
  },
  'openai-chat/o3-mini-reasoning.{json,sse}': {
    usage: {
      promptTokens: 1117,
      completionTokens: 1046,
      cacheReadTokens: 1024,
      reasoningTokens: 704,
      serviceTier: 'flex',
    },
  },
  'openai-chat/gpt-4o-audio.{json,sse}': {
    usage: {
      promptTokens: 86,
      completionTokens: 284,
      promptDetails: { text: 17, image: 0, audio: 69 },
      completionDetails: { text: 60, audio: 224 },
    },
  },
  'openai-chat/gpt-4o-search-cites.{json,sse}': {
    usage: { promptTokens: 15, completionTokens: 304, quantities: { webSearches: 1 } },
  },
  'openai-chat/gpt-4o-mid-stream-error.sse': { source: 'none', error: true, text: 'Par' },
  'openai-completions/gpt-3.5-turbo-instruct-plain.{json,sse}': {
    usage: { promptTokens: 5, completionTokens: 7 },
    id: 'cmpl-uqkvlQyYK7bGYrRHQ0eXlWi7',
  },
  'openai-embeddings/text-embedding-ada-002-plain.json': {
    usage: { promptTokens: 8, completionTokens: 0 },
    id: undefined,
    model: 'text-embedding-ada-002',
  },
  'openai-responses/gpt-4.1-tools.{json,sse}': responses,
  'openai-responses/o4-mini-incomplete.{json,sse}': {
    usage: { promptTokens: 10, completionTokens: 16, reasoningTokens: 16 },
  },
  'openai-responses/gpt-4.1-failed.{json,sse}': { source: 'none', error: true, id: responses.id },
  'anthropic-messages/claude-sonnet-4-5-cached.{json,sse}': claude,
  'anthropic-messages/claude-3-7-old-delta.sse': { usage: { promptTokens: 25, completionTokens: 15 } },
  'anthropic-messages/gateway-repeated-start.sse': {
    usage: { promptTokens: 30, completionTokens: 15, cacheReadTokens: 5 },
  },
  'anthropic-messages/claude-overloaded.sse': {
    usage: { promptTokens: 25, completionTokens: 1 },
    source: 'partial',
    error: true,
  },
  'gemini-generate/gemini-2.5-flash-cached.{json,sse}': gemini,
  'gemini-generate/gemini-2.5-flash-cached-array.json': gemini,
  'gemini-generate/gemini-2.5-flash-image.json': {
    usage: {
      promptTokens: 265,
      completionTokens: 1297,
      promptDetails: { text: 7, image: 258 },
      completionDetails: { image: 1290 },
      serviceTier: 'priority',
    },
  },
  'gemini-generate/gemini-2.5-pro-inclusive-thoughts.json': {
    usage: { promptTokens: 15, completionTokens: 57, reasoningTokens: 50, promptDetails: { text: 15 } },
  },
  'gemini-generate/gemini-blocked.{json,sse}': { usage: { promptTokens: 30, completionTokens: 0 } },
  'gemini-embed/gemini-embedding-plain.json': { usage: { promptTokens: 9, completionTokens: 0 } },
  'bedrock-converse/claude-sonnet-4-5-cached.{json,eventstream}': converse,
  'bedrock-converse/throttled.eventstream': { source: 'none', error: true },
  'bedrock-invoke/claude-3-haiku-plain.{json,eventstream}': {
    usage: { promptTokens: 11, completionTokens: 12 },
    id: 'msg_014p7gG3wDgGV9EUtLvnow3U',
  },
  'bedrock-invoke/llama3-plain.{json,eventstream}': { usage: { promptTokens: 21, completionTokens: 2 } },
  'bedrock-invoke/titan-text-plain.{json,eventstream}': { usage: { promptTokens: 5, completionTokens: 56 } },
  'bedrock-invoke/nova-lite-plain.{json,eventstream}': { usage: { promptTokens: 6, completionTokens: 17 } },
  'bedrock-invoke/mistral-headers.json': {
    usage: { promptTokens: 27, completionTokens: 3 },
    headers: { 'x-amzn-bedrock-input-token-count': '27', 'x-amzn-bedrock-output-token-count': '3' },
  },
  'cohere-chat/command-a-v2.{json,sse}': cohere,
  'cohere-chat/command-r-v1.{json,ndjson}': {
    usage: { promptTokens: 3, completionTokens: 9 },
    id: '29f14a5a-11de-4cae-9800-25e4747408ea',
  },
  'cohere-embed/embed-v4.json': { usage: { promptTokens: 2, completionTokens: 0 } },
  'rerank/rerank-v3.5-cohere.json': {
    usage: { promptTokens: 0, quantities: { searchUnits: 1 } },
    id: '07734bd2-2473-4f07-94e1-0d9f0e6843cf',
  },
  'rerank/jina-reranker-v2.json': { usage: { promptTokens: 815 } },
  'ollama-chat/llama3.2-plain.{json,ndjson}': { usage: { promptTokens: 26, completionTokens: 282 }, id: undefined },
  'ollama-embed/all-minilm-plain.json': { usage: { promptTokens: 8, completionTokens: 0 } },
  'openai-images/gpt-image-1-tokens.{json,sse}': {
    usage: { ...imageTokens, quantities: { images: 1 }, imageSize: '1024x1536', imageQuality: 'high' },
  },
  'openai-images/dall-e-3-plain.json': { usage: { promptTokens: 0, quantities: { images: 2 } } },
  'openai-transcriptions/gpt-4o-transcribe.{json,sse}': {
    usage: { promptTokens: 14, completionTokens: 45, promptDetails: { text: 0, audio: 14 } },
  },
  'openai-transcriptions/gpt-4o-mini-transcribe.{json,sse}': { usage: { promptTokens: 14, completionTokens: 31 } },
  'openai-transcriptions/whisper-1-seconds.json': { usage: { promptTokens: 0, quantities: { seconds: 9 } } },
  'openai-transcriptions/whisper-1-verbose.json': { usage: { quantities: { seconds: 8.470000267028809 } } },
  'openai-speech/gpt-4o-mini-tts.sse': { usage: { promptTokens: 14, completionTokens: 101 } },
  'openai-moderations/omni-plain.json': { usage: { promptTokens: 0, completionTokens: 0 } },
  'openai-batches/created.json': { usage: { promptTokens: 0, completionTokens: 0 }, id: 'batch_abc123' },
  'openai-realtime/gpt-realtime-two-turns.ndjson': {
    usage: {
      promptTokens: 152,
      completionTokens: 131,
      cacheReadTokens: 64,
      promptDetails: { text: 129, audio: 23, image: 0 },
      completionDetails: { text: 34, audio: 97 },
      cacheReadDetails: { text: 64, audio: 0, image: 0 },
    },
    source: 'partial',
    id: 'sess_C9G5',
    model: 'gpt-realtime',
  },
  'openai-realtime/gpt-realtime-transcribed.ndjson': {
    usage: {
      promptTokens: 20,
      completionTokens: 10,
      others: [
        {
          model: 'gpt-4o-transcribe',
          callType: 'atranscription',
          usage: {
            promptTokens: 33,
            completionTokens: 14,
            promptDetails: { text: 0, audio: 33 },
          },
        },
        {
          model: 'whisper-1',
          callType: 'atranscription',
          usage: { promptTokens: 0, quantities: { seconds: 6 } },
        },
      ],
    },
    source: 'partial',
    id: 'sess_C9G6',
    model: 'gpt-realtime',
  },
  'openai-videos/sora-2.json': { usage: { quantities: { seconds: 8 } } },
  'ocr/mistral-ocr-pages.json': { usage: { quantities: { pages: 29 } } },
  'openai-chat/deepseek-v4-flash-thinking.{json,sse}': {
    usage: { promptTokens: 88, completionTokens: 4, cacheReadTokens: 0, reasoningTokens: 4 },
  },
  'openai-chat/llama-3.3-70b-groq-tools.{json,sse}': { usage: { promptTokens: 210, completionTokens: 15 } },
  'openai-chat/gateway-grok-cached.{json,sse}': {
    usage: { promptTokens: 675, completionTokens: 1, cacheReadTokens: 674, statedCost: 0.0000344 },
  },
  'openai-chat/kimi-k3-cached.{json,sse}': {
    usage: { promptTokens: 90, completionTokens: 50, cacheReadTokens: 90, reasoningTokens: 33 },
  },
  'openai-chat/kimi-k3-contradiction.{json,sse}': {
    usage: { promptTokens: 951, completionTokens: 6000, cacheReadTokens: 60, reasoningTokens: 6000 },
  },
  'openai-chat/mistral-small-padded.{json,sse}': {
    usage: { promptTokens: 19, completionTokens: 2, serviceTier: 'standard' },
  },
  'openai-chat/mistral-small-details.{json,sse}': {
    usage: { promptTokens: 20, completionTokens: 2, cacheReadTokens: 8 },
  },
  'openai-chat/sonar-done.{json,sse}': { usage: { promptTokens: 6, completionTokens: 1, statedCost: 0.00501 } },
  'openai-chat/openrouter-gpt-4.1-mini-search.{json,sse}': {
    usage: { promptTokens: 8174, completionTokens: 30, statedCost: 0.0133176, quantities: { webSearches: 1 } },
  },
  'openai-chat/azure-model-router.{json,sse}': {
    usage: { promptTokens: 15, completionTokens: 78, reasoningTokens: 64 },
    id: 'chatcmpl-CYPS1lijGoK8gd9lYzY3r9Sx50nbt',
    model: 'gpt-5-nano-2025-08-07',
  },
  'openai-chat/together-mixtral-eos.{json,sse}': { usage: { promptTokens: 18, completionTokens: 35 } },
  'openai-chat/fireworks-deepseek-cached.{json,sse}': {
    usage: { promptTokens: 3756, completionTokens: 5, cacheReadTokens: 3746 },
  },
  'anthropic-messages/claude-opus-4-6-compaction.{json,sse}': {
    // The summary and the answer: what the totals leave out is billed too.
    usage: { promptTokens: 60_385 + 682, completionTokens: 592 + 1320 },
    model: 'claude-opus-4-6',
  },
  'anthropic-messages/claude-sonnet-4-6-advisor.{json,sse}': {
    // The advice is another model's, at its price.
    usage: {
      promptTokens: 2414,
      completionTokens: 3200,
      others: [{ model: 'claude-opus-4-7', usage: { promptTokens: 2728, completionTokens: 874 } }],
    },
  },
  'anthropic-messages/claude-opus-4-8-fallback.{json,sse}': {
    // The model that declined is not billed.
    usage: { promptTokens: 412, completionTokens: 264 },
  },
  'anthropic-messages/claude-sonnet-4-search.{json,sse}': {
    usage: { promptTokens: 15_665, completionTokens: 795, quantities: { webSearches: 1 } },
  },
  'anthropic-messages/claude-opus-4-5-late-input.{json,sse}': { usage: { promptTokens: 61, completionTokens: 2 } },
  'bedrock-converse/nova-micro-plain.{json,eventstream}': { usage: { promptTokens: 13, completionTokens: 82 } },
  'bedrock-converse/claude-sonnet-4-5-cache-read.{json,eventstream}': {
    usage: { promptTokens: 1324, completionTokens: 5, cacheReadTokens: 1322, cacheWriteTokens: 0 },
  },
  'bedrock-converse/model-stream-error.eventstream': { source: 'none', error: true, text: 'Hi' },
  'bedrock-invoke/claude-3-5-haiku-cached.{json,eventstream}': {
    usage: { promptTokens: 18_135, completionTokens: 50, cacheReadTokens: 0, cacheWriteTokens: 18_131 },
    id: 'msg_bdrk_01FmwvNC1ksCq1T8tjvgUdDB',
  },
  'bedrock-invoke/imported-model-plain.json': { usage: { promptTokens: 6, completionTokens: 100 }, id: undefined },
  'bedrock-invoke/mistral-metrics.eventstream': { usage: { promptTokens: 27, completionTokens: 3 } },
  'bedrock-invoke/unknown-maker-headers.json': {
    usage: { promptTokens: 18_135, completionTokens: 50, cacheReadTokens: 31, cacheWriteTokens: 18_100 },
    headers: {
      'x-amzn-bedrock-input-token-count': '4',
      'x-amzn-bedrock-output-token-count': '50',
      'x-amzn-bedrock-cache-read-input-token-count': '31',
      'x-amzn-bedrock-cache-write-input-token-count': '18100',
    },
  },
  'cohere-chat/command-a-cached.{json,sse}': {
    usage: { promptTokens: 500, completionTokens: 5, cacheReadTokens: 448 },
    id: '88492c0b-8227-4256-9b88-1ac956f43de5',
  },
  'cohere-embed/embed-english-v3.json': { usage: { promptTokens: 12, completionTokens: 0 } },
  'rerank/together-rerank.json': { usage: { promptTokens: 350, completionTokens: 0 } },
  'ollama-generate/llama3-plain.{json,ndjson}': { usage: { promptTokens: 17, completionTokens: 63 } },
  'gemini-generate/gemini-3.6-flash-tool-use.{json,sse}': {
    usage: { promptTokens: 144, completionTokens: 107, reasoningTokens: 56, promptDetails: { text: 144 } },
  },
  'gemini-generate/gemini-3.1-flash-image.{json,sse}': {
    usage: { promptTokens: 10, completionTokens: 1392, completionDetails: { image: 1120 }, serviceTier: 'standard' },
  },
  'gemini-generate/gemma-4-thoughts-first.{json,sse}': {
    usage: { promptTokens: 6, completionTokens: 77, reasoningTokens: 76 },
  },
  'gemini-generate/gemini-2.5-flash-vertex.{json,sse}': {
    usage: { promptTokens: 7, completionTokens: 61, reasoningTokens: 53, serviceTier: 'default' },
  },
  'gemini-generate/gemini-3.6-flash-priority.{json,sse}': {
    usage: { promptTokens: 55, completionTokens: 107, reasoningTokens: 56, serviceTier: 'priority' },
  },
  'gemini-embed/gemini-embedding-2-batch.json': { usage: { promptTokens: 12, promptDetails: { text: 12 } } },
  'openai-responses/gpt-5-nano-search.{json,sse}': {
    usage: {
      promptTokens: 60_093,
      completionTokens: 4080,
      cacheReadTokens: 34_560,
      reasoningTokens: 3648,
      quantities: { webSearches: 2 },
    },
  },
  'openai-responses/gpt-5-image-tool.{json,sse}': {
    usage: { promptTokens: 2941, completionTokens: 1249, cacheReadTokens: 1920, reasoningTokens: 1024 },
  },
  'openai-responses/grok-4-tools.{json,sse}': {
    usage: { promptTokens: 9212, completionTokens: 3417, cacheReadTokens: 3072, statedCost: 0.0318319 },
  },
  'openai-responses/perplexity-agent-search.{json,sse}': {
    usage: {
      promptTokens: 3007,
      completionTokens: 36,
      cacheReadTokens: 1780,
      cacheWriteTokens: 1224,
      statedCost: 0.00119,
    },
  },
  // Its work has yet to be done: there is nothing to bill.
  'openai-responses/gpt-4.1-background.json': { source: 'none', id: 'resp_bg1', complete: false },
  'openai-image-edits/gpt-image-1-unstated.json': {
    usage: { promptTokens: 0, quantities: { images: 1 }, imageSize: '1024x1024', imageQuality: 'high' },
  },
  'openai-transcriptions/gpt-4o-diarized.json': { usage: { promptTokens: 0, quantities: { seconds: 3.2 } } },
}

/** Names of files in place of `name.{json,sse}`. */
function byFile([name, answer]: [string, Answer]): readonly (readonly [string, Answer])[] {
  const found = /^(.+)\.\{(.+)\}$/.exec(name)
  return found ? found[2]!.split(',').map((end) => [`${found[1]}.${end}`, answer]) : [[name, answer]]
}

export const answers: Readonly<Record<string, Answer>> = Object.fromEntries(Object.entries(expected).flatMap(byFile))

/** Whole answers and the streams that say the same. */
export const twins: readonly (readonly string[])[] = Object.entries(expected)
  .map((entry) => byFile(entry).map(([name]) => name))
  .filter((names) => names.length > 1)
