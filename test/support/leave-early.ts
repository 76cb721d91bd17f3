import type { TestApp } from './app.ts'
import type { TestKey } from './keys.ts'

/** A client that leaves after the first bytes of the answer. */
export async function leaveEarly(app: TestApp, key: TestKey, body: object): Promise<void> {
  const client = new AbortController()
  const response = await fetch(`${app.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: client.signal,
  })
  const reader = response.body!.getReader()
  await reader.read()
  client.abort()
  await reader.read().catch(() => {})
}
