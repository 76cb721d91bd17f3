import { LiteLLMError } from '../../../errors.ts'
import type { Json } from '../../../types.ts'
import { object, objects, text } from '../../../usage/shapes/reader.ts'
import type { ChatMessage, ChatToolCall } from '../../chat.ts'
import { isText, partsOf, textOf } from '../../common/content.ts'
import { defined } from '../../common/members.ts'
import type { Renaming } from '../../common/renaming.ts'
import { argumentsOf, isWhole } from '../../tool-arguments.ts'
import { isGemini3, SIGNATURE_MARK } from './models.ts'
import { partOf } from './parts.ts'

export interface ContentRules {
  readonly model: string
  readonly tools: Renaming
}

export interface Contents {
  readonly systemInstruction: Json | undefined
  readonly contents: readonly Json[]
}

/** Google's own, for calls of other models: Gemini 3 refuses a first call without a signature. */
const NO_SIGNATURE = Buffer.from('skip_thought_signature_validator').toString('base64')

/** OpenAI's messages as Gemini's: neighbours of one side become one content, results of tools stand alone. */
export function contentsOf(messages: readonly ChatMessage[], rules: ContentRules): Contents {
  const system = messages.filter(isSystem).flatMap((message) => partsOf(message).flatMap((part) => partOf(part, '')))
  const names = namesById(messages)
  const contents: { readonly kind: string; readonly role: string; readonly parts: Json[] }[] = []
  for (const message of messages.filter((found) => !isSystem(found))) {
    const parts = partsIn(message, names, rules)
    const last = contents.at(-1)
    if (last?.kind === message.role) last.parts.push(...parts)
    else contents.push({ kind: message.role, role: message.role === 'assistant' ? 'model' : 'user', parts: [...parts] })
  }
  if (contents.length === 0) contents.push({ kind: 'user', role: 'user', parts: [] })
  return {
    systemInstruction: system.length > 0 ? { parts: system } : undefined,
    contents: contents.map(({ kind, role, parts }) => ({ role, parts: kind === 'tool' ? parts : withText(parts) })),
  }
}

function isSystem({ role }: ChatMessage): boolean {
  return role === 'system' || role === 'developer'
}

/** Vertex AI refuses contents in which nothing is said. */
function withText(parts: readonly Json[]): readonly Json[] {
  const isSaid = parts.some((part) => part.text !== undefined || part.functionCall !== undefined)
  return isSaid ? parts : [...parts, { text: ' ' }]
}

function partsIn(message: ChatMessage, names: ReadonlyMap<string, string>, rules: ContentRules): readonly Json[] {
  if (message.role === 'tool') return [resultPart(message, names, rules)]
  if (message.role === 'user') return partsOf(message).flatMap((part) => partOf(part, rules.model))
  return [...thoughtParts(message), ...textParts(message, rules), ...imageParts(message), ...callParts(message, rules)]
}

function thoughtParts({ reasoning_content: thought }: ChatMessage): readonly Json[] {
  return thought ? [{ thought: true, text: thought }] : []
}

/** A signature stands on one part alone: each copy of it is billed as reasoning. */
function textParts(message: ChatMessage, { model }: ContentRules): readonly Json[] {
  const parts = partsOf(message).flatMap((part) => partOf(part, model))
  const [signature] = [object(message.provider_specific_fields).thought_signatures].flat()
  const isOnCall = (message.tool_calls ?? []).some((call) => signatureOf(call) === signature)
  const last = parts.at(-1)
  if (typeof signature !== 'string' || isOnCall || last?.text === undefined) return parts
  return [...parts.slice(0, -1), { ...last, thoughtSignature: signature }]
}

/** Images that the model made. */
function imageParts({ images }: ChatMessage): readonly Json[] {
  return objects(images).flatMap(({ image_url }) =>
    partOf({ type: 'image_url', image_url: object(image_url) as { url: string } }, ''),
  )
}

function callParts({ tool_calls }: ChatMessage, { model, tools }: ContentRules): readonly Json[] {
  const isNew = isGemini3(model)
  return (tool_calls ?? []).map((call, n) =>
    defined({
      functionCall: defined({
        id: isNew ? idOf(call.id) : undefined,
        name: tools.to(call.function.name),
        args: argumentsOf(call.function.arguments),
      }),
      thoughtSignature: signatureOf(call) ?? (isNew && n === 0 ? NO_SIGNATURE : undefined),
    }),
  )
}

/** The signature that came with the call: beside it, or in its id for clients that keep nothing else. */
function signatureOf({ id, provider_specific_fields: fields, function: called }: ChatToolCall): string | undefined {
  const beside = text(object(fields).thought_signature)
  const within = text(object(object(called).provider_specific_fields).thought_signature)
  return beside ?? within ?? text(id.split(SIGNATURE_MARK)[1])
}

function idOf(id: string): string | undefined {
  return text(id.split(SIGNATURE_MARK)[0])
}

function namesById(messages: readonly ChatMessage[]): ReadonlyMap<string, string> {
  const calls = messages.flatMap(({ tool_calls }) => tool_calls ?? [])
  return new Map(calls.map(({ id, function: { name } }) => [id, name]))
}

/** Gemini knows results by the name of the function; media stand within them. */
function resultPart(message: ChatMessage, names: ReadonlyMap<string, string>, rules: ContentRules): Json {
  const { tool_call_id: id = '', name } = message
  const called = names.get(id) ?? text(name)
  if (called === undefined) throw orphan(id)
  const media = partsOf(message).filter((part) => !isText(part))
  const response = defined({
    id: isGemini3(rules.model) ? idOf(id) : undefined,
    name: rules.tools.to(called),
    response: responseOf(textOf(message)),
    parts: media.length > 0 ? media.flatMap((part) => partOf(part, '')) : undefined,
  })
  return { functionResponse: response }
}

/** A JSON object is one for Gemini as well. */
function responseOf(content: string): Json {
  return content.trimStart().startsWith('{') && isWhole(content) ? argumentsOf(content) : { content }
}

function orphan(id: string): LiteLLMError {
  return new LiteLLMError('bad_request', {
    message: `The tool message with tool_call_id '${id}' answers no call of the messages before it. Send the assistant's call too, or name the function in 'name'.`,
    param: 'messages',
  })
}
