/** The path of a request target (RFC 9112, 3.2.1), as it was sent. What follows it is its query. */
export function targetPath(target: string): string {
  const end = target.indexOf('?')
  return end < 0 ? target : target.slice(0, end)
}
