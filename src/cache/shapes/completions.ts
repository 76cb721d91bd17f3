import type { Json } from '../../types.ts'
import { object, objects } from '../../usage/shapes/reader.ts'
import { type CachedShape, DONE_EVENT, dataEvent, type ToldStream, wordsOf } from './cached-shape.ts'

/** Text completions. LiteLLM stores a stream of one as a chat completion, and so does this. */
export const completions: CachedShape = {
  callTypes: ['atext_completion'],
  form: 'text',
  hasOutput: ({ choices }) => objects(choices).some((choice) => textOf(choice) !== ''),
  assemble,
  replay,
}

function textOf({ text, message }: Json): string {
  const said = text ?? object(message).content
  return typeof said === 'string' ? said : ''
}

function assemble({ documents, usage: counted }: ToldStream): Json | undefined {
  const texts = new Map<number, { text: string; finish: unknown }>()
  let usage: unknown = counted
  for (const document of documents) {
    if (document.error) return undefined
    usage = document.usage ?? usage
    for (const { index, text, finish_reason: finish, logprobs } of objects(document.choices)) {
      // There is no place for them in a chat.
      if (logprobs) return undefined
      const place = typeof index === 'number' ? index : 0
      const before = texts.get(place)
      texts.set(place, {
        text: `${before?.text ?? ''}${typeof text === 'string' ? text : ''}`,
        finish: finish ?? before?.finish,
      })
    }
  }
  const [first] = documents
  const all = [...texts].sort(([a], [b]) => a - b)
  if (!first || all.length === 0 || all.some(([, { finish }]) => !finish)) return undefined
  const { id, created, model } = first
  return {
    ...{ id, created, model, object: 'chat.completion', system_fingerprint: null },
    choices: all.map(([index, { text, finish }]) => ({
      finish_reason: finish,
      index,
      message: { content: text, role: 'assistant', tool_calls: null, function_call: null },
    })),
    ...(usage ? { usage } : {}),
  }
}

function replay({ id, model, choices, usage }: Json, asked: Json): readonly string[] {
  const head = { id, object: 'text_completion', created: Math.floor(Date.now() / 1000), model }
  const told = objects(choices).flatMap((choice) => {
    const { index = 0, finish_reason = 'stop' } = choice
    const piece = (text: string, finish: unknown = null) =>
      dataEvent({ ...head, choices: [{ index, text, logprobs: null, finish_reason: finish }] })
    return [...wordsOf(textOf(choice)).map((word) => piece(word)), piece('', finish_reason)]
  })
  const isAsked = object(asked.stream_options).include_usage === true
  return [...told, ...(isAsked && usage ? [dataEvent({ ...head, choices: [], usage })] : []), DONE_EVENT]
}
