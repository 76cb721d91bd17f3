import type { IncomingMessage } from 'node:http'

/**
 * Of the headers with these names (in lower case) each value as it was sent: `req.headers` has joined or dropped those
 * that were sent twice, and `req.headersDistinct` makes lists of all the others too.
 */
export function headersNamed(
  { rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>,
  names: ReadonlySet<string>,
): Readonly<Record<string, readonly string[]>> {
  const found: Record<string, string[]> = {}
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase()
    if (!names.has(name)) continue
    const value = rawHeaders[index + 1]!
    if (found[name]) found[name].push(value)
    else found[name] = [value]
  }
  return found
}
