import { factsOf } from '../../../models/providers/providers.ts'
import type { Json } from '../../../types.ts'
import type { ChatRequest } from '../../chat.ts'
import { defined, filled, type Members, membersOf } from '../../common/members.ts'
import { googleErrorOf } from '../../common/provider-error.ts'
import type { ProviderApi, TranslationContext } from '../../translation.ts'
import { generateAnswer } from './answer.ts'
import { contentsOf } from './contents.ts'
import { generationConfig } from './generation-config.ts'
import { GenerateStream } from './stream.ts'
import { toolNamesOf, toolsOf } from './tools.ts'

/** Gemini's generateContent, of Google AI Studio and of Vertex AI. */
export const geminiGenerateApi: ProviderApi = {
  shape: 'gemini-generate',
  request(chat, context) {
    const method = chat.stream ? 'streamGenerateContent' : 'generateContent'
    return {
      path: `${publisherOf(context)}/models/{model}:${method}`,
      // Else a stream is one JSON array.
      ...(chat.stream ? { query: 'alt=sse' } : {}),
      body: generateRequest(chat, context),
    }
  },
  answer: generateAnswer,
  stream: (asked, context) => new GenerateStream(asked, context),
  error: googleErrorOf,
}

function generateRequest(chat: ChatRequest, context: TranslationContext): Json {
  const members = membersOf(chat)
  const names = toolNamesOf(chat)
  const { systemInstruction, contents } = contentsOf(chat.messages, { model: context.model, tools: names })
  const body = defined({
    contents,
    systemInstruction,
    ...toolsOf(members, names, context),
    generationConfig: filled(generationConfig(chat, members, context)),
    safetySettings: members.take('safetySettings') ?? members.take('safety_settings'),
    cachedContent: members.take('cachedContent') ?? members.take('cached_content'),
    labels: publisherOf(context) === '' ? undefined : members.take('labels'),
    serviceTier: tierOf(members, context),
  })
  members.reportLosses(context.losses)
  return body
}

const TIERS: Readonly<Record<string, string>> = {
  default: 'standard',
  standard: 'standard',
  flex: 'flex',
  priority: 'priority',
}

/** What a path begins with. Only Vertex AI has publishers of models. */
function publisherOf({ provider }: TranslationContext): string {
  return factsOf(provider).ownSide?.publisher ?? ''
}

/** Vertex AI has tiers as well, and is told them by other means. */
function tierOf(members: Members, context: TranslationContext): string | undefined {
  const asked = members.take('service_tier')
  if (asked === undefined || asked === 'auto') return undefined
  const tier = TIERS[String(asked)]
  if (tier !== undefined && publisherOf(context) === '') return tier
  if (asked !== 'default') context.losses.add('service_tier')
  return undefined
}
