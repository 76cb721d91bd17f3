import type { SpendRecord } from './spend-log-row.ts'

/** Characters of JSON. A single record may be longer. */
const MAX_LENGTH = 8 << 20

/** The records in as many statements as they need: rows that keep prompts are long, and thousands of them too much for one. */
export function statementParts<R extends Pick<SpendRecord, 'text'>>(records: readonly R[]): readonly (readonly R[])[] {
  const parts: R[][] = []
  let length = Number.POSITIVE_INFINITY
  for (const record of records) {
    length += record.text.length
    if (length > MAX_LENGTH) {
      parts.push([])
      length = record.text.length
    }
    parts.at(-1)!.push(record)
  }
  return parts
}
