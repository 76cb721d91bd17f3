import { Socket, type SocketConnectOpts } from 'node:net'
import type { Sql } from 'postgres'

/**
 * What the statements of a pool must know of its connections. postgres.js 3.4 gives a connection statements until it has
 * closed: one that comes between its error and its end is never answered, and may leave a connection that cannot be
 * opened again for a while.
 */
export interface CloseWatch {
  /** For the options of the pool. */
  readonly onclose: () => void
  /** Statements of this pool are watched from now on. */
  of(sql: Sql): void
}

interface Watched {
  /** Resolves when no connection is about to close. */
  readonly whenOpen: () => Promise<void> | undefined
  /** Hear that a connection has closed. */
  readonly heard: Set<() => void>
  /** All statements are sent on one connection. */
  readonly isSingle: boolean
}

/** What postgres.js keeps in a statement: its pool, and the connection once it was sent. */
interface Inside {
  readonly handler: object
  readonly state: object | null
}

const watches = new WeakMap<object, Watched>()

export function createCloseWatch(): CloseWatch {
  const heard = new Set<() => void>()
  let dying = 0
  let gate: ReturnType<typeof Promise.withResolvers<void>> | undefined

  return {
    onclose() {
      for (const tell of [...heard]) tell()
    },
    of(sql) {
      const isSingle = sql.options.max === 1
      watches.set(inside(sql`select`).handler, { whenOpen: () => gate?.promise, heard, isSingle })
      // A connection of several hosts, or with TLS, is opened by postgres.js alone.
      const { ssl, host: hosts, port: ports, path } = sql.options
      const [host] = hosts
      const [port] = ports
      if (ssl || hosts.length > 1 || host === undefined || port === undefined) return
      const to = path ? { path } : { host, port }
      ;(sql.options as { socket?: () => Socket }).socket = () => openSocket(to)
    },
  }

  function openSocket(to: SocketConnectOpts): Socket {
    const socket = new Socket()
    let isDying = false
    for (const name of ['error', 'end'] as const) socket.on(name, die)
    socket.on('close', () => isDying && setImmediate(died))
    return socket.connect(to)

    function die() {
      if (isDying) return
      isDying = true
      dying++
      gate ??= Promise.withResolvers<void>()
    }
  }

  function died(): void {
    dying--
    if (dying > 0) return
    gate?.resolve()
    gate = undefined
  }
}

/** When a statement may be sent: at once, or when the connection that is about to close has done so. */
export function whenOpen(query: object): Promise<void> | undefined {
  return watches.get(inside(query).handler)?.whenOpen()
}

/**
 * Rejects when `query` was sent on a connection that has closed since, and was not told how it ended. Known of pools with
 * one connection only. Call `forget` when the query has ended.
 */
export function whenLost(query: object): { readonly lost: Promise<never>; forget(): void } | undefined {
  const { isSingle, heard } = watches.get(inside(query).handler) ?? {}
  if (!isSingle || !heard) return undefined
  const { promise: lost, reject } = Promise.withResolvers<never>()
  lost.catch(() => {})
  // What was rejected with the connection is so before the next turn.
  const tell = () => {
    if (inside(query).state) setImmediate(reject, new LostError())
  }
  heard.add(tell)
  return { lost, forget: () => void heard.delete(tell) }
}

function inside(query: object): Inside {
  return query as Inside
}

class LostError extends Error {
  override readonly name = 'LostError'
  readonly code = 'CONNECTION_CLOSED'

  constructor() {
    super('The connection to the database has closed')
  }
}
