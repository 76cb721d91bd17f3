const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN = 0x7b
const CLOSE = 0x7d

/** The bytes of the object that is the value of the last member `name` in a piece of JSON text. */
export function lastMember(json: Buffer, name: string): Buffer | undefined {
  const needle = `"${name}"`
  for (let at = json.lastIndexOf(needle); at >= 0; at = at > 0 ? json.lastIndexOf(needle, at - 1) : -1) {
    const start = objectAfter(json, at + needle.length)
    const end = start < 0 ? -1 : objectEnd(json, start)
    if (end > 0) return json.subarray(start, end)
  }
  return undefined
}

/** Where the object starts that follows a colon, or -1. */
function objectAfter(json: Buffer, from: number): number {
  const between = /^\s*:\s*\{/.exec(json.toString('latin1', from, from + 64))
  return between ? from + between[0].length - 1 : -1
}

function objectEnd(json: Buffer, start: number): number {
  let depth = 0
  let inString = false
  for (let at = start; at < json.length; at++) {
    const byte = json[at]
    if (byte === BACKSLASH) at++
    else if (byte === QUOTE) inString = !inString
    else if (inString) continue
    else if (byte === OPEN) depth++
    else if (byte === CLOSE && --depth === 0) return at + 1
  }
  return -1
}
