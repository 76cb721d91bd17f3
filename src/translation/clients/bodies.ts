import { byType, flag, list, members, number, oneOrList, type Rule, required, text, textOr } from './body-rules.ts'

/*
 * The types of what each client's body has, as far as translations read it.
 */

/** The same rule for several members. */
function each(rule: Rule, ...names: readonly string[]): Readonly<Record<string, Rule>> {
  return Object.fromEntries(names.map((name) => [name, rule]))
}

/** As `byType`, where OpenAI wants each to have a type. */
function ofType(rules: Readonly<Record<string, Rule>>): Rule {
  const [hasType, follows] = [members({ type: required(text) }), byType(rules)]
  return (value) => hasType(value) ?? follows(value)
}

const CHAT_PART = ofType({
  text: members({ text: required(text) }),
  image_url: members({ image_url: required(textOr(members({ url: required(text), detail: text, format: text }))) }),
  file: members({ file: required(members({ file_data: text, file_id: text, filename: text, format: text })) }),
  input_audio: members({ input_audio: required(members({ data: required(text), format: required(text) })) }),
  refusal: members({ refusal: required(text) }),
})
const CHAT_CALL = members({
  id: required(text),
  function: required(members({ name: required(text), arguments: text })),
  provider_specific_fields: members(),
})
const CHAT_FUNCTION = members({ name: required(text), description: text, parameters: members() })
/** OpenAI's chat completions. */
export const CHAT_BODY = members({
  messages: required(
    list(
      members({
        content: textOr(list(CHAT_PART)),
        name: text,
        refusal: text,
        reasoning_content: text,
        tool_call_id: text,
        tool_calls: list(CHAT_CALL),
        function_call: members({ name: required(text), arguments: text }),
        thinking_blocks: list(
          byType({
            thinking: members({ thinking: text, signature: text }),
            redacted_thinking: members({ data: required(text) }),
          }),
        ),
      }),
    ),
  ),
  tools: list(byType({ function: members({ function: required(CHAT_FUNCTION) }) })),
  tool_choice: textOr(members({ type: required(text), function: members({ name: required(text) }) })),
  functions: list(CHAT_FUNCTION),
  function_call: textOr(members({ name: required(text) })),
  response_format: byType({
    json_schema: members({ json_schema: required(members({ name: text, schema: members(), description: text })) }),
  }),
  reasoning_effort: textOr(members({ effort: text })),
  web_search_options: members({ search_context_size: text }),
  modalities: list(text),
  service_tier: text,
  stop: textOr(list(text)),
  stream_options: members(),
  ...each(number, 'max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'n'),
  thinking: members({ type: text, budget_tokens: number }),
  output_config: members({ effort: text }),
  user: text,
})

const MESSAGES_SOURCE = members({ type: text, media_type: text, data: text, url: text })
const MESSAGES_BLOCKS: Rule = textOr(
  list(
    byType({
      text: members({ text: required(text) }),
      image: members({ source: required(MESSAGES_SOURCE) }),
      document: members({
        source: required(members({ type: text, media_type: text, url: text, data: text, content: blocks })),
        title: text,
        context: text,
      }),
      search_result: members({ title: text, source: text, content: blocks }),
      tool_use: members({ id: required(text), name: required(text), input: members() }),
      tool_result: members({ tool_use_id: required(text), content: blocks, is_error: flag }),
      thinking: members({ thinking: text, signature: text }),
      redacted_thinking: members({ data: required(text) }),
    }),
  ),
)

/** Blocks within a block. */
function blocks(value: unknown): ReturnType<Rule> {
  return MESSAGES_BLOCKS(value)
}

const MESSAGES_TOOL = members({ name: required(text), description: text, input_schema: members() })
/** Anthropic's messages. */
export const MESSAGES_BODY = members({
  messages: required(list(members({ role: required(text), content: required(blocks) }))),
  system: blocks,
  tools: list(byType({ custom: MESSAGES_TOOL }, 'custom')),
  tool_choice: members({ type: required(text), name: text, disable_parallel_tool_use: flag }),
  stop_sequences: list(text),
  thinking: members({ type: required(text), budget_tokens: number }),
  output_config: members({ effort: text, format: members({ type: text, schema: members() }) }),
  output_format: members({ type: text, schema: members() }),
  metadata: members({ user_id: text }),
  service_tier: text,
  ...each(number, 'max_tokens', 'temperature', 'top_p', 'top_k'),
})

const RESPONSES_PART = byType({
  input_text: members({ text: required(text) }),
  output_text: members({ text: required(text) }),
  text: members({ text: required(text) }),
  input_image: members({ image_url: text, detail: text }),
  input_file: members({ file_data: text, file_url: text, file_id: text, filename: text }),
  input_audio: members({ input_audio: required(members({ data: required(text), format: required(text) })) }),
  refusal: members({ refusal: required(text) }),
})
const RESPONSES_CONTENT = textOr(list(RESPONSES_PART))
const RESPONSES_SUMMARY = list(members({ text }))
const RESPONSES_ITEMS = list(
  byType(
    {
      message: members({ role: required(text), content: required(RESPONSES_CONTENT) }),
      function_call: members({ call_id: required(text), name: required(text), arguments: text }),
      function_call_output: members({ call_id: required(text), output: RESPONSES_CONTENT }),
      custom_tool_call: members({ call_id: required(text), name: required(text), input: text }),
      custom_tool_call_output: members({ call_id: required(text), output: RESPONSES_CONTENT }),
      reasoning: members({ summary: RESPONSES_SUMMARY, content: RESPONSES_SUMMARY, encrypted_content: text }),
    },
    'message',
  ),
)
const RESPONSES_TOOL = members({
  name: required(text),
  description: text,
  parameters: members(),
  format: members({ type: text, syntax: text, definition: text }),
})
/** OpenAI's Responses. */
export const RESPONSES_BODY = members({
  input: textOr(RESPONSES_ITEMS),
  instructions: textOr(RESPONSES_ITEMS),
  tools: list(byType({ function: RESPONSES_TOOL, custom: RESPONSES_TOOL })),
  tool_choice: textOr(members({ type: text, name: text, tools: list(members()) })),
  reasoning: members({ effort: text, summary: text }),
  text: members({ verbosity: text, format: members({ type: text, name: text, schema: members(), description: text }) }),
  include: list(text),
  previous_response_id: text,
  user: text,
  ...each(number, 'max_output_tokens', 'temperature', 'top_p', 'top_logprobs'),
})

const GENERATE_BLOB = members({ mimeType: text, mime_type: text, data: text })
const GENERATE_FILE = members({ mimeType: text, mime_type: text, fileUri: text, file_uri: text })
const GENERATE_CALL = members({ id: text, name: required(text), args: members() })
const GENERATE_PARTS: Rule = textOr(
  oneOrList(
    members({
      text,
      ...both('inlineData', GENERATE_BLOB),
      ...both('fileData', GENERATE_FILE),
      ...both('functionCall', GENERATE_CALL),
      ...both(
        'functionResponse',
        members({ id: text, name: text, response: members(), parts: (value) => GENERATE_PARTS(value) }),
      ),
      ...both('thoughtSignature', text),
    }),
  ),
)
const GENERATE_CONTENT = members({ role: text, parts: GENERATE_PARTS })
const GENERATE_FUNCTION = members({
  name: required(text),
  description: text,
  parameters: members(),
  ...both('parametersJsonSchema', members()),
})
const GENERATE_CONFIG = members({
  ...both('stopSequences', list(text)),
  ...both('thinkingConfig', members({ ...both('thinkingLevel', text), ...both('thinkingBudget', number) })),
  ...both('responseSchema', members()),
  ...both('responseJsonSchema', members()),
  ...both('responseModalities', list(text)),
  ...both('responseMimeType', text),
  ...Object.assign(
    {},
    ...['temperature', 'topP', 'topK', 'maxOutputTokens', 'candidateCount', 'seed'].map((name) => both(name, number)),
  ),
})
/** Gemini's generateContent, in both of Google's spellings. */
export const GENERATE_BODY = members({
  contents: textOr(oneOrList(textOr(GENERATE_CONTENT))),
  ...both('systemInstruction', textOr(GENERATE_CONTENT)),
  ...both('generationConfig', GENERATE_CONFIG),
  tools: oneOrList(members(both('functionDeclarations', list(GENERATE_FUNCTION)))),
  ...both(
    'toolConfig',
    members(both('functionCallingConfig', members({ mode: text, ...both('allowedFunctionNames', list(text)) }))),
  ),
})

/** A member in both of Google's spellings. */
function both(name: string, rule: Rule): Readonly<Record<string, Rule>> {
  return { [name]: rule, [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]: rule }
}
