/** A secret as it may appear in messages: its first and last four characters, or nothing of a short one. */
export function maskSecret(secret: string): string {
  return secret.length > 8 ? `${secret.slice(0, 4)}****${secret.slice(-4)}` : '****'
}

/** A secret as LiteLLM's key lists show it (`key_name`). */
export function abbreviateSecret(secret: string): string {
  return `sk-...${secret.slice(-4)}`
}
