import { type Body, type Last, pieces, type Reply, refuseIf, refuseUnknown, replyTo, USAGE } from './conversation.ts'

const MEMBERS = [
  ...['messages', 'system', 'inferenceConfig', 'toolConfig', 'additionalModelRequestFields', 'guardrailConfig'],
  ...['performanceConfig', 'serviceTier', 'requestMetadata', 'promptVariables', 'additionalModelResponseFieldPaths'],
]
const BLOCKS = ['text', 'image', 'document', 'toolUse', 'toolResult', 'reasoningContent', 'cachePoint']

/** What Bedrock's Converse answers, or refuses. `events` are payloads by the name of their event. */
export function strictBedrock(body: Body): {
  readonly whole: object
  readonly events: readonly (readonly [string, object])[]
} {
  refuseUnknown(body, MEMBERS, 'body')
  refuseUnknown(body.inferenceConfig ?? {}, ['maxTokens', 'temperature', 'topP', 'stopSequences'], 'inferenceConfig')
  const { temperature = 1, topP = 1, maxTokens = 1, stopSequences = [] } = body.inferenceConfig ?? {}
  refuseIf(!(temperature >= 0 && temperature <= 1), 'inferenceConfig.temperature: at most 1')
  refuseIf(!(topP >= 0 && topP <= 1), 'inferenceConfig.topP: at most 1')
  refuseIf(!(Number.isInteger(maxTokens) && maxTokens >= 1), 'inferenceConfig.maxTokens: at least 1')
  refuseIf(stopSequences.includes(''), 'inferenceConfig.stopSequences: length at least 1')
  refuseIf(
    (body.system ?? []).some(({ text }: Body) => text !== undefined && text.trim() === ''),
    'system: blank text',
  )
  const names = (body.toolConfig?.tools ?? []).flatMap(({ toolSpec }: Body) => toolSpec?.name ?? [])
  refuseIf(new Set(names).size < names.length, 'toolConfig: duplicate tool names')
  refuseIf(body.toolConfig && names.length === 0, 'toolConfig.tools: at least 1')
  const { tool } = body.toolConfig?.toolChoice ?? {}
  refuseIf(tool && !names.includes(tool.name), `toolConfig.toolChoice: no tool ${tool?.name}`)
  refuseIf(!Array.isArray(body.messages) || body.messages.length === 0, 'messages: must not be empty')
  refuseIf(body.messages[0].role !== 'user', 'A conversation must start with a user message.')
  for (const [at, { role, content }] of body.messages.entries()) {
    refuseIf(role !== 'user' && role !== 'assistant', `messages.${at}.role`)
    refuseIf(body.messages[at - 1]?.role === role, `messages.${at}: roles must alternate`)
    refuseIf(content.length === 0, `messages.${at}.content: must not be empty`)
    for (const block of content) checkBlock(block, at)
    const calls = content.filter(({ toolUse }: Body) => toolUse).map(({ toolUse }: Body) => toolUse.toolUseId)
    refuseIf(
      calls.length > 0 && !body.toolConfig,
      'The toolConfig field must be defined when using toolUse and toolResult content blocks.',
    )
    const results = (body.messages[at + 1]?.content ?? []).filter(({ toolResult }: Body) => toolResult)
    const ids = results.map(({ toolResult }: Body) => toolResult.toolUseId)
    refuseIf([...calls].sort().join() !== [...ids].sort().join(), `messages.${at}: toolUse and toolResult differ`)
  }
  for (const { toolSpec, cachePoint } of body.toolConfig?.tools ?? []) {
    refuseIf(!cachePoint && !/^[a-zA-Z0-9_-]{1,64}$/.test(toolSpec?.name), `toolSpec.name: ${toolSpec?.name}`)
    refuseIf(toolSpec && toolSpec.inputSchema?.json?.type !== 'object', 'toolSpec.inputSchema.json.type')
    refuseIf(toolSpec?.description === '', 'toolSpec.description: length at least 1')
  }
  return answer(replyTo(lastOf(body.messages.at(-1).content)))
}

function checkBlock(block: Body, at: number): void {
  refuseIf(
    Object.keys(block).length !== 1 || !BLOCKS.includes(Object.keys(block)[0]!),
    `messages.${at}: ${Object.keys(block)}`,
  )
  refuseIf(
    block.text !== undefined && block.text.trim() === '',
    `messages.${at}: The text field in the ContentBlock object is blank.`,
  )
  refuseIf(
    block.toolUse && (typeof block.toolUse.input !== 'object' || !/^[a-zA-Z0-9_.:-]+$/.test(block.toolUse.toolUseId)),
    `messages.${at}.toolUse`,
  )
  refuseIf(block.document && !/^[a-zA-Z0-9 ()[\]-]+$/.test(block.document.name), `messages.${at}.document.name`)
  for (const inner of block.toolResult?.content ?? []) {
    refuseIf(
      !['text', 'json', 'image', 'document'].includes(Object.keys(inner)[0]!),
      `messages.${at}.toolResult.content`,
    )
  }
}

function lastOf(content: readonly Body[]): Last {
  const results = content.filter(({ toolResult }) => toolResult)
  if (results.length === 0) return { said: content.map(({ text }) => text ?? '').join(' ') }
  return {
    results: results.map(({ toolResult }) =>
      toolResult.content.map(({ text, json }: Body) => text ?? JSON.stringify(json)).join(''),
    ),
  }
}

function answer({ text, calls }: Reply) {
  const stopReason = calls.length > 0 ? 'tool_use' : 'end_turn'
  const usage = { inputTokens: USAGE.input, outputTokens: USAGE.output, totalTokens: USAGE.input + USAGE.output }
  const metrics = { latencyMs: 5 }
  const uses = calls.map(({ id, name, args }) => ({ toolUseId: `tooluse_${id}`, name, input: args }))
  const content = [{ text }, ...uses.map((toolUse) => ({ toolUse }))]
  return {
    whole: { output: { message: { role: 'assistant', content } }, stopReason, usage, metrics },
    events: [
      ['messageStart', { role: 'assistant' }],
      ...pieces(text).map((piece) => ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: piece } }]),
      ['contentBlockStop', { contentBlockIndex: 0 }],
      ...uses.flatMap(({ input, ...toolUse }, at) => [
        ['contentBlockStart', { contentBlockIndex: at + 1, start: { toolUse } }],
        ...inputPieces(input).map((piece) => [
          'contentBlockDelta',
          { contentBlockIndex: at + 1, delta: { toolUse: { input: piece } } },
        ]),
        ['contentBlockStop', { contentBlockIndex: at + 1 }],
      ]),
      ['messageStop', { stopReason }],
      ['metadata', { usage, metrics }],
    ] as [string, object][],
  }
}

function inputPieces(input: object): readonly string[] {
  return Object.keys(input).length === 0 ? [] : pieces(JSON.stringify(input))
}
