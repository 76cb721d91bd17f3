import type { Json } from '../../../types.ts'
import type { ChatAnswer, ChatChoice, ChatPart } from '../../chat.ts'
import { thinkingOf } from '../../thinking.ts'
import type { ClientApi, TranslationContext } from '../../translation.ts'
import { generateError } from '../errors.ts'
import { callPart, candidateOf, finishFor, thoughtParts, usageMetadata } from './candidates.ts'
import { generateRequest } from './request.ts'
import { GenerateStream } from './stream.ts'

/** Gemini's generateContent and streamGenerateContent, on models of any provider. */
export const generateApi: ClientApi = {
  shape: 'gemini-generate',
  words: {
    max_tokens: 'maxOutputTokens',
    top_p: 'topP',
    top_k: 'topK',
    n: 'candidateCount',
    stop: 'stopSequences',
    presence_penalty: 'presencePenalty',
    frequency_penalty: 'frequencyPenalty',
    logprobs: 'responseLogprobs',
    top_logprobs: 'logprobs',
    reasoning_effort: 'thinkingConfig',
    response_format: 'responseSchema',
    tool_choice: 'toolConfig',
  },
  request: generateRequest,
  answer: generateAnswer,
  stream: (_, context) => new GenerateStream(context),
  error: generateError,
}

function generateAnswer(answer: ChatAnswer, _: Json, context: TranslationContext): Json {
  return {
    candidates: answer.choices.map((choice) =>
      candidateOf(choice.index, partsOf(choice), finishFor(choice.finish_reason)),
    ),
    usageMetadata: usageMetadata(answer.usage),
    modelVersion: context.modelGroup,
    responseId: answer.id,
  }
}

function partsOf({ message }: ChatChoice): readonly Json[] {
  return [
    ...thoughtParts(thinkingOf(message)),
    ...[textOf(message.content), message.refusal ?? ''].filter((text) => text !== '').map((text) => ({ text })),
    ...(message.tool_calls ?? []).map(({ id, function: called }) => callPart(id, called.name, called.arguments)),
  ]
}

function textOf(content: string | readonly ChatPart[] | null | undefined): string {
  if (typeof content === 'string') return content
  return (content ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('')
}
