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
