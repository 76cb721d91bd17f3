/** Names in a list of models that mean "every model". */
const EVERYTHING: ReadonlySet<string> = new Set(['*', 'all-proxy-models'])

/** Whether a list of allowed models has this name in it. An empty list allows all. `*` stands for any text. */
export function listAllows(allowed: readonly string[], model: string): boolean {
  return allowed.length === 0 || allowed.some((entry) => EVERYTHING.has(entry) || matches(entry, model))
}

/** Only `*` is special; LiteLLM lets other signs of regular expressions through, which no name needs. */
function matches(entry: string, model: string): boolean {
  if (!entry.includes('*')) return entry === model
  let at = 0
  const parts = entry.split('*')
  const last = parts.pop() ?? ''
  for (const [index, part] of parts.entries()) {
    const found = model.indexOf(part, at)
    if (index === 0 ? found !== 0 : found < 0) return false
    at = found + part.length
  }
  return model.length - last.length >= at && model.endsWith(last)
}
