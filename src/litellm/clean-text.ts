import { withoutEnds } from './row-line.ts'

/** Bytes that fit several times into one index entry: PostgreSQL's limit for an entry is 2704. */
export const MAX_ID_BYTES = 384

/** What PostgreSQL cannot store as text is taken out: NUL, and halves of surrogate pairs. */
export function cleanText(text: string): string {
  return (text.includes('\0') ? text.replaceAll('\0', '') : text).toWellFormed()
}

/** `value` as text that can stand in an index. Cut on a character; '' when there is none. */
export function cleanId(value: string | undefined, maxBytes = MAX_ID_BYTES): string {
  if (!value) return ''
  const text = withoutEnds(cleanText(value))
  // A UTF-16 unit takes at most three bytes.
  if (text.length * 3 <= maxBytes) return text
  const bytes = Buffer.from(text)
  if (bytes.length <= maxBytes) return text
  let end = maxBytes
  while ((bytes[end]! & 0b1100_0000) === 0b1000_0000) end--
  return bytes.toString('utf8', 0, end)
}
