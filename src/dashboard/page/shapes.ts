/** What the playground must know of a client's API: how a call is written, and what an event of its stream says. */
export interface Shape {
  readonly label: string
  readonly path: string
  body(model: string, system: string, text: string): Readonly<Record<string, unknown>>
  /** The text that an event adds to the answer. */
  textIn(event: Told): string | undefined
  usageIn(event: Told): Used | undefined
}

export interface Used {
  readonly input?: number
  readonly output?: number
}

// biome-ignore lint/suspicious/noExplicitAny: any provider may have written it; only known members are read
type Told = any

const CHAT: Shape = {
  label: 'OpenAI chat',
  path: '/v1/chat/completions',
  body: (model, system, text) => ({
    model,
    messages: [...(system ? [{ role: 'system', content: system }] : []), { role: 'user', content: text }],
    stream: true,
    stream_options: { include_usage: true },
  }),
  textIn: (event) => {
    const { content, tool_calls: calls } = event?.choices?.[0]?.delta ?? {}
    return (
      content ?? calls?.map(({ function: f }: Told) => `${f?.name ? `\n${f.name} ` : ''}${f?.arguments ?? ''}`).join('')
    )
  },
  usageIn: ({ usage }) => usage && { input: usage.prompt_tokens, output: usage.completion_tokens },
}

const MESSAGES: Shape = {
  label: 'Anthropic messages',
  path: '/v1/messages',
  body: (model, system, text) => ({
    model,
    max_tokens: 1_024,
    ...(system && { system }),
    messages: [{ role: 'user', content: text }],
    stream: true,
  }),
  textIn: ({ delta }) => delta?.text ?? delta?.partial_json,
  usageIn({ message, usage }) {
    const told = usage ?? message?.usage
    return told && { input: told.input_tokens || undefined, output: told.output_tokens }
  },
}

const RESPONSES: Shape = {
  label: 'OpenAI responses',
  path: '/v1/responses',
  body: (model, system, text) => ({ model, ...(system && { instructions: system }), input: text, stream: true }),
  textIn: ({ type, delta }) => (/(output_text|function_call_arguments)\.delta$/.test(type) ? delta : undefined),
  usageIn: ({ response }) =>
    response?.usage && { input: response.usage.input_tokens, output: response.usage.output_tokens },
}

export const SHAPES: Readonly<Record<string, Shape>> = { chat: CHAT, messages: MESSAGES, responses: RESPONSES }

/** What the playground begins with: a call of the log that is to be sent again. It is kept in the page alone. */
export interface Draft {
  readonly model: string
  readonly text: string
}

let waiting: Draft | undefined

export function sendAgain(model: string, messages: readonly unknown[]): void {
  const texts = messages.map((message) => (message as { role?: unknown; content?: unknown }) ?? {})
  const last = texts.findLast(({ role }) => role === 'user')?.content
  waiting = { model, text: typeof last === 'string' ? last : JSON.stringify(last ?? '') }
  location.hash = 'playground'
}

/** Once. */
export function takeDraft(): Draft | undefined {
  const draft = waiting
  waiting = undefined
  return draft
}
