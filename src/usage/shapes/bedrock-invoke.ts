import type { Json, Usage } from '../../types.ts'
import { anthropicMessages } from './anthropic-messages.ts'
import { bedrockPath, converseUsage } from './bedrock-converse.ts'
import { openaiUsage } from './openai-usage.ts'
import { count, object, objects, type UsageReader, usageOf } from './reader.ts'

const METRICS = 'amazon-bedrock-invocationMetrics'

/**
 * POST /model/{modelId}/invoke and /invoke-with-response-stream. The documents are those of the model's own maker; the
 * last one of a stream adds Bedrock's own counts, and so do the headers of an answer that is not streamed.
 */
export const bedrockInvoke: UsageReader = {
  shape: 'bedrock-invoke',
  provider: 'bedrock',
  callType: 'acompletion',
  ...bedrockPath('invoke', 'invoke-with-response-stream'),
  streams: (route) => route.endsWith('-stream'),
  hints: [
    METRICS,
    'usage',
    'message_stop',
    'generation_token_count',
    'inputTextTokenCount',
    'totalOutputTextTokenCount',
  ],
  textKeys: ['text', 'thinking', 'partial_json', 'generation', 'outputText'],
  idOf: anthropicMessages.idOf,
  // A guardrail that stops a request answers in place of the model.
  usesNothing: (document) => document['amazon-bedrock-guardrailAction'] === 'INTERVENED',

  read(document, sofar) {
    const usage = makersUsage(document, sofar)
    const metrics = document[METRICS]
    return metrics == null ? usage : (usage ?? metricsUsage(object(metrics)))
  },

  // Titan's image embeddings are billed by the image, and their answer counts text alone.
  withRequest: (usage, { inputImage }) => (inputImage == null ? usage : { ...usage, quantities: { inputImages: 1 } }),

  readHeaders(header) {
    const input = header('x-amzn-bedrock-input-token-count')
    if (input === undefined) return undefined
    return metricsUsage({
      inputTokenCount: count(input),
      outputTokenCount: count(header('x-amzn-bedrock-output-token-count')),
      cacheReadInputTokenCount: count(header('x-amzn-bedrock-cache-read-input-token-count')),
      cacheWriteInputTokenCount: count(header('x-amzn-bedrock-cache-write-input-token-count')),
    })
  },

  isEnd: (document) => document[METRICS] != null || anthropicMessages.isEnd?.(document) === true,
}

/** Anthropic, Amazon Nova and OpenAI models have a usage object, each its own; Llama and Titan have counters. */
function makersUsage(document: Json, sofar: Usage | undefined): Usage | undefined {
  const found = object(object(document.message ?? document.metadata ?? document).usage)
  if (found.inputTokens !== undefined) return converseUsage(found, document)
  if (found.prompt_tokens !== undefined) return openaiUsage(found, document)
  if (Object.keys(found).length > 0) return anthropicMessages.read(document, sofar)
  if (document.generation_token_count != null) {
    const promptTokens = count(document.prompt_token_count) || (sofar?.promptTokens ?? 0)
    return usageOf({
      promptTokens,
      completionTokens: count(document.generation_token_count),
      raw: countersOf(document),
    })
  }
  return document.inputTextTokenCount == null && document.totalOutputTextTokenCount == null
    ? sofar
    : titanUsage(document, sofar)
}

function countersOf({ prompt_token_count, generation_token_count }: Json): Json {
  return { prompt_token_count, generation_token_count }
}

/** Titan: text models count each result, embeddings have none. A stream opens with its input and ends with its output. */
function titanUsage(document: Json, sofar: Usage | undefined): Usage {
  const inputTextTokenCount = count(document.inputTextTokenCount) || (sofar?.promptTokens ?? 0)
  const results = objects(document.results).map(({ tokenCount }) => count(tokenCount))
  const sum = count(results.reduce((total, tokens) => total + tokens, 0))
  const outputTokens = sum || count(document.totalOutputTextTokenCount)
  return usageOf({
    promptTokens: inputTextTokenCount,
    completionTokens: outputTokens,
    raw: { inputTextTokenCount, outputTokens },
  })
}

function metricsUsage(metrics: Json): Usage {
  const { inputTokenCount, outputTokenCount } = metrics
  return {
    ...converseUsage({ ...metrics, inputTokens: inputTokenCount, outputTokens: outputTokenCount }, {}),
    raw: metrics,
  }
}
