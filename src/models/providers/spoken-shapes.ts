import { factsOf, PROVIDERS } from './providers.ts'

/** Shapes that are some provider's own API. */
const NATIVE: ReadonlySet<string> = new Set(Object.values(PROVIDERS).flatMap(({ shapes }) => shapes.native))

/**
 * Whether a provider answers calls of this API shape. Requests are relayed, not translated; a translation would make
 * this say yes for what it translates. Shapes of the host's own are asked of anybody.
 */
export function speaks(provider: string, shape: string, model = ''): boolean {
  const { shapes } = factsOf(provider)
  if (shapes.any) return true
  if (NATIVE.has(shape)) return shapes.native.includes(shape)
  if (!shape.startsWith('openai-')) return true
  return !shapes.isNativeOnly(model) && (shapes.openai === 'all' || shapes.openai.includes(shape))
}
