import type { Usage } from '../../types.ts'
import type { ChatAnswer, ChatChunk, ChatDelta, ChatMessage, FinishReason } from '../chat.ts'
import type { TranslationContext } from '../translation.ts'
import { chatUsageOf } from './chat-usage.ts'

export interface AnswerFacts {
  /** The provider's id of the answer, where it gives one. */
  readonly id: string | undefined
  readonly choices: readonly { readonly message: Omit<ChatMessage, 'role'>; readonly finishReason: FinishReason }[]
  readonly usage: Usage | undefined
}

/** A whole answer under the name that the client asked for. */
export function chatAnswer({ id, choices, usage }: AnswerFacts, context: TranslationContext): ChatAnswer {
  return {
    id: id ?? context.newId('chatcmpl-'),
    object: 'chat.completion',
    created: context.createdAt,
    model: context.modelGroup,
    choices: choices.map(({ message, finishReason }, index) => ({
      index,
      message: { role: 'assistant', ...message },
      finish_reason: finishReason,
    })),
    ...(usage === undefined ? {} : { usage: chatUsageOf(usage) }),
  }
}

/** Makes the chunks of one streamed answer. All of them have the same id. */
export interface ChunkMaker {
  /** Takes the provider's id of the answer, if no chunk was made before. */
  named(id: string | undefined): void
  delta(delta: ChatDelta, index?: number): ChatChunk
  finish(reason: FinishReason, index?: number): ChatChunk
  usage(usage: Usage): ChatChunk
}

export function createChunkMaker(context: TranslationContext): ChunkMaker {
  let id: string | undefined
  const begun = new Set<number>()

  function chunk(choices: ChatChunk['choices']): ChatChunk {
    id ??= context.newId('chatcmpl-')
    return { id, object: 'chat.completion.chunk', created: context.createdAt, model: context.modelGroup, choices }
  }

  return {
    named(given) {
      id ??= given
    },
    delta(delta, index = 0) {
      if (begun.has(index)) return chunk([{ index, delta, finish_reason: null }])
      begun.add(index)
      return chunk([{ index, delta: { role: 'assistant', ...delta }, finish_reason: null }])
    },
    finish: (reason, index = 0) => chunk([{ index, delta: {}, finish_reason: reason }]),
    usage: (usage) => ({ ...chunk([]), usage: chatUsageOf(usage) }),
  }
}
