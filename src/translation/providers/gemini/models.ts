/** Models before Gemini 3. Names without a version mean old models, but for the newest by the name "latest". */
const OLDER = /^gemini-([12](\.\d+)?|exp|(pro|flash)(?!-(lite-)?latest$))(-|$)/

/**
 * Whether the model is of Gemini 3 or newer: it is told how much to think by a level, knows calls by ids, and wants the
 * signatures of its thoughts back.
 */
export function isGemini3(model: string): boolean {
  const name = model.split('/').at(-1)?.toLowerCase() ?? ''
  return name.startsWith('gemini-') && !OLDER.test(name)
}

/** Whether answers can follow a JSON Schema, and not only OpenAPI's part of it. */
export function takesJsonSchema(model: string): boolean {
  return !/gemini-1|gemini-pro$|gemma/.test(model)
}

/** Stands between the id of a call and the signature of the thought that led to it. LiteLLM's. */
export const SIGNATURE_MARK = '__thought__'
