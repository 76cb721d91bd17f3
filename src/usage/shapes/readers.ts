import { POLLED } from '../background/background-jobs.ts'
import { anthropicMessages, vertexAnthropic } from './anthropic-messages.ts'
import { bedrockConverse } from './bedrock-converse.ts'
import { bedrockInvoke } from './bedrock-invoke.ts'
import { cohereChat, cohereEmbed } from './cohere.ts'
import { geminiEmbed, vertexEmbed } from './gemini-embed.ts'
import { geminiGenerate } from './gemini-generate.ts'
import { ollamaChat, ollamaEmbed, ollamaGenerate } from './ollama.ts'
import { openaiSpeech, openaiTranscriptions, openaiTranslations } from './openai-audio.ts'
import { openaiChat, openaiCompletions } from './openai-chat.ts'
import { openaiImageEdits, openaiImages, openaiImageVariations } from './openai-images.ts'
import { openaiRealtime } from './openai-realtime.ts'
import { openaiCompactResponses, openaiResponses } from './openai-responses.ts'
import { providerOfReader, type UsageReader } from './reader.ts'
import { ocr, openaiBatches, openaiEmbeddings, openaiModerations, openaiVideos, rerank } from './small-apis.ts'
import { unknownShape } from './unknown-shape.ts'

/** All built-in API shapes, the commonest first. First match wins; put your own in front. */
export const builtinReaders: readonly UsageReader[] = [
  openaiChat,
  anthropicMessages,
  openaiResponses,
  openaiEmbeddings,
  openaiCompletions,
  geminiGenerate,
  bedrockConverse,
  bedrockInvoke,
  vertexAnthropic,
  geminiEmbed,
  vertexEmbed,
  openaiCompactResponses,
  openaiImages,
  openaiImageEdits,
  openaiImageVariations,
  openaiSpeech,
  openaiTranscriptions,
  openaiTranslations,
  openaiModerations,
  openaiBatches,
  openaiVideos,
  cohereChat,
  ollamaChat,
  ollamaGenerate,
  ollamaEmbed,
  cohereEmbed,
  rerank,
  ocr,
  openaiRealtime,
]

/**
 * The reader of a call, or `undefined` for what is never billed: other paths, and everything that is not a POST, such
 * as fetching or deleting an answer. Counting tokens and cancelling have paths of their own that no reader matches.
 */
export function selectReader(readers: readonly UsageReader[], path: string, method = 'POST'): UsageReader | undefined {
  return method === 'POST' ? readers.find((reader) => reader.match(path) !== undefined) : undefined
}

/** The reader that reads the answer of a call of this shape. */
export function readerOfShape(readers: readonly UsageReader[], shape: string): UsageReader {
  return readers.find((reader) => reader.shape === shape) ?? POLLED.get(shape) ?? unknownShape
}

/** The provider to look prices up for when all that is known of a call is its shape, and the path it went to. */
export function providerOfShape(shape: string, upstreamPath = ''): string {
  // Vertex AI speaks Gemini's API under paths that name the publisher.
  return upstreamPath.startsWith('/publishers/') ? 'vertex_ai' : providerOfReader(readerOfShape(builtinReaders, shape))
}

/** The path to append to a deployment's base URL, with the deployment's own model where a path names one. */
export function routeFor(route: string, model: string): string {
  return route.replace('{model}', () => encodeURIComponent(model))
}
