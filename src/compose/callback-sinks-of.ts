import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { callbackNames, isModulePath } from '../config/callbacks.ts'
import type { ResolvedOptions } from '../config/options.ts'
import { ConfigError } from '../errors.ts'
import type { GatewayEvents } from '../events.ts'
import { AUDIT_CALLBACKS } from '../signals/audit-callbacks.ts'
import { CallHooks } from '../signals/callbacks/call-hooks.ts'
import { type Callback, type CallbackSettings, missingVariables } from '../signals/callbacks/callback.ts'
import { CALLBACKS } from '../signals/callbacks/callback-table.ts'
import { type CustomLogger, customSink, loadedSink } from '../signals/callbacks/custom-logger.ts'
import { apiSink } from '../signals/callbacks/generic-api.ts'
import { COLD_STORES } from '../signals/cold-storage.ts'
import type { DeliverySink } from '../signals/outbox/delivery.ts'

/** What of `litellm_settings` says where callbacks are told. */
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

/** The callbacks that can be told, by name. Those whose variables are missing are warned of. */
export function sinksOf(config: ResolvedOptions, about: CallbackSettings): ReadonlyMap<string, DeliverySink> {
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

/** `audit_log_callbacks`: the places that are told changes. Others than those are told of as not acted on. */
export function auditSinksOf(
  { env, callbackApis, settings: { litellm } }: ResolvedOptions,
  about: CallbackSettings,
): ReadonlyMap<string, DeliverySink> {
  const sinks = new Map<string, DeliverySink>()
  for (const name of litellm.auditLogCallbacks ?? []) {
    const callback = AUDIT_CALLBACKS.includes(name) ? CALLBACKS[name] : undefined
    const api = callbackApis.get(name)
    if (api) sinks.set(fileName(name), apiSink(api))
    if (!callback || api) continue
    const missing = [...missingVariables(callback, env), ...(callback.missingSettings?.(about) ?? [])]
    if (missing.length > 0) warnOf(`The callback ${name} is told no changes: ${missing.join(', ')} is missing.`)
    else sinks.set(name, callback.open(env, about))
  }
  return sinks
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
