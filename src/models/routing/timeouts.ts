import type { Deployment } from '../../types.ts'

/** One level that may set timeouts: the request, a deployment, the router. */
export interface Timeouts {
  readonly timeoutMs?: number
  readonly streamTimeoutMs?: number
}

/**
 * How long to wait for an answer, in milliseconds: the request's own, else the deployment's, else the router's, else the
 * default. For a stream each level's stream timeout goes before its general one.
 */
export function timeoutMsOf(
  stream: boolean,
  request: Timeouts,
  deployment: Deployment,
  router: Timeouts & { readonly defaultTimeoutMs: number },
): number {
  const own = ({ timeoutMs, streamTimeoutMs }: Timeouts) => (stream ? (streamTimeoutMs ?? timeoutMs) : timeoutMs)
  return own(request) ?? own(deployment.routing ?? {}) ?? own(router) ?? router.defaultTimeoutMs
}

/** What a request asks for in `x-litellm-timeout` and `x-litellm-stream-timeout`, else in its body. All in seconds. */
export function requestTimeoutsOf(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: Readonly<Record<string, unknown>> = {},
): Timeouts {
  return {
    timeoutMs: msOf(headers['x-litellm-timeout']) ?? msOf(body.timeout) ?? msOf(body.request_timeout),
    streamTimeoutMs: msOf(headers['x-litellm-stream-timeout']) ?? msOf(body.stream_timeout),
  }
}

/** Seconds, as a number or as text, in milliseconds. `undefined` for what is not a positive number. */
export function msOf(seconds: unknown): number | undefined {
  if (typeof seconds !== 'number' && typeof seconds !== 'string') return undefined
  const ms = Number(seconds) * 1000
  return Number.isFinite(ms) && ms > 0 ? ms : undefined
}
