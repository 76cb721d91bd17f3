import type { RequestContext } from '../context.ts'

/** What LiteLLM tells a client about the limits of its key, and about the time that its call may take. */
export function keyHeaders({ key }: RequestContext, timeoutMs: number | undefined): Record<string, string> {
  const known = {
    'x-litellm-timeout': timeoutMs === undefined ? undefined : timeoutMs / 1000,
    'x-litellm-key-tpm-limit': key?.limits?.tpm,
    'x-litellm-key-rpm-limit': key?.limits?.rpm,
    'x-litellm-key-max-budget': key?.maxBudget,
  }
  const said = Object.entries(known).filter(([, value]) => value !== undefined)
  return Object.fromEntries(said.map(([name, value]) => [name, String(value)]))
}
