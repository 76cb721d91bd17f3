import type { Json, SpendEvent } from '../types.ts'
import type { CallbackSettings, Environment } from './callbacks/callback.ts'
import { gcsObjects } from './callbacks/gcs-bucket.ts'
import { objectKeyOf } from './callbacks/object-key.ts'
import { bucketOf } from './callbacks/s3.ts'
import { payloadId } from './payload/standard-payload.ts'

/** Where prompts and answers are kept instead of in the log: the object of a call is found by the key in its row. */
export interface ColdStorage {
  /** The callback that writes there. */
  readonly name: string
  keyOf(event: SpendEvent): string
  /** What is kept of a call. `undefined` where it cannot be had: not written yet, deleted, or out of reach. */
  read(key: string): Promise<Json | undefined>
}

/** A log view does not wait for long. */
const TIMEOUT_MS = 5_000

type Objects = Pick<ReturnType<typeof bucketOf>, 'get'>

/** Callbacks that keep each call as an object, and can read it back. */
const STORES: Readonly<Record<string, (env: Environment, settings: CallbackSettings) => Objects>> = {
  s3: bucketOf,
  s3_v2: bucketOf,
  gcs_bucket: gcsObjects,
}

export const COLD_STORES = Object.keys(STORES)

/** `cold_storage_custom_logger`. `undefined` where none is named, or one that cannot read back. */
export function coldStorageOf(env: Environment, settings: CallbackSettings): ColdStorage | undefined {
  const { coldStorage: name = '', s3CallbackParams } = settings
  const objects = Object.hasOwn(STORES, name) ? STORES[name]?.(env, settings) : undefined
  if (!objects) return undefined
  const params = name === 'gcs_bucket' ? {} : (s3CallbackParams ?? {})
  return {
    name,
    keyOf: (event) => objectKeyOf(namedBy(event), params),
    async read(key) {
      try {
        const found: unknown = JSON.parse(await objects.get(key, AbortSignal.timeout(TIMEOUT_MS)))
        return typeof found === 'object' && found !== null ? (found as Json) : undefined
      } catch {
        return undefined
      }
    },
  }
}

/** What of a payload its object is named by. */
function namedBy(event: SpendEvent): Json {
  const { key, outcome } = event
  return {
    id: payloadId(event),
    startTime: outcome.startedAt.getTime() / 1_000,
    metadata: { user_api_key_team_alias: key?.owners.teamAlias, user_api_key_alias: key?.alias },
  }
}
