import { memoizeByObject } from '../../lib/memoize.ts'
import type { KeyStore, VirtualKey } from '../../types.ts'
import { type Delivery, DeliveryError, type DeliverySink } from '../outbox/delivery.ts'
import { type Callback, type CallbackSettings, type Environment, missingVariables } from './callback.ts'
import { CALLBACKS } from './callback-table.ts'

/** One entry of `metadata.logging` of a key, or of its team: a callback that only its calls are told to. */
export interface KeyCallback {
  readonly name: string
  readonly hears: DeliverySink['hears']
  /** Variables of the callback that the entry brings, by the names that they have in the environment. */
  readonly variables: Environment
}

/** Where calls go is for the operator to say: by an address of its own a key could reach whatever the gateway can. */
const ADDRESS = /(HOST|URL|ENDPOINT|SITE)$/

const HEARS: Readonly<Record<string, DeliverySink['hears']>> = { success: 'success', failure: 'failure' }

type Logged = Pick<VirtualKey, 'metadata' | 'teamMetadata'>

/** The callbacks of a key, or else those of its team. What is no entry is left out. */
export const keyCallbacks = memoizeByObject(({ metadata, teamMetadata }: Logged): readonly KeyCallback[] => {
  const entries = entriesIn(metadata.logging)
  return entries.length > 0 ? entries : entriesIn(teamMetadata.logging)
})

function entriesIn(logging: unknown): readonly KeyCallback[] {
  if (!Array.isArray(logging)) return []
  return logging.flatMap((entry) => {
    const {
      callback_name: name,
      callback_type: type,
      callback_vars: given = {},
    } = (entry ?? {}) as Record<string, unknown>
    const callback = typeof name === 'string' && Object.hasOwn(CALLBACKS, name) ? CALLBACKS[name] : undefined
    if (!callback || typeof given !== 'object') return []
    return [{ name: String(name), hears: HEARS[String(type)], variables: variablesOf(callback, given ?? {}) }]
  })
}

/** `langfuse_public_key` is LANGFUSE_PUBLIC_KEY. A reference to the gateway's environment is no value of a key's. */
function variablesOf({ variables }: Callback, given: object): Environment {
  const named = Object.entries(given).map(([name, value]): [string, unknown] => [name.toUpperCase(), value])
  return Object.fromEntries(
    named.filter(
      (pair): pair is [string, string] =>
        typeof pair[1] === 'string' && !pair[1].startsWith('os.environ/') && variables.includes(pair[0]),
    ),
  )
}

export interface KeySinkOptions {
  readonly env: Environment
  readonly settings: CallbackSettings
  find: KeyStore['find']
}

/**
 * Tells calls to a callback with the credentials of their keys. Those are looked up when a call is told: no outbox holds
 * them, and a new one counts at once. A key whose credentials are wrong must not hold up the others: what its destination
 * answers with 401, 403 or 404 is refused.
 */
export function keySink(name: string, { env, settings, find }: KeySinkOptions): DeliverySink {
  const callback = CALLBACKS[name]!
  return {
    batchSize: 1,
    flushIntervalMs: 0,
    async deliver(batch, signal) {
      for (const delivery of batch) {
        const sink = callback.open(environmentOf(await entryOf(delivery)), settings)
        await sink.deliver([delivery], signal).catch(refuseWrongKey)
      }
    },
  }

  async function entryOf({ owner = '' }: Delivery): Promise<KeyCallback> {
    const key = await find(owner)
    const entry = key && keyCallbacks(key).find((one) => one.name === name)
    if (!entry) throw new DeliveryError(`The key has no callback ${name} any more`, { isRefused: true })
    return entry
  }

  function environmentOf({ variables }: KeyCallback): Environment {
    const isFixed = (variable: string) => callback.isOperators === true || ADDRESS.test(variable)
    const foreign = Object.keys(variables).find((one) => isFixed(one) && variables[one] !== env[one])
    const whole = { ...env, ...variables }
    const [missing] = [...missingVariables(callback, whole), ...(callback.missingSettings?.(settings) ?? [])]
    const problem = foreign ? `${foreign} of a key must be that of the gateway` : missing && `${missing} is missing`
    if (problem) throw new DeliveryError(problem, { isRefused: true })
    return whole
  }
}

const WRONG_KEY: ReadonlySet<number | undefined> = new Set([401, 403, 404])

function refuseWrongKey(error: unknown): never {
  if (!(error instanceof DeliveryError) || !WRONG_KEY.has(error.status)) throw error
  throw new DeliveryError(error.message, { isRefused: true, cause: error.cause })
}
