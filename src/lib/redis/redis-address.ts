import { isObject, text } from '../json.ts'

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

export const REDIS_NODES_RULE = 'must be a list of hosts and ports: [["redis", 26379]]'

/** `[["host", 26379]]` or `[{"host": "host", "port": 7000}]`, as a value or as JSON; `undefined` for anything else. */
export function redisNodesOf(given: unknown): readonly RedisNode[] | undefined {
  const list = typeof given === 'string' ? parsed(given) : given
  const found = Array.isArray(list) ? list.map(nodeOf) : []
  return found.length > 0 && found.every((node) => node !== undefined) ? found : undefined
}

function nodeOf(given: unknown): RedisNode | undefined {
  const [host, port] = Array.isArray(given) ? given : isObject(given) ? [given.host, given.port] : []
  const [named, numbered] = [text(host), whole(port)]
  return named === undefined || numbered === undefined ? undefined : { host: named, port: numbered }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** A whole number, also as text. */
export function whole(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined
}
