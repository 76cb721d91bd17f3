import { extname } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { guessedTokens, sampleOf, tokenize } from './tokenizer.ts'

/** Counts the tokens of a text; what is too long is counted in part and extrapolated. */
export type CountTokens = (text: string) => Promise<number>

/** Its memory is given back then. Most gateways never count. */
const IDLE_MS = 60_000
// As this module itself: TypeScript in the repository, JavaScript in the package.
const THREAD = new URL(`./tokenizer-thread${extname(import.meta.url)}`, import.meta.url)

/** By a tokenizer in a thread of its own: to load it here would hold up every stream of this process for 150 ms. */
export const countTokens: CountTokens = async (text) => {
  if (text === '') return 0
  // The rest would be copied into the thread for nothing.
  const sample = sampleOf(text)
  // Some processes may have no threads.
  const tokens = await counter.count(sample).catch(() => tokenize(sample))
  return Math.ceil((tokens * text.length) / sample.length)
}

/** Resolves when nothing waits to be counted any more, and its waiters have gone on. */
export async function whenCounted(): Promise<void> {
  while (counter.counts.length > 0) {
    await Promise.all(counter.counts)
    // The input of a call is counted after its output.
    await setImmediate()
  }
}

/** How many texts wait to be counted. */
export function waitingCounts(): number {
  return counter.counts.length
}

/** Loads the tokenizer, when texts will have to be counted soon and without delay. */
export function prepareCounting(): void {
  void countTokens('a')
}

/** Answers all that waits to be counted by its length: there is no time to count it. */
export function countRoughly(): void {
  counter.answer((text) => guessedTokens(Buffer.byteLength(text)))
}

interface Waiting {
  readonly text: string
  readonly count: Promise<number>
  readonly resolve: (tokens: number | Promise<number>) => void
}

class TokenCounter {
  readonly #waiting = new Map<number, Waiting>()
  #thread: Worker | undefined
  #idle: NodeJS.Timeout | undefined
  #last = 0

  /** Under way. */
  get counts(): readonly Promise<number>[] {
    return [...this.#waiting.values()].map(({ count }) => count)
  }

  async count(text: string): Promise<number> {
    clearTimeout(this.#idle)
    this.#thread ??= this.#start()
    // A caller that waits keeps the process alive, an idle thread does not.
    this.#thread.ref()
    const id = ++this.#last
    const { promise, resolve } = Promise.withResolvers<number>()
    this.#waiting.set(id, { text, count: promise, resolve })
    this.#thread.postMessage({ id, text })
    return promise
  }

  answer(count: (text: string) => number | Promise<number>): void {
    for (const { text, resolve } of this.#waiting.values()) resolve(count(text))
    this.#waiting.clear()
    if (this.#thread) this.#rest(this.#thread)
  }

  #start(): Worker {
    // What the process preloads for itself, tracing for one, is none of this thread's business.
    const thread = new Worker(THREAD, { name: 'express-litellm tokenizer', execArgv: [] })
    thread.on('message', ({ id, tokens }: { id: number; tokens: number }) => {
      this.#waiting.get(id)?.resolve(tokens)
      this.#waiting.delete(id)
      if (this.#waiting.size === 0) this.#rest(thread)
    })
    // A bundler may have left its file behind: then it is counted here.
    thread.on('error', () => this.#ended(thread))
    thread.on('exit', () => this.#ended(thread))
    return thread
  }

  #rest(thread: Worker): void {
    thread.unref()
    this.#idle = setTimeout(() => {
      this.#thread = undefined
      void thread.terminate()
    }, IDLE_MS).unref()
  }

  #ended(thread: Worker): void {
    if (this.#thread !== thread) return
    this.#thread = undefined
    clearTimeout(this.#idle)
    this.answer(tokenize)
  }
}

const counter = new TokenCounter()
