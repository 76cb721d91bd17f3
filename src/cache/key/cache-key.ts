import { createHash } from 'node:crypto'
import { GATEWAY_MEMBERS } from '../../admission/facts/gateway-members.ts'
import type { Json } from '../../types.ts'
import { CACHEABLE_NAMES, STREAMS_WITHOUT_OPTIONS } from './cacheable-names.ts'
import { type PythonValue, pythonItems, pythonMembers } from './python-json.ts'

/** What decides the key of a call. */
export interface KeyedCall {
  readonly shape: string
  /** The public name, after the caller's aliases: all deployments of a name share their answers. */
  readonly modelGroup: string
  /** The body as the client sent it. */
  readonly body: string
  /** What the deployment sets for calls that do not: in the order of its entry. */
  readonly defaults?: Json | undefined
  /** Who serves it, in LiteLLM's words. */
  readonly provider: string
  /** SHA-256 of the file that was uploaded. */
  readonly fileHash?: string | undefined
  /** Parameters of providers that no list of LiteLLM's names are part of the key too. */
  readonly keysAllParams?: boolean
}

/** How LiteLLM's functions order the arguments of a shape: that order is part of the key. */
interface ArgumentOrder {
  /** Stands right behind the arguments of the deployment. All others are in the order of the body. */
  readonly first?: string
  /** `stream` stands last, and is always there. */
  readonly endsInStream?: boolean
  /** Said by each call of the function, whatever its body is. */
  readonly always?: readonly (readonly [name: string, text: string])[]
}

const ORDERS: Readonly<Record<string, ArgumentOrder>> = {
  'openai-chat': { first: 'messages', endsInStream: true },
  'openai-completions': { first: 'prompt' },
  'openai-embeddings': { first: 'input' },
  'openai-responses': {},
  'anthropic-messages': {},
  // An argument that LiteLLM's proxy does not give has the name of a function of Python.
  rerank: { always: [['input', '<built-in function input>']] },
  'openai-transcriptions': {},
}

/** What LiteLLM hashes, as a text for each entry; `undefined` where that cannot be known. */
export type Material = readonly string[] | undefined

/** Of most calls one text; of embeddings one for each input. */
export function materialOf(call: KeyedCall): Material {
  const members = pythonMembers(call.body)
  if (!members) return undefined
  if (call.shape !== 'openai-embeddings') return [textOf(argumentsOf(call, members))]
  const input = members.get('input')
  if (!input) return undefined
  // A text is one input; of a list each item is.
  const inputs = input.json.startsWith('[') ? pythonItems(input.json) : [input]
  if (!inputs || inputs.length === 0) return undefined
  const ofAll = argumentsOf(call, members)
  return inputs.map(({ text }) => textOf(new Map(ofAll).set('input', text)))
}

/** The key without its namespace. */
export function hashOf(material: string): string {
  return createHash('sha256').update(material).digest('hex')
}

type Arguments = ReadonlyMap<string, string | undefined>
type Members = ReadonlyMap<string, PythonValue>

/** A value that is sent again keeps its place; `undefined` is Python's None, which is left out. */
function argumentsOf(call: KeyedCall, members: Members): Arguments {
  const { first, endsInStream = false, always = [] } = ORDERS[call.shape] ?? {}
  const found = new Map<string, string | undefined>([['model', call.modelGroup]])
  const add = (name: string, value: PythonValue) => {
    if (name !== 'model' && isKeyed(name, call)) found.set(name, saidBy(value))
  }
  for (const [name, value] of defaultsOf(call)) add(name, value)
  if (call.fileHash !== undefined) found.set('file', call.fileHash)
  if (first !== undefined && members.has(first)) add(first, members.get(first)!)
  for (const [name, value] of members) if (!endsInStream || name !== 'stream') add(name, value)
  if (endsInStream) {
    if (isStream(members)) found.set('stream_options', streamOptionsOf(call, members))
    const stream = members.get('stream')
    found.set('stream', stream ? saidBy(stream) : 'False')
  }
  for (const [name, text] of always) found.set(name, text)
  return found
}

function isKeyed(name: string, { keysAllParams = false }: KeyedCall): boolean {
  return CACHEABLE_NAMES.has(name) || (keysAllParams && name !== 'metadata' && !GATEWAY_MEMBERS.has(name))
}

function textOf(found: Arguments): string {
  let text = ''
  for (const [name, value] of found) if (value !== undefined) text += `${name}: ${value}`
  return text
}

function saidBy({ text, json }: PythonValue): string | undefined {
  return json === 'null' ? undefined : text
}

function defaultsOf({ defaults }: KeyedCall): Members {
  return (defaults && pythonMembers(JSON.stringify(defaults))) ?? new Map()
}

function isStream(members: Members): boolean {
  return members.get('stream')?.json === 'true'
}

const ASKS_FOR_USAGE = "'include_usage': True"

/** LiteLLM's proxy asks every stream for its usage, before it makes the key. */
function streamOptionsOf({ provider }: KeyedCall, members: Members): string | undefined {
  const sent = members.get('stream_options')
  if (STREAMS_WITHOUT_OPTIONS.has(provider)) return sent && saidBy(sent)
  const own = sent?.json.startsWith('{') ? pythonMembers(sent.json) : undefined
  if (!own || own.size === 0) return `{${ASKS_FOR_USAGE}}`
  if (own.get('include_usage')?.json === 'true') return sent!.text
  const usual = new Map([...own].map(([name, value]) => [name, value.json]))
  const asked = pythonMembers(`{"options":${withUsage(usual)}}`)
  return asked?.get('options')?.text
}

function withUsage(options: Map<string, string>): string {
  options.set('include_usage', 'true')
  return `{${Array.from(options, ([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`
}
