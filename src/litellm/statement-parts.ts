import type { SpendRecord } from './spend-record.ts'

/** A single record may be longer. */
const MAX_BYTES = 8 << 20

/** The records in as many statements as they need: rows that keep prompts are long, and thousands of them too much for one. */
export function statementParts<R extends Pick<SpendRecord, 'bytes'>>(records: readonly R[]): readonly (readonly R[])[] {
  const parts: R[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const record of records) {
    bytes += record.bytes
    if (bytes > MAX_BYTES) {
      parts.push([])
      bytes = record.bytes
    }
    parts.at(-1)!.push(record)
  }
  return parts
}
