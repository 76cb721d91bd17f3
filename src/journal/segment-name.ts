import { randomInt } from 'node:crypto'

export interface SegmentName {
  /** The file's name, without its directory. */
  readonly name: string
  /** A number from the same sequence as the records'. All records in the segment have higher ones. */
  readonly base: number
  /** Seed of its checksums, see record-format.ts. In the name, because a damaged name cannot be. */
  readonly salt: number
}

const PATTERN = /^(\d{15})-([0-9a-f]{8})\.v1\.log$/

/** A name for a new segment. Names sort as their bases do. */
export function newSegmentName(base: number): SegmentName {
  const salt = randomInt(2 ** 32)
  return { name: `${String(base).padStart(15, '0')}-${salt.toString(16).padStart(8, '0')}.v1.log`, base, salt }
}

/** `undefined` for a file that is not a segment. */
export function parseSegmentName(name: string): SegmentName | undefined {
  const [, base, salt] = PATTERN.exec(name) ?? []
  if (base === undefined || salt === undefined) return undefined
  return { name, base: Number(base), salt: Number.parseInt(salt, 16) }
}
