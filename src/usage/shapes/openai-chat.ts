import { factsOf } from '../../models/providers/providers.ts'
import type { Json } from '../../types.ts'
import { deploymentIn, matchPath, plainPath } from './match-path.ts'
import { openaiUsage } from './openai-usage.ts'
import { object, objects, text, type UsageReader, usageOf } from './reader.ts'

/** POST /chat/completions and every provider that copies it. */
export const openaiChat: UsageReader = {
  shape: 'openai-chat',
  callType: 'acompletion',
  match: matchPath('/chat/completions'),
  modelIn: deploymentIn,
  textKeys: ['content', 'reasoning_content', 'reasoning', 'refusal', 'arguments'],
  hints: ['usage', 'url_citation'],

  // The last one wins: servers with continuous usage repeat running totals.
  read(document, sofar) {
    const found = usageIn(document)
    const webSearches = sofar?.quantities.webSearches ?? (cites(document) ? 1 : undefined)
    const usage = found == null ? sofar : openaiUsage(object(found), document)
    if (webSearches === undefined || usage?.quantities.webSearches !== undefined) return usage
    const known = usage ?? usageOf({})
    return { ...known, quantities: { ...known.quantities, webSearches } }
  },

  // Without this flag OpenAI sends no usage at all when streaming.
  prepare(body, provider = '') {
    const options = object(body.stream_options)
    if (body.stream !== true || options.include_usage === true) return body
    if (factsOf(provider).statesStreamUsage) return body
    return { ...body, stream_options: { ...options, include_usage: true } }
  },

  isExtra: isUsageOnly,
  isEnd: (document) => isUsageOnly(document) || isLast(document),
}

/** Groq streams it in `x_groq`, Moonshot within the choice. */
function usageIn(document: Json): unknown {
  return (
    document.usage ??
    object(document.x_groq).usage ??
    objects(document.choices).find((choice) => choice.usage != null)?.usage
  )
}

/** Search models do not count their searches: an answer that cites the web has made one. */
function cites(document: Json): boolean {
  return objects(document.choices).some((choice) =>
    objects(object(choice.message ?? choice.delta).annotations).some(({ type }) => type === 'url_citation'),
  )
}

/** The usage comes with the reason to stop, and `[DONE]` may follow or not (Mistral, Groq, Perplexity, Moonshot). */
function isLast(document: Json): boolean {
  const choices = objects(document.choices)
  return (
    usageIn(document) != null &&
    choices.length > 0 &&
    choices.every((choice) => text(choice.finish_reason) !== undefined)
  )
}

/** The chunk that `include_usage` adds: it has usage and no choice, and nothing but `[DONE]` follows it. */
function isUsageOnly(document: Json): boolean {
  return document.usage != null && Array.isArray(document.choices) && document.choices.length === 0
}

const match = matchPath('/completions')

/** POST /completions, the old text API. Its usage and its streams are those of chat. */
export const openaiCompletions: UsageReader = {
  ...openaiChat,
  shape: 'openai-completions',
  callType: 'atext_completion',
  match: (path) => (plainPath(path).endsWith('/chat/completions') ? undefined : match(path)),
  modelIn: deploymentIn,
  textKeys: ['text'],
}
