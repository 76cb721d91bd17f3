import type { Json } from '../../../types.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatChunk, ChatChunkChoice, ChatToolCallDelta, ChatUsage } from '../../chat.ts'
import { CUT_STREAM, isErrorDocument, openaiErrorOf } from '../../common/provider-error.ts'
import type { ProviderStream, StreamPiece, TranslationContext } from '../../translation.ts'
import { argumentText, finishFrom, plainMessage } from './message-from.ts'

/** Chunks of OpenAI or of a copy, as the pivot says them. Usage that comes beside text is given once, at the end. */
export class OpenaiChatStream implements ProviderStream {
  readonly #context: TranslationContext
  #last: ChatChunk | undefined
  #usage: ChatUsage | undefined
  #finished = false
  #failed = false
  #shown = false
  /** The calls of each choice: copies leave out what OpenAI sends. */
  readonly #calls = new Map<number, CallCounter>()

  constructor(context: TranslationContext) {
    this.#context = context
  }

  event(document: Json): StreamPiece[] {
    if (isErrorDocument(document)) {
      this.#failed = true
      return [{ error: openaiErrorOf(500, document) }]
    }
    const usage = document.usage ?? object(document.x_groq).usage ?? objects(document.choices)[0]?.usage
    if (usage) this.#usage = usage as ChatUsage
    const choices = objects(document.choices).map((choice) => this.#choiceOf(choice))
    const { usage: _, x_groq: __, ...others } = document
    const chunk: ChatChunk = {
      ...others,
      id: text(document.id) ?? this.#last?.id ?? this.#context.newId('chatcmpl-'),
      object: 'chat.completion.chunk',
      created: Number(document.created ?? this.#context.createdAt),
      model: text(document.model) ?? this.#context.model,
      choices,
    }
    this.#last = chunk
    // Azure opens with what its filters say of the prompt.
    if (choices.length > 0) return [chunk]
    return usage && this.#finished ? this.#usageOf(chunk) : []
  }

  end(): StreamPiece[] {
    if (this.#failed) return []
    // A provider that says nothing of the end has not come to it.
    if (!this.#finished && !this.#usage) return [{ error: CUT_STREAM }]
    const finish: StreamPiece[] =
      this.#finished || !this.#last
        ? []
        : [{ ...this.#last, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }]
    return this.#last && this.#usage && !this.#shown ? [...finish, ...this.#usageOf(this.#last)] : finish
  }

  #usageOf(chunk: ChatChunk): StreamPiece[] {
    this.#shown = true
    return [{ ...chunk, choices: [], usage: this.#usage }]
  }

  #choiceOf(choice: Json): ChatChunkChoice {
    const delta = plainMessage(object(choice.delta))
    const index = Number(choice.index ?? 0)
    const finish = finishFrom(choice.finish_reason)
    if (finish) this.#finished = true
    return {
      index,
      delta: Array.isArray(delta.tool_calls) ? { ...delta, tool_calls: this.#callsOf(index, delta.tool_calls) } : delta,
      finish_reason: finish,
      ...(choice.stop_reason != null ? { stop_reason: choice.stop_reason as string } : {}),
    }
  }

  #callsOf(choice: number, calls: unknown): readonly ChatToolCallDelta[] {
    const counter = this.#calls.get(choice) ?? new CallCounter(this.#context.newId)
    this.#calls.set(choice, counter)
    return objects(calls).map((call) => counter.count(call))
  }
}

/** Gives every call a number and an id: some copies number all calls 0, or none, and some give no id. */
class CallCounter {
  readonly #newId: (prefix: string) => string
  readonly #numbers = new Map<unknown, { readonly number: number; readonly id: string }>()
  #count = 0

  constructor(newId: (prefix: string) => string) {
    this.#newId = newId
  }

  count(call: Json): ChatToolCallDelta {
    const called = object(call.function)
    const id = text(call.id)
    const known = this.#numbers.get(call.index)
    const isNew = !known || (id !== undefined && id !== known.id && text(called.name) !== undefined)
    const { number, id: ownId } = isNew ? this.#begin(call.index, id) : known
    const args = argumentText(called.arguments)
    return isNew
      ? {
          index: number,
          id: ownId,
          type: 'function',
          function: { name: String(called.name ?? ''), arguments: args },
          ...(call.provider_specific_fields ? { provider_specific_fields: object(call.provider_specific_fields) } : {}),
        }
      : { index: number, function: { arguments: args } }
  }

  #begin(index: unknown, id: string | undefined) {
    const begun = { number: this.#count++, id: id ?? this.#newId('call_') }
    this.#numbers.set(index, begun)
    return begun
  }
}
