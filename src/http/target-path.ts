/** The path of a request target (RFC 9112, 3.2.1), as it was sent. What follows it is its query. */
export function targetPath(target: string): string {
  const end = target.indexOf('?')
  return end < 0 ? target : target.slice(0, end)
}

const UNRESERVED = /%(2d|2e|[3][0-9]|[46][1-9a-f]|[57][0-9a]|5f|7e)/gi

/**
 * A target as every server reads it (RFC 3986, 6.2.2), so that what is checked here is what an upstream serves: letters,
 * digits, dots and dashes without percent signs, no empty segments, no segments of dots, nothing above the root. Encoded
 * slashes stay encoded.
 */
export function normalTarget(target: string): string {
  if (!target.startsWith('/') || !/%|\/\/|\/\./.test(target)) return target
  const path = targetPath(target)
  const decoded = path.replace(UNRESERVED, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)))
  const kept: string[] = []
  const segments = decoded.split('/')
  for (const segment of segments) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  const endsOpen = ['', '.', '..'].includes(segments.at(-1)!) && kept.length > 0
  return `/${kept.join('/')}${endsOpen ? '/' : ''}${target.slice(path.length)}`
}
