/**
 * Adds `next` to `list`; where it follows the last one in the same memory, as neighbouring slices of one chunk do, the
 * two become one again. Writing one buffer costs as much as writing a byte.
 */
export function addAdjacent(list: Buffer[], next: Buffer): void {
  const last = list.at(-1)
  if (last && last.buffer === next.buffer && last.byteOffset + last.length === next.byteOffset) {
    list[list.length - 1] = Buffer.from(last.buffer, last.byteOffset, last.length + next.length)
  } else {
    list.push(next)
  }
}
