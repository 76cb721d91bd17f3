import type { GatewayEvents } from '../events.ts'
import type { Call, Deployment, Json, VirtualKey } from '../types.ts'
import { objects } from '../usage/shapes/reader.ts'
import { type CacheControls, controlsOf } from './controls.ts'
import { Flights } from './flights.ts'
import { hashOf, materialOf } from './key/cache-key.ts'
import { type CacheSettings, ttlMsOf } from './settings.ts'
import type { CachedShape } from './shapes/cached-shape.ts'
import { CACHED_SHAPES } from './shapes/cached-shapes.ts'
import type { ManagedStore, RedisFacts } from './store/cache-store.ts'
import { Circuit } from './store/circuit.ts'
import { decodeEntry, encodeEmbeddings, encodeEntry, type StoredAnswer } from './stored/entry.ts'

/** A call as the cache sees it. */
export interface CacheCall {
  readonly call: Call
  /** Who would serve it, or has. `undefined`: a handler of the user's own. */
  readonly deployment: Deployment | undefined
  /** The model group of that: the call's own, or a fallback. */
  readonly group: string
  readonly key: VirtualKey | undefined
  /** `Cache-Control` of the request. */
  readonly header: string | undefined
  /** Of an uploaded form its fields as JSON, and the SHA-256 of its file. */
  readonly form?: { readonly body: string; readonly fileHash: string } | undefined
}

/** Where the answer of a call is kept. */
/** A stored answer that may be served. */
export interface FoundAnswer extends StoredAnswer {
  /** It is out of date, and served only while a call renews it. */
  readonly isStale: boolean
}

export interface CachePlace {
  readonly shape: CachedShape
  readonly controls: CacheControls
  /** As clients and rows see them. Of embeddings one for each input. */
  readonly keys: readonly string[]
}

export interface CacheOptions {
  readonly settings: CacheSettings
  readonly store: ManagedStore
  readonly events: GatewayEvents
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/** What the cache has done since the start of this process. */
export interface CacheGauges {
  readonly type: string
  /** `away`: the store does not answer, and no call is looked up. */
  readonly state: 'connected' | 'away'
  readonly hits: number
  readonly misses: number
  readonly stored: number
}

/** What LiteLLM stores an entry under to see whether its cache works. */
const PING_MATERIAL = "model: test-modelmessages: [{'role': 'user', 'content': 'test from litellm'}]"

/** How long a store that has failed is left alone. */
const OPEN_MS = 1_000

/**
 * Answers that were given before, kept as LiteLLM keeps them. A call is looked up after everything that may refuse it. The
 * cache never fails a call: where it cannot say, there is no stored answer.
 */
export class ResponseCache {
  readonly settings: CacheSettings
  /** For the endpoints of operators. */
  readonly store: ManagedStore
  /** Equal calls of this process that are under way. */
  readonly flights = new Flights()
  readonly #circuit: Circuit
  readonly #now: () => number
  #hits = 0
  #misses = 0
  #stored = 0

  constructor({ settings, store, events, now = Date.now }: CacheOptions) {
    this.settings = settings
    this.store = store
    this.#circuit = new Circuit({ store, waitMs: settings.waitMs, openMs: OPEN_MS, events })
    this.#now = now
  }

  /** `undefined`: the call has nothing to do with the cache. Throws `bad_request` for a control of a wrong type. */
  placeOf(asked: CacheCall): CachePlace | undefined {
    const { call, header } = asked
    const shape = CACHED_SHAPES[call.shape]
    if (!shape || !this.#covers(shape) || !isCacheable(call, shape)) return undefined
    const controls = controlsOf(call, header, this.settings)
    const { maxMessages = Number.POSITIVE_INFINITY } = this.settings
    if (!controls || this.#circuit.isAway || messageCount(call.json) > maxMessages) return undefined
    const keys = this.keysOf(asked, controls)
    return keys && { shape, controls, keys }
  }

  /** `undefined`: they cannot be known. */
  keysOf({ call, deployment, group, key, form }: CacheCall, { namespace }: CacheControls) {
    const material = materialOf({
      shape: call.shape,
      modelGroup: group,
      body: form?.body ?? call.body?.toString('utf8') ?? JSON.stringify(call.json ?? {}),
      defaults: deployment?.defaults,
      provider: deployment?.provider ?? 'openai',
      fileHash: form?.fileHash,
      keysAllParams: this.settings.keysAllParams,
    })
    const parts = [namespace ?? this.settings.namespace, this.#scopeOf(key)].filter((part) => part !== undefined)
    return material?.map((text) => [...parts, hashOf(text)].join(':'))
  }

  /** What is stored under each key and may be served. */
  async find({ keys, controls, shape }: CachePlace): Promise<readonly (FoundAnswer | undefined)[]> {
    if (!controls.reads) return keys.map(() => undefined)
    const found = await Promise.all(keys.map((key) => this.#circuit.ask((store) => store.get(this.#inStore(key)))))
    const answers = found.map((value) => this.#servable(value, controls, shape))
    for (const answer of answers) answer ? this.#hits++ : this.#misses++
    return answers
  }

  /** A call was given the answer of an equal one. */
  followed(): void {
    this.#hits++
  }

  /** Keeps a whole answer. Never rejects. */
  async keep({ keys, controls, shape }: CachePlace, answer: Json, json = JSON.stringify(answer)): Promise<void> {
    if (!controls.writes || !shape.hasOutput(answer) || json.length > this.settings.maxBytes) return
    const values =
      shape === CACHED_SHAPES['openai-embeddings']
        ? encodeEmbeddings(answer, this.#now())
        : [encodeEntry(json, shape.form, this.#now())]
    // An answer with fewer items does not say which inputs they are of.
    if (values.length !== keys.length) return
    const ttlMs = ttlMsOf(this.settings, controls.ttlSeconds) + this.settings.staleMs
    const kept = await Promise.all(
      keys.map((key, index) => this.#circuit.keep((store) => store.set(this.#inStore(key), values[index]!, ttlMs))),
    )
    this.#stored += kept.filter(Boolean).length
  }

  /** Rejects unless the store answers, and takes an entry. Says what LiteLLM tells of its Redis. */
  async ping(): Promise<Json> {
    const { store } = this
    await store.ping?.()
    const key = this.#inStore([this.settings.namespace, hashOf(PING_MATERIAL)].filter(Boolean).join(':'))
    await store.set(
      key,
      `{"timestamp": ${this.#now() / 1000}, "response": "test_key"}`,
      ttlMsOf(this.settings, undefined),
    )
    const facts = await store.facts?.()
    const { namespace = 'None', shown = {} } = this.settings
    return {
      host: 'None',
      port: 'None',
      redis_kwargs: shown,
      namespace,
      redis_version: facts?.info.redis_version ?? 'None',
    }
  }

  /** By the keys that clients are told. */
  delete(keys: readonly string[]): Promise<void> {
    return this.store.delete(keys.map((key) => this.#inStore(key)))
  }

  /** Deletes every entry below the namespace; `undefined`: this store cannot. */
  flush(): Promise<number> | undefined {
    return this.store.flush?.(this.settings.namespace)
  }

  /** `undefined`: there is no Redis. */
  facts(): Promise<RedisFacts> | undefined {
    return this.store.facts?.()
  }

  /** The settings by LiteLLM's names. */
  describe(): Json {
    const { type, namespace = null, ttlSeconds = null, mode, maxMessages = null, callTypes, scope } = this.settings
    return {
      supported_call_types: callTypes ?? Object.values(CACHED_SHAPES).flatMap((shape) => shape.callTypes),
      ...{
        type,
        namespace,
        ttl: ttlSeconds,
        mode,
        max_messages: maxMessages,
        scope,
        max_bytes: this.settings.maxBytes,
      },
    }
  }

  gauges(): CacheGauges {
    const state = this.#circuit.isAway ? 'away' : 'connected'
    return { type: this.settings.type, state, hits: this.#hits, misses: this.#misses, stored: this.#stored }
  }

  close(): Promise<void> {
    return this.#circuit.close()
  }

  #covers({ callTypes }: CachedShape): boolean {
    const { callTypes: covered } = this.settings
    return covered === undefined || callTypes.some((type) => covered.includes(type))
  }

  #servable(value: string | undefined, controls: CacheControls, { hasOutput }: CachedShape): FoundAnswer | undefined {
    const stored = value === undefined ? undefined : decodeEntry(value)
    if (!stored || !hasOutput(stored.answer)) return undefined
    const { maxAgeSeconds, ttlSeconds } = controls
    const ageMs = this.#now() - (stored.storedAt ?? this.#now())
    if (maxAgeSeconds !== undefined && ageMs > maxAgeSeconds * 1000) return undefined
    const isStale = this.settings.staleMs > 0 && ageMs > ttlMsOf(this.settings, ttlSeconds)
    return { ...stored, isStale }
  }

  #scopeOf(key: VirtualKey | undefined): string | undefined {
    const { scope } = this.settings
    if (scope === 'shared') return undefined
    const team = scope === 'team' ? key?.owners.teamId : undefined
    return team === undefined ? `key-${key?.hashedToken ?? ''}` : `team-${team}`
  }

  /** LiteLLM puts the namespace of the settings before keys that do not begin with it. */
  #inStore(key: string): string {
    const { namespace } = this.settings
    return namespace === undefined || key.startsWith(namespace) ? key : `${namespace}:${key}`
  }
}

/** Members that send a call to an address, or with a key, of the client's own: its answer is for nobody else. */
const CLIENT_SIDE = ['api_base', 'base_url', 'api_key']

function isCacheable({ json = {}, stream, form, upload, modelGroup }: Call, shape: CachedShape): boolean {
  if (modelGroup === '' || upload || (stream && !shape.replay)) return false
  if (form && shape !== CACHED_SHAPES['openai-transcriptions']) return false
  return json.background !== true && CLIENT_SIDE.every((name) => json[name] === undefined)
}

/** As LiteLLM counts them: messages, or those items of an `input` that are not files. */
function messageCount({ messages, input }: Json = {}): number {
  if (Array.isArray(messages)) return messages.length
  return objects(input).filter((item) => Object.keys(item).length > 0 && item.type !== 'file').length
}
