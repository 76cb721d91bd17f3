import { type Body, type Last, pieces, type Reply, refuseIf, refuseUnknown, replyTo, USAGE } from './conversation.ts'

const MEMBERS = [
  ...['background', 'include', 'input', 'instructions', 'max_output_tokens', 'max_tool_calls', 'metadata', 'model'],
  ...[
    'parallel_tool_calls',
    'previous_response_id',
    'prompt_cache_key',
    'reasoning',
    'safety_identifier',
    'service_tier',
  ],
  ...['store', 'stream', 'stream_options', 'temperature', 'text', 'tool_choice', 'tools', 'top_logprobs', 'top_p'],
  ...['truncation', 'user', 'context_management', 'prompt', 'conversation'],
]
const ITEMS: Readonly<Record<string, readonly string[]>> = {
  message: ['type', 'role', 'content', 'id', 'status', 'phase'],
  function_call: ['type', 'call_id', 'name', 'arguments', 'id', 'status'],
  function_call_output: ['type', 'call_id', 'output', 'id', 'status'],
  reasoning: ['type', 'id', 'summary', 'encrypted_content', 'content', 'status'],
}

/** What OpenAI's Responses answer, or refuse. Reasoning has to come back before the calls that it led to. */
export function strictResponses(body: Body): { readonly whole: object; readonly events: readonly object[] } {
  refuseUnknown(body, MEMBERS, 'body')
  const items: Body[] = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : body.input
  refuseIf(!Array.isArray(items) || items.length === 0, 'input: must not be empty')
  const asked = new Set<string>()
  const answered = new Set<string>()
  for (const [at, item] of items.entries()) {
    const { type = 'message' } = item
    refuseIf(!ITEMS[type], `input[${at}].type: ${type}`)
    refuseUnknown(item, ITEMS[type]!, `input[${at}]`)
    if (type === 'message') checkMessage(item, at)
    if (type === 'reasoning')
      refuseIf(!/^enc-/.test(item.encrypted_content) || !Array.isArray(item.summary), `input[${at}]: reasoning`)
    if (type === 'function_call') {
      JSON.parse(item.arguments)
      asked.add(item.call_id)
    }
    if (type === 'function_call_output') {
      refuseIf(!asked.has(item.call_id), `No tool call found for function call output with call_id ${item.call_id}.`)
      answered.add(item.call_id)
    }
  }
  refuseIf(
    [...asked].some((id) => !answered.has(id)),
    'No tool output found for function call.',
  )
  for (const tool of body.tools ?? []) {
    refuseIf(tool.type !== 'function' || !/^[a-zA-Z0-9_-]{1,64}$/.test(tool.name), `tools: ${tool.type} ${tool.name}`)
    refuseUnknown(tool, ['type', 'name', 'description', 'parameters', 'strict'], 'tools')
  }
  return answer(body, replyTo(lastOf(items)))
}

function checkMessage({ role, content }: Body, at: number): void {
  refuseIf(!/^(user|assistant|system|developer)$/.test(role), `input[${at}].role`)
  if (typeof content === 'string') return
  for (const { type } of content) {
    const allowed = role === 'assistant' ? ['output_text', 'refusal'] : ['input_text', 'input_image', 'input_file']
    refuseIf(!allowed.includes(type), `input[${at}].content: ${type} of ${role}`)
  }
}

function lastOf(items: readonly Body[]): Last {
  const from = items.findLastIndex(({ type, role }) => type === 'function_call' || role === 'assistant') + 1
  const outputs = items.slice(from).filter(({ type }) => type === 'function_call_output')
  if (outputs.length > 0) return { results: outputs.map(({ output }) => textOf(output)) }
  return {
    said: items
      .slice(from)
      .map(({ content }) => textOf(content ?? ''))
      .join(' '),
  }
}

function textOf(content: unknown): string {
  return typeof content === 'string' ? content : (content as Body[]).map(({ text }) => text ?? '').join('')
}

function answer({ model }: Body, { thinking, text, calls }: Reply) {
  const reasoning = {
    id: 'rs_1',
    type: 'reasoning',
    summary: [{ type: 'summary_text', text: thinking }],
    encrypted_content: `enc-${thinking}`,
  }
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [] }],
  }
  const called = calls.map(({ id, name, args }) => ({
    id: `fc_${id}`,
    type: 'function_call',
    call_id: id,
    name,
    arguments: JSON.stringify(args),
    status: 'completed',
  }))
  const usage = {
    input_tokens: USAGE.input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: USAGE.output,
    output_tokens_details: { reasoning_tokens: 5 },
    total_tokens: USAGE.input + USAGE.output,
  }
  const output: Body[] = [reasoning, message, ...called]
  const whole = {
    id: 'resp_1',
    object: 'response',
    created_at: 1_700_000_000,
    status: 'completed',
    error: null,
    incomplete_details: null,
    model,
    output,
    usage,
  }
  const begun = { ...whole, status: 'in_progress', output: [], usage: null }
  const events: Body[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...output.flatMap((item, output_index) => itemEvents(item, output_index)),
    { type: 'response.completed', response: whole },
  ]
  return { whole, events: events.map((event, sequence_number) => ({ ...event, sequence_number })) }
}

function itemEvents(item: Body, output_index: number): readonly Body[] {
  const at = { item_id: item.id, output_index }
  const inner: Body[] = []
  if (item.type === 'reasoning') {
    const [{ text }] = item.summary
    inner.push({
      type: 'response.reasoning_summary_part.added',
      ...at,
      summary_index: 0,
      part: { type: 'summary_text', text: '' },
    })
    for (const delta of pieces(text))
      inner.push({ type: 'response.reasoning_summary_text.delta', ...at, summary_index: 0, delta })
    inner.push({ type: 'response.reasoning_summary_text.done', ...at, summary_index: 0, text })
    inner.push({
      type: 'response.reasoning_summary_part.done',
      ...at,
      summary_index: 0,
      part: { type: 'summary_text', text },
    })
  } else if (item.type === 'message') {
    const [part] = item.content
    inner.push({ type: 'response.content_part.added', ...at, content_index: 0, part: { ...part, text: '' } })
    for (const delta of pieces(part.text))
      inner.push({ type: 'response.output_text.delta', ...at, content_index: 0, delta })
    inner.push({ type: 'response.output_text.done', ...at, content_index: 0, text: part.text })
    inner.push({ type: 'response.content_part.done', ...at, content_index: 0, part })
  } else {
    for (const delta of pieces(item.arguments))
      inner.push({ type: 'response.function_call_arguments.delta', ...at, delta })
    inner.push({ type: 'response.function_call_arguments.done', ...at, arguments: item.arguments })
  }
  const { encrypted_content: _, ...open } = item
  const begun =
    item.type === 'message'
      ? { ...open, content: [], status: 'in_progress' }
      : item.type === 'reasoning'
        ? { ...open, summary: [] }
        : { ...open, arguments: '', status: 'in_progress' }
  return [
    { type: 'response.output_item.added', output_index, item: begun },
    ...inner,
    { type: 'response.output_item.done', output_index, item },
  ]
}
