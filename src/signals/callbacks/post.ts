import { DeliveryError } from '../outbox/delivery.ts'

export interface Post {
  /** Default: POST. */
  readonly method?: 'POST' | 'PUT' | 'GET'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
  /** Whether what was sent is at fault, by the answer. Default: by its status. */
  refuses?(status: number, text: string): boolean
}

/** What was sent is at fault. 401, 403 and 404 speak of the configuration: what waits is told when that is right. */
const REFUSING: ReadonlySet<number> = new Set([400, 406, 409, 411, 413, 414, 415, 422])

/**
 * Sends text. Resolves on any status of success, with the answer's text. Rejects with a DeliveryError that names the
 * status and nothing of what was sent or answered: an answer may quote a prompt.
 */
export async function post(sent: Post): Promise<string> {
  const { method = 'POST', url, headers, body, signal, refuses = (status) => REFUSING.has(status) } = sent
  const response = await fetch(url, { method, headers, body, signal, redirect: 'manual' }).catch((cause) => {
    throw new DeliveryError(`No connection to ${new URL(url).host}: ${reasonOf(cause)}`, { cause })
  })
  // Read to its end, or the connection is not used again.
  const text = await response.text().catch((cause) => {
    throw new DeliveryError(`${new URL(url).host} has cut its answer`, { cause })
  })
  if (response.ok) return text
  throw new DeliveryError(`${new URL(url).host} has answered ${response.status}`, {
    isRefused: refuses(response.status, text),
    status: response.status,
  })
}

function reasonOf(error: unknown): string {
  const { code } = ((error as Error).cause ?? error) as { code?: unknown }
  return typeof code === 'string' ? code : (error as Error).name
}
