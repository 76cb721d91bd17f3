import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { callbackNames, isModulePath } from '../config/callbacks.ts'
import type { ResolvedOptions } from '../config/options.ts'
import type { Database } from '../database/database.ts'
import { ConfigError } from '../errors.ts'
import type { GatewayEvents } from '../events.ts'
import { CallHooks } from '../signals/callbacks/call-hooks.ts'
import type { Callback, CallbackSettings } from '../signals/callbacks/callback.ts'
import { missingVariables } from '../signals/callbacks/callback.ts'
import { CALLBACKS } from '../signals/callbacks/callback-table.ts'
import { type CustomLogger, customSink, loadedSink } from '../signals/callbacks/custom-logger.ts'
import { apiSink } from '../signals/callbacks/generic-api.ts'
import { keyCallbacks, keySink } from '../signals/callbacks/key-callbacks.ts'
import { COLD_STORES, coldStorageOf } from '../signals/cold-storage.ts'
import { type DeliverySink, type SwappableSink, swappable } from '../signals/outbox/delivery.ts'
import { createOutbox, type Outbox } from '../signals/outbox/outbox.ts'
import { outboxDir } from '../signals/outbox/outbox-letters.ts'
import { OutboxTable } from '../signals/outbox/outbox-table.ts'
import { OF_KEYS, type SignalsOptions } from '../signals/signals.ts'
import type { KeyStore, VirtualKey } from '../types.ts'

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

export function callbackSettingsOf(
  { settings: { litellm } }: ResolvedOptions,
  authorizer: CallbackSettings['authorizer'],
): CallbackSettings {
  return {
    langfuseDefaultTags: litellm.langfuseDefaultTags ?? [],
    langsmithBatchSize: litellm.langsmithBatchSize,
    s3CallbackParams: litellm.s3CallbackParams,
    awsSqsCallbackParams: litellm.awsSqsCallbackParams,
    dynamodbTableName: litellm.dynamodbTableName,
    coldStorage: litellm.coldStorageCustomLogger,
    authorizer,
  }
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

/** The callbacks that can be told, by name. Those whose variables are missing are warned of. */
function sinksOf(config: ResolvedOptions, about: CallbackSettings): ReadonlyMap<string, DeliverySink> {
  const { env, cwd, settings, parts } = config
  const { coldStorage } = about
  const sinks = new Map<string, DeliverySink>()
  for (const [name, hears] of namesOf()) {
    const callback = (CALLBACKS as Readonly<Record<string, Callback | undefined>>)[name]
    const api = config.callbackApis.get(name)
    if (api) sinks.set(fileName(name), { ...apiSink(api), hears: hears ?? api.hears })
    else if (isModulePath(name)) sinks.set(fileName(name), { ...moduleSink(name, cwd), hears })
    if (!callback || api) continue
    const missing = missingVariables(callback, env)
    const unset = callback.missingSettings?.(about) ?? []
    if (missing.length > 0)
      warnOf(`The callback ${name} is told nothing: ${missing.join(', ')} is missing in the environment.`)
    else if (unset.length > 0) warnOf(`The callback ${name} is told nothing: ${unset.join(', ')} is missing.`)
    else sinks.set(name, { ...callback.open(env, about), hears })
  }
  for (const [index, logger] of (parts.callbacks ?? []).entries()) {
    const name = fileName(logger.name ?? `custom-${index + 1}`)
    if (sinks.has(name)) throw new ConfigError(`Two callbacks are named ${name}: give one another \`name\`.`)
    const sink = customSink(logger)
    if (sink) sinks.set(name, sink)
  }
  return sinks

  /** The cold storage hears of all calls, listed or not. */
  function namesOf(): ReadonlyMap<string, DeliverySink['hears']> {
    const names = callbackNames(settings.litellm)
    if (coldStorage === undefined) return names
    if (COLD_STORES.includes(coldStorage)) return new Map([...names, [coldStorage, undefined]])
    warnOf(`cold_storage_custom_logger: ${coldStorage} cannot be read back; use one of ${COLD_STORES.join(', ')}.`)
    return names
  }
}

function moduleSink(path: string, cwd: string): DeliverySink {
  return loadedSink(path, () => loadLogger(path, cwd))
}

/** A module is loaded once for all who ask. */
async function loadLogger(path: string, cwd: string): Promise<CustomLogger> {
  const module = (await import(pathToFileURL(resolve(cwd, path)).href)) as { readonly default?: CustomLogger }
  if (!module.default)
    throw new ConfigError(`${path} has no default export: export a logger, for example with onSuccess.`)
  return module.default
}

/** The hooks of custom loggers: those of code, then those of files. `undefined` where there are none. */
export function hooksOf(config: ResolvedOptions, events: GatewayEvents): CallHooks | undefined {
  const { parts, settings, cwd } = config
  const inCode = (parts.callbacks ?? []).filter((logger) => logger.preCall || logger.onStreamEvent || logger.postCall)
  const paths = [...callbackNames(settings.litellm).keys()].filter(isModulePath)
  const loggers = [...inCode, ...paths.map((path) => () => loadLogger(path, cwd))]
  return loggers.length > 0 ? new CallHooks({ loggers, events }) : undefined
}

/** A name as a directory may have it. */
function fileName(name: string): string {
  return name.replace(/^\.?\//, '').replace(/[^\w.-]/g, '_')
}

function warnOf(warning: string): void {
  process.emitWarning(warning, 'ConfigWarning')
}
