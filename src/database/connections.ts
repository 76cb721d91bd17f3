import postgres, { type Sql } from 'postgres'
import { addArrayTypes } from './array-types.ts'
import { createCloseWatch } from './close-watch.ts'

/** How the connections to the database are kept. */
export interface PoolOptions {
  /** Value for the server's `search_path`: the schema that holds LiteLLM's tables, where it is not the default one. */
  readonly searchPath?: string
  /** Whether statements may be prepared. Behind a pooler that is switched off when the first check has found it. */
  readonly prepare: boolean
  readonly maxConns: number
  /** Connections opened at start and kept. */
  readonly minConns: number
  readonly healthCheckIntervalMs: number
  readonly connectTimeoutMs: number
}

export interface ConnectionOptions extends PoolOptions {
  readonly url: string
  /** Whether this process writes spend here, and so keeps connections for it. */
  readonly writes: boolean
  /** Whether it would hear of keys that other processes change, which takes a connection of its own. */
  readonly listens: boolean
}

/** How the connections that a process may open are divided. Their sum is never more than `maxConns`. */
export interface ConnectionShares {
  readonly pool: number
  /** 0: the ledger writes on the pool. */
  readonly writer: number
  readonly listener: 0 | 1
}

/** From so many on the writer has a second connection, for the while in which a server that hung is given up. */
const SPARE_FROM = 8

/** A small bound gives up the spare first, then hearing of changed keys, and last the writer's own connection. */
export function connectionSharesOf({
  maxConns,
  writes,
  listens,
}: Pick<ConnectionOptions, 'maxConns' | 'writes' | 'listens'>): ConnectionShares {
  const writer = !writes || maxConns < 2 ? 0 : maxConns < SPARE_FROM ? 1 : 2
  const listener = listens && maxConns > writer + 1 ? 1 : 0
  return { pool: maxConns - writer - listener, writer, listener }
}

// Known to postgres.js, unknown to its types, as `onclose` and `onnotify` are. Statements of a pipeline share the fate of
// its connection: one lost line would fail them all.
const UNTYPED = { max_pipeline: 1 }

/** What a connection that listens is told. */
export interface Hearing {
  onNotify(channel: string, payload: string): void
  /** The connection is gone, and nothing is heard until `listen` is sent again. */
  onClose(): void
}

/** Opens the one connection that is left to listen on. It connects with the first statement, and again with the next. */
export type OpenListener = (hearing: Hearing) => Sql

/** A pool of at most `max` connections. It opens one for each statement that finds none idle, and keeps it. */
export function openPool(options: ConnectionOptions, max: number, hearing?: Hearing): Sql {
  const watch = createCloseWatch()
  const onclose = () => {
    watch.onclose()
    hearing?.onClose()
  }
  const sql = postgres(options.url, {
    ...UNTYPED,
    ...{ onclose, onnotify: hearing?.onNotify },
    max,
    connect_timeout: options.connectTimeoutMs / 1_000,
    prepare: options.prepare,
    // The default waits up to 20 s before it tries a server again that has long come back.
    backoff: () => 0.1,
    idle_timeout: 0,
    onnotice: () => {},
    fetch_types: false,
    connection: {
      application_name: 'express-litellm',
      TimeZone: 'UTC',
      ...(options.searchPath && { search_path: options.searchPath }),
    },
  })
  addArrayTypes(sql)
  watch.of(sql)
  return sql
}
