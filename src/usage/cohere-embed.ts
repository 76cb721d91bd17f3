import { cohereUsage } from './cohere-usage.ts'
import { matchPath } from './match-path.ts'
import { count, object, type UsageReader } from './reader.ts'

/** POST /embed: tokens of texts, or tokens of images. */
export const cohereEmbed: UsageReader = {
  shape: 'cohere-embed',
  callType: 'aembedding',
  match: matchPath('/embed'),
  hints: ['meta'],

  read(document, sofar) {
    const billed = object(object(document.meta).billed_units)
    if (Object.keys(billed).length === 0) return sofar
    const image = count(billed.image_tokens)
    const usage = cohereUsage(object(document.meta), { input_tokens: count(billed.input_tokens) + image })
    return image > 0 ? { ...usage, promptDetails: { text: count(billed.input_tokens), image } } : usage
  },
}
