import type { Json, ModalityTokens } from '../../types.ts'
import { decode, plainPath } from './match-path.ts'
import { count, object, objects, text, type UsageReader, usageOf } from './reader.ts'

const METHOD = /:((?:streamG|g)enerateContent)$/
const MODELS = '/models/'
/** Google's endpoint that counts the tokens of a request, with its model. Nothing is billed there. */
export const TOKENS_TO_COUNT = /\/models\/(.+):countTokens$/
const PUBLISHED = /\/(publishers\/[^/]+)\/models\/([^/:]+):\w+$/

/**
 * POST /models/{model}:generateContent and :streamGenerateContent, of the Gemini API and of Vertex AI. Every chunk of a
 * stream repeats the running totals. Streams are one JSON array unless `alt=sse` is asked for.
 */
export const geminiGenerate: UsageReader = {
  shape: 'gemini-generate',
  provider: 'gemini',
  callType: 'agenerate_content',
  framing: 'json-array',
  query: ['alt'],
  streams: (route) => route.endsWith(':streamGenerateContent'),
  hints: ['usageMetadata', 'finishReason', 'blockReason'],
  textKeys: ['text'],

  match(path) {
    const found = addressed(path)
    return found && `${found.publisher ? `/${found.publisher}` : ''}/models/{model}:${found.method}`
  },

  modelIn(path) {
    const found = addressed(path)
    return found && decode(found.model)
  },

  read(document, sofar) {
    const searched = searchesIn(document) ?? sofar?.quantities.webSearches
    if (document.usageMetadata == null && searched === sofar?.quantities.webSearches) return sofar
    const usage = document.usageMetadata == null ? (sofar ?? usageOf({})) : geminiUsage(object(document.usageMetadata))
    return { ...usage, quantities: searched === undefined ? {} : { webSearches: searched } }
  },

  idOf: (document) => text(document.responseId),
  modelOf: (document) => text(document.modelVersion),
  isEnd: ({ candidates, promptFeedback }) =>
    objects(candidates).some(({ finishReason }) => finishReason != null) || object(promptFeedback).blockReason != null,
}

/** What a path says. A model may hold slashes and colons, as in LiteLLM; one of a publisher is one segment. */
function addressed(path: string) {
  const plain = plainPath(path)
  const method = METHOD.exec(plain)?.[1]
  if (method === undefined) return undefined
  const [, publisher, published] = PUBLISHED.exec(plain) ?? []
  if (published !== undefined) return { publisher, model: published, method }
  const start = plain.indexOf(MODELS)
  const model = start < 0 ? '' : plain.slice(start + MODELS.length, -method.length - 1)
  return model === '' ? undefined : { publisher: undefined, model, method }
}

export function geminiUsage(found: Json) {
  const tools = count(found.toolUsePromptTokenCount)
  const promptTokens = count(found.promptTokenCount) + tools
  const candidates = count(found.candidatesTokenCount ?? found.responseTokenCount)
  const thoughts = count(found.thoughtsTokenCount)
  // Some versions count thoughts among the candidates: then the total is reached without them.
  const inclusive = count(found.totalTokenCount) === promptTokens + candidates
  const completionTokens = inclusive ? candidates : candidates + thoughts
  return usageOf({
    promptTokens,
    completionTokens,
    cacheReadTokens: count(found.cachedContentTokenCount),
    reasoningTokens: Math.min(thoughts, completionTokens),
    promptDetails: addText(modalities(found.promptTokensDetails ?? found.promptTokenDetails), tools),
    completionDetails: modalities(found.candidatesTokensDetails ?? found.responseTokensDetails),
    ...(Array.isArray(found.cacheTokensDetails) ? { cacheReadDetails: modalities(found.cacheTokensDetails) } : {}),
    serviceTier: TIERS[String(found.trafficType)] ?? text(found.serviceTier)?.toLowerCase(),
    raw: found,
  })
}

const TIERS: Readonly<Record<string, string>> = {
  ON_DEMAND: 'default',
  ON_DEMAND_PRIORITY: 'priority',
  ON_DEMAND_FLEX: 'flex',
  FLEX: 'flex',
  BATCH: 'flex',
}

const MODALITY: Readonly<Record<string, keyof ModalityTokens>> = {
  TEXT: 'text',
  // Google counts documents as what they are billed as: images or text; it bills both alike.
  DOCUMENT: 'text',
  AUDIO: 'audio',
  IMAGE: 'image',
  VIDEO: 'video',
}

function modalities(details: unknown): ModalityTokens {
  const split: { -readonly [name in keyof ModalityTokens]: number } = {}
  for (const { modality, tokenCount } of objects(details)) {
    const name = MODALITY[String(modality)]
    if (name) split[name] = (split[name] ?? 0) + count(tokenCount)
  }
  return split
}

/** What tools add to the input is text; it only needs saying where the input is split. */
function addText(split: ModalityTokens, tokens: number): ModalityTokens {
  return tokens > 0 && split.text !== undefined ? { ...split, text: split.text + tokens } : split
}

function searchesIn(document: Json): number | undefined {
  const queries = objects(document.candidates).flatMap(
    ({ groundingMetadata }) => object(groundingMetadata).webSearchQueries ?? [],
  )
  return queries.length > 0 ? queries.length : undefined
}

/** The model whose tokens are to be counted. */
export function countedModel(path: string): string | undefined {
  const model = TOKENS_TO_COUNT.exec(plainPath(path))?.[1]
  return model === undefined ? undefined : decode(model)
}
