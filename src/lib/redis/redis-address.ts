export interface RedisNode {
  readonly host: string
  readonly port: number
}

/** Where a Redis is: a URL, a host, the sentinels that know the host, or some nodes of a cluster. */
export interface RedisAddress {
  /** "redis://..." or "rediss://...". */
  readonly url?: string
  readonly host?: string
  readonly port?: number
  readonly username?: string
  readonly password?: string
  readonly db?: number
  readonly tls?: boolean
  readonly cluster?: readonly RedisNode[]
  readonly sentinel?: {
    readonly nodes: readonly RedisNode[]
    /** The name of the service that the sentinels watch. */
    readonly service: string
    readonly password?: string
  }
}
