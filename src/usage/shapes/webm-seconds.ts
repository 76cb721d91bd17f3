import type { UploadedFile } from '../../types.ts'

/** Elements of a WebM file (RFC 9559, 5), by their ids. */
const SEGMENT = 0x18538067
const INFO = 0x1549a966
const TIMESTAMP_SCALE = 0x2ad7b1
const DURATION = 0x4489
const CLUSTER = 0x1f43b675
const TIMESTAMP = 0xe7
const SIMPLE_BLOCK = 0xa3
const BLOCK_GROUP = 0xa0
const BLOCK = 0xa1

const CLUSTER_ID = Buffer.from([0x1f, 0x43, 0xb6, 0x75])
const USUAL_SCALE_NS = 1_000_000
/** A true file has a handful before its sound, and some thousand blocks in a cluster. */
const MAX_ELEMENTS = 10_000

interface Element {
  readonly id: number
  /** To its end, or to that of what is kept. */
  readonly content: Buffer
}

/**
 * How long a WebM file plays: as it says itself or, where it was recorded without being finished (browsers leave it so),
 * up to the last block of its last cluster.
 */
export function webmSeconds({ head, tail }: UploadedFile): number | undefined {
  const segment = find(elements(head), SEGMENT)
  if (!segment) return undefined
  const info = [...elements(find(until(elements(segment), CLUSTER), INFO) ?? Buffer.alloc(0))]
  const scaleNs = uint(find(info, TIMESTAMP_SCALE)) ?? USUAL_SCALE_NS
  const units = float(find(info, DURATION)) || lastBlock(tail)
  return units === undefined ? undefined : (units * scaleNs) / 1e9
}

function lastBlock(tail: Buffer): number | undefined {
  const at = tail.lastIndexOf(CLUSTER_ID)
  const [cluster] = at < 0 ? [] : elements(tail.subarray(at))
  const children = cluster ? [...elements(cluster.content)] : []
  const start = uint(find(children, TIMESTAMP))
  if (start === undefined) return undefined
  const blocks = children.flatMap(({ id, content }) =>
    id === BLOCK_GROUP ? [...elements(content)] : [{ id, content }],
  )
  const offsets = blocks.filter(({ id }) => id === SIMPLE_BLOCK || id === BLOCK).map(({ content }) => offsetOf(content))
  return start + Math.max(0, ...offsets)
}

/** Behind the number of its track a block has two bytes of time, from that of its cluster. */
function offsetOf(block: Buffer): number {
  const track = vint(block, 0)
  return track && block.length >= track.length + 2 ? block.readInt16BE(track.length) : 0
}

function* elements(bytes: Buffer): Iterable<Element> {
  for (let at = 0, count = 0; at < bytes.length && count < MAX_ELEMENTS; count++) {
    const id = vint(bytes, at)
    const size = id && vint(bytes, at + id.length)
    if (!id || !size) return
    const start = at + id.length + size.length
    // A size of all ones is unknown: the element goes on to the end.
    const end = size.value === 2 ** (7 * size.length) - 1 ? bytes.length : start + size.value
    yield { id: id.raw, content: bytes.subarray(start, end) }
    at = end
  }
}

/** A number that says by its first bits how long it is (RFC 8794, 4): with these bits, as ids have it, and without. */
function vint(
  bytes: Buffer,
  at: number,
): { readonly raw: number; readonly value: number; readonly length: number } | undefined {
  const length = Math.clz32(bytes[at] ?? 0) - 23
  if (length > 8 || at + length > bytes.length) return undefined
  const marker = 0x100 >> length
  // In this order: a length of eight bytes with its marker would be more than a number holds.
  let value = bytes.readUInt8(at) - marker
  for (let index = 1; index < length; index++) value = value * 256 + bytes.readUInt8(at + index)
  return { raw: value + marker * 256 ** (length - 1), value, length }
}

function* until(all: Iterable<Element>, id: number): Iterable<Element> {
  for (const element of all) {
    if (element.id === id) return
    yield element
  }
}

function find(all: Iterable<Element>, id: number): Buffer | undefined {
  for (const element of all) if (element.id === id) return element.content
  return undefined
}

function uint(bytes: Buffer | undefined): number | undefined {
  return bytes && bytes.length > 0 && bytes.length <= 6 ? bytes.readUIntBE(0, bytes.length) : undefined
}

function float(bytes: Buffer | undefined): number {
  if (bytes?.length === 4) return bytes.readFloatBE(0)
  return bytes?.length === 8 ? bytes.readDoubleBE(0) : 0
}
