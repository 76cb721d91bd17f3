import { type Body, type Last, pieces, type Reply, refuseIf, refuseUnknown, replyTo, USAGE } from './conversation.ts'

const MEMBERS = [
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'generationConfig',
  'safetySettings',
  'cachedContent',
]
const CONFIG = [
  ...['temperature', 'topP', 'topK', 'candidateCount', 'maxOutputTokens', 'stopSequences', 'presencePenalty'],
  ...['frequencyPenalty', 'seed', 'responseMimeType', 'responseSchema', 'responseJsonSchema', 'thinkingConfig'],
  ...['responseModalities', 'mediaResolution', 'speechConfig', 'responseLogprobs', 'logprobs'],
]
const PARTS = ['text', 'inlineData', 'fileData', 'functionCall', 'functionResponse']
const SCHEMA = [
  ...['type', 'format', 'title', 'description', 'nullable', 'enum', 'maxItems', 'minItems', 'properties', 'required'],
  ...['minProperties', 'maxProperties', 'minLength', 'maxLength', 'pattern', 'example', 'anyOf', 'propertyOrdering'],
  ...['default', 'items', 'minimum', 'maximum'],
]

/** What Gemini's generateContent answers, or refuses. Calls come with signatures that have to come back. */
export function strictGemini(
  body: Body,
  { signs = true } = {},
): { readonly whole: object; readonly events: readonly object[] } {
  refuseUnknown(body, MEMBERS, 'body')
  refuseUnknown(body.generationConfig ?? {}, CONFIG, 'generation_config')
  refuseIf(!Array.isArray(body.contents) || body.contents.length === 0, 'contents is not specified')
  for (const { functionDeclarations = [] } of body.tools ?? []) {
    for (const { name, parameters } of functionDeclarations as Body[]) {
      refuseIf(!/^[a-zA-Z_][\w.-]{0,63}$/.test(name), `Invalid function name ${name}`)
      if (parameters) checkSchema(parameters)
    }
  }
  const { temperature = 1, topP = 1, stopSequences = [], candidateCount = 1 } = body.generationConfig ?? {}
  refuseIf(!(temperature >= 0 && temperature <= 2), 'temperature must be in the range [0.0, 2.0]')
  refuseIf(!(topP >= 0 && topP <= 1), 'top_p must be in the range [0.0, 1.0]')
  refuseIf(stopSequences.length > 5 || stopSequences.includes(''), 'stop_sequences: at most 5, none of them empty')
  refuseIf(!(candidateCount >= 1 && candidateCount <= 8), 'candidate_count must be in the range [1, 8]')
  if (body.systemInstruction) for (const part of body.systemInstruction.parts) checkPart(part, 'user')
  const declared = (body.tools ?? []).flatMap(({ functionDeclarations = [] }: Body) => functionDeclarations)
  const names = declared.map(({ name }: Body) => name)
  refuseIf(new Set(names).size < names.length, 'Duplicate function declaration found')
  const { mode, allowedFunctionNames = [] } = body.toolConfig?.functionCallingConfig ?? {}
  refuseIf(mode !== undefined && names.length === 0, 'Function calling config is set without function_declarations.')
  refuseIf(
    allowedFunctionNames.some((name: string) => !names.includes(name)),
    'allowed_function_names',
  )
  let asked: Body[] = []
  for (const [at, { role, parts }] of body.contents.entries()) {
    refuseIf(role !== 'user' && role !== 'model', 'Please use a valid role: user, model.')
    refuseIf(!Array.isArray(parts) || parts.length === 0, `contents[${at}].parts: must not be empty`)
    for (const part of parts) checkPart(part, role)
    refuseIf(
      role === 'model' && parts.some((part: Body) => part.functionCall) && body.contents[at - 1]?.role !== 'user',
      'Please ensure that function call turn comes immediately after a user turn or after a function response turn.',
    )
    const responses = parts.filter((part: Body) => part.functionResponse)
    refuseIf(
      responses.length !== asked.length,
      'Please ensure that the number of function response parts is equal to the number of function call parts',
    )
    for (const [index, { functionResponse }] of responses.entries()) {
      refuseIf(functionResponse.name !== asked[index]!.functionCall.name, 'function response of another function')
    }
    asked = role === 'model' ? parts.filter((part: Body) => part.functionCall) : []
    refuseIf(signs && asked.length > 0 && !asked[0]!.thoughtSignature, 'Function call is missing a thought_signature')
  }
  return answer(replyTo(lastOf(body.contents.at(-1).parts)))
}

function checkPart(part: Body, role: string): void {
  refuseUnknown(part, [...PARTS, 'thought', 'thoughtSignature', 'mediaResolution', 'videoMetadata'], 'parts')
  refuseIf(
    PARTS.filter((name) => part[name] !== undefined).length !== 1,
    'parts: oneof field data must have one initialized field',
  )
  refuseIf(part.text === '', 'parts.text: must not be empty')
  refuseIf(part.functionCall && role !== 'model', 'function call of a user')
  refuseIf(part.functionResponse && role !== 'user', 'function response of a model')
  refuseIf(
    part.functionResponse &&
      (typeof part.functionResponse.response !== 'object' || Array.isArray(part.functionResponse.response)),
    'function_response.response: Struct',
  )
  refuseIf(part.functionCall && typeof (part.functionCall.args ?? {}) !== 'object', 'function_call.args: Struct')
}

function checkSchema(schema: Body): void {
  refuseUnknown(schema, SCHEMA, 'function_declarations.parameters')
  refuseIf(schema.type === undefined && !schema.anyOf, 'parameters: schema didn’t specify the schema type field')
  refuseIf(Array.isArray(schema.type), 'parameters.type: Proto field is not repeating, cannot start list')
  refuseIf(
    schema.enum && (!/^string$/i.test(schema.type) || schema.enum.some((one: unknown) => typeof one !== 'string')),
    'parameters.enum: only allowed for STRING type',
  )
  refuseIf(schema.enum?.includes(''), 'parameters.enum: cannot be empty')
  refuseIf(/^array$/i.test(schema.type) && !schema.items, 'parameters.items: missing field')
  const missing = (schema.required ?? []).filter((name: string) => !Object.hasOwn(schema.properties ?? {}, name))
  refuseIf(missing.length > 0, `parameters.required: property is not defined: ${missing}`)
  for (const option of schema.anyOf ?? []) checkSchema(option)
  for (const property of Object.values(schema.properties ?? {})) checkSchema(property as Body)
  if (schema.items) checkSchema(schema.items)
}

function lastOf(parts: readonly Body[]): Last {
  const results = parts.filter(({ functionResponse }) => functionResponse)
  if (results.length === 0) return { said: parts.map(({ text }) => text ?? '').join(' ') }
  return {
    results: results.map(({ functionResponse: { response } }) =>
      String(response.content ?? response.output ?? response.result ?? JSON.stringify(response)),
    ),
  }
}

function answer({ text, calls }: Reply) {
  const called = calls.map(({ name, args }, at) => ({
    functionCall: { name, args },
    ...(at === 0 ? { thoughtSignature: Buffer.from(`sig-${name}`).toString('base64') } : {}),
  }))
  const usageMetadata = {
    promptTokenCount: USAGE.input,
    candidatesTokenCount: USAGE.output,
    totalTokenCount: USAGE.input + USAGE.output,
  }
  const common = { modelVersion: 'gemini-2.5-flash', responseId: 'resp-1' }
  const document = (parts: readonly object[], more: object = {}) => ({
    candidates: [{ content: { role: 'model', parts }, index: 0, ...more }],
    usageMetadata,
    ...common,
  })
  return {
    whole: document([{ text }, ...called], { finishReason: 'STOP' }),
    events: [
      ...pieces(text).map((piece) => document([{ text: piece }])),
      ...(called.length > 0 ? [document(called)] : []),
      document([{ text: '' }], { finishReason: 'STOP' }),
    ],
  }
}
