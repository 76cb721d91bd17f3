/** A shorter text may stand in an answer by chance. */
const SHORTEST = 8

/** What these headers would let one in with: their values, without the name of the scheme. */
export function secretsIn(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.values(headers).map((value) => value.replace(/^(?:Bearer|Basic)\s+/i, ''))
}

/** Those of the secrets that the text quotes. */
export function quotedIn(text: { includes(secret: string): boolean }, secrets: readonly string[]): readonly string[] {
  return secrets.filter((secret) => secret.length >= SHORTEST && text.includes(secret))
}

/** `text` with stars in place of each secret that it quotes. */
export function withoutQuoted(text: string, secrets: readonly string[]): string {
  return quotedIn(text, secrets).reduce((clean, secret) => clean.replaceAll(secret, '***'), text)
}

/** An address without what may let one in: name and password before its host, and its query. `mark` stands for the former. */
export function withoutCredentials(url: string, mark = ''): string {
  return url.replace(/:\/\/[^/?#]*@/, `://${mark}`).replace(/[?#].*$/s, '')
}

/** An id of which enough is left to recognise one's own, and too little to learn another's. */
export function maskedId(id = 'unknown'): string {
  if (id.length <= 4) return '***'
  return id.length <= SHORTEST ? '*'.repeat(id.length) : `${id.slice(0, 6)}${'*'.repeat(id.length - 8)}${id.slice(-2)}`
}
