import type { Json } from '../types.ts'

/**
 * The object that the arguments of a tool call say. Text that says none, as of an answer that was cut off, is kept in
 * `raw_arguments`.
 */
export function argumentsOf(text: string | null | undefined): Json {
  if (!text?.trim()) return {}
  try {
    const value: unknown = LONG_NUMBER.test(text) ? parseExactly(text) : JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
  } catch {
    // A model may have written anything.
  }
  return { raw_arguments: text }
}

/** Numbers that JavaScript may round, as ids of databases and chats, or write otherwise, as 1.0 and 1e3. */
const LONG_NUMBER = /\d{16}|\d[.eE]|-0/

const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown }

function parseExactly(text: string): unknown {
  const keep = (_: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
      ? rawJSON(context.source)
      : value
  return JSON.parse(text, keep as (key: string, value: unknown) => unknown)
}

/** Whether the text is a whole JSON value: no byte of it is missing. */
export function isWhole(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** The arguments as JSON text. None at all is an empty object: clients parse what they get. */
export function argumentsText(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '{}' : value
  return JSON.stringify(value ?? {})
}
