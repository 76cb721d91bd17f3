import { type Body, type Last, pieces, type Reply, refuseIf, refuseUnknown, replyTo, USAGE } from './conversation.ts'

const MEMBERS = [
  ...['model', 'messages', 'max_tokens', 'metadata', 'stop_sequences', 'stream', 'system', 'temperature', 'thinking'],
  ...['tool_choice', 'tools', 'top_k', 'top_p', 'service_tier', 'output_config', 'output_format', 'anthropic_version'],
]
const BLOCKS: Readonly<Record<string, readonly string[]>> = {
  text: ['type', 'text', 'cache_control', 'citations'],
  image: ['type', 'source', 'cache_control'],
  document: ['type', 'source', 'title', 'context', 'cache_control', 'citations'],
  thinking: ['type', 'thinking', 'signature'],
  redacted_thinking: ['type', 'data'],
  tool_use: ['type', 'id', 'name', 'input', 'cache_control'],
  tool_result: ['type', 'tool_use_id', 'content', 'is_error', 'cache_control'],
}

/** What Anthropic's messages API answers, or refuses. `headers` of the request are checked as well. */
export function strictAnthropic(body: Body): { readonly whole: object; readonly events: readonly object[] } {
  refuseUnknown(body, MEMBERS, 'body')
  refuseIf(!(Number.isInteger(body.max_tokens) && body.max_tokens > 0), 'max_tokens: Field required')
  refuseIf(
    !(body.temperature === undefined || (body.temperature >= 0 && body.temperature <= 1)),
    'temperature: range: 0..1',
  )
  refuseIf(!(body.top_p === undefined || (body.top_p >= 0 && body.top_p <= 1)), 'top_p: range: 0..1')
  refuseIf(body.temperature !== undefined && body.top_p !== undefined, '`temperature` and `top_p` cannot both be given')
  refuseIf(
    body.thinking?.type === 'enabled' && body.thinking.budget_tokens < 1024,
    'thinking.budget_tokens: at least 1024',
  )
  refuseIf(
    body.thinking?.budget_tokens >= body.max_tokens,
    '`max_tokens` must be greater than `thinking.budget_tokens`',
  )
  checkThinking(body)
  for (const stop of body.stop_sequences ?? [])
    refuseIf(
      typeof stop !== 'string' || stop.trim() === '',
      'stop_sequences: each stop sequence must contain non-whitespace',
    )
  if (body.system !== undefined) for (const block of blocksOf(body.system)) checkBlock(block, 'user', -1)
  refuseIf(body.metadata && Object.keys(body.metadata).some((name) => name !== 'user_id'), 'metadata: Extra inputs')
  checkMessages(body)
  checkTools(body)
  return answer(body, replyTo(lastOf(body.messages)))
}

/** "Extended thinking" of Anthropic's documentation: what does not go with it. */
function checkThinking({ thinking, temperature, top_p, top_k, tool_choice, messages }: Body): void {
  if (thinking?.type !== 'enabled' && thinking?.type !== 'adaptive') return
  refuseIf(
    temperature !== undefined && temperature !== 1,
    '`temperature` may only be set to 1 when thinking is enabled',
  )
  refuseIf(top_k !== undefined, '`top_k` must be unset when thinking is enabled')
  refuseIf(top_p !== undefined && top_p < 0.95, '`top_p` must be at least 0.95 when thinking is enabled')
  refuseIf(/^(any|tool)$/.test(tool_choice?.type), 'Thinking may not be enabled when tool_choice forces tool use.')
  if (thinking.type !== 'enabled') return
  const blocks = blocksOf(messages.findLast(({ role }: Body) => role === 'assistant')?.content ?? [])
  refuseIf(
    blocks.some(({ type }) => type === 'tool_use') && !/thinking$/.test(blocks[0]?.type),
    'a final `assistant` message must start with a thinking block',
  )
}

const IMAGES = /^image\/(jpeg|png|gif|webp)$/

function checkMessages({ messages, tools }: Body): void {
  refuseIf(!Array.isArray(messages) || messages.length === 0, 'messages: at least one message is required')
  refuseIf(messages[0].role !== 'user', 'messages: first message must use the "user" role')
  for (const [at, { role, content }] of messages.entries()) {
    refuseIf(role !== 'user' && role !== 'assistant', `messages.${at}: role ${role}`)
    refuseIf(messages[at - 1]?.role === role, `messages.${at}: roles must alternate`)
    const blocks = blocksOf(content)
    refuseIf(blocks.length === 0, `messages.${at}: content is required`)
    for (const block of blocks) checkBlock(block, role, at)
    const calls = blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id)
    refuseIf(calls.length > 0 && !tools, 'tools: required when the history has tool_use blocks')
    const next = blocksOf(messages[at + 1]?.content ?? [])
    const results = next.slice(0, calls.length).map(({ tool_use_id }) => tool_use_id)
    refuseIf(
      [...calls].sort().join() !== [...results].sort().join(),
      `messages.${at}: tool_use without tool_result right after it`,
    )
    const known = blocksOf(messages[at - 1]?.content ?? []).map(({ id }) => id)
    for (const { type, tool_use_id } of blocks)
      refuseIf(type === 'tool_result' && !known.includes(tool_use_id), `messages.${at}: unexpected tool_use_id`)
  }
  const end = messages.at(-1)
  const last = blocksOf(end.content).at(-1)
  refuseIf(
    end.role === 'assistant' && /\s$/.test(last?.text ?? ''),
    'final assistant content cannot end with trailing whitespace',
  )
}

function checkBlock(block: Body, role: string, at: number): void {
  const known = BLOCKS[block.type]
  refuseIf(!known, `messages.${at}: unknown block ${block.type}`)
  refuseUnknown(block, known!, `messages.${at}.${block.type}`)
  refuseIf(block.type === 'text' && block.text.trim() === '', `messages.${at}: text content blocks must be non-empty`)
  refuseIf(
    block.source?.type === 'url' && !/^https:/.test(block.source.url),
    `messages.${at}: only https URLs are supported`,
  )
  const wanted = block.type === 'image' ? IMAGES : /^application\/pdf$/
  refuseIf(block.source?.type === 'base64' && !wanted.test(block.source.media_type), `${block.type}: media_type`)
  refuseIf(
    /^(tool_use|thinking|redacted_thinking)$/.test(block.type) && role !== 'assistant',
    `messages.${at}: ${block.type} of a user`,
  )
  refuseIf(
    /^(tool_result|image|document)$/.test(block.type) && role !== 'user',
    `messages.${at}: ${block.type} of an assistant`,
  )
  refuseIf(
    block.type === 'thinking' && !/^sig-/.test(block.signature),
    `messages.${at}: Invalid signature in thinking block`,
  )
  refuseIf(block.type === 'tool_use' && !/^[a-zA-Z0-9_-]+$/.test(block.id), `messages.${at}: tool_use.id`)
  refuseIf(block.type === 'tool_use' && typeof block.input !== 'object', `messages.${at}: tool_use.input`)
  if (Array.isArray(block.content)) for (const inner of block.content) checkBlock(inner, role, at)
}

function checkTools({ tools, tool_choice }: Body): void {
  for (const tool of tools ?? []) {
    refuseUnknown(tool, ['type', 'name', 'description', 'input_schema', 'cache_control', 'strict'], 'tools')
    refuseIf(!/^[a-zA-Z0-9_-]{1,128}$/.test(tool.name), `tools: name ${tool.name}`)
    refuseIf(tool.input_schema?.type !== 'object', 'tools.input_schema.type: Field required')
  }
  const names = (tools ?? []).map(({ name }: Body) => name)
  refuseIf(new Set(names).size < names.length, 'tools: Tool names must be unique.')
  refuseIf(
    tool_choice?.type === 'tool' && !names.includes(tool_choice.name),
    `tool_choice: no tool ${tool_choice?.name}`,
  )
  refuseIf(tool_choice !== undefined && !/^(auto|any|none|tool)$/.test(tool_choice.type), 'tool_choice')
  refuseIf(tool_choice !== undefined && !tools, 'tool_choice: without tools')
}

function blocksOf(content: unknown): readonly Body[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : (content as Body[])
}

function lastOf(messages: readonly Body[]): Last {
  const blocks = blocksOf(messages.at(-1)!.content)
  const results = blocks.filter(({ type }) => type === 'tool_result')
  if (results.length === 0) return { said: blocks.map(({ text }) => text ?? '').join(' ') }
  return {
    results: results.map(({ content }) =>
      blocksOf(content ?? '')
        .map(({ text }) => text ?? '')
        .join(''),
    ),
  }
}

function answer({ model, thinking }: Body, { thinking: thought, text, calls }: Reply) {
  const blocks: Body[] = [
    ...(thinking && thinking.type !== 'disabled'
      ? [{ type: 'thinking', thinking: thought, signature: `sig-${thought.length}` }]
      : []),
    { type: 'text', text },
    ...calls.map(({ id, name, args }) => ({ type: 'tool_use', id: `toolu_${id}`, name, input: args })),
  ]
  const stop = calls.length > 0 ? 'tool_use' : 'end_turn'
  const usage = {
    input_tokens: USAGE.input,
    output_tokens: USAGE.output,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
  }
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model,
    content: blocks,
    stop_reason: stop,
    stop_sequence: null,
    usage,
  }
  return { whole: message, events: eventsOf(message, blocks) }
}

function eventsOf(message: Body, blocks: readonly Body[]): readonly object[] {
  const start = { ...message, content: [], stop_reason: null, usage: { ...message.usage, output_tokens: 1 } }
  return [
    { type: 'message_start', message: start },
    { type: 'ping' },
    ...blocks.flatMap((block, index) => [
      { type: 'content_block_start', index, content_block: opened(block) },
      ...deltasOf(block).map((delta) => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop', index },
    ]),
    {
      type: 'message_delta',
      delta: { stop_reason: message.stop_reason, stop_sequence: null },
      usage: { output_tokens: USAGE.output },
    },
    { type: 'message_stop' },
  ]
}

function opened(block: Body): Body {
  if (block.type === 'tool_use') return { ...block, input: {} }
  return block.type === 'text' ? { type: 'text', text: '' } : { type: 'thinking', thinking: '', signature: '' }
}

function deltasOf(block: Body): readonly object[] {
  if (block.type === 'text') return pieces(block.text).map((text) => ({ type: 'text_delta', text }))
  if (block.type === 'thinking') {
    return [
      ...pieces(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })),
      { type: 'signature_delta', signature: block.signature },
    ]
  }
  if (Object.keys(block.input).length === 0) return []
  return pieces(JSON.stringify(block.input)).map((partial_json) => ({ type: 'input_json_delta', partial_json }))
}
