import { useEffect, useState } from 'preact/hooks'

/** The folder of the page itself, where its own routes are: `/ui/`, `/x/ui/`. The gateway's are in the folder above it. */
const OWN = location.pathname.replace(/[^/]*$/, '')
const BASE = OWN.replace(/[^/]+\/$/, '')
const STORED = 'express-litellm.key'

export const readKey = (): string => sessionStorage.getItem(STORED) ?? ''
export const keepKey = (key: string): void => sessionStorage.setItem(STORED, key)
export const forgetKey = (): void => sessionStorage.removeItem(STORED)
/** Where clients send their calls. */
export const baseUrl = (): string => `${location.origin}${BASE.slice(0, -1)}`

/** The address of a route of the gateway, `/key/list`, or of the dashboard itself, `./state`. */
export const addressFor = (path: string): string => (path.startsWith('./') ? OWN + path.slice(2) : BASE + path.slice(1))

export class ApiError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Rejects with an `ApiError` that says what the gateway has said. With a `body` it is a POST. */
export async function ask<T>(path: string, body?: unknown, key = readKey()): Promise<T> {
  const headers = {
    authorization: `Bearer ${key}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  const request = body === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(body) }
  const answer = await fetch(addressFor(path), request).catch(() => {
    throw new ApiError(0, 'The gateway does not answer. Is it running?')
  })
  const text = await answer.text()
  if (answer.ok) return JSON.parse(text) as T
  throw new ApiError(answer.status, messageIn(text) ?? `The gateway answered ${answer.status}.`)
}

export function messageIn(text: string): string | undefined {
  try {
    const { error, detail } = JSON.parse(text)
    return error?.message ?? detail?.error ?? (typeof detail === 'string' ? detail : undefined)
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
      (error) => isCurrent && setFound((before) => ({ path, data: before.data, error })),
    )
    const timer = everyMs > 0 ? setTimeout(again, everyMs) : undefined
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [path, everyMs, round])
  return { data: found.data, error: found.path === path ? found.error : undefined, again }
}
