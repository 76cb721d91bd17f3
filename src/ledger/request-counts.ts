import type { Sql } from 'postgres'
import type { Database } from '../database/database.ts'
import type { GatewayEvents } from '../events.ts'
import { countRequests, REQUEST_TABLE, type RequestCount } from './write/sql/count-requests.ts'

/** LiteLLM writes its counts as often. */
const FLUSH_MS = 10_000

export interface RequestCountsOptions {
  readonly database: Pick<Database, 'schema'> & { readonly sql: Sql }
  readonly events: GatewayEvents
}

/**
 * Counts requests as LiteLLM does at its edge: each POST to an API of models, answered or refused, by day and route. They
 * are no part of the batches of calls, as most refusals leave no row. A count may be written twice where the database
 * commits it and its answer is lost, and the last seconds are lost with a process that is killed; LiteLLM's are, too.
 */
export class RequestCounts {
  readonly #options: RequestCountsOptions
  #counts = new Map<string, RequestCount>()
  #timer: NodeJS.Timeout | undefined
  #flushing: Promise<void> | undefined
  #isFailing = false

  constructor(options: RequestCountsOptions) {
    this.#options = options
  }

  /** `status`: 0 where the client left before there was one. */
  record(path: string, status: number, now = new Date()): void {
    const route = countedRoute(path)
    if (route === undefined) return
    const succeeded = status >= 200 && status < 300 ? 1 : 0
    this.#add({ date: now.toISOString().slice(0, 10), category: 'llm', route, succeeded, failed: 1 - succeeded })
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref()
  }

  /** Writes what was counted. Never rejects: what cannot be written is kept for the next time. */
  async flush(): Promise<void> {
    await this.#flushing
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#counts.size === 0) return
    this.#flushing = this.#write()
    await this.#flushing
  }

  async close(): Promise<void> {
    await this.flush()
    clearTimeout(this.#timer)
  }

  async #write(): Promise<void> {
    const { database, events } = this.#options
    const counts = [...this.#counts.values()]
    this.#counts = new Map()
    try {
      const isKept = (await database.schema()).get(REQUEST_TABLE)?.insertable === true
      if (isKept) await countRequests(database.sql, counts)
      this.#isFailing = false
    } catch (error) {
      for (const count of counts) this.#add(count)
      this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref()
      if (!this.#isFailing) events.tell('fault', { error, where: 'counts of requests' })
      this.#isFailing = true
    }
  }

  /** There are as many counts as days and routes, however long the database is away. */
  #add(count: RequestCount): void {
    const name = `${count.date} ${count.route}`
    const { succeeded = 0, failed = 0 } = this.#counts.get(name) ?? {}
    this.#counts.set(name, {
      ...count,
      succeeded: succeeded + count.succeeded,
      failed: failed + count.failed,
    })
  }
}

/** Ends of paths, the longer one first where one ends in another. LiteLLM's list, 1.106. */
const ENDS = [
  ...['/chat/completions', '/completions', '/embeddings', '/responses', '/rerank', '/moderations'],
  ...['/images/generations', '/images/edits', '/images/variations'],
  ...['/audio/transcriptions', '/audio/translations', '/audio/speech'],
  ...['/videos', '/remix', '/ocr', '/search', '/rag/query', '/rag/ingest'],
  ...[':generateContent', ':streamGenerateContent'],
]
/** Whole paths: others that end in them are something else, as the messages of a thread are. */
const WHOLE = ['/v1/messages', '/interactions', '/v1beta/interactions']
/** Below these everything is a call. */
const PREFIXES = [
  ...['/bedrock', '/vertex-ai', '/vertex_ai', '/cohere', '/gemini', '/anthropic', '/azure', '/azure_ai', '/openai'],
  ...['/openai_passthrough', '/assemblyai', '/eu.assemblyai', '/vllm', '/mistral', '/openrouter', '/watsonx'],
  ...['/nvidia_nim', '/deepgram', '/fal_ai', '/milvus', '/cursor', '/gigachat', '/azure_speech', '/backend-api/codex'],
  ...['/tinyfish', '/typesafe', '/laya', '/bespoke', '/comprehendmedical', '/transcribe'],
]

/** The route under which a POST to this path is counted: one of a closed list, so that no client adds a row. */
function countedRoute(path: string): string | undefined {
  const normal = path.replace(/\/+$/, '')
  return (
    WHOLE.find((whole) => normal === whole) ??
    ENDS.find((end) => normal.endsWith(end)) ??
    PREFIXES.find((prefix) => normal.startsWith(`${prefix}/`))
  )
}
