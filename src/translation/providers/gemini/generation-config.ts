import type { Json } from '../../../types.ts'
import { object } from '../../../usage/shapes/reader.ts'
import type { ChatRequest } from '../../chat.ts'
import { partsOf } from '../../common/content.ts'
import { answerSchemaOf } from '../../common/json-schema.ts'
import { type Members, stopsOf } from '../../common/members.ts'
import type { TranslationContext } from '../../translation.ts'
import { isGemini3, takesJsonSchema } from './models.ts'
import { resolutionOf } from './parts.ts'
import { openapiSchema } from './schema.ts'
import { thinkingConfigOf } from './thinking.ts'

/** How the answer is sampled, how long it gets and what it is made of. */
export function generationConfig(chat: ChatRequest, members: Members, context: TranslationContext): Json {
  const isNew = isGemini3(context.model)
  const maxOutputTokens = members.take('max_completion_tokens') ?? members.take('max_tokens')
  members.take('max_tokens')
  const maxTokens = typeof maxOutputTokens === 'number' ? maxOutputTokens : undefined
  return {
    // Gemini 3 repeats itself below it.
    temperature: members.take('temperature') ?? (isNew ? 1 : undefined),
    topP: members.take('top_p'),
    topK: members.take('top_k'),
    candidateCount: members.take('n'),
    maxOutputTokens,
    stopSequences: stopsOf(members),
    seed: members.take('seed'),
    ...(isNew ? {} : penalties(members)),
    responseLogprobs: members.take('logprobs'),
    logprobs: members.take('top_logprobs'),
    ...answerForm(chat, members, context),
    ...voiceOf(members),
    thinkingConfig: thinkingConfigOf(members, maxTokens, context),
    mediaResolution: isNew ? undefined : finestResolution(chat),
    imageConfig: members.take('imageConfig') ?? members.take('image_config'),
  }
}

function penalties(members: Members): Json {
  return {
    presencePenalty: members.take('presence_penalty'),
    frequencyPenalty: members.take('frequency_penalty'),
  }
}

function answerForm(chat: ChatRequest, members: Members, { model }: TranslationContext): Json {
  const { type } = object(members.take('response_format'))
  const schema = answerSchemaOf(chat)
  if (schema === undefined) return type === 'json_object' ? { responseMimeType: 'application/json' } : {}
  const form = takesJsonSchema(model) ? { responseJsonSchema: schema } : { responseSchema: openapiSchema(schema) }
  return { responseMimeType: 'application/json', ...form }
}

/** What the answer is made of: text, images, a voice. */
function voiceOf(members: Members): Json {
  const asked = members.take('modalities')
  const audio = members.take('audio')
  const modalities = (Array.isArray(asked) ? asked : []).map((kind) => String(kind).toUpperCase())
  if (typeof audio !== 'object') return modalities.length > 0 ? { responseModalities: modalities } : {}
  const voiceName = object(audio).voice
  return {
    responseModalities: [...new Set([...modalities, 'AUDIO'])],
    speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName } } },
  }
}

const FINEST = ['ULTRA_HIGH', 'HIGH', 'MEDIUM', 'LOW'].map((level) => `MEDIA_RESOLUTION_${level}`)

/** Models before Gemini 3 look at all images alike. */
function finestResolution({ messages }: ChatRequest): string | undefined {
  const asked = new Set(messages.flatMap(partsOf).map(resolutionOf))
  return FINEST.find((level) => asked.has(level))
}
