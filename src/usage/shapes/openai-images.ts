import type { Json, Usage } from '../../types.ts'
import { deploymentIn, matchPath } from './match-path.ts'
import { openaiUsage } from './openai-usage.ts'
import { count, object, text, type UsageReader, usageOf } from './reader.ts'

/** POST /images/generations: token usage for the newer models, a number of images for all. */
export const openaiImages: UsageReader = {
  shape: 'openai-images',
  callType: 'aimage_generation',
  match: matchPath('/images/generations'),
  modelIn: deploymentIn,
  read,
  ask: ({ n }) => usageOf({ quantities: { images: count(n ?? 1) } }),
  isEnd: ({ type }) => type === 'image_generation.completed' || type === 'image_edit.completed',
}

/** POST /images/edits. */
export const openaiImageEdits: UsageReader = {
  ...openaiImages,
  shape: 'openai-image-edits',
  callType: 'aimage_edit',
  match: matchPath('/images/edits'),
}

/** POST /images/variations. */
export const openaiImageVariations: UsageReader = {
  ...openaiImages,
  shape: 'openai-image-variations',
  callType: 'aimage_edit',
  match: matchPath('/images/variations'),
}

/** When streaming, each finished image comes in an event of its own with its own usage. */
function read(document: Json, sofar: Usage | undefined): Usage | undefined {
  const images = imagesIn(document)
  if (document.usage == null && images === 0) return sofar
  const usage = document.usage == null ? usageOf({ raw: null }) : openaiUsage(object(document.usage), document)
  return {
    ...usage,
    promptTokens: usage.promptTokens + (sofar?.promptTokens ?? 0),
    completionTokens: usage.completionTokens + (sofar?.completionTokens ?? 0),
    completionDetails: imageOutput(usage, sofar),
    quantities: { images: images + (sofar?.quantities.images ?? 0) },
    imageSize: text(document.size),
    imageQuality: text(document.quality),
  }
}

function imagesIn(document: Json): number {
  if (Array.isArray(document.data)) return document.data.length
  return typeof document.b64_json === 'string' && /\.completed$/.test(String(document.type)) ? 1 : 0
}

/** Output that is not split is images; what a split leaves out is text (LiteLLM's calculate_image_response_cost_from_usage). */
function imageOutput({ completionTokens, completionDetails: split }: Usage, sofar: Usage | undefined) {
  const before = sofar?.completionDetails
  const known = Object.keys(split).length > 0
  const image = known ? (split.image ?? 0) : completionTokens
  const text = Math.max(completionTokens - image, 0)
  return { text: text + (before?.text ?? 0), image: image + (before?.image ?? 0) }
}
