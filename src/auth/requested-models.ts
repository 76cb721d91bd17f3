import type { Call } from '../types.ts'
import { bodyOf } from './check.ts'

/** Every model group the call itself asks for: `target_model_names` is a list, and all of it must be allowed. */
export function requestedModels(call: Call | undefined): readonly string[] {
  if (!call) return []
  const { target_model_names: targets } = bodyOf(call)
  if (typeof targets !== 'string' || call.modelGroup) return call.modelGroup.trim() ? [call.modelGroup.trim()] : []
  const names = targets.split(',')
  return names.map((name) => name.trim()).filter(Boolean)
}

/** The models that the client wants tried when the first fails: names, or objects with a `model`. */
export function requestedFallbacks(call: Call | undefined): readonly string[] {
  const { fallbacks } = bodyOf(call)
  if (!Array.isArray(fallbacks)) return []
  return fallbacks.flatMap((entry: unknown) => {
    const name = typeof entry === 'object' && entry !== null ? (entry as { model?: unknown }).model : entry
    return typeof name === 'string' ? [name] : []
  })
}
