import type { RequestContext } from '../context.ts'

/** What LiteLLM tells a client about the limits of its key, and about the time that its call may take. */
export function keyHeaders({ key }: RequestContext, timeoutMs: number | undefined): Record<string, string> {
  const headers: Record<string, string> = {}
  say('x-litellm-timeout', timeoutMs === undefined ? undefined : timeoutMs / 1000)
  say('x-litellm-key-tpm-limit', key?.limits?.tpm)
  say('x-litellm-key-rpm-limit', key?.limits?.rpm)
  say('x-litellm-key-max-budget', key?.maxBudget)
  return headers

  function say(name: string, value: number | undefined): void {
    if (value !== undefined) headers[name] = String(value)
  }
}
