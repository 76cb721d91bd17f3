import type { Json } from '../types.ts'

/** LiteLLM's `configurable_clientside_auth_params`: names, or objects from a name to an expression that values must match. */
export function allowsClientSide(allowed: readonly unknown[], name: string, value: unknown): boolean {
  return allowed.some((entry) => entry === name || matchesClientSide(entry, name, value))
}

/** Whether an entry has an expression for this parameter, and the value is of that form. */
export function matchesClientSide(entry: unknown, name: string, value: unknown): boolean {
  const source = typeof entry === 'object' && entry !== null ? (entry as Json)[name] : undefined
  return typeof source === 'string' && typeof value === 'string' && expressionOf(source)?.test(value) === true
}

/** To the end of the value too, other than Python's `match`: `https://x.example` would let `https://x.example.evil` pass. */
function expressionOf(source: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${source})$`)
  } catch {
    return undefined
  }
}
