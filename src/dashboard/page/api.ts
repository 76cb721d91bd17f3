import { useEffect, useState } from 'preact/hooks'

/** The gateway's own mount path: the page is at `<base>/ui/`. */
const BASE = location.pathname.replace(/\/ui\/?[^/]*$/, '')
const STORED = 'express-litellm.key'

export const readKey = (): string => sessionStorage.getItem(STORED) ?? ''
export const keepKey = (key: string): void => sessionStorage.setItem(STORED, key)
export const forgetKey = (): void => sessionStorage.removeItem(STORED)
/** Where clients send their calls. */
export const baseUrl = (): string => `${location.origin}${BASE}`

export class ApiError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Rejects with an `ApiError` that says what the gateway has said. */
export async function ask<T>(path: string, body?: unknown): Promise<T> {
  const headers = {
    authorization: `Bearer ${readKey()}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  const request = body === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(body) }
  const answer = await fetch(BASE + path, request).catch(() => {
    throw new ApiError(0, 'The gateway does not answer. Is it running?')
  })
  const text = await answer.text()
  if (answer.ok) return JSON.parse(text) as T
  throw new ApiError(answer.status, messageIn(text) ?? `The gateway answered ${answer.status}.`)
}

function messageIn(text: string): string | undefined {
  try {
    const { error, detail } = JSON.parse(text)
    return error?.message ?? (typeof detail === 'string' ? detail : undefined)
  } catch {
    return undefined
  }
}

export interface Asked<T> {
  readonly data?: T
  readonly error?: ApiError
  again(): void
}

/** Asks when `path` changes, and every `everyMs`. What was known stays on the page meanwhile. */
export function useAsked<T>(path: string | undefined, everyMs = 0): Asked<T> {
  const [found, setFound] = useState<{ path?: string; data?: T; error?: ApiError }>({})
  const [round, setRound] = useState(0)
  const again = () => setRound((n) => n + 1)
  useEffect(() => {
    if (path === undefined) return
    let isCurrent = true
    ask<T>(path).then(
      (data) => isCurrent && setFound({ path, data }),
      (error) => isCurrent && setFound({ path, error }),
    )
    const timer = everyMs > 0 ? setTimeout(again, everyMs) : undefined
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [path, everyMs, round])
  return { data: found.data, error: found.path === path ? found.error : undefined, again }
}

export interface Reader {
  readonly role: string | null
  readonly user_id: string | null
  readonly key_alias: string | null
  readonly is_admin: boolean
  readonly may_change: boolean
  readonly spend: number
  readonly max_budget: number | null
  readonly models: readonly string[]
}

export interface DeploymentState {
  readonly id: string
  readonly model_group: string
  readonly model: string
  readonly provider: string
  readonly cooling_ms: number
  readonly has_price: boolean
  readonly input_cost_per_token: number | null
  readonly output_cost_per_token: number | null
}

export interface LedgerState {
  readonly queued: number
  readonly oldestMs: number
  readonly unsettledDollars: number
  readonly journalBytes: number
  readonly written: number
  readonly retried: number
  readonly quarantined: number
  readonly dropped: Readonly<Record<string, number>>
}

export interface State {
  readonly reader: Reader
  readonly database: string
  readonly model_groups: readonly string[]
  readonly ledger?: LedgerState | null
  readonly deployments?: readonly DeploymentState[]
}

export interface Metrics {
  readonly spend: number
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly api_requests: number
  readonly failed_requests: number
  readonly total_response_time_ms: number
  readonly timed_requests: number
}

interface Part {
  readonly metrics: Metrics
  readonly metadata?: { readonly key_alias?: string | null }
}

export interface Activity {
  readonly results: readonly {
    readonly date: string
    readonly metrics: Metrics
    readonly breakdown: Readonly<Record<string, Readonly<Record<string, Part>>>>
  }[]
  readonly metadata: Readonly<Record<string, number>>
}

export interface KeyRow {
  readonly token: string
  readonly key_name: string | null
  readonly key_alias: string | null
  readonly spend: number
  readonly max_budget: number | null
  readonly budget_reset_at: string | null
  readonly models: readonly string[]
  readonly user_id: string | null
  readonly team_id: string | null
  readonly blocked: boolean | null
  readonly tpm_limit: number | null
  readonly rpm_limit: number | null
  readonly expires: string | null
  readonly last_active?: string | null
}

export interface CallRow {
  readonly request_id: string
  readonly call_type: string
  readonly startTime: string
  readonly endTime: string
  readonly completionStartTime: string | null
  readonly model: string
  readonly model_group: string | null
  readonly custom_llm_provider: string | null
  readonly api_key: string
  readonly status: string | null
  readonly spend: number
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly cache_hit: string | null
  readonly user: string | null
  readonly team_id: string | null
  readonly end_user: string | null
  readonly session_id: string | null
  readonly request_tags: readonly string[] | null
  readonly metadata: Readonly<Record<string, unknown>> | null
}
