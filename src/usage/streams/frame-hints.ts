import { memoizeByObject } from '../../lib/memoize.ts'
import { KeptText, type RelayedText } from '../meter/kept-text.ts'
import { DEFAULT_HINTS, type UsageReader } from '../shapes/reader.ts'

const QUOTE = 0x22

const COLON = 0x3a

const SPACE = 0x20

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
export interface FrameHints {
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
export const scanOf = memoizeByObject(({ hints = DEFAULT_HINTS, textKeys = [] }: UsageReader) =>
  createFrameScan({ hints: [...hints, 'error'], textKeys }),
)

export const bodyScanOf = memoizeByObject(({ textKeys = [], bodyTextKeys = textKeys }: UsageReader) =>
  createFrameScan({ hints: [], textKeys: bodyTextKeys }),
)

export function createFrameHints({ members, texts }: FrameScan, maxKeptBytes: number): FrameHints {
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

/**
 * Called for each place where `"name"` stands in the bytes. `valueAt` is where its value starts if it is a member, or -1
 * if it is a value itself. Returns where to go on.
 */
type Visit = (name: number, bytes: Buffer, valueAt: number, endAt: number) => number

type MemberScan = (bytes: Buffer, visit: Visit) => void

interface Needle {
  readonly index: number
  /** The name with its closing quote. */
  readonly bytes: Buffer
}

/**
 * Finds a handful of names in JSON text in one pass over the bytes, without parsing: most frames of a stream have none.
 * Searching for one name after the other costs several times as much, because every member starts with the same quote. A
 * name within a JSON string has its quotes escaped, so it is never found there.
 */
export function createMemberScan(names: readonly string[]): MemberScan {
  const byFirst: (readonly Needle[] | undefined)[] = new Array(256).fill(undefined)
  for (const [index, name] of names.entries()) {
    const bytes = Buffer.from(`${name}"`)
    const first = bytes.readUInt8(0)
    byFirst[first] = [...(byFirst[first] ?? []), { index, bytes }]
  }

  return (bytes, visit) => {
    const end = bytes.length - 1
    for (let at = 0; at < end; at++) {
      if (bytes[at] !== QUOTE) continue
      const next = bytes[at + 1]
      const needles = next === undefined ? undefined : byFirst[next]
      if (needles) at = check(bytes, at + 1, needles, visit) - 1
    }
  }
}

/** Visits the needles that stand at `start`. Returns where to go on. */
function check(bytes: Buffer, start: number, needles: readonly Needle[], visit: Visit): number {
  let next = start
  for (const needle of needles) {
    if (!startsWith(bytes, needle.bytes, start)) continue
    const end = start + needle.bytes.length
    next = Math.max(next, end, visit(needle.index, bytes, valueStart(bytes, end), end))
  }
  return next
}

function startsWith(bytes: Buffer, needle: Buffer, start: number): boolean {
  if (start + needle.length > bytes.length) return false
  for (let at = 0; at < needle.length; at++) if (bytes[start + at] !== needle[at]) return false
  return true
}

function valueStart(bytes: Buffer, from: number): number {
  let at = from
  while (bytes[at] === SPACE) at++
  if (bytes[at] !== COLON) return -1
  at++
  while (bytes[at] === SPACE) at++
  return at
}
