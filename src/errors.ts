import { ERROR_TABLE, type ErrorEntry } from './error-table.ts'

export type ErrorCode = keyof typeof ERROR_TABLE

export interface ErrorDetails {
  readonly message?: string
  readonly param?: string
  /** Overrides the table, for `compat` and for errors that an upstream states. */
  readonly status?: number
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
  /** Which budget or limit it was: for the row, not for the client. */
  readonly exceeded?: ExceededLimit
  /** Default: `openai`. */
  readonly form?: ErrorForm
  /** What `{ detail }` holds. Default: the message. */
  readonly detail?: unknown
}

/** The budget or the limit that refused a call, in LiteLLM's words. */
export interface ExceededLimit {
  /** "budget", "requests", "tokens" or "max_parallel_requests". */
  readonly type: string
  /** Of a budget: whose it is, "key", "team_member", ... */
  readonly entity?: string
  readonly entityId?: string
  /** US dollars. */
  readonly budget?: number
  readonly spend?: number
}

/** The body of an error: as OpenAI's clients parse it, or `{ detail }`, where FastAPI answers for LiteLLM. */
export type ErrorForm = 'openai' | 'detail'

const MARKER = Symbol.for('express-litellm.error')

/** The only error a request can end in. Tell cases apart by `code`, not by message. */
export class LiteLLMError extends Error {
  override readonly name = 'LiteLLMError'
  readonly code: ErrorCode
  readonly status: number
  readonly type: string
  readonly param: string | null
  /** Sent with the answer, e.g. `retry-after`. */
  readonly headers: Readonly<Record<string, string>>
  readonly exceeded: ExceededLimit | undefined
  readonly form: ErrorForm
  readonly detail: unknown
  readonly [MARKER] = true

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    const entry = entryOf(code)
    super(details.message ?? entry.message, { cause: details.cause })
    this.code = code
    this.status = details.status ?? entry.status
    this.type = details.type ?? entry.type
    this.param = details.param ?? null
    this.headers = details.headers ?? retryHeaders(entry)
    this.exceeded = details.exceeded
    this.form = details.form ?? 'openai'
    this.detail = details.detail ?? this.message
  }

  /** The body that LiteLLM sends. OpenAI's clients parse it: its `code` is the status as text. */
  toJSON() {
    if (this.form === 'detail') return { detail: this.detail }
    return {
      error: {
        message: this.message,
        type: this.type,
        param: this.param,
        code: String(this.status),
      },
    }
  }
}

export function entryOf(code: ErrorCode): ErrorEntry {
  return ERROR_TABLE[code]
}

function retryHeaders({ retryAfterSeconds }: ErrorEntry): Readonly<Record<string, string>> {
  return retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
}

/** `instanceof` that also works across two copies of this package. */
export function isLiteLLMError(error: unknown): error is LiteLLMError {
  return typeof error === 'object' && error !== null && MARKER in error
}

/** A mistake in options, configuration or wiring. Thrown while starting up, never during a request. */
export class ConfigError extends TypeError {
  override readonly name = 'ConfigError'
}
