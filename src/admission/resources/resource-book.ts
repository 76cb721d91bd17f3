import { LRUCache } from 'lru-cache'
import type { Row, Sql } from 'postgres'
import { ensureTables } from '../../database/sql/create-tables.ts'
import { codeOf, NOT_CREATED } from '../../database/sqlstates.ts'
import { withDeadline } from '../../database/with-deadline.ts'
import type { GatewayEvents } from '../../events.ts'
import { isResponseItem } from '../../usage/resources/named-resources.ts'
import type { KnownResource, OwnerOptions, ResourceBook } from './resource-owner.ts'
import { deleteExpiredResources } from './sql/delete-expired-resources.ts'
import { findLoggedResources } from './sql/find-logged-resources.ts'
import { findManagedResources, findManagedStores } from './sql/find-managed-resources.ts'
import { findResources } from './sql/find-resources.ts'
import { keepInputs } from './sql/keep-inputs.ts'
import { keepResources, type ResourceRow } from './sql/keep-resources.ts'
import { moveResources } from './sql/move-resources.ts'
import { RESOURCE_INPUTS, RESOURCE_PLACES, RESOURCE_TABLES } from './sql/resource-tables.ts'

export interface ResourceBookOptions {
  /** Absent: owners are known to this process alone. */
  readonly sql?: Sql
  readonly events: GatewayEvents
  /** Whether rows of the log say who made a resource. Not where clients may name the upstream that gives out the ids. */
  readonly trustsLog?: boolean
  /** A database that takes longer is away. Default 5000. */
  readonly timeoutMs?: number
  /** Another process may be about to write the owner of what is not found: it is looked for once more. Default 300. */
  readonly secondLookMs?: number
  /** Default 3600000. */
  readonly cleanEveryMs?: number
}

const MAX_KNOWN = 20_000
/** Owners that wait for a database that is away. */
const MAX_WAITING = 100_000
const RETRY_MS = 1_000
/** Ids of providers are shorter, and hold nothing that a database could not store. */
const ID = /^[\x20-\x7e]{1,512}$/
/** Providers keep responses, with the items in them, and stored completions for 30 days. */
const KEPT_30_DAYS = /^(?:resp_|chatcmpl-)/
const EXPIRES_DAYS = 35
const TABLES = { mark: 'resources', statements: RESOURCE_TABLES + RESOURCE_PLACES + RESOURCE_INPUTS }

type Find = (sql: Sql, ids: readonly string[]) => ReturnType<typeof findResources>

/**
 * Owners of resources in a table of our own. An owner is known to this process as soon as the answer is, and written
 * right after, with all that have come meanwhile. Without the table, where it cannot be created, each process knows what
 * it has seen made itself, reported as `resources:local`; what is not known to be made is not given to other keys.
 */
export class TableResourceBook implements ResourceBook {
  readonly #options: Required<Omit<ResourceBookOptions, 'sql'>> & Pick<ResourceBookOptions, 'sql'>
  readonly #known = new LRUCache<string, KnownResource>({ max: MAX_KNOWN })
  readonly #waiting = new Map<string, KnownResource>()
  readonly #timer: NodeJS.Timeout
  #ready: Promise<void> | undefined
  #sending: Promise<void> | undefined
  #retry: NodeJS.Timeout | undefined
  #local = false
  #closed = false

  constructor(options: ResourceBookOptions) {
    this.#options = { trustsLog: true, timeoutMs: 5_000, secondLookMs: 300, cleanEveryMs: 3_600_000, ...options }
    this.#timer = setInterval(() => void this.#clean().catch(() => {}), this.#options.cleanEveryMs).unref()
  }

  owners(ids: readonly string[], { fresh = false, list = false }: OwnerOptions = {}) {
    const found = new Map<string, KnownResource>()
    for (const id of ids) {
      const owner = (fresh ? undefined : this.#known.get(id)) ?? this.#waiting.get(id)
      if (owner) found.set(id, owner)
    }
    const { sql } = this.#options
    const missing = ids.filter((id) => !found.has(id) && ID.test(id))
    return sql && missing.length > 0 ? this.#look(sql, missing, found, list) : found
  }

  remember(ids: readonly string[], owner: KnownResource): void {
    for (const id of ids) {
      if (!ID.test(id) || this.#known.has(id)) continue
      this.#known.set(id, owner)
      if (this.#options.sql && this.#waiting.size < MAX_WAITING) this.#waiting.set(id, owner)
    }
    if (!this.#retry) this.#send()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    clearTimeout(this.#retry)
    await this.#sending
    await this.#sendAll().catch((error: unknown) => this.#lost(error))
  }

  async #look(sql: Sql, ids: readonly string[], found: Map<string, KnownResource>, list: boolean) {
    await this.#find(sql, findResources, ids, found)
    if (this.#options.trustsLog) await this.#find(sql, findLoggedResources, ids, found)
    await this.#find(sql, findManagedResources, ids, found)
    await this.#find(sql, findManagedStores, ids, found)
    if (!list && ids.some((id) => !found.has(id))) {
      await new Promise((resolve) => setTimeout(resolve, this.#options.secondLookMs))
      await this.#find(sql, findResources, ids, found)
    }
    for (const id of ids) {
      const owner = found.get(id)
      if (owner) this.#known.set(id, owner)
    }
    return found
  }

  async #find(sql: Sql, find: Find, ids: readonly string[], found: Map<string, KnownResource>): Promise<void> {
    const missing = ids.filter((id) => !found.has(id))
    if (missing.length === 0) return
    try {
      for (const row of await withDeadline(find(sql, missing), this.#options.timeoutMs)) found.set(row.id, knownIn(row))
    } catch (error) {
      if (!NOT_CREATED.has(codeOf(error))) throw error
    }
  }

  #send(): void {
    if (this.#waiting.size === 0) return
    this.#sending ??= this.#sendAll()
      .catch((error: unknown) => this.#lost(error))
      .finally(() => {
        this.#sending = undefined
      })
  }

  async #sendAll(): Promise<void> {
    const { sql, timeoutMs } = this.#options
    while (sql && this.#waiting.size > 0) {
      await new Promise(setImmediate)
      await this.#prepare(sql)
      const batch = [...this.#waiting].slice(0, 1_000)
      const rows = await withDeadline(keepResources(sql, batch.map(rowOf)), timeoutMs)
      await this.#keepInputs(sql, batch)
      for (const [id] of batch) this.#waiting.delete(id)
      // Somebody else's already: the table decides.
      for (const { id, kept } of rows) if (!kept) this.#known.delete(id)
      if (this.#local) this.#options.events.tell('resources:shared')
      this.#local = false
    }
  }

  /** Where the column cannot be added, this process alone knows them. */
  async #keepInputs(sql: Sql, batch: readonly [string, KnownResource][]): Promise<void> {
    const inputs = batch.flatMap(([id, { inputPerRequest }]) => (inputPerRequest ? { id, inputPerRequest } : []))
    if (inputs.length === 0) return
    await withDeadline(keepInputs(sql, inputs), this.#options.timeoutMs).catch((error: unknown) => {
      if (!NOT_CREATED.has(codeOf(error))) throw error
    })
  }

  /** The table is created by the process that comes first, also beside a LiteLLM that manages its own tables. */
  #prepare(sql: Sql): Promise<void> {
    this.#ready ??= ensureTables(sql, TABLES).catch((error) => {
      this.#ready = undefined
      throw error
    })
    return this.#ready
  }

  #lost(error: unknown): void {
    if (!this.#local) this.#options.events.tell('resources:local', { error })
    this.#local = true
    if (NOT_CREATED.has(codeOf(error))) this.#ready = undefined
    if (this.#closed) return
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      this.#send()
    }, RETRY_MS).unref()
  }

  async #clean(): Promise<void> {
    if (this.#options.sql) await withDeadline(deleteExpiredResources(this.#options.sql), this.#options.timeoutMs)
  }
}

/** What a key has made belongs to the one that takes its place. Without the table, nothing is known of either. */
export async function giveResources(sql: Sql, from: string, to: string): Promise<void> {
  await moveResources(sql, from, to).catch((error: unknown) => {
    if (!NOT_CREATED.has(codeOf(error))) throw error
  })
}

function knownIn({ hashed_token, user_id, team_id, model_id, input_per_request, copies }: Row): KnownResource {
  return {
    hashedToken: hashed_token ?? undefined,
    userId: user_id ?? undefined,
    teamId: team_id ?? undefined,
    deploymentId: model_id ?? undefined,
    inputPerRequest: input_per_request ?? undefined,
    copies: copies ?? undefined,
  }
}

function rowOf([id, { hashedToken, userId, teamId, deploymentId }]: [string, KnownResource]): ResourceRow {
  return {
    id,
    hashed_token: hashedToken ?? null,
    user_id: userId ?? null,
    team_id: teamId ?? null,
    model_id: deploymentId ?? null,
    expires_days: KEPT_30_DAYS.test(id) || isResponseItem(id) ? EXPIRES_DAYS : null,
  }
}
