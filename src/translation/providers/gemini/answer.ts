import type { Json } from '../../../types.ts'
import { geminiUsage } from '../../../usage/shapes/gemini-generate.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatAnswer, ChatMessage, ChatRequest, ChatToolCall, FinishReason } from '../../chat.ts'
import { chatAnswer } from '../../common/answers.ts'
import { defined, filled } from '../../common/members.ts'
import type { Renaming } from '../../common/renaming.ts'
import { argumentsText } from '../../tool-arguments.ts'
import type { TranslationContext } from '../../translation.ts'
import { SIGNATURE_MARK } from './models.ts'
import { toolNamesOf } from './tools.ts'

const REASONS: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MALFORMED_FUNCTION_CALL: 'stop',
  FINISH_REASON_UNSPECIFIED: 'stop',
  MAX_TOKENS: 'length',
}

/** Google goes on to name reasons for which it filters. */
export function finishReasonOf(reason: unknown, hasCalls: boolean): FinishReason {
  const found = REASONS[String(reason)] ?? 'content_filter'
  return found === 'stop' && hasCalls ? 'tool_calls' : found
}

/** A whole answer of Gemini's as OpenAI's. Text and usage stay, whatever the answer was ended by. */
export function generateAnswer(body: Json, asked: ChatRequest, context: TranslationContext): ChatAnswer {
  const names = toolNamesOf(asked)
  const candidates = objects(body.candidates)
  const found = candidates.length > 0 ? candidates : [blocked(body)]
  const answer = chatAnswer(
    {
      id: text(body.responseId),
      choices: found.map((candidate) => choiceOf(candidate, names, context)),
      usage: body.usageMetadata == null ? undefined : geminiUsage(object(body.usageMetadata)),
    },
    context,
  )
  const choices = answer.choices.map((choice, n) => ({ ...choice, ...choiceFacts(found[n] ?? {}) }))
  return { ...answer, choices, ...candidateFacts(candidates) }
}

/** A prompt that Google does not answer has no candidate. */
function blocked({ promptFeedback }: Json): Json {
  return { finishReason: object(promptFeedback).blockReason ?? 'OTHER' }
}

function choiceOf(candidate: Json, names: Renaming, context: TranslationContext) {
  const said = saidIn(candidate, { names, firstCall: 0, newId: () => context.newId('call_') })
  const { content, reasoning_content, tool_calls, ...rest } = said
  const message = {
    content: content ?? null,
    ...(tool_calls ? { tool_calls } : {}),
    ...(reasoning_content
      ? { reasoning_content, thinking_blocks: [{ type: 'thinking' as const, thinking: reasoning_content }] }
      : {}),
    ...rest,
    ...citationsOf(candidate),
  }
  return { message, finishReason: finishReasonOf(candidate.finishReason, tool_calls !== undefined) }
}

type CountedCall = ChatToolCall & { readonly index: number }

export interface SaidOptions {
  readonly names: Renaming
  /** How many calls the message had before. */
  readonly firstCall: number
  newId(): string
}

export interface Said extends Pick<ChatMessage, 'reasoning_content' | 'provider_specific_fields'> {
  readonly content?: string
  readonly tool_calls?: readonly CountedCall[]
  readonly images?: readonly Json[]
  readonly audio?: Json
}

/** What the parts of a candidate say, of a whole answer or of a piece of one. */
export function saidIn(candidate: Json, options: SaidOptions): Said {
  const parts = objects(object(candidate.content).parts)
  const calls = parts.filter(({ functionCall }) => functionCall != null)
  const isThought = ({ thought }: Json) => thought === true
  const signatures = parts.flatMap(({ thoughtSignature }) => text(thoughtSignature) ?? [])
  return defined({
    content: joined(parts.filter((part) => !isThought(part))),
    reasoning_content: joined(parts.filter(isThought)),
    tool_calls: calls.length > 0 ? calls.map((part, n) => callOf(part, options.firstCall + n, options)) : undefined,
    images: some(parts.filter((part) => !isThought(part)).flatMap(imageOf)),
    audio: parts.map(audioOf).find((audio) => audio !== undefined),
    provider_specific_fields: filled({
      thought_signatures: some(signatures),
      code_parts: some(
        parts.filter(({ executableCode, codeExecutionResult }) => executableCode ?? codeExecutionResult),
      ),
    }),
  })
}

function joined(parts: readonly Json[]): string | undefined {
  const texts = parts.flatMap((part) => text(part.text) ?? [])
  return texts.length > 0 ? texts.join('') : undefined
}

/** The signature of the thought is needed with the history. Clients keep ids, whatever else they forget. */
function callOf({ functionCall, thoughtSignature }: Json, index: number, { names, newId }: SaidOptions): CountedCall {
  const { id, name, args } = object(functionCall)
  const signature = text(thoughtSignature)
  const known = text(id) ?? newId()
  return {
    index,
    id: signature === undefined ? known : known + SIGNATURE_MARK + signature,
    type: 'function',
    function: { name: names.back(String(name)), arguments: argumentsText(args) },
    ...(signature === undefined ? {} : { provider_specific_fields: { thought_signature: signature } }),
  }
}

function imageOf({ inlineData }: Json): readonly Json[] {
  const { mimeType, data } = object(inlineData)
  if (!text(mimeType)?.startsWith('image/')) return []
  return [{ type: 'image_url', image_url: { url: `data:${mimeType};base64,${data}`, detail: 'auto' }, index: 0 }]
}

function audioOf({ inlineData }: Json): Json | undefined {
  const { mimeType, data } = object(inlineData)
  return text(mimeType)?.startsWith('audio/') ? { data, format: mimeType, transcript: '' } : undefined
}

function some<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length > 0 ? items : undefined
}

/** What was found on the web, at the places of the text that it supports. */
function citationsOf({ groundingMetadata }: Json): Json {
  const { groundingChunks, groundingSupports } = object(groundingMetadata)
  const pages = objects(groundingChunks).map(({ web }) => object(web))
  const annotations = objects(groundingSupports).flatMap(({ segment, groundingChunkIndices }) => {
    const { startIndex, endIndex } = object(segment)
    const indices = Array.isArray(groundingChunkIndices) ? groundingChunkIndices : []
    return indices.flatMap((n) => {
      const { uri, title } = pages[Number(n)] ?? {}
      const cited = defined({ url: uri, title, start_index: startIndex ?? 0, end_index: endIndex })
      return uri === undefined ? [] : [{ type: 'url_citation', url_citation: cited }]
    })
  })
  return annotations.length > 0 ? { annotations } : {}
}

function choiceFacts({ finishReason, logprobsResult }: Json): Json {
  return defined({
    provider_specific_fields: { native_finish_reason: finishReason ?? null },
    logprobs: logprobsResult == null ? undefined : logprobsOf(object(logprobsResult)),
  })
}

function logprobsOf({ chosenCandidates, topCandidates }: Json): Json {
  const tops = objects(topCandidates).map(({ candidates }) => objects(candidates))
  const entry = ({ token, logProbability }: Json) => ({ token, logprob: logProbability, bytes: null })
  return {
    content: objects(chosenCandidates).map((chosen, n) => ({
      ...entry(chosen),
      top_logprobs: (tops[n] ?? []).map(entry),
    })),
  }
}

/** Under LiteLLM's names. */
function candidateFacts(candidates: readonly Json[]): Json {
  const all = (name: string) => some(candidates.flatMap((candidate) => candidate[name] ?? []))
  return defined({
    vertex_ai_grounding_metadata: all('groundingMetadata'),
    vertex_ai_url_context_metadata: all('urlContextMetadata'),
    vertex_ai_safety_results: all('safetyRatings'),
    vertex_ai_citation_metadata: all('citationMetadata'),
  })
}
