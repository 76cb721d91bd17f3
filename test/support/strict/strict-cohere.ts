import { type Body, type Last, pieces, type Reply, refuseIf, refuseUnknown, replyTo, USAGE } from './conversation.ts'

const MEMBERS = [
  ...['model', 'messages', 'tools', 'documents', 'citation_options', 'response_format', 'safety_mode', 'max_tokens'],
  ...['stop_sequences', 'temperature', 'seed', 'frequency_penalty', 'presence_penalty', 'k', 'p', 'logprobs', 'stream'],
  ...['tool_choice', 'strict_tools', 'thinking', 'priority'],
]
const MESSAGES: Readonly<Record<string, readonly string[]>> = {
  system: ['role', 'content'],
  user: ['role', 'content'],
  assistant: ['role', 'content', 'tool_calls', 'tool_plan', 'citations'],
  tool: ['role', 'content', 'tool_call_id'],
}

/** What Cohere's v2 chat answers, or refuses. */
export function strictCohere(body: Body): { readonly whole: object; readonly events: readonly object[] } {
  refuseUnknown(body, MEMBERS, 'body')
  refuseIf(!Array.isArray(body.messages) || body.messages.length === 0, 'messages: must be at least 1')
  const { temperature = 0, p = 0.5, k = 0, max_tokens = 1, stop_sequences = [] } = body
  refuseIf(!(temperature >= 0 && temperature <= 2), 'temperature: from 0 to 2')
  refuseIf(!(p >= 0.01 && p <= 0.99), 'p: from 0.01 to 0.99')
  refuseIf(!(k >= 0 && k <= 500), 'k: from 0 to 500')
  refuseIf(!(max_tokens >= 1), 'max_tokens: at least 1')
  refuseIf(stop_sequences.length > 5 || stop_sequences.includes(''), 'stop_sequences: at most 5, none of them empty')
  refuseIf(body.tool_choice !== undefined && !body.tools, 'tool_choice: without tools')
  refuseIf(body.tool_choice !== undefined && !/^(REQUIRED|NONE)$/.test(body.tool_choice), 'tool_choice')
  let open: string[] = []
  for (const [at, message] of body.messages.entries()) {
    refuseIf(!MESSAGES[message.role], `messages[${at}].role: ${message.role}`)
    refuseUnknown(message, MESSAGES[message.role]!, `messages[${at}]`)
    refuseIf(
      message.role === 'tool' && !open.includes(message.tool_call_id),
      `messages[${at}]: no tool call ${message.tool_call_id}`,
    )
    if (message.role === 'assistant') open = (message.tool_calls ?? []).map(({ id }: Body) => id)
    for (const { function: called } of message.tool_calls ?? []) JSON.parse(called.arguments)
  }
  return answer(replyTo(lastOf(body.messages)))
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
  if (typeof content === 'string') return content
  return (content as Body[])
    .map(({ text, document }) => text ?? document?.data?.content ?? JSON.stringify(document?.data ?? ''))
    .join('')
}

function answer({ text, calls }: Reply) {
  const tool_calls = calls.map(({ id, name, args }) => ({
    id,
    type: 'function',
    function: { name, arguments: JSON.stringify(args) },
  }))
  const finish_reason = calls.length > 0 ? 'TOOL_CALL' : 'COMPLETE'
  const usage = {
    billed_units: { input_tokens: 5, output_tokens: 6 },
    tokens: { input_tokens: USAGE.input, output_tokens: USAGE.output },
  }
  // What it says before it calls tools is its plan.
  const said = calls.length > 0 ? { tool_plan: text, tool_calls } : { content: [{ type: 'text', text }] }
  return {
    whole: { id: 'cohere-1', message: { role: 'assistant', ...said }, finish_reason, usage },
    events: [
      {
        id: 'cohere-1',
        type: 'message-start',
        delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] } },
      },
      ...(calls.length > 0
        ? pieces(text).map((tool_plan) => ({ type: 'tool-plan-delta', delta: { message: { tool_plan } } }))
        : [
            { type: 'content-start', index: 0, delta: { message: { content: { type: 'text', text: '' } } } },
            ...pieces(text).map((piece) => ({
              type: 'content-delta',
              index: 0,
              delta: { message: { content: { text: piece } } },
            })),
            { type: 'content-end', index: 0 },
          ]),
      ...tool_calls.flatMap(({ function: { name, arguments: json }, ...call }, index) => [
        {
          type: 'tool-call-start',
          index,
          delta: { message: { tool_calls: { ...call, function: { name, arguments: '' } } } },
        },
        ...(json === '{}' ? [] : pieces(json)).map((piece) => ({
          type: 'tool-call-delta',
          index,
          delta: { message: { tool_calls: { function: { arguments: piece } } } },
        })),
        { type: 'tool-call-end', index },
      ]),
      { type: 'message-end', delta: { finish_reason, usage } },
    ],
  }
}
