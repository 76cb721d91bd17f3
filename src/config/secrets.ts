const SECRET_NAME = /key|secret|password|(?<!per_)token$|credential|header|authorization|variables|url|api_?base/i

/** Whether the value at this path may be a secret and so must not be shown, whatever it looks like. */
export function mayBeSecret(path: readonly PropertyKey[]): boolean {
  return path.some((part) => typeof part === 'string' && SECRET_NAME.test(part))
}

/** `text` without passwords of URLs and without keys, for messages that people copy into tickets. */
export function maskSecrets(text: string): string {
  return text.replace(/(:\/\/[^/@\s:]*:)[^\s]*@/g, '$1***@').replace(/\b(sk|pk|xai|gsk)([-_])[\w-]+/g, '$1$2***')
}
