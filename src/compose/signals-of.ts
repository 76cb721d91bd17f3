import { existsSync, readdirSync } from 'node:fs'
import type { ResolvedOptions } from '../config/options.ts'
import type { Database } from '../database/database.ts'
import type { GatewayEvents } from '../events.ts'
import { OF_AUDIT, watchAudit } from '../signals/audit-callbacks.ts'
import type { CallbackSettings } from '../signals/callbacks/callback.ts'
import { CALLBACKS } from '../signals/callbacks/callback-table.ts'
import { keyCallbacks, keySink } from '../signals/callbacks/key-callbacks.ts'
import { coldStorageOf } from '../signals/cold-storage.ts'
import { type DeliverySink, type SwappableSink, swappable } from '../signals/outbox/delivery.ts'
import { createOutbox, type Outbox } from '../signals/outbox/outbox.ts'
import { outboxDir } from '../signals/outbox/outbox-letters.ts'
import { OutboxTable } from '../signals/outbox/outbox-table.ts'
import { OF_KEYS, type SignalsOptions } from '../signals/signals.ts'
import type { KeyStore, VirtualKey } from '../types.ts'
import { auditSinksOf, callbackSettingsOf, sinksOf } from './callback-sinks-of.ts'

/** Pause before a delivery is repeated for the first time. */
const RETRY_DELAY_MS = 1_000
/** A destination that takes longer has failed. */
const TIMEOUT_MS = 20_000
/** Deliveries that wait in memory for one callback, as in LiteLLM. */
const QUEUE_SIZE = 50_000
const SEGMENT_BYTES = 16 << 20
const FSYNC_INTERVAL_MS = 1_000

interface SignalParts {
  readonly database: Database | undefined
  readonly events: GatewayEvents
  readonly find: KeyStore['find']
  readonly authorizer: CallbackSettings['authorizer']
}

export interface Signals extends SignalsOptions {
  /** Takes the callbacks of a new configuration. */
  configure(config: ResolvedOptions): void
  /** Where deliveries wait, when that is the database: for whatever else is to be told. */
  readonly table?: OutboxTable
  /** Callbacks are told what every call asks and is answered. */
  readonly tellsAll: boolean
  /** Tells for at most `timeoutMs` what waits; the rest stays where it is kept. */
  close(timeoutMs: number): Promise<void>
}

/** Who is told of calls, and where that waits: where calls wait themselves, as `durability` says. */
export function signalsOf(config: ResolvedOptions, { database, events, find, authorizer }: SignalParts): Signals {
  const { durability = 'memory', journal, settings, compat, env } = config
  const { litellm } = settings
  const durable = durability !== 'memory'
  const table = durability === 'sync' && database ? openTable(database) : undefined
  const openOutbox = outboxOpener(config, events, table)
  const outboxes: Outbox[] = []
  const about = callbackSettingsOf(config, authorizer)
  const swaps = new Map<string, SwappableSink>()
  let named = 0
  configure(config)
  watchAudit(
    events,
    [...auditSinksOf(config, about)].map(([name, sink]) => open(`${OF_AUDIT}${name}`, sink)),
  )
  // What a process before has left for callbacks of keys.
  table?.start()
  if (durable && !table) for (const name of leftForKeys(journal.dir)) outboxOfKeys(name)
  return {
    configure,
    outboxes,
    outboxOfKeys,
    events,
    durable,
    table,
    get tellsAll() {
      return named > 0
    },
    cold: swaps.has(about.coldStorage ?? '') ? coldStorageOf(env, about) : undefined,
    async close(timeoutMs) {
      await Promise.all(outboxes.map((outbox) => outbox.close(timeoutMs)))
      await table?.close()
    },
    payload: {
      redactsMessages: litellm.turnOffMessageLogging === true,
      redactsKey: litellm.redactUserApiKeyInfo === true,
      excluded: litellm.standardLoggingPayloadExcludedFields ?? [],
      tags: { compat, userAgentTags: litellm.disableAddUserAgentToRequestTags !== true },
    },
  }

  function openTable({ sql }: Database): OutboxTable {
    const mayOpen = Object.keys(CALLBACKS).map((name) => `${OF_KEYS}${name}`)
    return new OutboxTable({ sql, mayOpen, open: (name) => void outboxOfKeys(name.slice(OF_KEYS.length)) })
  }

  /** A destination that is named no more is told what waits for it, and nothing else. */
  function configure(now: ResolvedOptions): void {
    const wanted = sinksOf(now, callbackSettingsOf(now, authorizer))
    named = wanted.size
    for (const [name, swap] of swaps) swap.use(wanted.get(name))
    for (const [name, sink] of wanted) {
      if (swaps.has(name)) continue
      const swap = swappable(sink)
      swaps.set(name, swap)
      open(name, swap.sink)
    }
  }

  function outboxOfKeys(callback: string): Outbox {
    const name = `${OF_KEYS}${callback}`
    const found = outboxes.find((outbox) => outbox.name === name)
    return found ?? open(name, keySink(callback, { env, settings: about, find }))
  }

  function open(name: string, sink: DeliverySink): Outbox {
    const outbox = openOutbox(name, sink)
    outboxes.push(outbox)
    return outbox
  }
}

/** Opens the outbox of one destination, where calls wait themselves: `table` is there where that is the database. */
export function outboxOpener(
  { durability = 'memory', journal, env }: ResolvedOptions,
  events: GatewayEvents,
  table?: OutboxTable,
): (name: string, sink: DeliverySink) => Outbox {
  return (name, sink) => {
    const own = {
      ...journal,
      dir: outboxDir(journal.dir, name),
      segmentBytes: SEGMENT_BYTES,
      fsyncIntervalMs: FSYNC_INTERVAL_MS,
      // A destination that is away must not keep calls waiting.
      onFull: 'drop-newest' as const,
    }
    return createOutbox({
      name,
      sink,
      events,
      table,
      journal: durability === 'memory' ? undefined : own,
      queueSize: QUEUE_SIZE,
      ...batchesOf(env),
      retryDelayMs: RETRY_DELAY_MS,
      timeoutMs: TIMEOUT_MS,
    })
  }
}

function leftForKeys(journalDir: string): readonly string[] {
  const dir = outboxDir(journalDir, '')
  const names = existsSync(dir) ? readdirSync(dir) : []
  return Object.keys(CALLBACKS).filter((name) => names.includes(`${OF_KEYS}${name}`))
}

/** LiteLLM's variables for the batches of all callbacks. */
function batchesOf(env: ResolvedOptions['env']): { readonly batchSize?: number; readonly flushIntervalMs?: number } {
  const [count, seconds] = [Number(env.DEFAULT_BATCH_SIZE), Number(env.DEFAULT_FLUSH_INTERVAL_SECONDS)]
  return {
    batchSize: Number.isInteger(count) && count > 0 ? count : undefined,
    flushIntervalMs: seconds > 0 ? seconds * 1_000 : undefined,
  }
}

/** Whether callbacks are told what this key's calls ask and are answered: then the gateway keeps it until they end. */
export function tellsPrompts(config: ResolvedOptions, signals: Signals): (key: VirtualKey | undefined) => boolean {
  if (config.settings.litellm.turnOffMessageLogging === true) return () => false
  return (key) => signals.tellsAll || (key !== undefined && keyCallbacks(key).length > 0)
}
