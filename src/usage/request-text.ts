import type { Json } from '../types.ts'

/** What a model reads of a request. */
export interface RequestText {
  readonly text: string
  /** Each costs a few tokens more than its text. */
  readonly messages: number
  readonly images: number
}

/** Where the requests of the API shapes keep what the model reads. */
const INPUTS = [
  'messages',
  'system',
  'input',
  'prompt',
  'suffix',
  'contents',
  'content',
  'requests',
  'inputText',
  'systemInstruction',
  'system_instruction',
  'instructions',
  'message',
  'chat_history',
  'texts',
  'documents',
  'query',
  'tools',
  'toolConfig',
]

/** Members that name or carry things instead of saying something. */
const SKIPPED = new Set(['role', 'type', 'id', 'tool_call_id', 'tool_use_id', 'call_id', 'cache_control', 'signature'])
const IMAGES = new Set(['image_url', 'input_image', 'image', 'inlineData', 'inline_data', 'fileData'])
const MAX_DEPTH = 24

/** Everything a request gives a model to read, without images and other data. */
export function requestText(request: Json): RequestText {
  const texts: string[] = []
  let messages = 0
  let images = 0

  function collect(value: unknown, depth: number): void {
    if (typeof value === 'string') texts.push(value)
    else if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return
    else if (Array.isArray(value)) for (const item of value) collect(item, depth + 1)
    else collectObject(value as Json, depth)
  }

  function collectObject(value: Json, depth: number): void {
    if (typeof value.role === 'string') messages++
    if (IMAGES.has(String(value.type)) || Object.keys(value).some((name) => IMAGES.has(name))) {
      images++
      return
    }
    for (const [name, item] of Object.entries(value)) if (!SKIPPED.has(name)) collect(item, depth + 1)
  }

  for (const name of INPUTS) collect(request[name], 0)
  return { text: texts.join('\n'), messages, images }
}
