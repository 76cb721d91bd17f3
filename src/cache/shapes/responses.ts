import type { Json } from '../../types.ts'
import { object, objects } from '../../usage/shapes/reader.ts'
import { type CachedShape, namedEvent, type ToldStream, wordsOf } from './cached-shape.ts'

/** Responses. The last event of a stream has the whole of it. */
export const responses: CachedShape = {
  callTypes: ['aresponses', 'responses'],
  form: 'text',
  hasOutput: ({ output, status = 'completed' }) => objects(output).length > 0 && status === 'completed',
  assemble,
  replay: (answer) => new Teller(answer).tell(),
}

function assemble({ documents }: ToldStream): Json | undefined {
  const last = documents.findLast(({ type }) => type === 'response.completed')
  return last && object(last.response)
}

/** Tells a response event by event, as OpenAI does. */
class Teller {
  readonly #answer: Json
  readonly #events: string[] = []

  constructor(answer: Json) {
    this.#answer = answer
  }

  tell(): readonly string[] {
    const begun = { ...this.#answer, status: 'in_progress', output: [], usage: null }
    this.#say('response.created', { response: begun })
    this.#say('response.in_progress', { response: begun })
    for (const [index, item] of objects(this.#answer.output).entries()) this.#item(item, index)
    this.#say('response.completed', { response: this.#answer })
    return this.#events
  }

  #say(type: string, members: Json): void {
    this.#events.push(namedEvent({ type, sequence_number: this.#events.length, ...members }))
  }

  #item(item: Json, output_index: number): void {
    const place = { item_id: item.id, output_index }
    this.#say('response.output_item.added', {
      output_index,
      item: { ...item, status: 'in_progress', ...emptied(item) },
    })
    for (const [content_index, part] of objects(item.content).entries()) this.#part(part, { ...place, content_index })
    for (const [summary_index, part] of objects(item.summary).entries())
      this.#summary(part, { ...place, summary_index })
    if (item.type === 'function_call' && typeof item.arguments === 'string') {
      this.#say('response.function_call_arguments.delta', { ...place, delta: item.arguments })
      this.#say('response.function_call_arguments.done', { ...place, arguments: item.arguments })
    }
    this.#say('response.output_item.done', { output_index, item })
  }

  #part(part: Json, place: Json): void {
    const name = part.type === 'refusal' ? 'refusal' : 'text'
    const text = part[name]
    this.#say('response.content_part.added', { ...place, part: { ...part, [name]: '' } })
    if (typeof text === 'string') {
      const kind = name === 'refusal' ? 'response.refusal' : 'response.output_text'
      for (const delta of wordsOf(text)) this.#say(`${kind}.delta`, { ...place, delta })
      this.#say(`${kind}.done`, { ...place, [name]: text })
    }
    this.#say('response.content_part.done', { ...place, part })
  }

  #summary(part: Json, place: Json): void {
    this.#say('response.reasoning_summary_part.added', { ...place, part: { ...part, text: '' } })
    if (typeof part.text === 'string') {
      for (const delta of wordsOf(part.text)) this.#say('response.reasoning_summary_text.delta', { ...place, delta })
      this.#say('response.reasoning_summary_text.done', { ...place, text: part.text })
    }
    this.#say('response.reasoning_summary_part.done', { ...place, part })
  }
}

/** What an item does not have yet when it is told to begin. */
function emptied({ content, summary, arguments: text }: Json): Json {
  return {
    ...(Array.isArray(content) ? { content: [] } : {}),
    ...(Array.isArray(summary) ? { summary: [] } : {}),
    ...(typeof text === 'string' ? { arguments: '' } : {}),
  }
}
