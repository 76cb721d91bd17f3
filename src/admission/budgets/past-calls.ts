import { oldestBeyond } from '../../lib/memoize.ts'
import type { Usage } from '../../types.ts'

/** Responses whose size is remembered. */
const MAX_RESPONSES = 50_000

/** What calls of this process have used, for the estimates of those that follow. */
export class PastCalls {
  readonly #responses = new Map<string, number>()

  /** A response that later calls may continue holds its input and its output. */
  responded(responseId: string, { promptTokens, completionTokens }: Usage): void {
    this.#responses.delete(responseId)
    this.#responses.set(responseId, promptTokens + completionTokens)
    for (const oldest of oldestBeyond(this.#responses, MAX_RESPONSES)) this.#responses.delete(oldest)
  }

  /** Tokens that a call which continues this response reads again; `undefined` when this process did not see it. */
  tokensOf(responseId: string): number | undefined {
    return this.#responses.get(responseId)
  }
}
