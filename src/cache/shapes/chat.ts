import type { Json } from '../../types.ts'
import { object, objects } from '../../usage/shapes/reader.ts'
import { type CachedShape, DONE_EVENT, dataEvent, type ToldStream, wordsOf } from './cached-shape.ts'

/** Chat completions. A stream is stored as the whole answer, and told again word by word. */
export const chat: CachedShape = {
  callTypes: ['acompletion'],
  form: 'text',
  hasOutput: ({ choices }) => objects(choices).some(({ message }) => saysSomething(object(message))),
  assemble,
  replay,
}

/** Members of a message that come in pieces of text. */
const TEXTS = ['content', 'reasoning_content', 'reasoning', 'refusal'] as const

/** Members of a delta whose pieces can be put together here. */
const KNOWN = new Set<string>([...TEXTS, 'role', 'tool_calls', 'function_call', 'annotations'])

interface Choice {
  readonly message: Record<string, unknown>
  readonly tools: Map<number, ToolCall>
  finish: unknown
  logprobs: unknown[]
}

interface ToolCall {
  id: unknown
  type: unknown
  name: string
  arguments: string
}

function saysSomething(message: Json): boolean {
  return Object.entries(message).some(([name, value]) => name !== 'role' && !isEmpty(value))
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  return typeof value === 'object' && Object.values(value).every(isEmpty)
}

/** As LiteLLM puts a stream together. One with pieces of a kind that is not known here is not stored. */
function assemble({ documents, usage: counted }: ToldStream): Json | undefined {
  const choices = new Map<number, Choice>()
  let usage: unknown = counted
  for (const document of documents) {
    if (document.error) return undefined
    usage = document.usage ?? usage
    for (const piece of objects(document.choices)) {
      const index = typeof piece.index === 'number' ? piece.index : 0
      const choice = choices.get(index) ?? { message: {}, tools: new Map(), finish: null, logprobs: [] }
      choices.set(index, choice)
      if (!add(choice, piece)) return undefined
    }
  }
  const [first] = documents
  const all = [...choices].sort(([a], [b]) => a - b)
  if (!first || all.length === 0 || all.some(([, { finish }]) => !finish)) return undefined
  const { id, created, model, system_fingerprint = null, service_tier } = first
  return {
    ...{ id, created, model, object: 'chat.completion', system_fingerprint },
    choices: all.map(([index, choice]) => wholeChoice(index, choice)),
    ...(usage ? { usage } : {}),
    ...(service_tier ? { service_tier } : {}),
  }
}

/** `false`: a piece of a kind that is not known. */
function add(choice: Choice, { delta, finish_reason: finish, logprobs }: Json): boolean {
  const { message, tools } = choice
  const pieces = object(delta)
  choice.finish = finish ?? choice.finish
  choice.logprobs.push(...objects(object(logprobs).content))
  for (const [name, value] of Object.entries(pieces)) if (!KNOWN.has(name) && !isEmpty(value)) return false
  for (const name of TEXTS) {
    if (typeof pieces[name] === 'string') message[name] = `${message[name] ?? ''}${pieces[name]}`
  }
  message.annotations = joined(message.annotations, pieces.annotations)
  for (const called of objects(pieces.tool_calls)) addTool(tools, called)
  if (pieces.function_call) {
    const { name = '', arguments: text = '' } = object(pieces.function_call)
    const before = object(message.function_call)
    message.function_call = { name: `${before.name ?? ''}${name}`, arguments: `${before.arguments ?? ''}${text}` }
  }
  return true
}

function addTool(tools: Map<number, ToolCall>, { index, id, type, function: called }: Json): void {
  const place = typeof index === 'number' ? index : tools.size
  const tool = tools.get(place) ?? { id: undefined, type: 'function', name: '', arguments: '' }
  tools.set(place, tool)
  const { name, arguments: text } = object(called)
  tool.id ??= id
  tool.type = type ?? tool.type
  tool.name += typeof name === 'string' ? name : ''
  tool.arguments += typeof text === 'string' ? text : ''
}

function joined(before: unknown, more: unknown): unknown {
  return Array.isArray(more) && more.length > 0 ? [...(Array.isArray(before) ? before : []), ...more] : before
}

function wholeChoice(index: number, { message, tools, finish, logprobs }: Choice): Json {
  const { content = null, annotations, ...rest } = message
  const calls = [...tools]
    .sort(([a], [b]) => a - b)
    .map(([, { id, type, name, arguments: text }]) => {
      return { function: { arguments: text, name }, id, type }
    })
  return {
    finish_reason: finish,
    index,
    message: {
      content: calls.length > 0 && content === '' ? null : content,
      role: 'assistant',
      tool_calls: calls.length > 0 ? calls : null,
      function_call: null,
      ...rest,
      ...(annotations ? { annotations } : {}),
    },
    ...(logprobs.length > 0 ? { logprobs: { content: logprobs } } : {}),
  }
}

function replay(answer: Json, asked: Json): readonly string[] {
  const { id, model, system_fingerprint, service_tier, usage } = answer
  const head = {
    ...{ id, object: 'chat.completion.chunk', created: Math.floor(Date.now() / 1000), model },
    ...(system_fingerprint ? { system_fingerprint } : {}),
    ...(service_tier ? { service_tier } : {}),
  }
  const chunk = (index: unknown, delta: Json, finish_reason: unknown = null, more: Json = {}) =>
    dataEvent({ ...head, choices: [{ index, delta, finish_reason, ...more }] })
  const told = objects(answer.choices).flatMap(({ index = 0, message, finish_reason = 'stop', logprobs }) => {
    const deltas = deltasOf(object(message))
    const events = deltas.map((delta, at) => chunk(index, at === 0 ? { role: 'assistant', ...delta } : delta))
    return [...events, chunk(index, {}, finish_reason, logprobs ? { logprobs } : {})]
  })
  const isAsked = object(asked.stream_options).include_usage === true
  return [...told, ...(isAsked && usage ? [dataEvent({ ...head, choices: [], usage })] : []), DONE_EVENT]
}

function deltasOf(message: Json): readonly Json[] {
  const texts = ['reasoning_content', 'content', 'refusal'].flatMap((name) =>
    typeof message[name] === 'string' ? wordsOf(message[name]).map((word) => ({ [name]: word })) : [],
  )
  const calls = objects(message.tool_calls).map((call, index) => ({ index, ...call }))
  const { function_call: called, annotations } = message
  const rest = {
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
    ...(isEmpty(called) ? {} : { function_call: called }),
    ...(isEmpty(annotations) ? {} : { annotations }),
  }
  const all: readonly Json[] = Object.keys(rest).length > 0 ? [...texts, rest] : texts
  return all.length > 0 ? all : [{ content: '' }]
}
