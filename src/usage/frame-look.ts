import { oncePer } from '../once-per.ts'
import { KeptText, type RelayedText } from './kept-text.ts'
import { createMemberScan, type MemberScan } from './member-scan.ts'
import { DEFAULT_HINTS, type UsageReader } from './reader.ts'

export interface FrameScanOptions {
  /** Members, or values, that make a frame worth parsing. Null is not. */
  readonly hints: readonly string[]
  /** Members whose string values are output text. */
  readonly textKeys: readonly string[]
}

/** What is looked for. Holds nothing of an answer. */
export interface FrameScan {
  readonly members: MemberScan
  /** The members before this one are text. */
  readonly texts: number
}

/** One look at the bytes of a frame: keeps the output text in it, and tells whether it must be parsed. */
export interface FrameLook {
  look(frame: Buffer): boolean
  relayed(): RelayedText
  /** How many bytes of output text there were so far. */
  relayedBytes(): number
}

const LOWER_N = 0x6e

export function createFrameScan({ hints, textKeys }: FrameScanOptions): FrameScan {
  return { members: createMemberScan([...textKeys, ...hints]), texts: textKeys.length }
}

/** What to look for in the frames of a reader: the same for all its answers. */
export const scanOf = oncePer(({ hints = DEFAULT_HINTS, textKeys = [] }: UsageReader) =>
  createFrameScan({ hints: [...hints, 'error'], textKeys }),
)

export const bodyScanOf = oncePer(({ textKeys = [], bodyTextKeys = textKeys }: UsageReader) =>
  createFrameScan({ hints: [], textKeys: bodyTextKeys }),
)

export function createFrameLook({ members, texts }: FrameScan, maxKeptBytes: number): FrameLook {
  const kept = new KeptText(maxKeptBytes)
  let hinted = false

  function visit(name: number, frame: Buffer, valueAt: number, endAt: number): number {
    if (name < texts) return valueAt < 0 ? endAt : kept.keep(frame, valueAt)
    // Servers that are asked for usage put `"usage":null` on every event but the last.
    if (valueAt < 0 || frame[valueAt] !== LOWER_N) hinted = true
    return endAt
  }

  return {
    look(frame) {
      hinted = false
      members(frame, visit)
      return hinted
    },
    relayed: () => kept.get(),
    relayedBytes: () => kept.totalBytes,
  }
}
