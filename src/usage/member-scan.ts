/**
 * Called for each place where `"name"` stands in the bytes. `valueAt` is where its value starts if it is a member, or -1
 * if it is a value itself. Returns where to go on.
 */
export type Visit = (name: number, bytes: Buffer, valueAt: number, endAt: number) => number

const QUOTE = 0x22
const COLON = 0x3a
const SPACE = 0x20

export type MemberScan = (bytes: Buffer, visit: Visit) => void

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
    const first = Buffer.from(name)[0]!
    byFirst[first] = [...(byFirst[first] ?? []), { index, bytes: Buffer.from(`${name}"`) }]
  }

  return (bytes, visit) => {
    const end = bytes.length - 1
    for (let at = 0; at < end; at++) {
      if (bytes[at] !== QUOTE) continue
      const needles = byFirst[bytes[at + 1]!]
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
