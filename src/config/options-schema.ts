import * as z from 'zod'
import { ANSWERS_TEXT, compat } from './compat-option.ts'
import { limitShape } from './limit-options.ts'
import { partShape } from './part-options.ts'
import { age, ageOrNone, choice, duration, flag, text, timerOrNone, whole } from './schema-kinds.ts'

/** LiteLLM's config: the path of a `config.yaml`, or what would stand in it. */
const config = z
  .union([z.string().min(1), z.record(z.string(), z.unknown())], {
    error: 'must be the path of a config.yaml, or an object in its format',
  })
  .meta({ type: 'string or object' })

const journalShape = {
  dir: text()
    .prefault('.express-litellm/journal')
    .describe(
      'Directory of the journal, on a disk of this machine. Further processes have subdirectories of it, each with room of its own, and adopt those of dead processes',
    ),
  fsync: choice('always', 'interval', 'never')
    .prefault('always')
    .describe('When a call is forced to the disk: before its response ends, once a second, or when the system likes'),
  maxBytes: whole(65_536)
    .prefault(1024 * 1024 * 1024)
    .describe('Room for calls that wait and for dead letters'),
  onFull: choice('block', 'reject', 'drop-newest')
    .prefault('block')
    .describe('When there is no room: responses wait, responses fail, or calls are dropped and reported'),
}

/** The database, its caches and what is written to it. */
const databaseShape = {
  enabled: flag()
    .optional()
    .describe(
      'Use the database for keys and spend. Default: `true` when a database URL is given anywhere, else `false`',
    ),
  isRequired: flag()
    .prefault(false)
    .describe('Fail to start when the database does not answer. Otherwise start, and connect when it does'),
  databaseUrl: text()
    .optional()
    .describe(
      "PostgreSQL URL of LiteLLM's database. Default: `general_settings.database_url`, `LITELLM_DATABASE_URL`, `DATABASE_URL`",
    ),
  maxConns: whole(1)
    .prefault(25)
    .describe(
      'Most connections this process has open, with the one or two that write spend and the one that hears of changed keys. Below 3 there is none to hear on, and with 1 all is done on it',
    ),
  minConns: whole(0).prefault(5).describe('Connections opened at the start and kept open'),
  healthCheckInterval: duration().prefault('10s').describe('Time between two checks whether the database answers'),
  connectTimeout: duration().prefault('5s').describe('Longest wait for a new connection'),
  authCacheTtl: duration().prefault('20s').describe('How long a key, its blocks and its budgets may be out of date'),
  authCacheSize: whole(1).prefault(10_000).describe('Keys kept in memory'),
  logQueueSize: whole(1).prefault(5_000).describe('Finished calls waiting in memory to be written'),
  logBatchSize: whole(1)
    .prefault(100)
    .describe(
      'Finished calls that are written without delay. What has piled up is written up to ten times as many at once',
    ),
  logFlushInterval: duration().prefault('5s').describe('Longest time a finished call waits before it is written'),
  logRetryAttempts: whole(0).prefault(3).describe('Quick retries of a failed write, before it waits for the database'),
  logRetryDelay: duration().prefault('1s').describe('Pause before the first retry; it grows with each'),
  durability: choice('memory', 'journal', 'sync')
    .optional()
    .describe(
      'Where a finished call must be before its response ends: in memory, in a journal on this disk, or in the database. Default: `journal` for the command `serve`, `memory` in code',
    ),
  journal: z.strictObject(journalShape).prefault({}).describe('The journal of `durability: journal`'),
}

export const MAX_BODY_BYTES = 32 * 1024 * 1024

/**
 * Everything that can be set in code. Every default stands here, and nowhere else. All but `config` and the parts can be
 * said in a config.yaml too: see option-names.ts.
 */
export const optionsSchema = z.strictObject({
  config: config
    .optional()
    .describe(
      "LiteLLM's configuration: the path of a config.yaml, or an object in its format. Default: `CONFIG_FILE_PATH`, then `./config.yaml` if there is one",
    ),
  masterKey: text()
    .optional()
    .describe('Admin secret, no virtual key. Default: `general_settings.master_key`, then `LITELLM_MASTER_KEY`'),
  ...databaseShape,
  staleIfError: ageOrNone()
    .prefault('60s')
    .describe('How long cached keys are still used while the database is away; then calls get 503. `0`: not at all'),
  strictConfig: flag()
    .prefault(false)
    .describe(
      'Refuse to start when an entry of `model_list` cannot be used. Otherwise that model is disabled and named in a warning, and the others are served',
    ),
  modelCostMap: text()
    .optional()
    .describe(
      "File or URL of a price list in LiteLLM's format. Default: `litellm_settings.model_cost_map_url`, then `LITELLM_MODEL_COST_MAP_URL`",
    ),
  modelCostMapCache: text()
    .prefault('.express-litellm/prices')
    .describe('Directory where the last good price list of a URL is kept, for a start without it'),
  unpricedModels: choice('allow', 'flag', 'block')
    .prefault('flag')
    .describe(
      'Calls without a known price. `allow`: made, and their row says `cost_unknown`. `flag`: reported as `call:unpriced` too. `block`: refused before they are made. Also `litellm_settings.block_requests_for_models_without_pricing`',
    ),
  statedCosts: choice('keep', 'charge')
    .prefault('keep')
    .describe(
      'The bill that a provider states itself (OpenRouter, Perplexity, xAI). `keep`: in the row beside our own figure. `charge`: instead of it. That of another LiteLLM (`litellm_proxy/`, `x-litellm-response-cost`) is always charged',
    ),
  disableSpendLogs: flag()
    .prefault(false)
    .describe('Write no log rows; totals and daily tables still count each call once. Also `DISABLE_SPEND_LOGS`'),
  disableSpendUpdates: flag().prefault(false).describe('Write nothing about spend at all'),
  spendLogsUrl: text()
    .optional()
    .describe(
      'A service that keeps the log rows in place of the database: they are POSTed to `<url>/spend/update`. Totals and daily tables stay in the database. Default: `SPEND_LOGS_URL`',
    ),
  storePromptsInSpendLogs: flag()
    .prefault(false)
    .describe(
      'Keep what was asked and answered in the log rows, and in the journal on the way there. Not with `litellm_settings.turn_off_message_logging`. Also `STORE_PROMPTS_IN_SPEND_LOGS`',
    ),
  promptLength: whole(1)
    .prefault(2_048)
    .describe(
      'Characters of a text in a stored request or answer; the middle of longer ones is left out. Also `MAX_STRING_LENGTH_PROMPT_IN_DB`',
    ),
  useRedisTransactionBuffer: flag()
    .prefault(false)
    .describe(
      'For many replicas: batches go to a Redis Stream, and one process at a time writes those of all. Needs `ioredis` and a Redis: `litellm_settings.cache_params`, `REDIS_URL`, `REDIS_HOST`, `REDIS_CLUSTER_NODES`, or `REDIS_SENTINEL_NODES`',
    ),
  spendLogsRetention: age().optional().describe('Delete log rows that are older. Daily tables and totals stay'),
  spendLogsRetentionInterval: duration().prefault('1d').describe('Time between two clean-ups'),
  maxBodyBytes: whole(1)
    .prefault(MAX_BODY_BYTES)
    .describe(
      'Largest request body. JSON is read whole before the upstream sees it, and so are uploads of up to 4 MiB; of larger ones see “Uploads”',
    ),
  maxHeldBodyBytes: whole(1)
    .prefault(256 * 1024 * 1024)
    .describe(
      'All request bodies in memory at once, each until its request is over; more are refused with 503. Never less than `maxBodyBytes`',
    ),
  headersTimeout: duration()
    .prefault('15s')
    .describe('Longest wait for the headers of a request. Of `serve`; in an app the server is yours'),
  bodyTimeout: duration()
    .prefault('60s')
    .describe(
      'Longest wait for a request body that is read whole, and longest silence of a client within an upload that is passed on while it comes',
    ),
  upstreamTimeout: duration()
    .prefault('600s')
    .describe('Longest wait for the head of an upstream answer, not for its end'),
  ...limitShape,
  mode: choice('enforce', 'report')
    .prefault('enforce')
    .describe(
      '`report` refuses no call of a known key; what would have been refused is reported as `key:report` and in a header. What cannot be read is still refused: a body beyond `maxBodyBytes`, which then is never less than its default because of `max_request_size_mb`',
    ),
  compat: compat
    .prefault('current')
    .describe(`\`1.83\`: what LiteLLM answered before 1.84. An object: some answers, out of ${ANSWERS_TEXT}`),
  corsOrigins: z
    .array(z.string().min(1), { error: 'must be a list of origins, for example https://app.example.com' })
    .meta({ type: 'list of origins' })
    .optional()
    .describe(
      'Pages of browsers that may read answers; `*`: all. Preflights are answered too. Default: `LITELLM_CORS_ORIGINS`, else `*` for the command `serve`, as in LiteLLM, and none in code, where the app may have a `cors()` of its own',
    ),
  corsCredentials: flag()
    .optional()
    .describe(
      'Whether these pages may send cookies. Default: `LITELLM_CORS_ALLOW_CREDENTIALS`, else only where no `*` is',
    ),
  accessLog: flag()
    .prefault(true)
    .describe(
      'A line at level `info` for each call that was answered, where lines are logged. Failed calls always have one',
    ),
  onClientAbort: choice('auto', 'drain', 'cancel')
    .prefault('auto')
    .describe(
      'What becomes of a call whose client leaves. `drain`: its answer is read on, for the true usage. `cancel`: the upstream is stopped. `auto`: drained where cancelling would not stop the billing. A deployment may say its own: `litellm_params.on_client_abort`, one of these or `{ mode, drain_timeout, drain_max_bytes }`',
    ),
  drainTimeout: duration().prefault('60s').describe('Longest time the answer of a departed client is read on'),
  drainMaxBytes: whole(0)
    .prefault(16 * 1024 * 1024)
    .describe('Most bytes of it that are read on'),
  shutdownGrace: timerOrNone()
    .prefault('25s')
    .describe(
      'How long calls that are under way may go on after `close()`, or after SIGTERM to `serve`; then they are cut, and settled by what was metered. Kubernetes kills after 30 s: recording takes up to 5 s. Default: `general_settings.shutdown_grace`, `LITELLM_SHUTDOWN_GRACE`, else 25 s',
    ),
  shutdownDrainDelay: timerOrNone()
    .prefault('0s')
    .describe(
      'How long `serve` still takes new connections after SIGTERM, while its readiness is 503 already: for load balancers that notice late. Part of `shutdownGrace`. Default: `general_settings.shutdown_drain_delay`, `LITELLM_SHUTDOWN_DRAIN_DELAY`, else 0',
    ),
  ...partShape,
})

/** What users write. */
export type LiteLLMOptions = z.input<typeof optionsSchema>

export type CheckedOptions = z.output<typeof optionsSchema>
