import { type Body, type Last, pieces, type Reply, refuseIf, refuseUnknown, replyTo, USAGE } from './conversation.ts'

const MEMBERS = [
  ...['model', 'messages', 'frequency_penalty', 'logit_bias', 'logprobs', 'max_completion_tokens', 'max_tokens', 'n'],
  ...['parallel_tool_calls', 'presence_penalty', 'reasoning_effort', 'response_format', 'seed', 'service_tier', 'stop'],
  ...['stream', 'stream_options', 'temperature', 'tool_choice', 'tools', 'top_logprobs', 'top_p', 'user', 'store'],
  ...['metadata', 'verbosity', 'web_search_options', 'prompt_cache_key', 'modalities', 'audio', 'prediction'],
]
const MESSAGES: Readonly<Record<string, readonly string[]>> = {
  system: ['role', 'content', 'name'],
  developer: ['role', 'content', 'name'],
  user: ['role', 'content', 'name'],
  assistant: ['role', 'content', 'name', 'tool_calls', 'refusal', 'audio', 'reasoning_content'],
  tool: ['role', 'content', 'tool_call_id'],
}
const PARTS: Readonly<Record<string, readonly string[]>> = {
  text: ['type', 'text'],
  image_url: ['type', 'image_url'],
  input_audio: ['type', 'input_audio'],
  file: ['type', 'file'],
  refusal: ['type', 'refusal'],
}

/** What OpenAI's chat completions answer, or refuse. */
export function strictOpenAIChat(body: Body): { readonly whole: object; readonly events: readonly object[] } {
  refuseUnknown(body, MEMBERS, 'body')
  refuseIf(!Array.isArray(body.messages) || body.messages.length === 0, "[] is too short - 'messages'")
  refuseIf(body.stream_options && body.stream !== true, "'stream_options' only with stream")
  refuseIf(
    body.parallel_tool_calls !== undefined && !body.tools,
    "'parallel_tool_calls' is only allowed when 'tools' are specified",
  )
  refuseIf(body.tool_choice !== undefined && !body.tools, "'tool_choice' is only allowed when 'tools' are specified")
  for (const { type, function: called } of body.tools ?? []) {
    refuseIf(type !== 'function' || !/^[a-zA-Z0-9_-]{1,64}$/.test(called?.name), `tools: ${called?.name}`)
    refuseUnknown(called, ['name', 'description', 'parameters', 'strict'], 'tools.function')
  }
  const { temperature = 1, top_p = 1, n = 1, stop = [] } = body
  refuseIf(!(temperature >= 0 && temperature <= 2), 'temperature: from 0 to 2')
  refuseIf(!(top_p >= 0 && top_p <= 1), 'top_p: from 0 to 1')
  refuseIf(!(n >= 1), 'n: at least 1')
  refuseIf([stop].flat().length > 4, 'stop: at most 4')
  refuseIf(body.tools?.length === 0, "[] is too short - 'tools'")
  const { name } = body.tool_choice?.function ?? {}
  refuseIf(
    name !== undefined && !body.tools.some(({ function: called }: Body) => called.name === name),
    `tool_choice: no tool ${name}`,
  )
  let open: string[] = []
  for (const [at, message] of body.messages.entries()) {
    const known = MESSAGES[message.role]
    refuseIf(!known, `messages[${at}].role: ${message.role}`)
    refuseUnknown(message, known!, `messages[${at}]`)
    checkContent(message, at)
    if (message.role === 'tool') {
      refuseIf(!open.includes(message.tool_call_id), `messages[${at}]: no tool call ${message.tool_call_id}`)
      open = open.filter((id) => id !== message.tool_call_id)
    } else {
      refuseIf(open.length > 0, `messages[${at}]: tool calls without a tool message: ${open}`)
      open = (message.tool_calls ?? []).map(({ id }: Body) => id)
    }
  }
  refuseIf(open.length > 0, `tool calls without a tool message: ${open}`)
  return answer(body, replyTo(lastOf(body.messages)))
}

function checkContent({ role, content, tool_calls }: Body, at: number): void {
  const isOptional = role === 'assistant' && tool_calls?.length > 0
  refuseIf((content === null || content === undefined) && !isOptional, `messages[${at}].content: null`)
  refuseIf(tool_calls?.length === 0, `messages[${at}].tool_calls: [] is too short`)
  for (const { type, id, function: called } of tool_calls ?? []) {
    refuseIf(type !== 'function' || typeof id !== 'string' || typeof called.arguments !== 'string', 'tool_calls')
    JSON.parse(called.arguments)
  }
  for (const part of Array.isArray(content) ? content : []) {
    refuseIf(!PARTS[part.type], `messages[${at}].content: ${part.type}`)
    refuseUnknown(part, PARTS[part.type]!, `messages[${at}].content`)
    refuseIf(role !== 'user' && part.type !== 'text', `messages[${at}]: ${part.type} of ${role}`)
  }
}

function lastOf(messages: readonly Body[]): Last {
  const from = messages.findLastIndex(({ role }) => role === 'assistant') + 1
  const results = messages.slice(from).filter(({ role }) => role === 'tool')
  if (results.length > 0) return { results: results.map(({ content }) => textOf(content)) }
  return {
    said: messages
      .slice(from)
      .map(({ content }) => textOf(content))
      .join(' '),
  }
}

function textOf(content: unknown): string {
  return typeof content === 'string' ? content : (content as Body[]).map(({ text }) => text ?? '').join('')
}

function answer({ model, stream_options }: Body, { text, calls }: Reply) {
  const tool_calls = calls.map(({ id, name, args }) => ({
    id,
    type: 'function',
    function: { name, arguments: JSON.stringify(args) },
  }))
  const finish_reason = calls.length > 0 ? 'tool_calls' : 'stop'
  const usage = {
    prompt_tokens: USAGE.input,
    completion_tokens: USAGE.output,
    total_tokens: USAGE.input + USAGE.output,
  }
  const message = { role: 'assistant', content: text, refusal: null, ...(calls.length > 0 ? { tool_calls } : {}) }
  const common = { id: 'chatcmpl-1', created: 1_700_000_000, model }
  const chunk = (delta: object, finish: string | null = null) => ({
    ...common,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
  })
  return {
    whole: { ...common, object: 'chat.completion', choices: [{ index: 0, message, finish_reason }], usage },
    events: [
      chunk({ role: 'assistant', content: '' }),
      ...pieces(text).map((content) => chunk({ content })),
      ...tool_calls.flatMap(({ function: { name, arguments: json }, ...call }, index) => [
        chunk({ tool_calls: [{ index, ...call, function: { name, arguments: '' } }] }),
        ...pieces(json).map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] })),
      ]),
      chunk({}, finish_reason),
      ...(stream_options?.include_usage ? [{ ...common, object: 'chat.completion.chunk', choices: [], usage }] : []),
    ],
  }
}
