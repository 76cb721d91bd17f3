import type { Redis } from 'ioredis'
import { eachPair } from '../../lib/lists.ts'

/** A batch in the stream. */
export interface StreamBatch {
  readonly id: string
  /** Who waits for the answer. */
  readonly sender: string
  readonly text: string
}

/** What became of a batch: written, unless it says why not. */
export interface StreamAnswer {
  readonly id: string
  readonly refusal?: { readonly code: string; readonly message: string }
}

const GROUP = 'writers'
/** One name for all that write in turn: what the last one left pending is the next one's. */
const CONSUMER = 'writer'
/** Senders that are gone fetch nothing. */
const ANSWERS_LIVE_MS = 600_000
const ANSWERS = 100

/**
 * A Redis Stream of batches with a consumer group, and a list of answers for each sender. What was read stays pending
 * until it is settled, and settling is one transaction: acknowledged, removed, answered.
 *
 * Keys share a hash tag, hence a node of a cluster: `{name}:batches`, `{name}:answers:<sender>`.
 */
export class BatchStream {
  readonly #redis: Redis
  readonly #name: string

  constructor(redis: Redis, name: string) {
    this.#redis = redis
    this.#name = name
  }

  get #key(): string {
    return `{${this.#name}}:batches`
  }

  #answersOf(sender: string): string {
    return `{${this.#name}}:answers:${sender}`
  }

  /** Resolves with its id. */
  async add(sender: string, text: string): Promise<string> {
    const id = await this.#redis.xadd(this.#key, '*', 'sender', sender, 'text', text)
    if (id === null) throw new Error('Redis has given no id to a batch')
    return id
  }

  /** Whether this batch is not settled; also `false` when Redis has forgotten it. */
  async has(id: string): Promise<boolean> {
    return (await this.#redis.xrange(this.#key, id, id)).length > 0
  }

  /** The answers for this sender since the last time. */
  async answers(sender: string): Promise<readonly StreamAnswer[]> {
    const texts = await this.#redis.lpop(this.#answersOf(sender), ANSWERS)
    return (texts ?? []).map((text) => JSON.parse(text) as StreamAnswer)
  }

  /** The oldest batches: those that were read and not settled, or those that were never read. */
  async read(which: 'pending' | 'new', count: number): Promise<readonly StreamBatch[]> {
    const from = which === 'pending' ? '0' : '>'
    const read = () => this.#redis.xreadgroup('GROUP', GROUP, CONSUMER, 'COUNT', count, 'STREAMS', this.#key, from)
    const found = (await read().catch(async (error: unknown) => {
      if (!String(error).includes('NOGROUP')) throw error
      await this.#createGroup()
      return await read()
    })) as [key: string, entries: [id: string, fields: string[] | null][]][] | null
    return (found?.[0]?.[1] ?? []).map(([id, fields]) => {
      const { sender = '', text = '' } = fieldsOf(fields)
      return { id, sender, text }
    })
  }

  /** All of it, or nothing when it rejects. */
  async settle(batches: readonly StreamBatch[], refusal?: StreamAnswer['refusal']): Promise<void> {
    const ids = batches.map(({ id }) => id)
    const transaction = this.#redis
      .multi()
      .xack(this.#key, GROUP, ...ids)
      .xdel(this.#key, ...ids)
    for (const { id, sender } of batches) {
      const answers = this.#answersOf(sender)
      transaction.rpush(answers, JSON.stringify({ id, refusal })).pexpire(answers, ANSWERS_LIVE_MS)
    }
    const results = await transaction.exec()
    const failure = results?.find(([error]) => error)?.[0]
    if (failure) throw failure
  }

  /** From the first batch on: a group that is missing was forgotten together with what it had settled. */
  async #createGroup(): Promise<void> {
    await this.#redis.xgroup('CREATE', this.#key, GROUP, '0', 'MKSTREAM').catch((error: unknown) => {
      if (!String(error).includes('BUSYGROUP')) throw error
    })
  }
}

/** A pending batch that somebody removed has none. */
function fieldsOf(fields: string[] | null): Record<string, string | undefined> {
  const found: Record<string, string> = {}
  eachPair(fields ?? [], (name, value) => {
    found[name] = value
  })
  return found
}
