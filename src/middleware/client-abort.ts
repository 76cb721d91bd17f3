import type { ClientAbortOptions } from '../gateway.ts'
import type { ResponseObserver } from '../http/response-observer.ts'
import type { Call, Deployment } from '../types.ts'
import type { UpstreamExchange } from '../upstream/upstream.ts'

/**
 * Providers that go on generating, and billing, when a stream is cancelled. From OpenRouter's list of providers without
 * stream cancellation (openrouter.ai/docs, "Stream cancellation"); ours are LiteLLM's names for them.
 */
const BILLS_ON: ReadonlySet<string> = new Set([
  'ai21',
  'bedrock',
  'featherless_ai',
  'gemini',
  'groq',
  'huggingface',
  'lambda_ai',
  'minimax',
  'mistral',
  'nebius',
  'perplexity',
  'replicate',
  'sambanova',
  'vertex_ai',
])

/**
 * Whether to read the answer of a departed client to its end, for its true usage. `auto` does so where cancelling would
 * save nothing: an answer that is not streamed is computed and billed as a whole, and some providers stop for nobody.
 */
export function drains(usual: ClientAbortOptions['mode'], call: Call, deployment: Deployment): boolean {
  const mode = deployment.onClientAbort ?? usual
  if (mode !== 'auto') return mode === 'drain'
  return !call.stream || BILLS_ON.has(deployment.provider)
}

/**
 * Reads the rest of an answer that nobody waits for, for its usage; the outcome of the call waits for it, at most
 * `drainMs`. Call what is returned when the answer has ended.
 */
export function drain(exchange: UpstreamExchange, observer: ResponseObserver, drainMs: number): () => void {
  const { promise, resolve } = Promise.withResolvers<void>()
  const deadline = setTimeout(() => {
    exchange.abort()
    resolve()
  }, drainMs).unref()
  observer.holdUntil(promise)
  exchange.resume()
  return () => {
    clearTimeout(deadline)
    resolve()
  }
}
