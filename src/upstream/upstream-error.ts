import { type ErrorCode, LiteLLMError } from '../errors.ts'
import type { Deployment } from '../types.ts'

/** How undici and Node name what can go wrong on the way to an upstream. Everything else is `upstream_unreachable`. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  UND_ERR_HEADERS_TIMEOUT: 'upstream_timeout',
  UND_ERR_BODY_TIMEOUT: 'upstream_timeout',
  UND_ERR_CONNECT_TIMEOUT: 'upstream_timeout',
  ETIMEDOUT: 'upstream_timeout',
}

/** What the client is told: the kind of the failure. Where it happened is added by `withPlace`. */
export function toUpstreamError(cause: Error): LiteLLMError {
  const reason = (cause as NodeJS.ErrnoException).code ?? cause.name
  const code = CODES[reason] ?? 'upstream_unreachable'
  const sentence = code === 'upstream_timeout' ? 'took too long to answer' : 'could not be reached'
  return new LiteLLMError(code, { message: `The upstream ${sentence} (${reason}).`, cause })
}

/** The same error with its place, so that the deployment behind a model can be found. */
export function withPlace(error: LiteLLMError, { modelGroup, deployment, host }: UpstreamPlace): LiteLLMError {
  const facts = [
    ...(modelGroup ? [`model ${modelGroup}`] : []),
    ...(deployment ? [`deployment ${deployment.id || '(none)'} (${deployment.model})`] : []),
    `host ${host}`,
  ]
  const { code, status, type, headers, cause, message } = error
  return new LiteLLMError(code, { status, type, headers, cause, message: `${message} ${facts.join(', ')}` })
}

export interface UpstreamPlace {
  readonly modelGroup?: string | undefined
  readonly deployment?: Pick<Deployment, 'id' | 'model'> | undefined
  /** With the port where it is not the usual one. */
  readonly host: string
}

/** The name of what went wrong below an error of `toUpstreamError`. */
export function connectionCode({ cause }: Error): string | undefined {
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.name) : undefined
}
