import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import Anthropic from '@anthropic-ai/sdk'
import { FunctionCallingConfigMode, GoogleGenAI, Type } from '@google/genai'
import { generateText, jsonSchema, type ModelMessage, streamText, tool } from 'ai'
import OpenAI from 'openai'

/** What a model has said, in no API's form. */
export interface Said {
  readonly text: string
  readonly calls: readonly { readonly name: string; readonly args: unknown }[]
}

/** One conversation of an SDK that nobody here wrote, with the history that its users keep. */
export interface Talk {
  say(text: string): Promise<Said>
  /** The results of the calls that were asked for last, in their order. */
  give(results: readonly string[]): Promise<Said>
}

export interface TalkOptions {
  readonly url: string
  readonly secret: string
  readonly model: string
  readonly stream: boolean
}

const CITY = {
  type: 'object',
  properties: { city: { type: 'string' }, note: { type: 'string' } },
  required: ['city'],
} as const
const NONE = { type: 'object', properties: {} } as const
const TOOLS = [
  { name: 'get_weather', description: 'The weather in a city', parameters: CITY },
  { name: 'get_time', description: 'The time', parameters: NONE },
] as const

export const TALKS: Readonly<Record<string, (options: TalkOptions) => Talk>> = {
  openai: chatTalk,
  anthropic: messagesTalk,
  google: generateTalk,
  responses: responsesTalk,
  ai: aiTalk,
}

function chatTalk({ url, secret, model, stream }: TalkOptions): Talk {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: secret, maxRetries: 0 })
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'system', content: 'Be brief.' }]
  const tools = TOOLS.map((one) => ({
    type: 'function' as const,
    function: { ...one, parameters: { ...one.parameters } },
  }))
  let asked: OpenAI.ChatCompletionMessageFunctionToolCall[] = []

  async function ask(): Promise<Said> {
    const body = { model, messages, tools, max_tokens: 500 }
    const answer = stream
      ? await client.chat.completions.stream(body).finalChatCompletion()
      : await client.chat.completions.create(body)
    const { message } = answer.choices[0]!
    messages.push(withoutParsed(message))
    asked = (message.tool_calls ?? []) as typeof asked
    const calls = asked.map(({ function: { name, arguments: json } }) => ({ name, args: JSON.parse(json) }))
    return { text: message.content ?? '', calls }
  }

  return {
    say(content) {
      messages.push({ role: 'user', content })
      return ask()
    },
    give: (results) => {
      for (const [at, content] of results.entries())
        messages.push({ role: 'tool', tool_call_id: asked[at]!.id, content })
      return ask()
    },
  }
}

/** As Claude Code sends: system in blocks with cache marks, thinking, results in blocks. */
function messagesTalk({ url, secret, model, stream }: TalkOptions): Talk {
  const client = new Anthropic({ baseURL: url, apiKey: secret, maxRetries: 0 })
  const messages: Anthropic.MessageParam[] = []
  const cache_control = { type: 'ephemeral' as const }
  let asked: Anthropic.ToolUseBlock[] = []

  async function ask(): Promise<Said> {
    const body = {
      model,
      max_tokens: 4_000,
      system: [{ type: 'text' as const, text: 'You are Claude Code.', cache_control }],
      messages,
      tools: TOOLS.map(({ name, description, parameters }) => ({
        name,
        description,
        input_schema: { ...parameters, required: 'required' in parameters ? [...parameters.required] : [] },
      })),
      thinking: { type: 'enabled' as const, budget_tokens: 2_000 },
      metadata: { user_id: 'user_abc_session_def' },
    }
    const answer = stream ? await client.messages.stream(body).finalMessage() : await client.messages.create(body)
    messages.push({ role: 'assistant', content: answer.content })
    asked = answer.content.filter((block) => block.type === 'tool_use')
    const text = answer.content.map((block) => (block.type === 'text' ? block.text : '')).join('')
    return { text, calls: asked.map(({ name, input }) => ({ name, args: input })) }
  }

  return {
    say(text) {
      messages.push({ role: 'user', content: [{ type: 'text', text, cache_control }] })
      return ask()
    },
    give(results) {
      const content = results.map((text, at) => ({
        type: 'tool_result' as const,
        tool_use_id: asked[at]!.id,
        content: [{ type: 'text' as const, text }],
      }))
      messages.push({ role: 'user', content })
      return ask()
    },
  }
}

function generateTalk({ url, secret, model, stream }: TalkOptions): Talk {
  const client = new GoogleGenAI({ apiKey: secret, httpOptions: { baseUrl: url } })
  const contents: any[] = []
  const functionDeclarations = [
    {
      name: 'get_weather',
      description: 'The weather in a city',
      parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING }, note: { type: Type.STRING } } },
    },
    { name: 'get_time', description: 'The time' },
  ]
  let asked: any[] = []

  async function ask(): Promise<Said> {
    const config = {
      systemInstruction: 'Be brief.',
      tools: [{ functionDeclarations }],
      toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.AUTO } },
      maxOutputTokens: 500,
    }
    const parts: any[] = []
    if (stream) {
      for await (const piece of await client.models.generateContentStream({ model, contents, config })) {
        parts.push(...(piece.candidates?.[0]?.content?.parts ?? []))
      }
    } else {
      const answer = await client.models.generateContent({ model, contents, config })
      parts.push(...(answer.candidates?.[0]?.content?.parts ?? []))
    }
    const kept = parts.filter(({ text, functionCall }) => functionCall || text)
    contents.push({ role: 'model', parts: kept })
    asked = kept.filter(({ functionCall }) => functionCall)
    const text = kept.map((part) => (part.thought ? '' : (part.text ?? ''))).join('')
    return { text, calls: asked.map(({ functionCall: { name, args } }) => ({ name, args: args ?? {} })) }
  }

  return {
    say(text) {
      contents.push({ role: 'user', parts: [{ text }] })
      return ask()
    },
    give(results) {
      const parts = results.map((result, at) => {
        const { id, name } = asked[at].functionCall
        return { functionResponse: { ...(id ? { id } : {}), name, response: { output: result } } }
      })
      contents.push({ role: 'user', parts })
      return ask()
    },
  }
}

function responsesTalk({ url, secret, model, stream }: TalkOptions): Talk {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: secret, maxRetries: 0 })
  const input: OpenAI.Responses.ResponseInputItem[] = []
  const tools = TOOLS.map((one) => ({
    type: 'function' as const,
    strict: false,
    ...one,
    parameters: { ...one.parameters },
  }))
  let asked: OpenAI.Responses.ResponseFunctionToolCall[] = []

  async function ask(): Promise<Said> {
    const body = {
      model,
      instructions: 'Be brief.',
      input,
      tools,
      store: false,
      include: ['reasoning.encrypted_content' as const],
    }
    const answer = stream ? await client.responses.stream(body).finalResponse() : await client.responses.create(body)
    input.push(...(answer.output as OpenAI.Responses.ResponseInputItem[]).map(withoutParsed))
    asked = answer.output.filter((item) => item.type === 'function_call') as typeof asked
    const calls = asked.map(({ name, arguments: json }) => ({ name, args: JSON.parse(json) }))
    const text = answer.output.flatMap((item) => (item.type === 'message' ? item.content : []))
    return { text: text.map((part) => (part.type === 'output_text' ? part.text : '')).join(''), calls }
  }

  return {
    say(content) {
      input.push({ role: 'user', content })
      return ask()
    },
    give(results) {
      for (const [at, output] of results.entries())
        input.push({ type: 'function_call_output', call_id: asked[at]!.call_id, output })
      return ask()
    },
  }
}

/** The SDK's stream helpers add what they have parsed. */
function withoutParsed(value: any): any {
  return JSON.parse(JSON.stringify(value, (name, member) => (/^parsed(_arguments)?$/.test(name) ? undefined : member)))
}

function aiTalk({ url, secret, model, stream }: TalkOptions): Talk {
  const provider = createOpenAICompatible({ name: 'gateway', baseURL: `${url}/v1`, apiKey: secret, includeUsage: true })
  const messages: ModelMessage[] = []
  const tools = Object.fromEntries(
    TOOLS.map(({ name, description, parameters }) => [
      name,
      tool({ description, inputSchema: jsonSchema({ ...parameters } as any) }),
    ]),
  )
  let asked: { toolCallId: string; toolName: string; input: unknown }[] = []

  async function ask(): Promise<Said> {
    const options = { model: provider(model), messages, tools, maxRetries: 0, instructions: 'Be brief.' }
    const answer = stream ? streamText({ ...options, onError: () => {} }) : await generateText(options)
    const [text, calls, response] = await Promise.all([answer.text, answer.toolCalls, answer.response])
    messages.push(...(response as { messages: ModelMessage[] }).messages)
    asked = calls as typeof asked
    return { text, calls: asked.map(({ toolName, input }) => ({ name: toolName, args: input })) }
  }

  return {
    say(content) {
      messages.push({ role: 'user', content })
      return ask()
    },
    give(results) {
      const content = results.map((value, at) => ({
        type: 'tool-result' as const,
        toolCallId: asked[at]!.toolCallId,
        toolName: asked[at]!.toolName,
        output: { type: 'text' as const, value },
      }))
      messages.push({ role: 'tool', content })
      return ask()
    },
  }
}
