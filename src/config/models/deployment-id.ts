import { createHash } from 'node:crypto'
import { pythonFloat } from '../../admission/facts/python-text.ts'
import { pythonRepr } from '../../cache/key/python-json.ts'
import type { Json } from '../../types.ts'
import { writtenNumber } from '../yaml.ts'

/**
 * LiteLLM's id of an entry that names none: SHA-256 hex over the model group and Python's text of every parameter, name
 * and value (`Router.generate_model_id`). Stable as long as the entry is. The provider key goes in, and cannot be read out.
 *
 * `written`: the parameters as the file has them. LiteLLM fills in variables of whole values only, so texts are those of
 * `params` and all else is as it was written: numbers in the form that its YAML parser gives them, and `null` too.
 */
export function deploymentId(modelGroup: string, params: Json, written: Json = params): string {
  const parts = Object.entries(written).flatMap(([name, value]) => {
    if (value === undefined) return []
    const filled = typeof value === 'string' ? (params[name] ?? value) : value
    return [name, typeof filled === 'string' ? filled : textOf(filled, written, name)]
  })
  return createHash('sha256')
    .update([modelGroup, ...parts].join(''))
    .digest('hex')
}

/** How Python writes what both have: a mapping goes through `json.dumps`, everything else through `str`. */
interface Notation {
  readonly words: Readonly<Record<string, string>>
  readonly quote: (text: string) => string
}

const STR: Notation = { words: { true: 'True', false: 'False', null: 'None' }, quote: pythonRepr }
const DUMPS: Notation = { words: {}, quote: asciiJson }

/** A text stands there without quotes, also one that only JavaScript takes for a number. */
const PARAMETER: Notation = { ...STR, quote: (text) => text }

function textOf(value: unknown, parent: object, name: string): string {
  if (Array.isArray(value)) return noted(value, parent, name, STR)
  return noted(value, parent, name, typeof value === 'object' && value !== null ? DUMPS : PARAMETER)
}

function noted(value: unknown, parent: object, name: string | number, notation: Notation): string {
  const { words, quote } = notation
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number') return writtenNumber(parent, name, quote) ?? numberText(value)
  if (typeof value !== 'object' || value === null) return words[String(value)] ?? String(value)
  if (Array.isArray(value)) return `[${value.map((item, index) => noted(item, value, index, notation)).join(', ')}]`
  const members = Object.entries(value).map(([key, item]) => `${quote(key)}: ${noted(item, value, key, notation)}`)
  return `{${members.join(', ')}}`
}

function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : pythonFloat(value)
}

function asciiJson(text: string): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, escaped)
}
