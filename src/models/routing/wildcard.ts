/** Whether a model group's name is a pattern, e.g. `openai/*`. */
export function isWildcard(name: string): boolean {
  return name.includes('*')
}

/** A test for one pattern: what each `*` stands for in `name`, or `undefined` when `name` does not match as a whole. */
export function wildcardMatcher(pattern: string): (name: string) => readonly string[] | undefined {
  const source = pattern.split('*').map(escapeRegExp).join('(.*)')
  const expression = new RegExp(`^${source}$`, 's')
  return (name) => expression.exec(name)?.slice(1)
}

/** Sorts patterns so that the most specific is tried first: the longer one, then the one with fewer stars. */
export function bySpecificity(a: string, b: string): number {
  return b.length - a.length || starsIn(a) - starsIn(b)
}

/**
 * The model name sent upstream when a pattern served `asked`: each `*` of the deployment's own model takes what the
 * pattern's stars stood for, in order. A model without a star stays as it is; fewer stars than the pattern has cannot be
 * filled, and the name goes up as asked. Mirrors LiteLLM's pattern router.
 */
export function fillWildcard(model: string, segments: readonly string[], asked: string): string {
  if (!isWildcard(model)) return model
  if (segments.length > starsIn(model)) return asked
  let next = 0
  return model.replaceAll('*', (star) => segments[next++] ?? star)
}

function starsIn(text: string): number {
  return text.split('*').length - 1
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
