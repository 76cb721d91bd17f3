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
}

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
  readonly [MARKER] = true

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    const entry: ErrorEntry = ERROR_TABLE[code]
    super(details.message ?? entry.message, { cause: details.cause })
    this.code = code
    this.status = details.status ?? entry.status
    this.type = details.type ?? entry.type
    this.param = details.param ?? null
    this.headers = details.headers ?? retryHeaders(entry)
  }

  /** The body that OpenAI clients parse and LiteLLM sends: its `code` is the status as text. */
  toJSON() {
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
