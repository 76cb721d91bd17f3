import type { Call } from '../types.ts'
import { bodyOf, type CallFacts } from './check.ts'
import { resolveModelAlias } from './model-alias.ts'

/** A model group that a call may end up at, and the name that the client used for it. */
export interface RequestedModel {
  readonly model: string
  readonly asked: string
}

/** Every model group the call itself asks for: `target_model_names` is a list, and all of it must be allowed. */
export function requestedModels({ asked }: CallFacts, call: Call | undefined): readonly RequestedModel[] {
  if (!call) return []
  const model = call.modelGroup.trim()
  if (model) return [{ model, asked: asked?.trim() ?? model }]
  const { target_model_names: targets } = bodyOf(call)
  const names = typeof targets === 'string' ? targets.split(',').map((name) => name.trim()) : []
  return names.filter(Boolean).map((name) => ({ model: name, asked: name }))
}

const NONE: readonly RequestedModel[] = []
const FALLBACK_FIELDS = ['fallbacks', 'context_window_fallbacks', 'content_policy_fallbacks']

/** The models that the client wants tried when the first fails: names, or objects with a `model`. */
export function requestedFallbacks({ key, verbatim }: CallFacts, call: Call | undefined): readonly RequestedModel[] {
  const body = bodyOf(call)
  // Most calls bring none, and every list asks.
  if (FALLBACK_FIELDS.every((field) => body[field] === undefined)) return NONE
  return FALLBACK_FIELDS.flatMap((field) => {
    const list = body[field]
    return Array.isArray(list) ? list.flatMap(nameIn) : []
  }).map((asked) => ({ model: verbatim ? asked : resolveModelAlias(key, asked), asked }))
}

function nameIn(entry: unknown): readonly string[] {
  const name = typeof entry === 'object' && entry !== null ? (entry as { model?: unknown }).model : entry
  return typeof name === 'string' ? [name] : []
}
